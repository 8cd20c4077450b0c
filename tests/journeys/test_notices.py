"""The bell, who is at a ticket, and answers that cross a customer's message."""

import re

from playwright.async_api import expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, GEORGE, GRACE


async def taken_by_grace(portal, visitor, subject: str = 'Экран гаснет') -> str:
    ticket = await portal.file_bug(ALICE, subject)
    async with await portal.api(GRACE) as grace:
        me = (await grace.get('me')).json()['id']
        answer = await grace.put(f'tickets/{ticket}/assignee', json={'assignee_id': me})
    assert answer.is_success, answer.text
    return ticket


async def test_the_bell_rings_live_and_the_title_counts(portal, visitor):
    ticket = await taken_by_grace(portal, visitor)
    grace = await visitor(GRACE, '/')
    title = await grace.title()
    assert not title.startswith('(')
    await portal.comment(ALICE, ticket, 'Стало хуже')
    bell = grace.get_by_role('button', name='Уведомления: 1 новое')
    await expect(bell).to_be_visible()
    await expect(grace).to_have_title(f'(1) {title}')
    await bell.click()
    panel = grace.get_by_role('dialog', name='Уведомления')
    notice = panel.get_by_role('link').filter(has_text='Новый комментарий')
    await expect(notice).to_contain_text(f'{ticket} Экран гаснет')
    await axe(grace)
    await notice.click()
    await expect(grace).to_have_url(re.compile(rf'/tickets/{ticket}#comment-\d+$'))
    await expect(panel).to_be_hidden()
    await expect(grace.get_by_role('button', name='Уведомления, новых нет')).to_be_visible()
    await expect(grace).to_have_title(re.compile(f'^{ticket}'))


async def test_all_are_read_at_once_in_every_window(portal, visitor):
    ticket = await taken_by_grace(portal, visitor)
    await portal.comment(ALICE, ticket, 'Раз')
    await portal.comment(ALICE, ticket, 'Два')
    one, other = await visitor(GRACE, '/', width=390, dark=True), await visitor(GRACE, '/profile')
    await expect(other.get_by_role('button', name='Уведомления: 2 новых')).to_be_visible()
    await one.get_by_role('button', name='Уведомления: 2 новых').tap()
    await axe(one)
    await one.get_by_role('button', name='Прочитать все').tap()
    await expect(one.get_by_role('button', name='Уведомления, новых нет')).to_be_focused()
    await expect(other.get_by_role('button', name='Уведомления, новых нет')).to_be_visible()
    await expect(one.locator('.bell-notice.unread')).to_have_count(0)


async def test_the_browser_shows_a_notice_only_when_allowed_and_nobody_looks(portal, visitor):
    ticket = await taken_by_grace(portal, visitor)
    grace = await visitor(GRACE, '/')
    await grace.evaluate("""() => {
        window.shown = []; window.asked = 0;
        window.Notification = class {
            static permission = 'default';
            static async requestPermission() { window.asked++; return (this.permission = 'granted'); }
            constructor(title, options) { window.shown.push([title, options.body]); }
        };
    }""")
    await grace.get_by_role('button', name=re.compile('Уведомления')).click()
    assert await grace.evaluate('window.asked') == 0
    await grace.get_by_role('button', name='Показывать уведомления браузера').click()
    await expect(grace.get_by_role('button', name='Показывать уведомления браузера')).to_have_count(0)
    await portal.comment(ALICE, ticket, 'Пока смотрят')
    await expect(grace.get_by_role('button', name='Уведомления: 1 новое')).to_be_visible()
    assert await grace.evaluate('window.shown') == []
    await grace.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    await portal.comment(ALICE, ticket, 'Пока не смотрят')
    await grace.wait_for_function('window.shown.length')
    ((title, body),) = await grace.evaluate('window.shown')
    assert title.endswith('Новый комментарий')
    assert body == f'{ticket} Экран гаснет'


async def test_customers_have_no_bell(portal, visitor):
    alice = await visitor(ALICE)
    await expect(alice.locator('.bell')).to_have_count(0)


async def test_specialists_see_who_looks_and_who_writes_and_customers_do_not(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace = await visitor(GRACE, f'/tickets/{ticket}')
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    george = await visitor(GEORGE, f'/tickets/{ticket}')
    around = grace.get_by_role('list', name='Кто сейчас в заявке')
    await expect(around.get_by_role('listitem')).to_have_text([re.compile('george смотрит', re.IGNORECASE)])
    await george.get_by_role('textbox', name='Ответ клиенту').press_sequentially('Добрый')
    await expect(around.get_by_role('listitem')).to_have_text([re.compile('george пишет…', re.IGNORECASE)])
    await axe(grace)
    await expect(george.get_by_role('list', name='Кто сейчас в заявке').get_by_role('listitem')).to_have_count(1)
    await expect(alice.locator('.presence')).to_have_count(0)
    await george.get_by_role('textbox', name='Ответ клиенту').fill('')
    await expect(around).to_contain_text('смотрит')
    await george.goto('/')
    await expect(around.get_by_role('listitem')).to_have_count(0)


async def test_an_answer_that_crosses_a_customer_s_message_stops_and_shows_it(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace = await visitor(GRACE, f'/tickets/{ticket}')
    answer = grace.get_by_role('textbox', name='Ответ клиенту')
    await answer.press_sequentially('Перезапустите плеер')
    await portal.comment(ALICE, ticket, 'Уже **перезапускали**')
    await expect(grace.get_by_role('article').filter(has_text='Уже перезапускали')).to_be_visible()
    await answer.press('Control+Enter')
    crossed = grace.get_by_role('dialog', name='Пока вы писали, клиент ответил')
    await expect(crossed.locator('.prose')).to_have_text('Уже перезапускали')
    await axe(grace)
    await crossed.get_by_role('button', name='Вернуться к тексту').click()
    await expect(answer).to_be_focused()
    await expect(answer).to_have_value('Перезапустите плеер')
    await expect(grace.get_by_role('article').filter(has_text='Перезапустите')).to_have_count(0)
    await portal.comment(ALICE, ticket, 'И ещё раз')
    await expect(grace.get_by_role('article').filter(has_text='И ещё раз')).to_be_visible()
    await answer.press('Control+Enter')
    await expect(crossed.locator('.prose')).to_have_text('И ещё раз')
    await crossed.get_by_role('button', name='Отправить всё равно').click()
    await expect(grace.get_by_role('article').filter(has_text='Перезапустите')).to_have_count(1)
    await expect(answer).to_have_value('')
    await portal.comment(ALICE, ticket, 'Спасибо')
    await expect(grace.get_by_role('article').filter(has_text='Спасибо')).to_be_visible()
    await answer.fill('Пожалуйста')
    await answer.press('Control+Enter')
    await expect(grace.get_by_role('article').filter(has_text='Пожалуйста')).to_have_count(1)


async def test_notes_and_customers_are_never_stopped(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace, alice = await visitor(GRACE, f'/tickets/{ticket}'), await visitor(ALICE, f'/tickets/{ticket}')
    await settled(alice)
    mine = alice.get_by_role('textbox', name='Напишите уточнение')
    await mine.press_sequentially('Вот ещё')
    await grace.keyboard.press('n')
    note = grace.get_by_role('textbox', name='Заметка для коллег')
    await note.press_sequentially('Проверю')
    await portal.comment(ALICE, ticket, 'Новое')
    await portal.comment(GRACE, ticket, 'Ответ')
    await expect(alice.get_by_role('article').filter(has_text='Ответ')).to_be_visible()
    await mine.press('Control+Enter')
    await expect(alice.get_by_role('article').filter(has_text='Вот ещё')).to_have_count(1)
    await note.press('Control+Enter')
    await expect(grace.get_by_role('article').filter(has_text='Проверю')).to_have_count(1)
