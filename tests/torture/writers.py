"""People who write without pause through the REST API: requests, comments, notes, moves and files."""

import asyncio
import random
import secrets
from collections import Counter
from dataclasses import dataclass, field

import httpx

from tests.journeys.conftest import ALICE, GRACE
from tests.journeys.server import BUG, Portal
from tests.torture.journal import Acknowledged, Journal

EVERYBODY = 6
UNLIMITED = {
    'PORTAL_TICKETS_PER_HOUR': '1000000',
    'PORTAL_COMMENTS_PER_HOUR': '1000000',
    'PORTAL_API_CALLS_PER_MINUTE': '1000000',
}
_PATIENCE = 60  # seconds for an answer; a locked database is waited for


@dataclass
class Writers:
    """`answers` counts statuses; 0 stands for a connection that was cut."""

    portal: Portal
    journal: Journal
    answers: Counter[int] = field(default_factory=Counter)
    tickets: list[str] = field(default_factory=list)
    _stopped: bool = False

    async def run(self) -> None:
        """Write until stopped, or for good."""
        async with await self.portal.api(ALICE) as alice, await self.portal.api(GRACE) as grace:
            for client in (alice, grace):
                client.timeout = httpx.Timeout(_PATIENCE)
            dice = [random.Random(seed) for seed in range(EVERYBODY)]  # noqa: S311
            await asyncio.gather(*(self._one(alice, grace, one) for one in dice))

    def stop(self) -> None:
        """Let each finish what it has begun."""
        self._stopped = True

    async def once(self) -> int:
        """File one request; the status of the answer."""
        async with await self.portal.api(ALICE) as alice:
            alice.timeout = httpx.Timeout(_PATIENCE)
            before = self.answers.copy()
            await self._file(alice)
            return next(iter(self.answers - before))

    async def _one(self, alice: httpx.AsyncClient, grace: httpx.AsyncClient, dice: random.Random) -> None:
        while not self._stopped:
            match dice.randrange(6) if self.tickets else 0:
                case 0 | 1:
                    await self._file(alice)
                case 2:
                    await self._say(alice, dice.choice(self.tickets), internal=False)
                case 3:
                    await self._say(grace, dice.choice(self.tickets), internal=True)
                case 4:
                    await self._attach(alice, dice.choice(self.tickets))
                case _:
                    await self._move(grace, dice.choice(self.tickets), dice)

    async def _file(self, client: httpx.AsyncClient) -> None:
        words = secrets.token_hex(8)
        request = {'type': 'bug', 'subject': words, 'fields': BUG}
        if (answer := await self._ask(client, 'tickets', json=request)) is not None:
            self.tickets.append(answer['id'])
            self.journal.note(Acknowledged('ticket', answer['id'], words))

    async def _say(self, client: httpx.AsyncClient, ticket: str, *, internal: bool) -> None:
        words = secrets.token_hex(8)
        said = {'body': words, 'internal': internal}
        if await self._ask(client, f'tickets/{ticket}/comments', json=said) is not None:
            self.journal.note(Acknowledged('note' if internal else 'comment', ticket, words))

    async def _attach(self, client: httpx.AsyncClient, ticket: str) -> None:
        words = secrets.token_hex(8)
        file = {'file': (f'{words}.txt', words.encode() * 4096, 'text/plain')}
        if await self._ask(client, f'tickets/{ticket}/attachments', files=file) is not None:
            self.journal.note(Acknowledged('file', ticket, words))

    async def _move(self, client: httpx.AsyncClient, ticket: str, dice: random.Random) -> None:
        words = secrets.token_hex(8)
        to = dice.choice(('in_progress', 'pending', 'awaiting_development'))
        if await self._ask(client, f'tickets/{ticket}/transitions', json={'to': to, 'comment': words}) is not None:
            self.journal.note(Acknowledged('move', ticket, words))

    async def _ask(self, client: httpx.AsyncClient, path: str, **content: object) -> dict[str, str] | None:
        try:
            answer = await client.post(path, **content)  # type: ignore[arg-type]
        except httpx.TransportError:
            self.answers[0] += 1
            await asyncio.sleep(0.05)
            return None
        self.answers[answer.status_code] += 1
        if answer.is_success:
            return dict(answer.json())
        if answer.status_code >= 500:
            await asyncio.sleep(0.05)  # a person would not ask again at once either
        return None
