"""nginx before several processes of the portal, with the configuration in deploy/, other ports and TLS."""

import asyncio
import os
import shutil
import subprocess
from asyncio.subprocess import DEVNULL
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

_TLS = """listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/key.pem;"""
_CERTIFICATE = (
    *('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'),
    *('-days', '1', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'),
)


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
        assert server.count('listen 80;') == 1
        (folder / 'portal.conf').write_text(server.replace('listen 80;', _TLS.format(port=port, folder=folder)))
        user = 'user root;' if os.geteuid() == 0 else ''
        (folder / 'nginx.conf').write_text(_AROUND.format(folder=folder, user=user))

    @property
    def url(self) -> str:
        return f'https://localhost:{self.port}'

    async def start(self) -> None:
        """Start it, with a certificate of its own making, and wait until it answers."""
        await self._certify()
        command = [nginx(), '-p', str(self.folder), '-c', str(self.folder / 'nginx.conf')]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: ASYNC220 (returns at once)
        async with asyncio.timeout(20), httpx.AsyncClient(verify=False) as client:  # noqa: S501 (our own certificate)
            while not await self._answers(client):  # noqa: ASYNC110 - another process, which cannot set an Event
                await asyncio.sleep(0.05)

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        assert self._process.poll() is None, (self.folder / 'error.log').read_text()
        try:
            return (await client.get(f'{self.url}/healthz')).is_success
        except httpx.TransportError:
            return False

    async def _certify(self) -> None:
        files = ('-keyout', str(self.folder / 'key.pem'), '-out', str(self.folder / 'certificate.pem'))
        process = await asyncio.create_subprocess_exec(
            *_CERTIFICATE, *files, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
        )
        assert await process.wait() == 0, 'no certificate: is openssl there?'

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)
