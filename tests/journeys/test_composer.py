"""Writing at a ticket: what is typed is never lost, sent once, and shown as it will read."""

import re

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, BOB, GRACE

TICKET = '/tickets/SPSUP-1'
ANSWERS = {'what': 'Тёмная тема', 'why': 'Работаем ночью'}


@pytest_asyncio.fixture(loop_scope='session')
async def asked(portal):
    """Alice's ticket SPSUP-1."""
    async with await portal.api(ALICE) as api:
        filed = await api.post('tickets', json={'type': 'feature', 'subject': 'Тёмная тема', 'fields': ANSWERS})
        assert filed.json()['id'] == 'SPSUP-1'


def text(page: Page) -> Locator:
    return page.locator('.composer textarea').first


def send(page: Page) -> Locator:
    return page.locator('.composer').first.get_by_role('button', name=re.compile('Отправить'))


async def comments(portal) -> list[str]:
    async with await portal.api(GRACE) as api:
        return [comment['body'] for comment in (await api.get('tickets/SPSUP-1')).json()['comments']]


async def test_a_comment_with_a_file_is_looked_at_and_sent_by_the_keyboard(portal, asked, visitor):
    alice = await visitor(ALICE, TICKET)
    await text(alice).fill('Нужно к **пятнице**, см. SPSUP-1')
    await alice.get_by_role('button', name='Посмотреть').click()
    preview = alice.get_by_role('region', name='Так будет выглядеть комментарий')
    await expect(preview.locator('strong')).to_have_text('пятнице')
    await expect(preview.get_by_role('link', name='SPSUP-1')).to_be_visible()
    await axe(alice)
    await alice.get_by_role('button', name='Править', exact=True).click()
    await alice.locator('.composer input[type=file]').first.set_input_files(
        {'name': 'лог.txt', 'mimeType': 'text/plain', 'buffer': b'text'}
    )
    await expect(alice.locator('.upload.done')).to_have_count(1)
    await axe(alice)
    await text(alice).press('Control+Enter')
    await expect(alice.locator('.comment')).to_contain_text('пятнице')
    await expect(alice.locator('.comment')).to_contain_text('лог.txt')
    await expect(text(alice)).to_have_value('')
    await expect(alice.locator('.upload')).to_have_count(0)
    assert await comments(portal) == ['Нужно к **пятнице**, см. SPSUP-1']


async def test_a_comment_begun_survives_a_reload_and_a_restart(portal, asked, visitor):
    alice = await visitor(ALICE, TICKET)
    await text(alice).fill('Начала и не')
    await expect(alice.get_by_text('Черновик сохранён')).to_be_visible()
    await alice.reload()
    await expect(text(alice)).to_have_value('Начала и не')
    with visitor.tolerating('ERR_CONNECTION', 'WebSocket', '_nicegui_ws'):
        await portal.restart()
        again = await alice.context.new_page()  # the first one opens itself anew meanwhile
        await again.goto(TICKET)
        await settled(again)
        await expect(text(again)).to_have_value('Начала и не')
        await expect(text(alice)).to_have_value('Начала и не')


async def test_what_another_writes_leaves_what_is_being_typed_alone(portal, asked, visitor):
    alice, grace = await visitor(ALICE, TICKET), await visitor(GRACE, TICKET)
    await text(alice).press_sequentially('Пишу и')
    await text(grace).fill('Смотрю')
    await send(grace).click()
    await expect(alice.locator('.comment')).to_contain_text('Смотрю')
    await expect(text(alice)).to_be_focused()
    await alice.keyboard.type(' пишу')
    await expect(text(alice)).to_have_value('Пишу и пишу')


async def test_sending_twice_says_it_once_and_another_window_says_something_else(portal, asked, visitor):
    alice = await visitor(ALICE, TICKET)
    await text(alice).fill('Один раз')
    await expect(alice.get_by_text('Черновик сохранён')).to_be_visible()
    other = await alice.context.new_page()
    await other.goto(TICKET)
    await settled(other)
    await expect(text(other)).to_have_value('Один раз')
    await send(alice).evaluate('button => { button.click(); button.click(); }')
    await expect(alice.locator('.comment')).to_have_count(1)
    await send(other).click()
    await expect(text(other)).to_have_value('')
    assert await comments(portal) == ['Один раз']


async def test_an_empty_comment_is_not_sent_and_a_huge_one_becomes_a_file(portal, asked, visitor):
    alice = await visitor(ALICE, TICKET)
    await send(alice).click()
    await expect(text(alice)).to_be_focused()
    await expect(text(alice)).to_have_accessible_description(re.compile('Напишите что-нибудь'))
    await alice.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            clipboardData.setData('text/plain', 'строка журнала\\n'.repeat(80_000));
            const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
            document.querySelector('.composer textarea').dispatchEvent(paste);
        }"""
    )
    await alice.get_by_role('button', name='Приложить текст файлом').click()
    await expect(alice.locator('.upload.done')).to_have_count(1)
    await send(alice).click()
    await expect(alice.locator('.comment')).to_contain_text('Подробности в файле «текст.txt».')


async def test_a_note_of_specialists_is_a_draft_of_its_own(portal, asked, visitor):
    grace = await visitor(GRACE, TICKET, width=390, dark=True)
    await text(grace).fill('Клиенту')
    await grace.get_by_role('button', name='Внутренняя заметка').click()
    note = grace.get_by_role('textbox', name='Заметка для коллег')
    await note.fill('Только своим')
    await grace.get_by_role('button', name='Сохранить заметку').click()
    await expect(grace.locator('.comment.note')).to_contain_text('Только своим')
    await grace.get_by_role('button', name='Ответ клиенту').click()
    await expect(text(grace)).to_have_value('Клиенту')
    alice = await visitor(ALICE, TICKET)
    await expect(alice.locator('main')).not_to_contain_text('Только своим')
    bob = await visitor(BOB)
    with visitor.tolerating('404'):
        await bob.goto(TICKET)
    await expect(bob.locator('.composer')).to_have_count(0)
