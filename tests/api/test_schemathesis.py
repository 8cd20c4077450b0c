"""Programs that make whatever calls the description allows, and some that it does not: the API keeps its word."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.v1 import create_api
from models import Status
from services import tickets, tokens
from services.database import close_database, open_database
from services.forms import store
from services.migrations import migrate
from services.settings import settings
from tests import people
from tests.api.served import served
from tests.services.ticket_world import BUG

EXAMPLES = 2
ENDLESS = 'stream_events'
SUICIDAL = 'revoke_token'  # would end the token that the test calls with
TICKET = 'SPSUP-1'
WHO = ('alice', 'grace')

SCHEMA = schemathesis.openapi.from_dict(create_api().openapi())
OPERATIONS = {
    operation.definition.raw['operationId']: operation
    for operation in (result.ok() for result in SCHEMA.get_all_operations())
    if operation.definition.raw['operationId'] not in (ENDLESS, SUICIDAL)
}


@dataclass
class Served:
    """Where the API is, and the tokens of those who call it."""

    url: str
    tokens: dict[str, str]


@pytest.fixture(scope='module')
def api(tmp_path_factory) -> Iterator[Served]:
    """The guarded API on a real port, with a database of its own, in a thread of its own."""
    ready: Future[Served] = Future()
    stop = threading.Event()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv('PORTAL_DATA_DIR', str(tmp_path_factory.mktemp('called') / 'data'))
        for limit in ('API_CALLS_PER_MINUTE', 'TICKETS_PER_HOUR', 'COMMENTS_PER_HOUR'):
            environment.setenv(f'PORTAL_{limit}', '1000000')
        settings.cache_clear()
        thread = threading.Thread(target=lambda: asyncio.run(_serve(ready, stop)))
        thread.start()
        try:
            yield ready.result(timeout=60)
        finally:
            stop.set()
            thread.join(timeout=30)
            settings.cache_clear()


async def _serve(ready: 'Future[Served]', stop: threading.Event) -> None:
    try:
        await migrate(settings().database)
        await open_database(settings().database)
    except BaseException as error:
        ready.set_exception(error)
        raise
    try:
        issued = await _fill()
        async with served() as url:
            ready.set_result(Served(url, issued))
            while not stop.is_set():  # noqa: ASYNC110 - set by another thread
                await asyncio.sleep(0.1)
    finally:
        await close_database()


async def _fill() -> dict[str, str]:
    """A done ticket of Alice's with a comment, and a token for each caller."""
    await store.publish_catalogue()
    issued = {name: await tokens.create_for((await getattr(people, name)()).email, 'a program') for name in WHO}
    alice = await people.actor_of(await people.alice())
    ticket = await tickets.file(alice, 'bug', BUG, submission_key='first')
    await tickets.comment(alice, ticket.id, 'Ещё одно.')
    await tickets.transition(alice, ticket.id, Status.DONE)
    return issued


# Not asked for: that whatever has the described form is taken. Which answers a form wants, and whether a ticket may go
# where it is sent, no schema says.
@pytest.mark.parametrize('mode', GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize('who', WHO)
@pytest.mark.parametrize('operation', OPERATIONS)
def test_the_api_answers_as_it_is_described(api, operation, who, mode):
    called = OPERATIONS[operation]
    fixed: dict[str, Any] = {}
    if mode is GenerationMode.POSITIVE and '{ticket_id}' in called.path:
        fixed = {'path_parameters': {'ticket_id': TICKET}}

    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=called.as_strategy(mode, **fixed))
    def attack(case: schemathesis.Case) -> None:
        headers = {'Authorization': f'Bearer {api.tokens[who]}'}
        case.call_and_validate(
            base_url=f'{api.url}/api/v1', headers=headers, excluded_checks=[positive_data_acceptance]
        )

    attack()
