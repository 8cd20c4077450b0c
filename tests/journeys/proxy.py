"""nginx before several processes of the portal, with the configuration in deploy/ and other ports."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from tests.journeys.server import ROOT

CONFIGURATION = ROOT / 'deploy' / 'nginx'
_AROUND = """
daemon off;
{user}
error_log {folder}/error.log notice;
pid {folder}/nginx.pid;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/processes.conf;
    include {folder}/portal.conf;
}}
"""


def nginx() -> str:
    """The program to start; fails in CI and skips elsewhere when there is none."""
    if path := shutil.which('nginx', path=f'{os.environ.get("PATH", "")}:/usr/sbin:/usr/local/sbin'):
        return path
    missing = 'this test needs nginx: install the package nginx-light'
    if os.environ.get('CI') == 'true':
        pytest.fail(missing)
    pytest.skip(missing)


class Proxy:
    """nginx on `port` before processes that listen on `ports`, node 1 first."""

    def __init__(self, folder: Path, port: int, ports: Sequence[int]) -> None:
        self.folder = folder
        self.port = port
        folder.mkdir(parents=True)
        processes = (CONFIGURATION / 'processes.conf').read_text()
        for number, theirs in enumerate(ports, start=1):
            processes = processes.replace(f'127.0.0.1:808{number}', f'127.0.0.1:{theirs}')
        (folder / 'processes.conf').write_text(processes)
        server = (CONFIGURATION / 'portal.conf').read_text()
        (folder / 'portal.conf').write_text(re.sub(r'listen 80;', f'listen 127.0.0.1:{port};', server))
        user = 'user root;' if os.geteuid() == 0 else ''
        (folder / 'nginx.conf').write_text(_AROUND.format(folder=folder, user=user))

    @property
    def url(self) -> str:
        return f'http://localhost:{self.port}'

    async def start(self) -> None:
        """Start it and wait until it answers."""
        command = [nginx(), '-p', str(self.folder), '-c', str(self.folder / 'nginx.conf')]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: ASYNC220 (returns at once)
        async with asyncio.timeout(20), httpx.AsyncClient() as client:
            while not await self._answers(client):  # noqa: ASYNC110 - another process, which cannot set an Event
                await asyncio.sleep(0.05)

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        assert self._process.poll() is None, (self.folder / 'error.log').read_text()
        try:
            return (await client.get(f'http://127.0.0.1:{self.port}/healthz')).is_success
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)
