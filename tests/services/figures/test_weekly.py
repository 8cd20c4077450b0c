"""The weekly mail: to whom was chosen, once for each week and person, with the figures of the week that is over."""

from datetime import UTC, datetime, timedelta

import pytest

from models import MailKind, OutboxMail, Role, Status, Ticket, User
from services import ratings
from services.errors import Invalid, NotFound
from services.figures import weekly
from services.mail.case import Withheld, case_of
from services.mail.wording import word
from tests.people import actor_of
from tests.services.ticket_world import NOW, World

MONDAY = datetime(2026, 11, 9, 5, tzinfo=UTC)  # eight o'clock in Moscow
DAY = timedelta(days=1)
WEEK = 7 * DAY


@pytest.fixture
async def world(database) -> World:
    return await World().build()


async def mails() -> list[OutboxMail]:
    return await OutboxMail.filter(kind=MailKind.WEEKLY_FIGURES).order_by('id')


async def test_it_leaves_on_monday_once_for_each_week_and_person(world):
    await weekly.choose(world.mona, [world.users['mona'].id], now=NOW)
    for moment in (NOW, MONDAY - timedelta(seconds=1)):
        await weekly.send_due(moment)
    assert await mails() == []
    for moment in (MONDAY, MONDAY, MONDAY + timedelta(days=3), MONDAY + WEEK - timedelta(seconds=1)):
        await weekly.send_due(moment)
    assert [mail.recipient_id for mail in await mails()] == [world.users['mona'].id]
    await weekly.send_due(MONDAY + WEEK + timedelta(days=1))  # the portal was down on Monday
    assert len(await mails()) == 2


async def test_whoever_is_chosen_after_monday_waits_for_the_next_one(world):
    mona = world.users['mona']
    await weekly.choose(await actor_of(mona, now=MONDAY + DAY), [mona.id], now=MONDAY + DAY)
    await weekly.send_due(MONDAY + timedelta(days=2))
    assert await mails() == []
    await weekly.choose(await actor_of(mona, now=MONDAY + 3 * DAY), [], now=MONDAY + 3 * DAY)
    await weekly.send_due(MONDAY + WEEK)
    assert await mails() == []


async def test_only_admins_choose_and_no_customer_is_chosen(world):
    for stranger in (world.grace, world.alice):
        with pytest.raises(NotFound):
            await weekly.choose(stranger, [], now=NOW)
        with pytest.raises(NotFound):
            await weekly.readers(stranger, now=NOW)
    with pytest.raises(Invalid):
        await weekly.choose(world.mona, [world.users['alice'].id], now=NOW)


@pytest.mark.parametrize('language, heading', [('ru', 'Как нас оценили'), ('en', 'How we were rated')])
async def test_it_tells_of_the_week_before_that_monday(world, language, heading):
    await User.filter(id=world.users['mona'].id).update(language=language)
    view = await world.in_status(Status.DONE, now=NOW)
    await ratings.rate_own(world.alice, view.id, 2, 'Долго <b>ждали</b>', now=NOW)
    await weekly.choose(world.mona, [world.users['mona'].id], now=NOW)
    await weekly.send_due(MONDAY)
    (mail,) = await mails()
    letter = await word(await case_of(mail, MONDAY))
    assert letter.heading.startswith(heading)
    assert 'Долго <b>ждали</b>' in letter.text
    assert 'Долго &lt;b&gt;ждали&lt;/b&gt;' in letter.html
    assert 'period=own&amp;from=2026-11-02&amp;to=2026-11-08' in letter.html


async def test_an_agent_is_told_of_their_own_tickets(world):
    mine, other = [await world.in_status(Status.DONE, now=NOW) for _ in range(2)]
    await Ticket.filter(id=mine.pk).update(assignee_id=world.users['grace'].id)
    await Ticket.filter(id=other.pk).update(assignee_id=world.users['george'].id)
    await ratings.rate_own(world.alice, mine.id, 5, 'Спасибо, Грейс', now=NOW)
    await ratings.rate_own(world.alice, other.id, 1, 'Плохо', now=NOW)
    await weekly.choose(world.mona, [world.users['grace'].id], now=NOW)
    await weekly.send_due(MONDAY)
    (mail,) = await mails()
    letter = await word(await case_of(mail, MONDAY))
    assert 'Спасибо, Грейс' in letter.text
    assert 'Плохо' not in letter.text
    assert '/figures?period=own' in letter.text


async def test_whoever_is_no_staff_any_more_gets_none(world):
    await weekly.choose(world.mona, [world.users['mona'].id], now=NOW)
    await weekly.send_due(MONDAY)
    (mail,) = await mails()
    await User.filter(id=world.users['mona'].id).update(role=Role.CUSTOMER)
    with pytest.raises(Withheld):
        await case_of(mail, MONDAY)
