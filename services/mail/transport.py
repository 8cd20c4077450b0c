"""The mail server and how it is spoken to: where PORTAL_SMTP_URL says, encrypted wherever it can be, never for long."""

import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import aiosmtplib

from services.settings import settings

TIMEOUT = 30  # seconds for the connection and for each answer
FAULTS = (aiosmtplib.SMTPException, OSError, ssl.SSLError, UnicodeError, ValueError)
_PORTS = {'smtp': 25, 'smtps': 465}


class NoLine(aiosmtplib.SMTPException):
    """The server cannot be spoken to: away, a bad certificate, a wrong password. No mail is to blame."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes. The password is left out of what is printed."""

    host: str
    port: int
    tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def is_here(self) -> bool:
        """On this very machine, where nobody listens on the line."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == 'localhost'

    @property
    def start_tls(self) -> bool | None:
        """STARTTLS: needed before a password, used when offered, and not at all on this machine.

        When it is used, a certificate that does not do ends the connection: the mail never goes in clear instead.
        """
        if self.tls or self.is_here:
            return False
        return True if self.user is not None else None


def server() -> Server | None:
    """The server of PORTAL_SMTP_URL, None without one."""
    if not settings().smtp_url:
        return None
    parts = urlsplit(settings().smtp_url)
    return Server(
        host=parts.hostname or '',
        port=parts.port or _PORTS[parts.scheme],
        tls=parts.scheme == 'smtps',
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


class Line:
    """A connection that is opened when the first mail needs it and kept for those after it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, message: EmailMessage, *, to: str) -> None:
        """Hand over one message for one recipient. Raises one of FAULTS."""
        client = await self._open()
        try:
            await client.send_message(message, recipients=[to])
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused):
            raise  # the server answered: the line is fine
        except BaseException:
            client.close()  # whatever comes next begins on a fresh line
            raise

    async def close(self) -> None:
        """Say goodbye, if there is somebody to say it to."""
        client, self._client = self._client, None
        if client is None or not client.is_connected:
            return
        try:
            await client.quit()
        except FAULTS:
            client.close()

    async def _open(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls,
            start_tls=server.start_tls,
            timeout=TIMEOUT,
        )
        try:
            await client.connect()
        except FAULTS as fault:
            raise NoLine(f'{type(fault).__name__}: {fault}') from fault
        self._client = client
        return client


def is_final(fault: BaseException) -> bool:
    """Whether trying again is no use: the server said 5xx of this mail or its recipient."""
    if isinstance(fault, aiosmtplib.SMTPRecipientsRefused):
        return all(is_final(each) for each in fault.recipients)
    return isinstance(fault, aiosmtplib.SMTPResponseException) and 500 <= fault.code < 600


def concerns_all(fault: BaseException) -> bool:
    """Whether the next mail would meet the same: the server cannot be spoken to, or does not answer."""
    return isinstance(fault, (NoLine, TimeoutError))
