"""The palette and the keyboard: every ticket and everything that can be done, without a mouse."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, CHARLIE, GRACE


def options(page: Page):
    return page.get_by_role('dialog').get_by_role('option')


async def open_palette(page: Page):
    await page.keyboard.press('Control+k')
    field = page.get_by_role('combobox', name='Номер заявки')
    await expect(field).to_be_focused()
    return field


@pytest.mark.parametrize('written', ['{id}', 'spsup{number}', '#{number}', '{number}', '№ {number}'])
async def test_a_ticket_is_found_by_its_number_however_it_is_written(portal, visitor, written):
    ticket = await portal.file_bug(ALICE, 'Экран гаснет')
    await portal.file_bug(ALICE, 'Плеер молчит')
    alice = await visitor(ALICE)
    field = await open_palette(alice)
    await field.fill(written.format(id=ticket, number=ticket.split('-')[1]))
    await alice.keyboard.press('Enter')
    await expect(alice).to_have_url(re.compile(f'/tickets/{ticket}$'))
    await expect(alice.get_by_role('dialog')).to_have_count(0)


async def test_words_of_the_subject_find_one_s_own_tickets_alone(portal, visitor):
    ticket = await portal.file_bug(ALICE, 'Чёрный экран в кафе')
    await portal.file_bug(CHARLIE, 'Чёрный экран в аптеке')
    alice = await visitor(ALICE)
    field = await open_palette(alice)
    await field.press_sequentially('экран черный')
    await expect(options(alice)).to_have_count(1)
    await expect(options(alice)).to_contain_text(ticket)
    await expect(alice.get_by_role('status').filter(has_text='Найдено: 1')).to_have_count(1)
    await axe(alice)


async def test_commands_are_chosen_by_the_arrow_keys(portal, visitor):
    alice = await visitor(ALICE)
    field = await open_palette(alice)
    await field.fill('тёмная')
    await expect(options(alice)).to_have_count(3)
    await alice.keyboard.press('ArrowDown')
    await alice.keyboard.press('ArrowDown')
    chosen = alice.get_by_role('option', selected=True)
    await expect(chosen).to_have_text('Оформление: Тёмная')
    await expect(field).to_have_attribute('aria-activedescendant', await chosen.get_attribute('id') or '')
    await alice.keyboard.press('Enter')
    await expect(alice.locator('html')).to_have_attribute('data-theme', 'dark')


async def test_one_signs_out_by_the_palette(portal, visitor):
    alice = await visitor(ALICE)
    field = await open_palette(alice)
    await field.fill('выйти')
    await expect(options(alice)).to_have_count(1)
    await alice.keyboard.press('Enter')
    await expect(alice).to_have_url(re.compile('/login'))


async def test_customers_are_offered_no_command_of_staff(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await open_palette(alice)
    await expect(options(alice).filter(has_text='Мои заявки')).to_have_count(1)
    await expect(options(alice).filter(has_text=re.compile('Доска|Управление|Взять|заметку'))).to_have_count(0)


async def test_on_a_phone_an_icon_opens_it(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    alice = await visitor(ALICE, width=390, dark=True)
    await alice.get_by_role('button', name='Поиск и команды').tap()
    await options(alice).filter(has_text=ticket).tap()
    await expect(alice.get_by_role('heading', level=1)).to_contain_text(ticket)


async def test_the_question_mark_lists_what_the_page_offers(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace = await visitor(GRACE, f'/tickets/{ticket}')
    await grace.keyboard.press('?')
    listed = grace.get_by_role('dialog', name='Сочетания клавиш')
    await expect(listed).to_contain_text('Написать внутреннюю заметку')
    await axe(grace)
    await grace.keyboard.press('Escape')
    await expect(listed).to_have_count(0)
    await grace.keyboard.press('g')
    await grace.keyboard.press('h')
    await expect(grace).to_have_url(re.compile('/$'))
    await grace.keyboard.press('?')
    await expect(listed).to_be_visible()
    await expect(listed.get_by_text('Написать внутреннюю заметку')).to_have_count(0)


async def test_the_ticket_s_keys_hold_in_the_russian_layout(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace = await visitor(GRACE, f'/tickets/{ticket}')
    await press_russian(grace, 'KeyN', 'т')
    note = grace.get_by_role('textbox', name='Заметка для коллег')
    await expect(note).to_be_focused()
    await grace.keyboard.type('can m/?')
    await expect(note).to_have_value('can m/?')
    await note.blur()
    await press_russian(grace, 'KeyC', 'с')
    await expect(grace.get_by_role('textbox', name='Ответ клиенту')).to_be_focused()
    await grace.get_by_role('textbox', name='Ответ клиенту').blur()
    await press_russian(grace, 'KeyA', 'ф')
    await expect(grace.get_by_label('Исполнитель')).to_be_focused()


async def test_the_status_is_changed_by_the_keyboard_alone(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace = await visitor(GRACE, f'/tickets/{ticket}')
    await grace.keyboard.press('m')
    await expect(grace.get_by_role('button', name='Выполняется')).to_be_focused()
    await grace.keyboard.press('Enter')
    await expect(grace.locator('.status-panel .badge')).to_have_text('Выполняется')


async def test_j_and_k_walk_through_a_list(portal, visitor):
    first, second = await portal.file_bug(ALICE, 'Первая'), await portal.file_bug(ALICE, 'Вторая')
    alice = await visitor(ALICE, '/tickets')
    await expect(alice.locator('.ticket-row')).to_have_count(2)
    link = {id: alice.get_by_role('link', name=id) for id in (first, second)}
    await alice.keyboard.press('j')
    await expect(link[second]).to_be_focused()
    await alice.keyboard.press('j')
    await expect(link[first]).to_be_focused()
    await alice.keyboard.press('k')
    await expect(link[second]).to_be_focused()
    await alice.keyboard.press('Enter')
    await expect(alice.get_by_role('heading', level=1)).to_contain_text(second)


async def press_russian(page: Page, code: str, letter: str) -> None:
    """The key at this place of the keyboard, with the Russian layout on."""
    await page.evaluate(
        """([code, key]) => document.activeElement.dispatchEvent(
            new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true }))""",
        [code, letter],
    )


async def test_keys_without_ctrl_can_be_switched_off_and_that_is_remembered(portal, visitor):
    grace = await visitor(GRACE)
    await grace.keyboard.press('?')
    listed = grace.get_by_role('dialog', name='Сочетания клавиш')
    await listed.get_by_role('button', name='Отключить клавиши без Ctrl').click()
    await expect(listed.get_by_role('button', name='Включить клавиши без Ctrl')).to_be_visible()
    await grace.reload()
    await settled(grace)
    await grace.keyboard.press('?')
    await grace.keyboard.press('/')
    field = await open_palette(grace)
    await field.fill('сочетания')
    await grace.keyboard.press('Enter')
    await listed.get_by_role('button', name='Включить клавиши без Ctrl').click()
    await grace.keyboard.press('Escape')
    await expect(listed).to_have_count(0)
    await grace.keyboard.press('/')
    await expect(grace.get_by_role('combobox', name='Номер заявки')).to_be_focused()


async def test_the_board_is_walked_and_moved_by_keys(portal, visitor):
    ticket = await portal.file_bug(ALICE, 'Экран гаснет')
    other = await portal.file_bug(ALICE, 'Плеер молчит')
    grace = await visitor(GRACE, '/board')
    cards = grace.locator('.board-card')
    await expect(cards).to_have_count(2)
    await press_russian(grace, 'KeyJ', 'о')
    await expect(cards.nth(0)).to_be_focused()
    await grace.keyboard.press('j')
    await expect(cards.nth(1)).to_be_focused()
    await grace.keyboard.press('k')
    await expect(cards.nth(0)).to_be_focused()
    await grace.keyboard.press('m')
    menu = grace.locator('.board-menu')
    await expect(menu).to_have_attribute('aria-label', re.compile(f'{ticket}$|{other}$'))
    await menu.get_by_role('button', name='Выполняется').press('Enter')
    await expect(grace.locator('[data-status=in_progress] .board-card')).to_have_count(1)
    await grace.keyboard.press('?')
    listed = grace.get_by_role('dialog', name='Сочетания клавиш')
    await expect(listed).to_contain_text('Пробел')
    await axe(grace)
