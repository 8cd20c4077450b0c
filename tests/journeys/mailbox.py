"""A real SMTP server that keeps what it is sent, so that a journey goes on where a person would open the e-mail."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

_LINK = re.compile(r'https?://[^\s<>"\')\]]+')


@dataclass(frozen=True)
class Letter:
    """One e-mail as it arrived at one address."""

    to: str
    sender: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message['Subject'] or '')

    @property
    def text(self) -> str:
        return self._part('plain')

    @property
    def html(self) -> str:
        return self._part('html')

    @property
    def links(self) -> list[str]:
        """The addresses in the text part, in order, each once."""
        return list(dict.fromkeys(link.rstrip('.,;:!?') for link in _LINK.findall(self.text)))

    def link(self, containing: str) -> str:
        """The one link with these letters in it."""
        found = [link for link in self.links if containing in link]
        assert len(found) == 1, f'{containing!r} is in {len(found)} links of {self.links}'
        return found[0]

    def _part(self, subtype: str) -> str:
        part = self.message.get_body((subtype,))
        return '' if part is None else str(part.get_content())


@dataclass
class Mailbox:
    """All e-mails that were sent to the server; `url` is for PORTAL_SMTP_URL."""

    url: str = ''
    letters: list[Letter] = field(default_factory=list)
    refusal: str | None = None
    """What the server answers to each message instead of taking it, such as '451 try again later'."""

    _taken: set[int] = field(default_factory=set)
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def wait_for(self, *, to: str = '', subject_contains: str = '', timeout: float = 15) -> Letter:  # noqa: ASYNC109
        """The first e-mail like this that was not given out before, as soon as it is there."""
        try:
            async with asyncio.timeout(timeout), self._arrived:
                while (index := self._find(to, subject_contains)) is None:
                    await self._arrived.wait()
        except TimeoutError:
            there = '\n'.join(f'  {letter.to}: {letter.subject}' for letter in self.letters) or '  nothing'
            raise AssertionError(
                f'no e-mail to {to or "anybody"} about {subject_contains!r} in {timeout} s; there is:\n{there}'
            ) from None
        self._taken.add(index)
        return self.letters[index]

    def to(self, address: str) -> list[Letter]:
        """All that came to one address so far."""
        return [letter for letter in self.letters if letter.to == address]

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's name
        """Take a message in (aiosmtpd calls this)."""
        if self.refusal:
            return self.refusal
        content = envelope.original_content or b''
        message = message_from_bytes(content, policy=policy.default)
        async with self._arrived:
            self.letters += [Letter(to, str(envelope.mail_from), message) for to in envelope.rcpt_tos]
            self._arrived.notify_all()
        return '250 OK'

    def _find(self, to: str, subject_contains: str) -> int | None:
        for index, letter in enumerate(self.letters):
            if index not in self._taken and to in ('', letter.to) and subject_contains in letter.subject:
                return index
        return None


@asynccontextmanager
async def open_mailbox(
    port: int = 0, *, mailbox: Mailbox | None = None, protocol: type[SMTP] = SMTP
) -> AsyncIterator[Mailbox]:
    """An SMTP server on that port, or a free one, for as long as the block lasts."""
    mailbox = mailbox or Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: protocol(mailbox, loop=loop, enable_SMTPUTF8=True), '127.0.0.1', port)
    mailbox.url = f'smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}'
    try:
        yield mailbox
    finally:
        server.close()
        await server.wait_closed()
