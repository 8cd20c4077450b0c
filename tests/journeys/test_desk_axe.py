"""Everything on which specialists work, one view and dialog after the other, at three widths and in both themes."""

from collections.abc import Awaitable, Callable, Mapping

import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.browser import axe, settled

AGENT = 'agent@demo.test'
Ids = Mapping[str, str]
Scene = Callable[[Page, Ids], Awaitable[object]]


async def shown(page: Page, path: str) -> None:
    await page.goto(path)
    await settled(page)


def dialog(page: Page) -> Locator:
    return page.get_by_role('dialog').last


async def some_ids(page: Page) -> Ids:
    """By its column, the first ticket on the board."""
    columns = page.locator('.board-column:has(.board-card)')
    found = await columns.evaluate_all(
        "all => all.map(one => [one.dataset.status, one.querySelector('.board-card-id').textContent])"
    )
    return dict(found)


async def open_menu(page: Page, ticket: str) -> Locator:
    await shown(page, '/board')
    button = page.get_by_role('button', name=f'Действия {ticket}', exact=True)
    await button.scroll_into_view_if_needed()
    await button.evaluate('button => button.click()')  # on a phone its column is beside the one in sight
    menu = page.locator('.board-menu')
    await expect(menu).to_be_visible()
    return menu


async def board(page: Page, ids: Ids) -> None:
    await shown(page, '/board')
    await page.locator('.board-rule summary').click()


async def board_filters(page: Page, ids: Ids) -> None:
    await shown(page, '/board')
    await page.get_by_role('button', name='Ещё отбор').click()
    await page.get_by_role('combobox', name='Заявитель').press_sequentially('demo.test')
    await expect(page.locator('.person-search-list [role=option]').first).to_be_visible()


async def board_beside_a_ticket(page: Page, ids: Ids) -> None:
    await shown(page, f'/board?ticket={ids["in_progress"]}')
    await expect(page.locator('.ticket-panel .conversation')).to_be_visible()


async def board_menu(page: Page, ids: Ids) -> None:
    await open_menu(page, ids['in_progress'])


async def board_carrying(page: Page, ids: Ids) -> None:
    """A card in the air: where it may lie, and why not elsewhere."""
    await shown(page, '/board')
    await page.locator('.board-column[data-status=in_progress] .board-card').first.focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowRight')
    await expect(page.locator('.board-column.refused').first).to_be_attached()


async def asking_for_feedback(page: Page, ids: Ids) -> None:
    menu = await open_menu(page, ids['in_progress'])
    await menu.get_by_role('button', name='Ожидается обратная связь').click()
    await expect(dialog(page).locator('textarea')).to_be_focused()


async def finishing(page: Page, ids: Ids) -> None:
    menu = await open_menu(page, ids['in_progress'])
    await menu.get_by_role('button', name='Сделанный').click()
    await expect(dialog(page).locator('textarea')).to_be_focused()


async def saving_a_view(page: Page, ids: Ids) -> None:
    await shown(page, '/board?impact=high')
    await page.get_by_role('button', name='Виды').click()
    await page.get_by_role('button', name='Сохранить этот отбор…').click()
    await expect(dialog(page)).to_be_visible()


async def queue(page: Page, ids: Ids) -> None:
    await shown(page, '/queue')
    await page.get_by_text('Столбцы', exact=True).click()
    await expect(page.get_by_role('checkbox', name='Метки')).to_be_visible()


async def queue_selection(page: Page, ids: Ids) -> None:
    await shown(page, '/queue')
    await page.locator('.queue-row .check').nth(1).check()
    await page.locator('.queue-row .check').nth(2).check()
    await expect(page.get_by_label('Переместить…')).to_be_visible()


async def queue_saying(page: Page, ids: Ids) -> None:
    await queue_selection(page, ids)
    await page.get_by_label('Переместить…').select_option(label='Ожидается обратная связь')
    await expect(dialog(page).locator('textarea')).to_be_visible()


async def queue_beside_a_ticket(page: Page, ids: Ids) -> None:
    await shown(page, f'/queue?ticket={ids["awaiting_feedback"]}')
    await expect(page.locator('.ticket-panel .conversation')).to_be_visible()


async def ticket(page: Page, ids: Ids) -> None:
    await shown(page, f'/tickets/{ids["awaiting_feedback"]}')
    await expect(page.locator('.composer textarea').first).to_be_visible()


async def ticket_note(page: Page, ids: Ids) -> None:
    await ticket(page, ids)
    await page.keyboard.press('n')


async def ticket_as_the_customer(page: Page, ids: Ids) -> None:
    await ticket(page, ids)
    await page.keyboard.press('v')
    await expect(page.get_by_role('button', name='Показать всё')).to_be_visible()


async def assigning(page: Page, ids: Ids) -> None:
    await ticket(page, ids)
    await page.keyboard.press('a')
    await expect(page.get_by_role('combobox', name='Исполнитель')).to_be_focused()


async def moving(page: Page, ids: Ids) -> None:
    await ticket(page, ids)
    await page.keyboard.press('m')
    await expect(page.get_by_role('button', name='Выполняется', exact=True)).to_be_focused()


async def sharing(page: Page, ids: Ids) -> None:
    await ticket(page, ids)
    await page.locator('.status-panel').get_by_role('button', name='Поделиться').click()
    await expect(dialog(page)).to_be_visible()


async def linking(page: Page, ids: Ids) -> None:
    await ticket(page, ids)
    await page.get_by_role('button', name='Связать').click()
    await expect(page.get_by_label('Вид связи')).to_be_visible()


async def merging(page: Page, ids: Ids) -> None:
    into = ids['in_progress']
    await ticket(page, ids)
    await page.get_by_role('button', name='Объединить').click()
    await dialog(page).get_by_label('В какую заявку').fill(into)
    await dialog(page).get_by_role('button', name='Найти заявку').click()
    await expect(dialog(page).get_by_role('button', name=f'Объединить с {into}')).to_be_visible()


async def keys(page: Page, ids: Ids) -> None:
    await ticket(page, ids)
    await page.keyboard.press('?')
    await expect(dialog(page)).to_be_visible()


async def palette(page: Page, ids: Ids) -> None:
    await shown(page, '/board')
    await page.keyboard.press('Control+k')
    await page.get_by_role('combobox', name='Команда').fill('экран')
    await expect(page.get_by_role('option').first).to_be_visible()


SCENES: tuple[Scene, ...] = (
    board, board_filters, board_beside_a_ticket, board_menu, board_carrying, asking_for_feedback, finishing,
    saving_a_view, queue, queue_selection, queue_saying, queue_beside_a_ticket, ticket, ticket_note,
    ticket_as_the_customer, assigning, moving, sharing, linking, merging, keys, palette,
)  # fmt: skip


@pytest.mark.parametrize('dark', [False, True])
@pytest.mark.parametrize('width', [390, 1440, 1920])
async def test_axe_finds_nothing_where_specialists_work(demo_portal, visitor, width, dark):
    page = await visitor(AGENT, '/board', width=width, dark=dark)
    await expect(page.locator('.board-card').first).to_be_visible()
    ids = await some_ids(page)
    found = []
    for scene in SCENES:
        await scene(page, ids)
        assert await page.evaluate('document.documentElement.scrollWidth') <= width, scene.__name__
        try:
            await axe(page, within='dialog[open]' if await page.locator('dialog[open]').count() else None)
        except AssertionError as error:
            found.append(f'{scene.__name__}: {error}')
    assert not found, '\n'.join(found)
