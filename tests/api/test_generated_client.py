"""A client that a generator wrote from the API's description alone does a customer's and an agent's work."""

import importlib
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from api.v1 import create_api
from models import User
from services import tokens
from services.forms import store
from tests import people
from tests.api.programs import BUG
from tests.api.served import served

NAME = 'help_client'
Part = Callable[[str], ModuleType]
ClientOf = Callable[[User], Awaitable[Any]]


@pytest.fixture(scope='module')
def folder(tmp_path_factory) -> Path:
    """Where the client is; the generator has nothing to say about the description."""
    there: Path = tmp_path_factory.mktemp('generated')
    document = there / 'openapi.json'
    document.write_text(json.dumps(create_api().openapi()), encoding='utf-8')
    wanted = ConfigFile(post_hooks=[])  # it would format what it wrote
    config = Config.from_sources(wanted, MetaType.NONE, document, 'utf-8', overwrite=True, output_path=there / NAME)
    assert [f'{each.header} {each.detail}' for each in generate(config=config)] == []
    return there


@pytest.fixture
def part(folder, monkeypatch) -> Iterator[Part]:
    """A module of the client by its name: `part('api.tickets.file_ticket')`."""
    monkeypatch.syspath_prepend(str(folder))
    yield lambda name: importlib.import_module(f'{NAME}.{name}')
    for name in [name for name in sys.modules if name.partition('.')[0] == NAME]:
        del sys.modules[name]


@pytest.fixture
async def client_of(sqlite, part) -> AsyncIterator[ClientOf]:
    """A client with a person's token, before the API on a real port."""
    await store.publish_catalogue()
    async with served() as url, AsyncExitStack() as open_ones:

        async def client_of(user: User) -> Any:
            token = await tokens.create_for(user.email, 'a generated client')
            made = part('client').AuthenticatedClient(base_url=f'{url}/api/v1', token=token)
            return await open_ones.enter_async_context(made)

        yield client_of


async def test_a_ticket_is_filed_read_talked_about_and_moved(part, client_of):
    alice = await client_of(await people.alice())
    grace = await client_of(await people.grace())
    models = part('models')
    fields = models.NewTicketFields.from_dict(BUG)
    new = models.NewTicket(type_='bug', subject='Экран гаснет', fields=fields)
    filed = await call(part, 'tickets.file_ticket', alice, body=new, idempotency_key='once')
    assert (filed.subject, filed.status, filed.author.name) == ('Экран гаснет', models.Status.OPEN, 'Алиса Иванова')
    assert (await call(part, 'tickets.file_ticket', alice, body=new, idempotency_key='once')).id == filed.id

    comment = models.NewComment(body='Это **важно**.')
    written = await call(part, 'conversation.write_comment', alice, ticket_id=filed.id, body=comment)
    assert (written.body, written.internal) == ('Это **важно**.', False)

    listed = await call(part, 'tickets.list_tickets', grace, status=[models.Status.OPEN])
    assert [card.id for card in listed.items] == [filed.id]
    seen = await call(part, 'tickets.read_ticket', grace, ticket_id=filed.id)
    assert [each.body for each in seen.comments] == ['Это **важно**.']
    assert seen.fields.to_dict()['os'] == 'tizen'
    move = models.NewTransition(to=models.Status.AWAITING_FEEDBACK, comment='Проверьте, пожалуйста.')
    moved = await call(part, 'tickets.move_ticket', grace, ticket_id=filed.id, body=move, if_match=f'"{seen.version}"')
    assert (moved.status, moved.auto_close_at is not None) == (models.Status.AWAITING_FEEDBACK, True)
    done = models.NewTransition(to=models.Status.DONE)
    assert (await call(part, 'tickets.move_ticket', alice, ticket_id=filed.id, body=done)).status is models.Status.DONE
    rated = await call(part, 'ratings.rate_ticket', alice, ticket_id=filed.id, body=models.NewRating(stars=2))
    assert rated.stars == 2


async def test_a_refusal_is_a_thing_with_a_code(part, client_of):
    charlie = await client_of(await people.charlie())
    module = part('api.tickets.read_ticket')
    answer = await module.asyncio_detailed(client=charlie, ticket_id='SPSUP-1')
    assert (answer.status_code, answer.parsed.code) == (HTTPStatus.NOT_FOUND, 'not_found')


async def test_files_go_and_come(part, client_of):
    alice = await client_of(await people.alice())
    file = part('types').File(payload=BytesIO(b'a log'), file_name='log.txt')
    body = part('models').NewFile(file=file)
    uploaded = await call(part, 'conversation.upload_file', alice, body=body)
    assert (uploaded.name, uploaded.size) == ('log.txt', 5)
    new = part('models').NewTicket(
        type_='bug',
        subject='С журналом',
        fields=part('models').NewTicketFields.from_dict(BUG),
        attachments=[uploaded.id],
    )
    filed = await call(part, 'tickets.file_ticket', alice, body=new)
    sent = await call(part, 'conversation.download_file', alice, key=filed.attachments[0].id)
    assert sent.payload.read() == b'a log'


async def test_forms_say_what_they_ask_for(part, client_of):
    alice = await client_of(await people.alice())
    form = await call(part, 'forms.read_form', alice, type_='bug')
    kinds = {field.code: field.kind for field in form.fields}
    assert kinds['os'] is part('models').FieldKind.CHOICE


async def call(part: Part, name: str, client: Any, **arguments: Any) -> Any:
    """What a call gives; it has to be one of the described answers."""
    answer = await part(f'api.{name}').asyncio_detailed(client=client, **arguments)
    assert answer.status_code < 300, answer.content
    return answer.parsed
