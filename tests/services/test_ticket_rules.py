"""Who may move a ticket from where to where: the customer's rules once more in words, and every other move refused."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from models import Follow, MailKind, MailState, OutboxMail, Rating, Status, Ticket, TicketEvent
from services import drafts, files, i18n, tickets
from services.errors import Conflict, Crossed, Invalid, NotAllowed, NotFound, Problem, TransitionRefused
from services.settings import settings
from tests import people
from tests.services.ticket_world import HOUR, NOW, World, bodies, let_everybody_write, row

OPEN, IN_PROGRESS, DEVELOPMENT = Status.OPEN, Status.IN_PROGRESS, Status.AWAITING_DEVELOPMENT
WINDOW = timedelta(seconds=10)
PENDING, FEEDBACK, REOPENED, DONE = Status.PENDING, Status.AWAITING_FEEDBACK, Status.REOPENED, Status.DONE

# from: (what the requester may, what a colleague with whom it is shared may, what an agent may); '*' asks for a comment
RULES = {
    OPEN: ('done', '', 'in_progress awaiting_development pending awaiting_feedback* done'),
    IN_PROGRESS: ('done', '', 'awaiting_development pending awaiting_feedback* done'),
    DEVELOPMENT: ('done', '', 'in_progress pending awaiting_feedback* done'),
    PENDING: ('done', '', 'in_progress awaiting_development awaiting_feedback* done'),
    FEEDBACK: ('done reopened*', 'reopened*', 'in_progress awaiting_development pending done'),
    REOPENED: ('done', '', 'in_progress awaiting_development pending awaiting_feedback* done'),
    DONE: ('reopened*', 'reopened*', 'reopened*'),
}


async def stream(content: bytes) -> AsyncIterator[bytes]:
    yield content


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


@pytest.fixture
async def quick(sqlite) -> World:
    """The same on one engine: for rules that no engine can change."""
    return await World().build()


@pytest.mark.parametrize('status', list(RULES))
@pytest.mark.parametrize('part, who', [(0, 'alice'), (1, 'bob'), (2, 'grace')])
async def test_every_move_of_the_rules_works_and_no_other(quick, status, part, who):
    actor = getattr(quick, who)
    allowed = {Status(word.strip('*')): word.endswith('*') for word in RULES[status][part].split()}
    view = await quick.in_status(status)
    await tickets.share(quick.alice, view.id, [quick.users['bob'].id], now=NOW)
    shown = await tickets.read(actor, view.id, now=NOW)
    assert {move.target: move.needs_comment for move in shown.moves} == allowed
    for target in Status:
        if target not in allowed:
            with pytest.raises(TransitionRefused):
                await tickets.transition(actor, view.id, target, comment='Вот так.', now=NOW)
    assert (await row(view)).status is status
    for target, needs_comment in allowed.items():
        view = await quick.in_status(status)
        await tickets.share(quick.alice, view.id, [quick.users['bob'].id], now=NOW)
        if needs_comment:
            with pytest.raises(Invalid) as refused:
                await tickets.transition(actor, view.id, target, comment='  \n', now=NOW)
            assert list(refused.value.problems) == ['comment']
        moved = await tickets.transition(actor, view.id, target, comment='Вот так.' if needs_comment else None, now=NOW)
        assert moved.status is target
        assert (moved.events[-1].from_status, moved.events[-1].to_status) == (status, target)


@pytest.mark.parametrize('language', i18n.LANGUAGES)
async def test_every_refusal_says_why(quick, language):
    said = set()
    for status in Status:
        view = await quick.in_status(status)
        await tickets.share(quick.alice, view.id, [quick.users['bob'].id], now=NOW)
        for actor in (quick.alice, quick.bob, quick.grace):
            for target in Status:
                if target in {move.target for move in (await tickets.read(actor, view.id, now=NOW)).moves}:
                    continue
                with pytest.raises(TransitionRefused) as refused:
                    await tickets.transition(actor, view.id, target, comment='x', now=NOW)
                said.add(refused.value.key)
                assert i18n.translate(language, refused.value.key, **refused.value.values)
    assert said == {
        'refusal.already_there',
        'refusal.open_only_at_first',
        'refusal.staff_sets_status',
        'refusal.requester_marks_done',
        'refusal.done_reopen_first',
        'refusal.reopen_not_needed',
        'refusal.reopen_is_the_customers',
        'refusal.reopen_only_done',
    }


@pytest.mark.parametrize('name', [status.value for status in Status])
@pytest.mark.parametrize('language', i18n.LANGUAGES)
def test_the_loser_of_a_race_is_told_in_words(language, name):
    assert 'Grace' in i18n.translate(language, f'refusal.moved_meanwhile.{name}', name='Grace', status=name)


@pytest.mark.parametrize('language', i18n.LANGUAGES)
def test_every_sentence_of_the_ticket_services_exists(language):
    sources = [path.read_text() for path in Path(tickets.__file__).parent.glob('*.py')]
    keys = {key for source in sources for key in re.findall(r"'((?:refusal|entry)\.[a-z_]+)'", source)}
    assert len(keys) > 20
    assert {key for key in keys if not i18n.known(language, key)} == set()


async def test_a_stranger_and_a_colleague_without_a_share_move_nothing(world):
    view = await world.in_status(FEEDBACK)
    for actor in (world.charlie, world.bob):
        for target in Status:
            with pytest.raises(NotFound):
                await tickets.transition(actor, view.id, target, comment='x', now=NOW)
    assert (await row(view)).status is FEEDBACK


async def test_a_colleague_may_reopen_what_is_shared_with_the_company(world):
    view = await world.in_status(DONE)
    await tickets.share(world.alice, view.id, [], company=True, now=NOW)
    moved = await tickets.transition(world.bob, view.id, REOPENED, comment='Снова гаснет.', now=NOW)
    assert moved.status is REOPENED
    assert moved.comments[-1].body == 'Снова гаснет.'


async def test_the_customer_reopens_within_thirty_days_and_is_offered_a_new_request_later(world):
    view = await world.in_status(DONE)
    last_moment = NOW + timedelta(days=30)
    alice = await people.actor_of(world.users['alice'], now=last_moment)
    grace = await people.actor_of(world.users['grace'], now=last_moment)
    shown = await tickets.read(alice, view.id, now=last_moment)
    assert (shown.rights.reopen, shown.may_follow_up, shown.reopen_until) == (True, False, last_moment)
    late = last_moment + timedelta(microseconds=1)
    with pytest.raises(TransitionRefused) as refused:
        await tickets.transition(alice, view.id, REOPENED, comment='Снова.', now=late)
    assert refused.value.key == 'refusal.reopen_too_late'
    shown = await tickets.read(alice, view.id, now=late)
    assert (shown.rights.reopen, shown.may_follow_up, shown.moves) == (False, True, ())
    follow_up = await world.file(alice, now=late, follow_up_of=view.id)
    assert follow_up.follow_up_of == view.id
    assert (await tickets.transition(grace, view.id, REOPENED, comment='Вернулись.', now=late)).status is REOPENED


async def test_nobody_follows_up_what_they_do_not_see(world):
    view = await world.in_status(DONE)
    with pytest.raises(NotFound):
        await world.file(world.charlie, follow_up_of=view.id)


async def test_done_asks_for_a_rating_and_reopening_withholds_it(world):
    view = await tickets.transition(world.alice, (await world.file()).id, DONE, now=NOW)
    assert view.done_at == NOW
    assert view.rating_open
    assert await Rating.filter(ticket_id=view.pk).count() == 1
    assert await OutboxMail.filter(ticket_id=view.pk, kind=MailKind.RATING, state='waiting').count() == 1
    view = await tickets.transition(world.alice, view.id, REOPENED, comment='Нет.', now=NOW)
    assert view.done_at is None
    assert await OutboxMail.filter(ticket_id=view.pk, kind=MailKind.RATING, state='waiting').count() == 0
    await tickets.transition(world.alice, view.id, DONE, now=NOW + HOUR)
    assert await OutboxMail.filter(ticket_id=view.pk, kind=MailKind.RATING, state='waiting').count() == 1


async def test_awaiting_feedback_sets_the_clock_and_leaving_clears_it(world):
    view = await world.in_status(FEEDBACK)
    ticket = await row(view)
    assert ticket.auto_close_at == NOW + timedelta(days=14)
    assert ticket.remind_at == NOW + timedelta(days=11)
    await tickets.transition(world.grace, view.id, IN_PROGRESS, now=NOW + HOUR)
    ticket = await row(view)
    assert (ticket.auto_close_at, ticket.remind_at, ticket.answered_at) == (None, None, None)
    again = await tickets.transition(world.grace, view.id, FEEDBACK, comment='И ещё раз.', now=NOW + 2 * HOUR)
    assert again.auto_close_at == NOW + 2 * HOUR + timedelta(days=14)


async def test_a_customers_comment_stops_the_clock_and_keeps_the_status(world):
    view = await world.in_status(FEEDBACK)
    await tickets.comment(world.grace, view.id, 'Ждём.', now=NOW + HOUR)
    await tickets.comment(world.grace, view.id, 'Молчит.', internal=True, now=NOW + HOUR)
    assert (await tickets.read(world.alice, view.id, now=NOW + HOUR)).auto_close_at is not None
    await tickets.comment(world.alice, view.id, 'Проверю завтра.', now=NOW + 2 * HOUR)
    view = await tickets.read(world.alice, view.id, now=NOW + 2 * HOUR)
    assert (view.status, view.auto_close_at, view.answered) == (FEEDBACK, None, True)
    assert (await row(view)).remind_at is None


async def test_two_agents_move_at_once_and_one_is_told_who_was_faster(world):
    for _ in range(50):
        view = await world.in_status(OPEN)
        outcomes = await asyncio.gather(
            tickets.transition(world.grace, view.id, PENDING, expected_version=view.version, now=NOW),
            tickets.transition(world.george, view.id, DEVELOPMENT, expected_version=view.version, now=NOW),
            return_exceptions=True,
        )
        (lost,) = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        (won,) = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        assert isinstance(lost, Conflict)
        faster = 'grace' if won.status is PENDING else 'george'
        assert lost.values == {'name': world.users[faster].name, 'status': won.status.value}
        assert lost.key == f'refusal.moved_meanwhile.{won.status.value}'
        moves = await TicketEvent.filter(ticket_id=view.pk, kind='status').count()
        assert moves == 1


async def test_two_agents_take_at_once_and_one_is_told_who_has_it(world):
    for _ in range(10):
        view = await world.file()
        outcomes = await asyncio.gather(
            tickets.take(world.grace, view.id, now=NOW),
            tickets.take(world.george, view.id, now=NOW),
            return_exceptions=True,
        )
        assigned = await TicketEvent.filter(ticket_id=view.pk, kind='assigned').count()
        lost = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert assigned == 2 - len(lost)
        if lost:  # else the second one saw whose it was and took it over
            assert (type(lost[0]), lost[0].key) == (Conflict, 'refusal.taken_meanwhile')


async def test_a_comment_does_not_stand_in_the_way_of_a_move(world):
    view = await world.in_status(IN_PROGRESS)
    await tickets.comment(world.alice, view.id, 'Кстати.', now=NOW)
    await tickets.change_subject(world.george, view.id, 'Гаснет экран', now=NOW)
    moved = await tickets.transition(world.grace, view.id, PENDING, expected_version=view.version, now=NOW)
    assert (moved.status, moved.subject, len(moved.comments)) == (PENDING, 'Гаснет экран', 1)


async def test_clicking_done_twice_moves_once(world):
    view = await world.file()
    outcomes = await asyncio.gather(
        *(tickets.transition(world.alice, view.id, DONE, expected_version=view.version, now=NOW) for _ in range(5)),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, TransitionRefused)]
    assert [refusal.key for refusal in refused] == ['refusal.already_there'] * 4
    assert await Rating.filter(ticket_id=view.pk).count() == 1


async def test_a_move_sent_twice_under_one_key_speaks_once(world):
    view = await world.in_status(DONE)
    for _ in range(2):
        moved = await tickets.transition(
            world.alice, view.id, REOPENED, comment='Опять.', submission_key='same', now=NOW
        )
        assert moved.status is REOPENED
    assert await bodies(view) == ['Опять.']


async def test_done_can_be_taken_back_for_a_moment(world):
    before = await world.in_status(FEEDBACK)
    window = settings().undo_window
    later = NOW + HOUR
    view = await tickets.transition(world.alice, before.id, DONE, undo_window=window, now=later)
    assert view.undo_until == later + window
    assert (await tickets.read(world.grace, before.id, now=later)).undo_event_id is None
    held = await OutboxMail.filter(ticket_id=view.pk, event_id=view.undo_event_id)
    assert held
    assert all(mail.not_before >= later + window for mail in held)
    with pytest.raises(NotAllowed):
        await tickets.undo_transition(world.grace, before.id, view.undo_event_id, now=later)
    with pytest.raises(NotFound):
        await tickets.undo_transition(world.charlie, before.id, view.undo_event_id, now=later)
    back = await tickets.undo_transition(world.alice, before.id, view.undo_event_id, now=later + window)
    assert (back.status, back.status_since, back.auto_close_at) == (FEEDBACK, NOW, before.auto_close_at)
    assert back.done_at is None
    assert (await row(view)).remind_at == NOW + timedelta(days=11)
    assert await OutboxMail.filter(ticket_id=view.pk, event_id=view.undo_event_id, state='waiting').count() == 0
    assert await Rating.filter(ticket_id=view.pk).count() == 0
    with pytest.raises(Conflict):
        await tickets.undo_transition(world.alice, before.id, view.undo_event_id, now=later + window)


async def test_undoing_is_over_after_the_window_and_after_somebody_elses_move(world):
    view = await tickets.transition(
        world.alice, (await world.file()).id, DONE, undo_window=timedelta(seconds=10), now=NOW
    )
    with pytest.raises(Conflict) as late:
        await tickets.undo_transition(world.alice, view.id, view.undo_event_id, now=NOW + timedelta(seconds=10.1))
    assert late.value.key == 'refusal.undo_too_late'
    await tickets.transition(world.grace, view.id, REOPENED, comment='Нет.', now=NOW + timedelta(seconds=1))
    with pytest.raises(Conflict) as moved:
        await tickets.undo_transition(world.alice, view.id, view.undo_event_id, now=NOW + timedelta(seconds=2))
    assert moved.value.key == 'refusal.undo_not_newest'


async def test_a_move_without_a_window_is_final(world):
    view = await world.file()
    view = await tickets.transition(world.grace, view.id, DONE, now=NOW)
    assert view.undo_event_id is None
    with pytest.raises(Conflict):
        await tickets.undo_transition(world.grace, view.id, view.events[-1].id, now=NOW)


async def test_a_move_taken_back_gives_its_words_and_files_back_to_their_author(world):
    before = await world.file()
    file = await files.store(world.grace, f'move:{before.number}', 'log.txt', stream(b'log'), now=NOW)
    moved = await tickets.transition(
        world.grace, before.id, FEEDBACK, comment='Проверьте.', file_keys=[file.key], undo_window=WINDOW, now=NOW
    )
    mails = OutboxMail.filter(ticket_id=moved.pk, event_id=moved.undo_event_id)
    assert [mail.not_before for mail in await mails] == [NOW + WINDOW]
    back = await tickets.undo_transition(world.grace, before.id, moved.undo_event_id, now=NOW + WINDOW)
    assert (back.status, back.comments, back.auto_close_at) == (Status.OPEN, (), None)
    assert (await Ticket.get(id=back.pk)).first_response_at is None
    assert {mail.state for mail in await mails} == {MailState.WITHHELD}
    assert (await tickets.read(world.alice, before.id, now=NOW + WINDOW)).comments == ()
    draft = await drafts.read(world.grace, f'move:{before.number}', now=NOW + WINDOW)
    assert (draft.content, [kept.name for kept in draft.files]) == ({'body': 'Проверьте.'}, ['log.txt'])
    again = await tickets.transition(
        world.grace, before.id, FEEDBACK, comment='Проверьте!', file_keys=[file.key], now=NOW + 2 * WINDOW
    )
    assert [(row.body, len(row.files)) for row in again.comments] == [('Проверьте!', 1)]


async def test_a_move_whose_words_were_answered_stays(world):
    view = await world.file()
    moved = await tickets.transition(world.grace, view.id, FEEDBACK, comment='Проверьте.', undo_window=WINDOW, now=NOW)
    await tickets.comment(world.alice, view.id, 'Не помогло.', now=NOW)
    with pytest.raises(Conflict) as answered:
        await tickets.undo_transition(world.grace, view.id, moved.undo_event_id, now=NOW)
    assert answered.value.key == 'refusal.undo_answered'
    assert len((await tickets.read(world.alice, view.id, now=NOW)).comments) == 2


async def test_words_of_a_move_do_not_cross_what_the_customer_has_written_meanwhile(world):
    view = await world.file()
    seen = (await tickets.read(world.grace, view.id, now=NOW)).last_event_id
    await tickets.comment(world.alice, view.id, 'Уже всё работает.', now=NOW)
    with pytest.raises(Crossed) as crossed:
        await tickets.transition(world.grace, view.id, FEEDBACK, comment='Проверьте.', seen_event_id=seen, now=NOW)
    known = crossed.value.values['event_id']
    moved = await tickets.transition(world.grace, view.id, FEEDBACK, comment='Проверьте.', seen_event_id=known, now=NOW)
    assert (moved.status, len(moved.comments)) == (FEEDBACK, 2)


async def test_undoing_keeps_the_clock_stopped_when_the_customer_spoke_meanwhile(world):
    view = await world.in_status(FEEDBACK)
    view = await tickets.transition(world.grace, view.id, PENDING, undo_window=timedelta(seconds=10), now=NOW)
    await tickets.comment(world.alice, view.id, 'Не помогло.', now=NOW)
    back = await tickets.undo_transition(world.grace, view.id, view.undo_event_id, now=NOW)
    assert (back.status, back.auto_close_at, back.answered) == (FEEDBACK, None, True)


async def test_support_answers_once_for_the_first_time(world):
    view = await world.file()
    await tickets.comment(world.grace, view.id, 'Заметка.', internal=True, now=NOW)
    await tickets.comment(world.alice, view.id, 'Ау?', now=NOW)
    assert (await row(view)).first_response_at is None
    await tickets.comment(world.grace, view.id, 'Смотрим.', now=NOW + HOUR)
    await tickets.comment(world.george, view.id, 'И я.', now=NOW + 2 * HOUR)
    assert (await row(view)).first_response_at == NOW + HOUR


async def test_what_a_move_needs_is_said_beside_the_field(world):
    view = await world.in_status(IN_PROGRESS)
    with pytest.raises(Invalid) as empty:
        await tickets.transition(world.grace, view.id, FEEDBACK, now=NOW)
    assert empty.value.problems == {'comment': Problem('entry.feedback_needs_comment')}
    with pytest.raises(Invalid) as long:
        await tickets.transition(world.grace, view.id, FEEDBACK, comment='я' * 100_001, now=NOW)
    assert long.value.problems['comment'].key == 'entry.too_long'
    with pytest.raises(Invalid):
        await tickets.transition(world.grace, view.id, FEEDBACK, comment='\0', now=NOW)


async def test_a_muted_ticket_says_so(world):
    view = await world.file()
    assert (view.follow, view.following) == (None, True)
    muted = await tickets.follow(world.alice, view.id, Follow.MUTED, now=NOW)
    assert (muted.follow, muted.following) == (Follow.MUTED, False)
    grace = await tickets.follow(world.grace, view.id, Follow.FOLLOWING, now=NOW)
    assert (grace.follow, grace.following) == (Follow.FOLLOWING, True)
    assert (await tickets.follow(world.alice, view.id, None, now=NOW)).following


async def test_taking_back_a_reopening_asks_for_the_rating_after_all(world):
    view = await world.in_status(DONE)
    again = await tickets.transition(
        world.grace, view.id, REOPENED, comment='Не туда нажал.', undo_window=WINDOW, now=NOW
    )
    assert await Rating.filter(ticket_id=view.pk).count() == 0
    back = await tickets.undo_transition(world.grace, view.id, again.undo_event_id, now=NOW + WINDOW)
    assert (back.status, back.done_at) == (DONE, view.done_at)
    mails = await OutboxMail.filter(ticket_id=view.pk, kind='rating')
    assert [(mail.state, mail.not_before) for mail in mails] == [('waiting', NOW + settings().rating_delay)]
    asked = await Rating.get(ticket_id=view.pk)
    assert asked.done_event_id == mails[0].event_id
