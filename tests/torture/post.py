"""The mail server away, refusing or hanging up, and the portal killed while it sends: no letter is lost by it."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

from models import MailKind, MailState, OutboxMail
from services.database import opened
from tests.journeys.mailbox import Mailbox, open_mailbox
from tests.journeys.server import free_port
from tests.torture.ground import Ground, ground
from tests.torture.outcome import Outcome, until
from tests.torture.writers import Writers

PATIENCE = (
    300  # seconds: a letter that met a fault is tried again after one minute, a claim of a dead process after 2.5
)


class _CutsLine(SMTP):
    """A server that hangs up in the middle of a letter."""

    hung_up = 0

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if type(self).hung_up >= 3:
            return await super().smtp_DATA(arg)
        await self.push('354 go on')
        await self._reader.readline()
        type(self).hung_up += 1
        self.transport.abort()
        return None


class _Slow(Mailbox):
    """Takes its time after a letter, so that the portal may die between handing over and knowing it."""

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(0.05)
        return answer


async def away(folder: Path, *, requests: int) -> Outcome:
    """Nobody listens where the mail server was."""
    outcome, port = Outcome('mail server away', 1), free_port()
    async with _asking(outcome, folder, f'smtp://127.0.0.1:{port}', requests) as here, open_mailbox(port) as mailbox:
        await _compare(outcome, here, mailbox)
    return outcome


async def refusing(folder: Path, *, requests: int) -> Outcome:
    """The mail server answers each letter with 'try again later'."""
    outcome = Outcome('mail server refuses', 1)
    async with open_mailbox() as mailbox:
        mailbox.refusal = '451 try again later'
        async with _asking(outcome, folder, mailbox.url, requests) as here:
            mailbox.refusal = None
            await _compare(outcome, here, mailbox)
    return outcome


async def cut(folder: Path, *, requests: int) -> Outcome:
    """The mail server hangs up in the middle of letters."""
    outcome, _CutsLine.hung_up = Outcome('mail server hangs up in the middle of a letter', 1), 0
    async with open_mailbox(protocol=_CutsLine) as mailbox, _asking(outcome, folder, mailbox.url, requests) as here:
        await until(lambda: _CutsLine.hung_up >= 3)
        await _compare(outcome, here, mailbox)
    return outcome


async def killed(folder: Path, *, cycles: int, seed: int = 1) -> Outcome:
    """kill -9 of the portal while it hands letters over: each arrives, and one more time only with the same number."""
    outcome, dice, mailbox = Outcome('kill -9 of the portal while it sends', cycles), random.Random(seed), _Slow()  # noqa: S311
    async with open_mailbox(mailbox=mailbox), ground(folder, None, PORTAL_SMTP_URL=mailbox.url) as here:
        for _ in range(cycles):
            await here.portal.start()
            wanted = len(mailbox.letters) + dice.randint(1, 3)
            await Writers(here.portal, here.journal).once()
            await until(lambda wanted=wanted: len(mailbox.letters) >= wanted)
            await asyncio.sleep(dice.random() * 0.1)
            await here.portal.stop(by=signal.SIGKILL)
        await here.portal.start()
        await _compare(outcome, here, mailbox, twice=cycles)
    return outcome


@asynccontextmanager
async def _asking(outcome: Outcome, folder: Path, url: str, requests: int) -> AsyncIterator[Ground]:
    """People file requests, and notice nothing, while the mail server at that address is in trouble."""
    async with ground(folder, None, PORTAL_SMTP_URL=url) as here:
        await here.portal.start()
        writers = Writers(here.portal, here.journal)
        for _ in range(requests):
            await writers.once()
        outcome.hear(writers)
        yield here


async def _compare(outcome: Outcome, here: Ground, mailbox: Mailbox, *, twice: int = 0) -> None:
    """Every letter has to come, once; as many as `twice` may come again, under the same Message-ID."""
    async with opened(here.url):
        async with asyncio.timeout(PATIENCE):
            while await _waiting() > 0:  # noqa: ASYNC110 - another process, which cannot set an Event
                await asyncio.sleep(0.5)
        written = {row.message_id: row async for row in OutboxMail.exclude(kind=MailKind.RATING)}
    came = Counter(str(letter.message['Message-ID']) for letter in mailbox.letters)
    again = sum(times - 1 for times in came.values())
    outcome.losses += [
        f'{number} did not come: {row.last_error}' for number, row in written.items() if not came[number]
    ]
    outcome.losses += [f'{number} came, and nobody wrote it' for number in came if number not in written]
    outcome.losses += [f'{again} letters came again'] if again > twice else []
    outcome.losses += await here.losses()
    outcome.recovered += outcome.cycles
    outcome.acknowledged = here.acknowledged


async def _waiting() -> int:
    rows = OutboxMail.filter(state__in=(MailState.WAITING, MailState.SENDING))
    return await rows.exclude(kind=MailKind.RATING).count()
