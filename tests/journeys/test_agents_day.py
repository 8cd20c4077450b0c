"""A specialist's day: what came in the night is sorted by keys alone, then colleagues and customers come in between."""

import re

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, BOB, GEORGE, GRACE
from tests.journeys.mailbox import Mailbox
from tests.journeys.server import Portal
from tests.journeys.test_board import card_ids, card_in, carry, column
from tests.journeys.test_ticket_panel import card, panel

NIGHT = 20
PLACES = ('Касса', 'Вход', 'Склад', 'Зал', 'Кафе')


@pytest.mark.portal(PORTAL_TICKETS_PER_HOUR='100')
async def test_a_day(portal, visitor, mailbox):
    filed = [await portal.file_bug((ALICE, BOB)[at % 2], f'{PLACES[at % 5]} {at}') for at in range(NIGHT)]
    grace, george = await visitor(GRACE, '/board', width=1900), await visitor(GEORGE, '/board', width=1900)
    await expect(column(grace, 'open').locator('.board-count')).to_have_text(str(NIGHT))
    await triage(grace, filed)
    await expect(column(george, 'in_progress').locator('.board-count')).to_have_text(str(NIGHT))
    await axe(george)
    await collide(grace, george, await slow_line(george), filed[0])
    await answer_while_the_customer_writes(grace, await visitor(ALICE, f'/tickets/{filed[2]}'), filed[2])
    await merge(grace, filed[5], into=filed[3])
    await undo_many(grace, portal, mailbox, filed[6:9])


async def triage(grace: Page, tickets: list[str]) -> None:
    """Open the first, put it into work, go on to the next: no hand leaves the keyboard."""
    await grace.keyboard.press('j')  # onto the board
    await grace.keyboard.press('Enter')
    for at, ticket in enumerate(tickets, start=1):
        await expect(panel(grace, ticket)).to_be_focused()
        await grace.keyboard.press('m')
        await expect(panel(grace, ticket).get_by_role('button', name='Выполняется', exact=True)).to_be_focused()
        await grace.keyboard.press('Enter')
        await expect(card_in(grace, 'in_progress', ticket)).to_be_visible()
        if at < len(tickets):
            await expect(column(grace, 'open').locator('.board-count')).to_have_text(str(len(tickets) - at))
            await grace.keyboard.press('j')
    await expect(card_ids(grace, 'open')).to_have_count(0)
    await grace.keyboard.press('Escape')
    await expect(grace.locator('.ticket-panel')).not_to_have_class(re.compile('open'))


class Line:
    """What the server says to a page; `slow`: it arrives only with `catch_up()`."""

    def __init__(self) -> None:
        self.slow = False
        self._kept: list[tuple[WebSocketRoute, str | bytes]] = []

    def take(self, page: WebSocketRoute) -> None:
        page.connect_to_server().on_message(lambda message: self._pass_on(page, message))

    def _pass_on(self, page: WebSocketRoute, message: str | bytes) -> None:
        if self.slow:
            self._kept.append((page, message))
        else:
            page.send(message)

    def catch_up(self) -> None:
        self.slow = False
        for page, message in self._kept:
            page.send(message)


async def slow_line(page: Page) -> Line:
    """Open the page anew, over a line that can be slow."""
    line = Line()
    await page.route_web_socket(re.compile('_nicegui_ws'), line.take)
    await page.reload()
    await settled(page)
    return line


async def collide(grace: Page, george: Page, line: Line, ticket: str) -> None:
    """Both carry the same card: one wins, the other is told who did what."""
    for page in (george, grace):
        await card(page, ticket).scroll_into_view_if_needed()
    await carry(george, ticket, 'pending', drop=False)
    line.slow = True  # what George sees is from before
    await carry(grace, ticket, 'awaiting_development')
    await expect(card_in(grace, 'awaiting_development', ticket)).to_be_visible()
    await george.mouse.up()
    line.catch_up()
    await expect(george.locator('.toast.danger')).to_contain_text('«Ожидание разработки»')
    await expect(card_in(george, 'awaiting_development', ticket)).to_be_visible()


async def answer_while_the_customer_writes(grace: Page, alice: Page, ticket: str) -> None:
    """The customer is quicker by a moment: her words are shown before the answer leaves."""
    await card(grace, ticket).focus()
    await grace.keyboard.press('Enter')
    answer = panel(grace, ticket).get_by_role('textbox', name='Ответ клиенту')
    await expect(panel(grace, ticket)).to_be_focused()
    await grace.keyboard.press('c')
    await expect(answer).to_be_focused()
    words = alice.locator('.composer textarea')
    await words.fill('Заработало само')
    await grace.keyboard.type('Перезагрузите экран')
    await expect(answer).to_have_value('Перезагрузите экран')
    await expect(card(grace, ticket)).to_be_visible()
    await words.press('Control+Enter')
    await expect(panel(grace, ticket).get_by_role('article')).to_contain_text('Заработало само')
    await answer.press('Control+Enter')
    crossed = grace.get_by_role('dialog', name='Пока вы писали, клиент ответил')
    await expect(crossed).to_contain_text('Заработало само')
    await crossed.get_by_role('button', name='Вернуться').click()
    await answer.fill('Хорошо, закрываем')
    await answer.press('Control+Enter')
    await expect(alice.get_by_role('article').last).to_contain_text('Хорошо, закрываем')
    await expect(answer).to_have_value('')
    await answer.press('Escape')
    await grace.keyboard.press('Escape')
    await expect(card(grace, ticket)).to_be_focused()


async def merge(grace: Page, duplicate: str, *, into: str) -> None:
    """Beside the board, a duplicate becomes part of the other ticket; the history says of which."""
    await card(grace, duplicate).focus()
    await grace.keyboard.press('Enter')
    await panel(grace, duplicate).get_by_role('button', name='Объединить').click()
    dialog = grace.get_by_role('dialog')
    await dialog.get_by_label('В какую заявку').fill(into)
    await dialog.get_by_role('button', name='Найти заявку').click()
    await dialog.get_by_role('button', name=f'Объединить с {into}').click()
    await expect(panel(grace, into)).to_be_visible()
    await expect(grace.get_by_text(f'Сюда присоединена заявка {duplicate}')).to_be_visible()


async def undo_many(grace: Page, portal: Portal, mailbox: Mailbox, tickets: list[str]) -> None:
    """Many moved at once and taken back: no letter tells of it."""
    await grace.goto('/queue?sort=number&descending=0')
    for ticket in tickets:
        await grace.get_by_label(f'Выбрать {ticket}', exact=True).check()
    await grace.get_by_label('Переместить…').select_option(label='В ожидании')
    await grace.get_by_role('button', name='Вернуть').click()
    await expect(grace.get_by_text(re.compile('^Отменено: 3'))).to_be_visible()
    await portal.comment(GRACE, tickets[0], 'Едем к вам')

    while 'Едем к вам' not in (await mailbox.wait_for(subject_contains=tickets[0], timeout=30)).text:
        pass  # what was sent of the triage comes first
    assert not [letter for letter in mailbox.letters if 'В ожидании' in letter.text]
