"""The board: cards carried by mouse and by keyboard, two agents at one card, what others do, filters in the address."""

import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import CDPSession, Locator, Page, expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, BOB, CHARLIE, GEORGE, GRACE, MONA


def card(page: Page, ticket: str) -> Locator:
    return page.get_by_role('listitem', name=re.compile(f'^{ticket},'))


def column(page: Page, status: str) -> Locator:
    return page.locator(f'.board-column[data-status={status}]')


def card_in(page: Page, status: str, ticket: str) -> Locator:
    return column(page, status).get_by_role('listitem', name=re.compile(f'^{ticket},'))


def card_ids(page: Page, status: str) -> Locator:
    return column(page, status).locator('.board-card-id')


async def carry(page: Page, ticket: str, status: str, *, drop: bool = True) -> None:
    """Take the card with the mouse and bring it to the middle of a column."""
    start = await card(page, ticket).bounding_box()
    assert start is not None
    await page.mouse.move(start['x'] + 30, start['y'] + 12)
    await page.mouse.down()
    await page.mouse.move(start['x'] + 60, start['y'] + 40, steps=3)
    target = await column(page, status).bounding_box()
    assert target is not None
    await page.mouse.move(target['x'] + 60, target['y'] + 200, steps=6)
    await expect(column(page, status)).to_have_class(re.compile('over'))
    if drop:
        await page.mouse.up()


class Finger:
    """One finger on the screen; it rests until the card is in the air."""

    def __init__(self, line: CDPSession, page: Page) -> None:
        self._line, self._page = line, page

    async def lift(self, ticket: str) -> None:
        box = await card(self._page, ticket).bounding_box()
        assert box is not None
        await self._touch('touchStart', box['x'] + 60, box['y'] + 20)
        await expect(self._page.locator('.board-ghost')).to_be_visible()

    async def bring(self, x: float, y: float) -> None:
        await self._touch('touchMove', x - 3, y - 3)
        await self._touch('touchMove', x, y)

    async def drop(self) -> None:
        await self._line.send('Input.dispatchTouchEvent', {'type': 'touchEnd', 'touchPoints': []})

    async def _touch(self, kind: str, x: float, y: float) -> None:
        await self._line.send('Input.dispatchTouchEvent', {'type': kind, 'touchPoints': [{'x': x, 'y': y}]})


async def finger(page: Page) -> Finger:
    return Finger(await page.context.new_cdp_session(page), page)


async def walk_to(page: Page, ticket: str) -> None:
    await card(page, ticket).focus()
    await expect(card(page, ticket)).to_be_focused()


async def test_a_card_is_carried_by_mouse_and_the_other_board_follows_and_it_can_be_undone(portal, visitor):
    first, second = await portal.file_bug(ALICE, 'Экран гаснет'), await portal.file_bug(BOB, 'Плеер молчит')
    grace, george = await visitor(GRACE, '/board', width=1900), await visitor(GEORGE, '/board', width=1900)
    await expect(card_ids(grace, 'open')).to_have_text([first, second])
    await carry(grace, first, 'in_progress', drop=False)
    await expect(column(grace, 'pending')).to_have_class(re.compile('allowed'))
    await expect(column(grace, 'reopened')).to_have_class(re.compile('refused'))
    await expect(column(grace, 'reopened').locator('.board-why')).to_contain_text('только выполненную')
    await grace.mouse.up()
    await expect(card_in(grace, 'in_progress', first)).to_be_visible()
    await expect(card_in(george, 'in_progress', first)).to_be_visible()
    await expect(column(george, 'open').locator('.board-count')).to_have_text('1')
    await expect(card_ids(george, 'open')).to_have_text([second])
    await grace.get_by_role('button', name='Вернуть', exact=True).click()
    await expect(card_in(george, 'open', first)).to_be_visible()
    await expect(card_in(grace, 'open', first)).to_be_visible()
    await expect(column(grace, 'in_progress').locator('.board-count')).to_have_text('0')


async def test_a_refused_drop_puts_the_card_back_and_says_why(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace = await visitor(GRACE, '/board', width=1900)
    await carry(grace, ticket, 'reopened')
    await expect(grace.locator('.toast.danger')).to_contain_text('Повторно открыть можно только выполненную заявку')
    await expect(card_in(grace, 'open', ticket)).to_be_visible()
    await carry(grace, ticket, 'pending', drop=False)
    await grace.keyboard.press('Escape')
    await grace.mouse.up()
    await expect(grace.locator('.board-ghost')).to_have_count(0)
    await expect(card_in(grace, 'open', ticket)).to_be_visible()
    await expect(grace).to_have_url(re.compile('/board$'))


async def test_awaiting_feedback_asks_what_to_check_and_keeps_what_was_typed(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace = await visitor(GRACE, '/board', width=1900)
    await carry(grace, ticket, 'awaiting_feedback')
    dialog = grace.get_by_role('dialog', name=re.compile(ticket))
    await dialog.get_by_role('textbox').fill('Проверьте версию 2.15')
    await expect(dialog.locator('.composer-state')).to_contain_text(re.compile('[Чч]ерновик'))
    await grace.keyboard.press('Escape')
    await expect(card_in(grace, 'open', ticket)).to_be_visible()
    await carry(grace, ticket, 'awaiting_feedback')
    await expect(dialog.get_by_role('textbox')).to_have_value('Проверьте версию 2.15')
    await grace.keyboard.press('Control+Enter')
    await expect(card_in(grace, 'awaiting_feedback', ticket)).to_contain_text('закроется через')
    await expect(dialog).to_have_count(0)
    await portal.comment(ALICE, ticket, 'Всё ещё гаснет')
    await expect(card_in(grace, 'awaiting_feedback', ticket)).to_contain_text('клиент ответил')


async def test_a_move_taken_back_gives_its_words_back_and_no_mail_has_left(portal, visitor, mailbox):
    ticket = await portal.file_bug(ALICE)
    await mailbox.wait_for(to=ALICE, subject_contains=ticket)
    grace, alice = await visitor(GRACE, '/board', width=1900), await visitor(ALICE, f'/tickets/{ticket}')
    await carry(grace, ticket, 'awaiting_feedback')
    dialog = grace.get_by_role('dialog', name=re.compile(ticket))
    await dialog.get_by_role('textbox').fill('Проверьте версию 2.15')
    await grace.keyboard.press('Control+Enter')
    await expect(card_in(grace, 'awaiting_feedback', ticket)).to_be_visible()
    await expect(alice.get_by_role('article').get_by_text('Проверьте версию 2.15')).to_be_visible()
    await grace.get_by_role('button', name='Вернуть', exact=True).click()
    await expect(card_in(grace, 'open', ticket)).to_be_visible()
    await expect(alice.get_by_text('Проверьте версию 2.15').filter(visible=True)).to_have_count(0)
    await carry(grace, ticket, 'awaiting_feedback')
    await expect(dialog.get_by_role('textbox')).to_have_value('Проверьте версию 2.15')
    await portal.comment(GRACE, ticket, 'Смотрим.')
    letter = await mailbox.wait_for(to=ALICE, subject_contains=ticket)
    assert 'Смотрим.' in letter.text
    assert 'версию 2.15' not in letter.text


async def test_words_of_a_move_that_cross_the_customer_wait_until_they_were_read(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace = await visitor(GRACE, '/board', width=1900)
    await carry(grace, ticket, 'awaiting_feedback')
    dialog = grace.get_by_role('dialog', name=re.compile(ticket))
    await dialog.get_by_role('textbox').fill('Проверьте версию 2.15')
    await portal.comment(ALICE, ticket, 'Уже всё работает')
    await grace.keyboard.press('Control+Enter')
    crossed = grace.get_by_role('dialog', name='Пока вы писали, клиент ответил')
    await expect(crossed.locator('.prose')).to_have_text('Уже всё работает')
    await crossed.get_by_role('button', name='Вернуться').click()
    await expect(dialog.get_by_role('textbox')).to_have_value('Проверьте версию 2.15')
    await expect(card_in(grace, 'open', ticket)).to_be_visible()
    await dialog.get_by_role('textbox').press('Control+Enter')  # what is known now crosses nothing
    await expect(card_in(grace, 'awaiting_feedback', ticket)).to_be_visible()


async def test_two_agents_carry_one_card_and_the_loser_is_told_who_won(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace, george = await visitor(GRACE, '/board', width=1900), await visitor(GEORGE, '/board', width=1900)
    await carry(george, ticket, 'pending', drop=False)
    await george.evaluate('window.socket.disconnect()')  # what George sees is from before
    await carry(grace, ticket, 'in_progress')
    await expect(grace.locator('.toast')).to_contain_text('Выполняется')
    await george.mouse.up()
    await george.evaluate('window.socket.connect()')
    await expect(george.locator('.toast.danger')).to_contain_text('Статус тем временем изменился')
    await expect(george.locator('.toast.danger')).to_contain_text('«Выполняется»')
    await expect(card_in(george, 'in_progress', ticket)).to_be_visible()
    await expect(card_in(george, 'pending', ticket)).to_have_count(0)


async def test_a_card_is_moved_by_keyboard_alone(portal, visitor):
    first, second = await portal.file_bug(ALICE, 'Первая'), await portal.file_bug(BOB, 'Вторая')
    grace = await visitor(GRACE, '/board')
    await walk_to(grace, first)
    await grace.keyboard.press('ArrowDown')
    await expect(card(grace, second)).to_be_focused()
    await grace.keyboard.press('Space')
    said = grace.locator('.board > [aria-live=assertive]')
    await expect(said).to_contain_text(f'{second}: карточка взята')
    await grace.keyboard.press('ArrowRight')
    await expect(said).to_contain_text('Выполняется: сюда можно положить')
    await grace.keyboard.press('Escape')
    await expect(said).to_contain_text('карточка осталась на месте')
    for key in ('Space', 'ArrowRight', 'ArrowRight', 'Space'):
        await grace.keyboard.press(key)
    await expect(card_in(grace, 'awaiting_development', second)).to_be_focused()
    await expect(grace.locator('.toast')).to_contain_text(f'{second}: Ожидание разработки')
    await grace.keyboard.press('ArrowLeft')
    await expect(card(grace, first)).to_be_focused()
    await grace.keyboard.press('Enter')
    await expect(grace).to_have_url(re.compile(f'/board.ticket={first}$'))


async def test_a_card_is_put_elsewhere_in_its_column_by_mouse_and_stays_there_for_one_agent(portal, visitor):
    first, second, third = [await portal.file_bug(ALICE, f'Заявка {number}') for number in range(3)]
    grace, george = await visitor(GRACE, '/board'), await visitor(GEORGE, '/board')
    await expect(card_ids(grace, 'open')).to_have_text([first, second, third])
    above, moved = await card(grace, first).bounding_box(), await card(grace, third).bounding_box()
    assert above is not None
    assert moved is not None
    await grace.mouse.move(moved['x'] + 40, moved['y'] + 12)
    await grace.mouse.down()
    await grace.mouse.move(moved['x'] + 44, moved['y'] - 20, steps=4)
    await grace.mouse.move(above['x'] + 44, above['y'] + 6, steps=6)
    await expect(card(grace, first)).to_have_class(re.compile('line'))  # where it would come
    await grace.mouse.up()
    await expect(card_ids(grace, 'open')).to_have_text([third, first, second])
    await grace.reload()
    await settled(grace)
    await expect(card_ids(grace, 'open')).to_have_text([third, first, second])
    await expect(card_ids(george, 'open')).to_have_text([first, second, third])
    await expect(grace).to_have_url(re.compile('/board$'))  # to carry a card is not to open it
    await card(grace, third).hover()
    await grace.get_by_role('button', name=f'Действия {third}').click()
    await grace.locator('.board-menu').get_by_role('button', name='Вернуть по общему правилу').click()
    await expect(card_ids(grace, 'open')).to_have_text([first, second, third])


async def test_a_finger_orders_a_column_on_a_phone(portal, visitor):
    first, second = await portal.file_bug(ALICE, 'Первая'), await portal.file_bug(ALICE, 'Вторая')
    grace = await visitor(GRACE, '/board', width=390, height=844)
    await expect(card_ids(grace, 'open')).to_have_text([first, second])
    above = await card(grace, first).bounding_box()
    assert above is not None
    one = await finger(grace)
    await one.lift(second)
    await one.bring(above['x'] + 60, above['y'] + 8)
    await expect(card(grace, first)).to_have_class(re.compile('line'))
    await one.drop()
    await expect(card_ids(grace, 'open')).to_have_text([second, first])
    await grace.reload()
    await settled(grace)
    await expect(card_ids(grace, 'open')).to_have_text([second, first])
    await expect(grace).to_have_url(re.compile('/board$'))


async def test_a_finger_carries_a_card_to_where_it_may_lie(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace = await visitor(GRACE, '/board', width=1900, touch=True)
    one = await finger(grace)
    for status, answer, lands in (('reopened', 'refused', 'open'), ('in_progress', 'allowed', 'in_progress')):
        target = await column(grace, status).bounding_box()
        assert target is not None
        await one.lift(ticket)
        await expect(column(grace, status)).to_have_class(re.compile(answer))
        await one.bring(target['x'] + 80, target['y'] + 300)
        await expect(column(grace, status)).to_have_class(re.compile('over'))
        await one.drop()
        await expect(card_in(grace, lands, ticket)).to_be_visible()
    await expect(grace.get_by_role('button', name='Вернуть', exact=True)).to_be_visible()


async def test_the_menu_of_a_card_takes_finishes_and_orders(portal, visitor):
    first, second = await portal.file_bug(ALICE, 'Первая'), await portal.file_bug(BOB, 'Вторая')
    grace, george = await visitor(GRACE, '/board'), await visitor(GEORGE, '/board')
    await card(grace, second).hover()
    await grace.get_by_role('button', name=f'Действия {second}').click()
    menu = grace.locator('.board-menu')
    await axe(grace, within='.board')
    await menu.get_by_role('button', name='Выше').click()
    await expect(card_ids(grace, 'open')).to_have_text([second, first])
    await expect(card_ids(george, 'open')).to_have_text([first, second])
    await card(grace, second).hover()
    await grace.get_by_role('button', name=f'Действия {second}').click()
    await menu.get_by_role('button', name='Взять себе').click()
    await expect(card(george, second)).to_have_accessible_name(re.compile('Исполнитель: '))
    await card(grace, second).hover()
    await grace.get_by_role('button', name=f'Действия {second}').click()
    await menu.get_by_role('button', name='Сделанный').click()
    await grace.get_by_role('button', name='Завершить без комментария').click()
    await expect(card_in(george, 'done', second)).to_have_count(1)
    await expect(grace.locator('.toast', has_text=f'{second}: Сделанный')).to_be_visible()


async def test_filters_stand_in_the_address_and_are_kept_as_views(portal, visitor):
    mine, other = await portal.file_bug(ALICE, 'Экран гаснет'), await portal.file_bug(CHARLIE, 'Плеер молчит')
    grace = await visitor(GRACE, '/board')
    await grace.get_by_role('button', name='Ещё отбор').click()
    await grace.get_by_label('Компания').select_option(label='Ромашка')
    await expect(grace.get_by_role('button', name='Ещё отбор: 1')).to_be_visible()
    await expect(grace).to_have_url(re.compile(r'company=\d+'))
    await expect(card_ids(grace, 'open')).to_have_text([mine])
    await grace.get_by_role('button', name='Виды').click()
    await grace.get_by_role('button', name='Сохранить этот отбор…').click()
    await grace.get_by_role('dialog').get_by_label('Название').fill('Ромашка')
    await grace.get_by_role('dialog').get_by_label('Показывать всем специалистам').check()
    await grace.get_by_role('dialog').get_by_role('button', name='Сохранить').click()
    await expect(grace.get_by_role('button', name='Ромашка')).to_be_visible()
    address = grace.url
    await grace.get_by_role('searchbox', name='Номер или слова из заявки').fill('плеер')
    await expect(grace.locator('.board-card')).to_have_count(0)
    await expect(grace).to_have_url(re.compile('q='))
    await grace.reload()
    await settled(grace)
    await expect(grace.locator('.board-card')).to_have_count(0)
    george = await visitor(GEORGE, address.split('://', 1)[1].split('/', 1)[1].join(('/', '')))
    await expect(card_ids(george, 'open')).to_have_text([mine])
    await george.get_by_role('button', name='Сбросить').click()
    await expect(card_ids(george, 'open')).to_have_text([mine, other])
    await george.go_back()
    await expect(card_ids(george, 'open')).to_have_text([mine])
    await george.get_by_role('button', name='Ромашка').click()
    await george.get_by_role('link', name='Вся доска').click()
    await expect(card_ids(george, 'open')).to_have_text([mine, other])


async def test_whose_tickets_are_shown_is_found_by_a_part_of_name_or_address(portal, visitor):
    hers, his = await portal.file_bug(ALICE, 'Экран гаснет'), await portal.file_bug(CHARLIE, 'Плеер молчит')
    grace = await visitor(GRACE, '/board')
    await grace.get_by_role('button', name='Ещё отбор').click()
    field = grace.get_by_role('combobox', name='Заявитель')
    await field.press_sequentially('.test')
    options = grace.get_by_role('listbox', name='Заявитель').get_by_role('option')
    await expect(options).to_have_count(6)
    await field.press('ArrowDown')
    await expect(options.nth(1)).to_have_attribute('aria-selected', 'true')
    await field.press('Escape')
    await expect(options).to_have_count(0)
    await expect(field).to_have_value('')
    await field.press_sequentially('Lutik')
    await expect(options).to_have_text([re.compile(f'^charlie.*{CHARLIE} · Лютик$')])
    await field.press('Enter')
    await expect(card_ids(grace, 'open')).to_have_text([his])
    await expect(grace).to_have_url(re.compile(r'requester=\d+$'))
    await expect(field).to_have_value('charlie')
    await grace.reload()
    await settled(grace)
    await expect(card_ids(grace, 'open')).to_have_text([his])
    await expect(field).to_have_value('charlie')
    await field.fill('никто-такой')
    await expect(grace.get_by_text('Никого не нашлось').last).to_be_visible()
    await field.blur()
    await expect(field).to_have_value('charlie')  # nobody was chosen: it stays as it was
    await grace.get_by_role('button', name='Убрать: charlie').click()
    await expect(card_ids(grace, 'open')).to_have_text([hers, his])
    await expect(field).to_be_focused()


async def test_on_a_phone_a_finger_takes_one_of_those_found(portal, visitor):
    await portal.file_bug(ALICE)
    his = await portal.file_bug(CHARLIE)
    grace = await visitor(GRACE, '/queue', width=390)
    await grace.get_by_role('button', name='Ещё отбор').tap()
    await grace.get_by_role('combobox', name='Заявитель').tap()
    await grace.keyboard.type('charlie')
    await grace.get_by_role('option', name=CHARLIE).tap()
    await expect(grace.locator('.queue-id')).to_have_text([his])
    await expect(grace.get_by_role('combobox', name='Заявитель')).to_have_value('charlie')


async def test_what_others_do_neither_takes_the_focus_nor_the_place(portal, visitor):
    tickets = [await portal.file_bug(GRACE, f'Заявка {number}') for number in range(12)]
    grace = await visitor(GRACE, '/board')
    cards = column(grace, 'open').locator('.board-cards')
    await walk_to(grace, tickets[8])
    before = await cards.evaluate('list => list.scrollTop')
    assert before > 0
    box = await card(grace, tickets[8]).bounding_box()
    await portal.move(GEORGE, tickets[1], 'in_progress')
    await expect(card_in(grace, 'in_progress', tickets[1])).to_be_visible()
    await expect(card(grace, tickets[8])).to_be_focused()
    await portal.move(GEORGE, tickets[8], 'pending')
    await expect(card_in(grace, 'pending', tickets[8])).to_be_focused()
    assert box is not None


async def test_what_changed_while_nobody_looked_is_marked(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace = await visitor(GRACE, '/board')
    await grace.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    await portal.move(GEORGE, ticket, 'in_progress')
    await expect(grace.get_by_text('Изменилось, пока вас не было: 1')).to_be_visible()
    await expect(card(grace, ticket)).to_contain_text('новое')
    await grace.get_by_role('button', name='Показать', exact=True).click()
    await expect(card(grace, ticket)).to_be_focused()
    await expect(grace.get_by_text('Изменилось, пока вас не было')).to_have_count(0)


async def test_more_cards_come_by_scrolling(portal, visitor):
    for number in range(33):
        await portal.file_bug(GRACE, f'Заявка {number}')
    grace = await visitor(GRACE, '/board')
    await expect(grace.locator('.board-card')).to_have_count(30)
    await column(grace, 'open').locator('.board-cards').evaluate('list => list.scrollTo(0, list.scrollHeight)')
    await expect(grace.locator('.board-card')).to_have_count(33)
    await expect(column(grace, 'open').locator('.board-count')).to_have_text('33')


async def test_a_phone_shows_one_column_and_moves_by_the_menu(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace = await visitor(GRACE, '/board', width=390, height=844)
    await axe(grace)
    await grace.get_by_role('button', name=f'Действия {ticket}').click()
    await grace.locator('.board-menu').get_by_role('button', name='В ожидании').click()
    await expect(card_in(grace, 'pending', ticket)).to_have_count(1)
    await grace.get_by_role('button', name='В ожидании: 1').click()
    await expect(card_in(grace, 'pending', ticket)).to_be_in_viewport()
    await card(grace, ticket).get_by_role('link').tap()
    await expect(grace).to_have_url(re.compile(f'/tickets/{ticket}$'))
    await grace.go_back()
    await expect(card_in(grace, 'pending', ticket)).to_be_in_viewport()


async def test_both_themes_are_accessible(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    await portal.move(GRACE, ticket, 'awaiting_feedback', 'Проверьте')
    await portal.comment(ALICE, ticket, 'Нет')
    await portal.file_bug(BOB)
    for dark in (False, True):
        grace = await visitor(GRACE, '/board', dark=dark)
        await expect(card(grace, ticket)).to_be_visible()
        await expect(grace.locator('.board-card[tabindex="0"]')).to_have_count(2)  # one of each column
        await grace.get_by_role('button', name='Ещё отбор').click()
        await axe(grace)


async def test_who_is_no_agent_any_more_loses_the_board(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    mona = await visitor(MONA, '/admin/people')
    visitor.tolerated += ('404',)  # also of what the page asks for after the last line here
    grace = await visitor(GRACE, '/board')
    await expect(card(grace, ticket)).to_be_visible()
    await mona.get_by_role('link', name=GRACE).click()
    await mona.get_by_role('button', name='Роль и компания').click()
    await mona.get_by_label('Клиент').check()
    await mona.get_by_role('dialog').get_by_label('Компания', exact=True).select_option(label='Лютик')
    await mona.get_by_role('dialog').get_by_role('button', name='Сохранить').click()
    await expect(grace.locator('.board-card')).to_have_count(0, timeout=2000)


async def test_what_is_left_of_a_target_is_working_time_and_stands_still_while_nobody_works(portal, visitor):
    ticket = await portal.file_bug(ALICE, impact='low')
    await portal.comment(GRACE, ticket, 'Смотрим')  # then the solution is due, in two weeks of work
    grace = await visitor(GRACE, '/board')
    left = card(grace, ticket).locator('.board-mark')
    now = datetime.now(UTC)
    saturday = now + timedelta(days=(5 - now.weekday()) % 7)
    texts = []
    for hour in (3, 15):
        await grace.clock.set_fixed_time(saturday.replace(hour=hour))
        await grace.reload()
        await settled(grace)
        await expect(left).to_have_attribute('title', re.compile('часы стоят'))
        texts.append(await left.inner_text())
    assert re.fullmatch(r'осталось \d+\sч', texts[0].strip()), texts
    assert texts[0] == texts[1]
