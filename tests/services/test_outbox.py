"""Who is told of what: each event and everybody whom it may concern, and nobody else."""

from datetime import timedelta

import pytest

from models import (
    Company,
    EventKind,
    Follow,
    MailKind,
    MailState,
    OutboxMail,
    Rating,
    Role,
    Share,
    Status,
    Subscription,
    TicketEvent,
    User,
)
from services import outbox, tickets
from services.settings import settings
from services.transaction import transaction
from tests.people import make_user
from tests.services.ticket_world import NOW, World, row

SECOND = timedelta(seconds=1)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def mails_since(id: int = 0) -> set[tuple[str, str]]:
    """(kind, first name) of everything queued after that mail."""
    found = await OutboxMail.filter(id__gt=id).select_related('recipient')
    pairs = [(mail.kind.value, mail.address.partition('@')[0]) for mail in found]
    assert len(set(pairs)) == len(pairs), 'somebody is told twice'
    return set(pairs)


async def newest() -> int:
    last = await OutboxMail.all().order_by('-id').first()
    return last.id if last else 0


async def test_a_new_ticket_is_confirmed_to_its_author_and_told_to_all_agents(world):
    await world.file(share_with=[world.users['bob'].id])
    assert await mails_since() == {
        ('ticket_received', 'alice'),
        ('ticket_filed', 'grace'),
        ('ticket_filed', 'george'),
        ('shared', 'bob'),
    }


async def test_an_agent_who_files_is_not_told_of_a_new_ticket(world):
    await world.file(world.grace)
    assert await mails_since() == {('ticket_received', 'grace'), ('ticket_filed', 'george')}


async def test_admins_hear_of_new_tickets_while_there_is_no_agent(world):
    await User.filter(role=Role.AGENT).update(active=False)
    await world.file()
    assert await mails_since() == {('ticket_received', 'alice'), ('ticket_filed', 'mona')}


async def test_sharing_with_the_whole_company_sends_no_mail_but_a_later_personal_share_does(world):
    view = await world.file(share_company=True)
    before = await newest()
    await tickets.share(world.alice, view.id, [world.users['bob'].id], now=NOW)
    assert await mails_since(before) == {('shared', 'bob')}


async def test_a_customers_comment_goes_to_all_agents_while_the_ticket_is_nobodys(world):
    view = await world.file(share_with=[world.users['bob'].id])
    before = await newest()
    await tickets.comment(world.alice, view.id, 'Есть новости?', now=NOW)
    assert await mails_since(before) == {('comment', 'bob'), ('comment', 'grace'), ('comment', 'george')}


async def test_a_customers_comment_goes_to_the_assignee_alone_once_there_is_one(world):
    view = await world.file()
    await tickets.take(world.grace, view.id, now=NOW)
    before = await newest()
    await tickets.comment(world.alice, view.id, 'Есть новости?', now=NOW)
    assert await mails_since(before) == {('comment', 'grace')}


async def test_an_assignee_who_left_is_nobody(world):
    view = await world.file()
    await tickets.take(world.grace, view.id, now=NOW)
    await User.filter(id=world.users['grace'].id).update(active=False)
    before = await newest()
    await tickets.comment(world.alice, view.id, 'Есть новости?', now=NOW)
    assert await mails_since(before) == {('comment', 'george')}


async def test_an_internal_note_reaches_staff_alone(world):
    view = await world.file(share_with=[world.users['bob'].id])
    await tickets.follow(world.bob, view.id, Follow.FOLLOWING, now=NOW)
    await tickets.follow(world.mona, view.id, Follow.FOLLOWING, now=NOW)
    await tickets.take(world.george, view.id, now=NOW)
    before = await newest()
    await tickets.comment(world.grace, view.id, 'Секрет', internal=True, now=NOW)
    assert await mails_since(before) == {('comment', 'george'), ('comment', 'mona')}


async def test_feedback_awaited_asks_customers_and_a_reopening_calls_the_agents(world):
    view = await world.file(share_with=[world.users['bob'].id])
    before = await newest()
    await tickets.transition(world.grace, view.id, Status.AWAITING_FEEDBACK, comment='Проверьте', now=NOW)
    assert await mails_since(before) == {('feedback_awaited', 'alice'), ('feedback_awaited', 'bob')}
    before = await newest()
    await tickets.transition(world.bob, view.id, Status.REOPENED, comment='Не помогло', now=NOW + SECOND)
    assert await mails_since(before) == {
        ('status_changed', 'alice'),
        ('status_changed', 'grace'),
        ('status_changed', 'george'),
    }


async def test_done_is_told_to_others_and_the_author_is_asked_for_a_rating_even_when_they_did_it(world):
    view = await world.file(share_with=[world.users['bob'].id])
    await tickets.take(world.grace, view.id, now=NOW)
    before = await newest()
    await tickets.transition(world.alice, view.id, Status.DONE, now=NOW)
    assert await mails_since(before) == {('ticket_closed', 'bob'), ('ticket_closed', 'grace'), ('rating', 'alice')}
    mail = await OutboxMail.get(kind=MailKind.RATING)
    assert mail.not_before == NOW + settings().rating_delay
    assert await Rating.filter(ticket_id=view.pk, rater_id=world.users['alice'].id, rated_at=None).count() == 1


async def test_mails_of_a_move_that_can_be_undone_wait_and_are_kept_back_when_it_is(world, monkeypatch):
    monkeypatch.setenv('PORTAL_RATING_DELAY', '2s')
    settings.cache_clear()
    view = await world.file(share_with=[world.users['bob'].id])
    hold = timedelta(seconds=10)
    moved = await tickets.transition(world.alice, view.id, Status.DONE, undo_window=hold, now=NOW)
    held = await OutboxMail.filter(event_id=moved.undo_event_id)
    assert {mail.kind for mail in held} == {MailKind.TICKET_CLOSED, MailKind.RATING}
    assert {mail.not_before for mail in held} == {NOW + hold}
    await tickets.undo_transition(world.alice, view.id, moved.undo_event_id, now=NOW + SECOND)
    assert {mail.state for mail in await OutboxMail.filter(event_id=moved.undo_event_id)} == {MailState.WITHHELD}
    assert await Rating.all().count() == 0


async def test_reopening_before_the_question_left_withholds_it_and_done_again_asks_again(world):
    view = await world.in_status(Status.DONE)
    await tickets.transition(world.alice, view.id, Status.REOPENED, comment='Ещё нет', now=NOW + SECOND)
    assert [mail.state for mail in await OutboxMail.filter(kind=MailKind.RATING)] == [MailState.WITHHELD]
    await tickets.transition(world.grace, view.id, Status.DONE, now=NOW + 2 * SECOND)
    states = [mail.state for mail in await OutboxMail.filter(kind=MailKind.RATING).order_by('id')]
    assert states == [MailState.WITHHELD, MailState.WAITING]
    assert await Rating.all().count() == 1


async def test_a_question_that_left_stays_when_the_ticket_is_reopened(world):
    view = await world.in_status(Status.DONE)
    await OutboxMail.filter(kind=MailKind.RATING).update(state=MailState.SENT)
    await tickets.transition(world.alice, view.id, Status.REOPENED, comment='Ещё нет', now=NOW + SECOND)
    await tickets.transition(world.grace, view.id, Status.DONE, now=NOW + 2 * SECOND)
    assert await Rating.all().count() == 2


async def test_staff_is_never_asked_to_rate(world):
    view = await world.file(world.grace)
    await tickets.transition(world.george, view.id, Status.DONE, now=NOW)
    assert await Rating.all().count() == 0
    assert not await OutboxMail.filter(kind=MailKind.RATING).exists()


async def test_the_reminder_goes_to_the_author_alone_and_once_per_event(world):
    view = await world.in_status(Status.AWAITING_FEEDBACK)
    event = await TicketEvent.create(ticket_id=view.pk, kind=EventKind.REMINDED, at=NOW + SECOND)
    before = await newest()
    for _ in range(3):
        await outbox.notify(event, await row(view))
    assert await mails_since(before) == {('close_reminder', 'alice')}


async def test_whoever_is_given_a_ticket_hears_of_it_but_not_of_taking_it(world):
    view = await world.file()
    before = await newest()
    await tickets.take(world.grace, view.id, now=NOW)
    assert not {kind for kind, name in await mails_since(before) if name == 'grace'}
    before = await newest()
    await tickets.assign(world.grace, view.id, world.users['george'].id, now=NOW + SECOND)
    assert await mails_since(before) == {('ticket_filed', 'george')}


@pytest.mark.parametrize('kind', [MailKind.COMMENT, MailKind.STATUS_CHANGED, MailKind.TICKET_RECEIVED, MailKind.RATING])
async def test_a_kind_that_is_switched_off_is_not_queued(world, kind):
    await User.filter(id=world.users['alice'].id).update(mail_off=[kind.value])
    view = await world.file()
    await tickets.comment(world.grace, view.id, 'Смотрим', now=NOW)
    await tickets.transition(world.grace, view.id, Status.PENDING, now=NOW)
    await tickets.transition(world.grace, view.id, Status.DONE, now=NOW)
    queued = {mail.kind for mail in await OutboxMail.filter(recipient_id=world.users['alice'].id)}
    everything = {
        MailKind.TICKET_RECEIVED, MailKind.COMMENT, MailKind.STATUS_CHANGED, MailKind.TICKET_CLOSED, MailKind.RATING
    }  # fmt: skip
    assert queued == everything - {kind}
    assert await Rating.filter(rater_id=world.users['alice'].id).count() == 1  # the ticket's page still asks


async def test_a_muted_ticket_is_silent_but_still_asks_for_the_rating(world):
    view = await world.file()
    await tickets.follow(world.alice, view.id, Follow.MUTED, now=NOW)
    before = await newest()
    await tickets.comment(world.grace, view.id, 'Смотрим', now=NOW)
    await tickets.transition(world.grace, view.id, Status.DONE, now=NOW)
    assert await mails_since(before) == {('rating', 'alice')}


async def test_nobody_without_a_right_to_see_is_told_whatever_rows_say(world):
    """Charlie follows, and is shared with by a row that should not be there; a colleague left; a company is closed."""
    view = await world.file(share_with=[world.users['bob'].id])
    charlie = world.users['charlie']

    await Share.create(ticket_id=view.pk, user_id=charlie.id, created_at=NOW)
    await Subscription.create(ticket_id=view.pk, user_id=charlie.id, follow=Follow.FOLLOWING)
    await User.filter(id=world.users['bob'].id).update(active=False)
    before = await newest()
    await tickets.comment(world.grace, view.id, 'Смотрим', now=NOW)
    assert await mails_since(before) == {('comment', 'alice')}
    await Company.filter(id=view_company(world)).update(active=False)
    before = await newest()
    await tickets.comment(world.grace, view.id, 'Ещё смотрим', now=NOW)
    assert await mails_since(before) == set()


async def test_a_person_who_has_been_unshared_is_not_told_of_the_next_comment(world):
    view = await world.file(share_with=[world.users['bob'].id])
    await tickets.unshare(world.alice, view.id, world.users['bob'].id, now=NOW)
    before = await newest()
    await tickets.comment(world.grace, view.id, 'Смотрим', now=NOW)
    assert await mails_since(before) == {('comment', 'alice')}


async def test_each_mail_has_one_recipient_and_a_message_id_of_its_own(world):
    await world.file(share_with=[world.users['bob'].id])
    mails = await OutboxMail.all()
    assert len({mail.message_id for mail in mails}) == len(mails)
    assert all(mail.message_id.endswith('@localhost>') and len(mail.message_id) > 40 for mail in mails)


async def test_a_rolled_back_change_leaves_no_mail(world):
    view = await world.file()
    before = await newest()
    ticket = await row(view)

    with pytest.raises(RuntimeError):
        async with transaction():
            event = await TicketEvent.create(ticket_id=view.pk, kind=EventKind.COMMENTED, at=NOW)
            await outbox.notify(event, ticket)
            raise RuntimeError
    assert await mails_since(before) == set()


async def test_a_follower_of_the_company_hears_what_they_follow(world):
    view = await world.file(share_company=True)
    dora = await make_user(email='dora@romashka.test')
    await tickets.follow(world.bob, view.id, Follow.FOLLOWING, now=NOW)
    before = await newest()
    await tickets.comment(world.grace, view.id, 'Смотрим', now=NOW)
    assert await mails_since(before) == {('comment', 'alice'), ('comment', 'bob')}
    assert dora.email not in {mail.address for mail in await OutboxMail.all()}


def view_company(world: World) -> int:
    company = world.users['alice'].company_id
    assert company is not None
    return company
