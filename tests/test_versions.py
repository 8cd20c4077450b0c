"""What runs below the portal is free of the holes and bugs we know of, and locked to what was reviewed."""

import re
import sys
from importlib.metadata import version

import pytest
from packaging.version import Version

from models.engines.library_sqlite import sqlite3
from tests.source import ROOT

FLOORS = {
    'starlette': '1.3.1',  # CVE-2023-30798, -29159, CVE-2025-54121, -62727, CVE-2026-48710, PYSEC-2026-248, -249
    'python-multipart': '0.0.31',  # CVE-2024-24762, -53981, CVE-2026-24486, -40347, -42561
    'python-socketio': '5.16.2',  # CVE-2025-61765 (pickle), CVE-2026-48804
    'python-engineio': '4.13.2',
    'fastapi': '0.109.1',
    'uvicorn': '0.11.7',
    'aiosmtplib': '5.1.3',
    'aiosmtpd': '1.4.5',  # CVE-2024-27305
    'nh3': '0.3.8',  # ammonia 4.2.5, of 4.2.3 or newer: CVE-2026-63430, RUSTSEC-2025-0071, -2026-0193, -2026-0213
    'tortoise-orm': '1.1.9',  # models/engines replaces parts of exactly this one
}


@pytest.mark.parametrize('package, floor', FLOORS.items())
def test_no_package_is_older_than_its_last_fix(package, floor):
    assert Version(version(package)) >= Version(floor)


def test_sqlite_does_not_have_the_wal_reset_bug():
    """Fixed in 3.51.3; it corrupts databases with two or more connections, as ours have."""
    assert Version(sqlite3.sqlite_version) >= Version('3.51.3')


def test_one_package_owns_passlib():
    """libpass and passlib install the same module; whichever came last would win."""
    locked = (ROOT / 'requirements-dev.txt').read_text(encoding='utf-8')
    assert 'libpass==' in locked
    assert not re.search(r'^passlib==', locked, re.MULTILINE)


@pytest.mark.parametrize('name', ['requirements.txt', 'requirements-otel.txt', 'requirements-dev.txt'])
def test_every_requirement_is_locked_by_hash_and_no_registry_is_named(name):
    lines = (ROOT / name).read_text(encoding='utf-8').replace('\\\n', ' ').splitlines()
    requirements = [line for line in lines if line and not line.lstrip().startswith('#')]
    assert len(requirements) > 10
    assert [line for line in requirements if not re.match(r'[a-z0-9.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}', line)] == []
    assert [line for line in lines if re.search(r'https?:|file:|--(extra-)?index|--find-links|@ ', line)] == []


def test_the_locks_agree():
    """What is tested is what runs, and what traces take leaves all else as it is."""
    runs, traces, tested = (
        dict(re.findall(r'^([a-z0-9.-]+)==(\S+)', (ROOT / name).read_text(encoding='utf-8'), re.MULTILINE))
        for name in ('requirements.txt', 'requirements-otel.txt', 'requirements-dev.txt')
    )
    assert runs.items() <= tested.items()
    assert traces.items() <= tested.items()


def test_python_is_recent_enough():
    assert sys.version_info >= (3, 11)
