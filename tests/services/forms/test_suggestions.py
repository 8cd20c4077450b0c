"""Earlier answers are offered to the people of the company that gave them, and to nobody else."""

from datetime import UTC, datetime

from models import Status, Ticket, User
from services.forms import store
from services.forms.suggestions import suggestions
from tests.people import actor_of, alice, bob, charlie, grace

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def asked_about(project: object, number: int, by: User) -> None:
    await Ticket.create(
        number=number, type='bug', form_id=(await store.current_row('bug')).id, subject='Тема', status=Status.OPEN,
        status_since=NOW, requester=by, company_id=by.company_id, submission_key=f'key-{number}', created_at=NOW,
        updated_at=NOW, answers={'project': project},
    )  # fmt: skip


async def test_projects_of_the_own_company_the_newest_first_and_once(database):
    await store.publish_catalogue()
    for number, project in enumerate(('Кафе', 'Аэропорт', 'кафе', '', 7, None), start=1):
        await asked_about(project, number, await alice())
    form = await store.current('bug')
    assert await suggestions(await actor_of(await bob()), form) == {'project': ['кафе', 'Аэропорт']}
    assert await suggestions(await actor_of(await charlie()), form) == {'project': []}
    assert await suggestions(await actor_of(await grace()), form) == {}
    assert await suggestions(await actor_of(await bob()), await store.current('feature')) == {}
