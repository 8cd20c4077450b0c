"""What the tests of sending have in common."""

import ssl
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from models import (
    OutboxMail,
)
from services import sender
from services.settings import settings
from tests.journeys.mailbox import Mailbox

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def use(monkeypatch, url: str, **others: str) -> None:
    monkeypatch.setenv('PORTAL_SMTP_URL', url)
    for name, value in others.items():
        monkeypatch.setenv(f'PORTAL_{name.upper()}', value)
    settings.cache_clear()


async def states(**which: Any) -> list[str]:
    return [mail.state.value for mail in await OutboxMail.filter(**which).order_by('id')]


def names(mailbox: Mailbox) -> list[str]:
    return [letter.to.partition('@')[0] for letter in mailbox.letters]


def self_signed() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name('self_signed.pem'))  # opens nothing anywhere
    return context


async def drain(now: datetime) -> None:
    """As the sender's loop does: until a round brings nothing."""
    for step in range(60):
        if not await sender.send_due(now + step * timedelta(seconds=1)) and step > 2:
            return
