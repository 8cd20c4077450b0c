"""What lies in deploy/ fits together and fits the portal; nginx reads its part in tests/journeys/test_processes.py."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from services.settings import Settings

DEPLOY = Path(__file__).parents[1] / 'deploy'
FILES = [path for path in DEPLOY.rglob('*') if path.is_file()]
PG_DUMP = {'bookworm': 15, 'trixie': 17}
"""The version of Debian's postgresql-client, by release."""
_SETTING = re.compile(r'\bPORTAL_([A-Z_]+)')
_ADDRESS = re.compile(r'\d+\.\d+\.\d+\.\d+:\d+')


def test_every_setting_in_it_is_one():
    named = {name.lower() for path in FILES for name in _SETTING.findall(path.read_text())}
    assert {'database_url', 'node', 'trusted_proxies'} <= named
    assert named <= set(Settings.model_fields)


def test_a_shell_reads_the_settings_too():
    """The commands of the README are run with them: `set -a; . /etc/portal.env`."""
    command = ['/bin/sh', '-c', f'set -a; . {DEPLOY / "portal.env"}; echo "$PORTAL_MAIL_FROM"']
    assert (
        subprocess.run(command, check=True, capture_output=True, text=True).stdout
        == 'SmartPlayer <support@example.com>\n'
    )


def test_every_process_that_nginx_knows_is_chosen_by_its_cookie_and_stood_in_for_by_all_others():
    for name in ('processes.conf', 'processes-compose.conf'):
        text = (DEPLOY / 'nginx' / name).read_text()
        upstreams = {
            name: _ADDRESS.findall(body) for name, body in re.findall(r'upstream (\w+) \{(.*?)\}', text, re.DOTALL)
        }
        everybody = set(upstreams.pop('portal'))
        assert dict(re.findall(r'^ +(\d+) +(portal_\d+);', text, re.MULTILINE)) == {
            name.removeprefix('portal_'): name for name in upstreams
        }
        assert [set(addresses) for addresses in upstreams.values()] == [everybody] * len(everybody)
        assert {addresses[0] for addresses in upstreams.values()} == everybody, 'each is first in its own'


def test_compose_starts_the_processes_that_its_nginx_knows():
    services = yaml.safe_load((DEPLOY / 'compose.yaml').read_text())['services']
    known = _ADDRESS.findall((DEPLOY / 'nginx/processes-compose.conf').read_text())
    portals = {name: service for name, service in services.items() if name.startswith('portal')}
    for name, service in portals.items():
        assert service['environment']['PORTAL_NODE'] == name.removeprefix('portal')
        assert service['environment']['PORTAL_TRUSTED_PROXIES'] == _address(services['nginx'])
        assert service['volumes'] == ['data:/data'], 'all have the same files'
    assert {f'{_address(service)}:8080' for service in portals.values()} == set(known)


def _address(service: dict[str, Any]) -> str:
    return str(service['networks']['portal']['ipv4_address'])


def test_the_image_can_back_up_the_database_beside_it():
    """pg_dump refuses a server that is newer than itself."""
    release = re.findall(r'^FROM python:[\d.]+-slim-(\w+)$', (DEPLOY / 'Dockerfile').read_text(), re.MULTILINE)[-1]
    server = yaml.safe_load((DEPLOY / 'compose.yaml').read_text())['services']['postgres']['image']
    found = re.fullmatch(r'postgres:(\d+)-\w+', server)
    assert found is not None
    assert int(found[1]) <= PG_DUMP[release]


def test_the_image_holds_every_package_of_the_portal():
    copied = set(re.findall(r'^COPY (\w+) \1$', (DEPLOY / 'Dockerfile').read_text(), re.MULTILINE))
    root = DEPLOY.parent
    packages = {path.parent.name for path in root.glob('*/__init__.py')} | {
        path.parent.name for path in root.glob('*/shell.py')
    }
    assert copied == packages - {'tests'}
    ignored = (root / '.dockerignore').read_text().split()
    assert {f'!{name}' for name in copied | {'main.py', 'requirements.txt'}} <= set(ignored)


def test_a_process_goes_on_while_a_newer_version_is_put_into_its_place(tmp_path):
    """The README's upgrade pulls first and restarts one by one: what is read late must not be the newer version's."""
    for package in ('api', 'models', 'services'):
        shutil.copytree(DEPLOY.parent / package, tmp_path / package, ignore=shutil.ignore_patterns('__pycache__'))
    program = """
import shutil
from api import plain
from services import i18n
from services.mail import letter
i18n.load()  # as main.py does
for folder in ('api/templates', 'services/templates', 'services/locales'):
    shutil.rmtree(folder)
pages = [plain._templates().get_template(name).name for name in ('login.html', 'message.html')]
letters = [letter._templates(html=end == 'html').get_template(f'letter.{end}').name for end in ('html', 'txt')]
print(*pages, *letters, i18n.translate('ru', 'common.cancel'), i18n.translate('en', 'common.cancel'))
"""
    line = [sys.executable, '-c', program]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ['login.html', 'message.html', 'letter.html', 'letter.txt', 'Отмена', 'Cancel'], (
        done.stderr
    )
