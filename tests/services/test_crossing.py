"""An answer that crosses what the customer has written meanwhile is stopped, once, and only from pages."""

import pytest

from services import tickets
from services.errors import Crossed
from tests.services.ticket_world import NOW, World


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def test_an_answer_that_crosses_a_customers_comment_is_stopped_and_tells_which(world):
    ticket = await world.file()
    said = await tickets.comment(world.alice, ticket.id, 'Стало хуже', now=NOW)
    with pytest.raises(Crossed) as crossed:
        await tickets.comment(world.grace, ticket.id, 'Готово', seen_event_id=ticket.last_event_id, now=NOW)
    assert crossed.value.values['comment_ids'] == [said.id]
    view = await tickets.read(world.grace, ticket.id, now=NOW)
    assert [comment.id for comment in view.comments] == [said.id]
    await tickets.comment(world.grace, ticket.id, 'Готово', seen_event_id=crossed.value.values['event_id'], now=NOW)
    view = await tickets.read(world.grace, ticket.id, now=NOW)
    assert [comment.body for comment in view.comments] == ['Стало хуже', 'Готово']


async def test_a_comment_worded_anew_is_new(world):
    ticket = await world.file()
    said = await tickets.comment(world.alice, ticket.id, 'Стало хуже', now=NOW)
    seen = (await tickets.read(world.grace, ticket.id, now=NOW)).last_event_id
    await tickets.edit_comment(world.alice, ticket.id, said.id, 'Стало лучше', now=NOW)
    with pytest.raises(Crossed):
        await tickets.comment(world.grace, ticket.id, 'Жаль', seen_event_id=seen, now=NOW)


async def test_colleagues_notes_and_customers_cross_nothing(world):
    ticket = await world.file()
    await tickets.comment(world.george, ticket.id, 'Смотрю', seen_event_id=ticket.last_event_id, now=NOW)
    await tickets.comment(world.grace, ticket.id, 'И я', seen_event_id=ticket.last_event_id, now=NOW)
    await tickets.comment(world.alice, ticket.id, 'Спасибо', seen_event_id=ticket.last_event_id, now=NOW)
    await tickets.comment(world.grace, ticket.id, 'Заметка', internal=True, seen_event_id=ticket.last_event_id, now=NOW)
    await tickets.comment(world.grace, ticket.id, 'Через API', now=NOW)
    assert len((await tickets.read(world.grace, ticket.id, now=NOW)).comments) == 5


async def test_sending_again_what_was_written_is_no_crossing(world):
    ticket = await world.file()
    first = await tickets.comment(world.grace, ticket.id, 'Готово', submission_key='once', seen_event_id=10**6, now=NOW)
    await tickets.comment(world.alice, ticket.id, 'Спасибо', now=NOW)
    again = await tickets.comment(world.grace, ticket.id, 'Готово', submission_key='once', seen_event_id=0, now=NOW)
    assert again.id == first.id
