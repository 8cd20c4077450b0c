"""From the mail back to the portal: answers, the clock's mails, stars, and the outbox when there is no server."""

import re
import signal
from time import monotonic
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.journeys.browser import axe
from tests.journeys.conftest import ALICE, GRACE, MONA

CLOSES_SOON = {'PORTAL_AUTO_CLOSE_AFTER': '20s', 'PORTAL_REMIND_BEFORE': '12s', 'PORTAL_RATING_DELAY': '2s'}


def path_of(link: str) -> str:
    parts = urlsplit(link)
    return f'{parts.path}?{parts.query}' if parts.query else parts.path


async def stars_of(portal, ticket: str) -> int | None:
    async with await portal.api(GRACE) as grace:
        rating = (await grace.get(f'tickets/{ticket}')).json()['rating']
    return rating['stars'] if rating else None


async def status_of(portal, ticket: str) -> str:
    async with await portal.api(GRACE) as grace:
        return str((await grace.get(f'tickets/{ticket}')).json()['status'])


@pytest.mark.portal(PORTAL_RATING_DELAY='2s')
async def test_a_star_in_the_mail_becomes_a_rating_without_signing_in_and_without_script(portal, mailbox, visitor):
    ticket = await portal.file_bug(ALICE)
    await mailbox.wait_for(to=ALICE, subject_contains=ticket)
    before_done = monotonic()
    await portal.move(GRACE, ticket, 'done')
    await mailbox.wait_for(to=ALICE, subject_contains=ticket)  # that it is done
    letter = await mailbox.wait_for(to=ALICE, subject_contains=ticket)
    assert monotonic() - before_done >= 2
    phone = await visitor(None, path_of(letter.link('stars=4')), width=390, script=False)
    await expect(phone.locator('input[name=stars]:checked')).to_have_value('4')
    assert await stars_of(portal, ticket) is None
    await phone.locator('textarea').fill('Быстро и понятно')
    await phone.get_by_role('button', name='Отправить').click()
    await expect(phone.get_by_role('heading', level=1)).to_have_text('Спасибо за оценку!')
    assert await stars_of(portal, ticket) == 4
    await phone.goto(letter.link('stars=1'))
    await expect(phone.locator('textarea')).to_have_value('Быстро и понятно')
    await phone.locator('label:has(input[value="5"])').click()
    await phone.get_by_role('button', name='Отправить').click()
    assert await stars_of(portal, ticket) == 5


@pytest.mark.portal(PORTAL_RATING_DELAY='2s')
@pytest.mark.parametrize('dark', [False, True])
async def test_the_rating_page_is_for_everybody(portal, mailbox, visitor, dark):
    ticket = await portal.file_bug(ALICE)
    await portal.move(GRACE, ticket, 'done')
    while not (stars := [link for link in (await mailbox.wait_for(to=ALICE)).links if '/rate/' in link]):
        pass
    page = await visitor(None, path_of(stars[2]), width=390, dark=dark)
    await axe(page)
    await page.keyboard.press('Tab')
    await page.locator('input[name=stars]:checked').focus()
    await page.keyboard.press('ArrowRight')
    await expect(page.locator('input[name=stars]:checked')).to_have_value('4')
    await page.get_by_role('button', name='Отправить').click()
    await expect(page.get_by_role('heading', level=1)).to_have_text('Спасибо за оценку!')
    await axe(page)
    await portal.move(ALICE, ticket, 'reopened', 'Снова сломалось')
    await page.goto(stars[0])
    await expect(page.get_by_role('heading', level=1)).to_have_text('Работа над заявкой продолжается')


@pytest.mark.portal(**CLOSES_SOON)
async def test_nobody_answers_a_reminder_comes_the_ticket_closes_by_itself_and_asks_for_stars(portal, mailbox):
    ticket = await portal.file_bug(ALICE)
    await mailbox.wait_for(to=ALICE, subject_contains=ticket)
    await portal.move(GRACE, ticket, 'awaiting_feedback', 'Обновили. Проверьте, пожалуйста.')
    asked = monotonic()
    letter = await mailbox.wait_for(to=ALICE, subject_contains=ticket)
    assert 'Проверьте, пожалуйста, решение' in letter.text
    assert letter.link('answer=done').endswith(f'/tickets/{ticket}?answer=done')
    reminder = await mailbox.wait_for(to=ALICE, subject_contains=ticket, timeout=20)
    assert 'Заявка закроется' in reminder.text
    assert reminder.link('answer=reopen').endswith(f'/tickets/{ticket}?answer=reopen')
    assert 7 < monotonic() - asked < 14
    closed = await mailbox.wait_for(to=ALICE, subject_contains=ticket, timeout=25)
    assert 'закрыли заявку' in closed.text
    assert 19 < monotonic() - asked < 26
    stars = await mailbox.wait_for(to=ALICE, subject_contains=ticket)
    assert len([link for link in stars.links if '/rate/' in link]) == 5
    assert await status_of(portal, ticket) == 'done'
    thread = {(str(mail.message['References']), str(mail.message['List-Id'])) for mail in mailbox.to(ALICE)}
    assert len(thread) == 1
    assert len(mailbox.to(ALICE)) == 5


async def test_the_answers_in_the_mail_lead_to_the_question_and_change_nothing_by_themselves(portal, mailbox, visitor):
    ticket = await portal.file_bug(ALICE)
    await portal.move(GRACE, ticket, 'awaiting_feedback', 'Проверьте')
    while not (links := [link for link in (await mailbox.wait_for(to=ALICE)).links if 'answer=' in link]):
        pass
    for link in links:
        page = await visitor(ALICE, path_of(link))
        await expect(page.get_by_role('dialog')).to_be_visible()
        assert await status_of(portal, ticket) == 'awaiting_feedback'


@pytest.mark.portal(PORTAL_RATING_DELAY='4s')
async def test_what_was_queued_when_the_portal_died_leaves_once_after_its_return(portal, mailbox):
    ticket = await portal.file_bug(ALICE)
    await portal.move(GRACE, ticket, 'done')
    await portal.restart(by=signal.SIGKILL)
    while not any('/rate/' in letter.text for letter in mailbox.to(ALICE)):
        await mailbox.wait_for(to=ALICE, timeout=30)
    ids = [str(letter.message['Message-ID']) for letter in mailbox.letters]
    assert len(ids) == len(set(ids))
    assert len([letter for letter in mailbox.to(ALICE) if '/rate/' in letter.text]) == 1


@pytest.mark.parametrize('width, dark', [(1440, False), (390, True)])
async def test_without_a_mail_server_the_outbox_shows_each_mail_as_it_arrives(
    start_portal, people_folder, visitor, width, dark
):
    portal = await start_portal(people_folder, PORTAL_SMTP_URL='', PORTAL_RATING_DELAY='1s')
    mona = await visitor(MONA, '/admin/outbox', width=width, dark=dark, portal=portal)
    await expect(mona.get_by_text('Писем пока нет')).to_be_visible()
    ticket = await portal.file_bug(ALICE)  # appears without a reload
    await expect(mona.locator('.mail-row', has_text='Заявка получена')).to_contain_text(ticket)
    await portal.move(GRACE, ticket, 'done')
    await mona.locator('.mail-row', has_text='Просьба об оценке').click()
    frame = mona.frame_locator('iframe')
    await expect(frame.get_by_role('heading', level=1)).to_have_text('Спасибо! Как мы справились?')
    await expect(mona).to_have_url(re.compile(r'mail=\d+'))
    async with mona.context.expect_page() as opened:
        await frame.get_by_role('link', name='5 из 5').click()
    rating = await opened.value
    await expect(rating.locator('input[name=stars]:checked')).to_have_value('5')
    await rating.get_by_role('button', name='Отправить').click()
    await expect(rating.get_by_role('heading', level=1)).to_have_text('Спасибо за оценку!')
    assert await stars_of(portal, ticket) == 5
    await mona.get_by_role('button', name='Заголовки').click()
    await expect(mona.get_by_text('auto-generated')).to_be_visible()
    await mona.get_by_role('button', name='Источник').click()
    await expect(mona.get_by_text('multipart/alternative')).to_be_visible()
    await axe(mona)
