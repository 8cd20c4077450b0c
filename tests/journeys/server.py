"""The portal as a process of its own, as an operator starts it, with a data folder of its own."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
PASSWORD = 'demo-portal-2026'
TOKENS = 'tokens-of-the-tests.json'
BUG = {
    'details': 'После обновления экран гаснет через минуту.',
    'project': 'Витрины',
    'impact': 'high',
    'steps': '1. Включить экран\n2. Подождать минуту',
    'expected': 'Экран показывает ролики.',
    'actual': 'Экран гаснет.',
    'os': 'tizen',
    'server_type': 'cloud',
    'app_version': '2.14.1',
}
"""A bug report's answers, by the codes of its fields."""
_TROUBLE = re.compile(r'^Traceback |\bERROR\b|\bCRITICAL\b', re.MULTILINE)


@dataclass
class Portal:
    """One served portal. `environment` holds PORTAL_ settings beyond data folder, host, port and base URL."""

    data: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    trouble_expected: bool = False
    """Set by a test that provokes an error in the server's log."""

    _process: Process | None = None
    _tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = self.port or free_port()
        self.data.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return f'http://localhost:{self.port}'

    @property
    def log_path(self) -> Path:
        return self.data.with_name(f'{self.data.name}.log')

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors='replace') if self.log_path.exists() else ''

    async def start(self, *command: str) -> None:
        """Start `main.py serve` (or another serving command) and wait until it is ready."""
        with self.log_path.open('ab') as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._line(*(command or ('serve',))),
                cwd=ROOT,
                env=self._environment(),
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
                start_new_session=True,  # Ctrl+C in the terminal of the tests is not for the portal
            )
        await self._ready()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def stop(self, by: signal.Signals = signal.SIGTERM) -> int | None:
        """End the process, gently unless told otherwise; its exit code, None when it does not run."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return None
        process.send_signal(by)
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise AssertionError(f'the portal did not end within 20 s of {by.name}:\n{self.log}') from None
        return process.returncode

    async def restart(self, by: signal.Signals = signal.SIGTERM) -> None:
        """End the process and start it anew on the same data, address and port."""
        await self.stop(by)
        await self.start()

    async def command(self, *arguments: str, text: str = '') -> str:
        """Run another command of main.py with the same settings; what it printed."""
        process = await asyncio.create_subprocess_exec(
            *self._line(*arguments), cwd=ROOT, env=self._environment(), stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        out, err = await process.communicate(text.encode())
        assert process.returncode == 0, f'main.py {" ".join(arguments)}:\n{out.decode()}{err.decode()}'
        return out.decode()

    async def create_user(
        self, email: str, *, role: str = 'customer', company: str = '', password: str = PASSWORD
    ) -> None:
        """Add a person by the command line, as an operator would."""
        of = ('--company', company) if company else ()
        await self.command('create-user', email, '--role', role, *of, '--password-stdin', text=f'{password}\n')

    async def token(self, email: str) -> str:
        """That person's token for the REST API: the one the data folder came with, or one made by the command line."""
        if not self._tokens and (came_with := self.data / TOKENS).exists():
            self._tokens = json.loads(came_with.read_text())
        if email not in self._tokens:
            self._tokens[email] = (await self.command('create-token', email, '--name', 'tests')).strip()
        return self._tokens[email]

    async def api(self, email: str) -> httpx.AsyncClient:
        """The REST API as that person: `async with await portal.api(ALICE) as alice: await alice.get('tickets')`."""
        headers = {'Authorization': f'Bearer {await self.token(email)}'}
        return httpx.AsyncClient(base_url=f'{self.url}/api/v1/', headers=headers, timeout=30)

    async def file_bug(self, email: str, subject: str = 'Экран гаснет после обновления', **fields: str) -> str:
        """File a bug report as that person by the REST API; its ID."""
        request = {'type': 'bug', 'subject': subject, 'fields': {**BUG, **fields}}
        return str((await self._post(email, 'tickets', request))['id'])

    async def comment(self, email: str, ticket: str, body: str, *, internal: bool = False) -> None:
        """Comment on a ticket as that person by the REST API."""
        await self._post(email, f'tickets/{ticket}/comments', {'body': body, 'internal': internal})

    async def move(self, email: str, ticket: str, to: str, comment: str | None = None) -> None:
        """Move a ticket to another status as that person by the REST API."""
        words = {'comment': comment} if comment else {}
        await self._post(email, f'tickets/{ticket}/transitions', {'to': to, **words})

    async def _post(self, email: str, path: str, content: dict[str, object]) -> dict[str, object]:
        async with await self.api(email) as client:
            answer = await client.post(path, json=content)
        assert answer.is_success, f'{path}: {answer.status_code} {answer.text}'
        return dict(answer.json())

    def check_log(self) -> None:
        """Nothing went wrong inside that nobody saw outside."""
        if not self.trouble_expected:
            assert not _TROUBLE.search(self.log), f'the portal had trouble:\n{self.log}'

    def _line(self, *arguments: str) -> tuple[str, ...]:
        return (sys.executable, str(ROOT / 'main.py'), *arguments)

    def _environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(('PORTAL_', 'PYTEST_'))}
        return {
            **ours,
            'PYTHONUNBUFFERED': '1',
            'PORTAL_DATA_DIR': str(self.data),
            'PORTAL_HOST': '127.0.0.1',
            'PORTAL_PORT': str(self.port),
            'PORTAL_BASE_URL': self.url,
            **self.environment,
        }

    async def _ready(self) -> None:
        try:
            async with asyncio.timeout(90), httpx.AsyncClient(timeout=5) as client:
                while not await self._answers(client):  # noqa: ASYNC110 - another process, which cannot set an Event
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f'the portal did not become ready:\n{self.log}') from None

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, f'the portal ended while starting:\n{self.log}'
        try:
            return (await client.get(f'{self.url}/readyz')).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return int(probe.getsockname()[1])
