"""A ticket beside the list that it was opened from: the way in, on and out, and that it is the whole ticket."""

import re

from playwright.async_api import Locator, Page, expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, BOB, GRACE


def panel(page: Page, ticket: str) -> Locator:
    return page.get_by_role('complementary', name=re.compile(f'^{ticket} '))


def card(page: Page, ticket: str) -> Locator:
    return page.get_by_role('listitem', name=re.compile(f'^{ticket},'))


async def test_a_card_opens_beside_the_board_and_one_walks_on_answers_and_goes_back(portal, visitor):
    first, second, third = [await portal.file_bug(ALICE, subject) for subject in ('Экран', 'Звук', 'Сеть')]
    grace = await visitor(GRACE, '/board', width=1900)
    await card(grace, first).focus()
    await grace.keyboard.press('Enter')
    await expect(panel(grace, first)).to_be_focused()
    await expect(grace).to_have_url(re.compile(rf'/board\?ticket={first}$'))
    await expect(grace).to_have_title(re.compile(f'^{first}'))
    await grace.keyboard.press('c')
    answer = panel(grace, first).get_by_role('textbox', name='Ответ клиенту')
    await expect(answer).to_be_focused()
    await grace.keyboard.type('Смотрим')
    await grace.keyboard.press('Control+Enter')
    await expect(panel(grace, first).get_by_role('article')).to_contain_text('Смотрим')
    await expect(answer).to_have_value('')
    await answer.press('Escape')  # leaves the field; once more, the ticket
    await portal.move(GRACE, first, 'in_progress')  # one walks on where the card stood
    await expect(card(grace, first)).to_have_accessible_name(re.compile(f'^{first}'))
    await expect(grace.locator('[data-status=in_progress] .board-card.opened')).to_be_visible()
    await grace.keyboard.press('j')
    await expect(panel(grace, second)).to_be_focused()
    await expect(panel(grace, second).get_by_role('button', name='Предыдущая')).to_be_disabled()
    await panel(grace, second).get_by_role('button', name='Следующая').click()
    await expect(panel(grace, third)).to_be_visible()
    await expect(panel(grace, third).get_by_role('button', name='Следующая')).to_be_disabled()
    await grace.keyboard.press('k')
    await expect(panel(grace, second)).to_be_visible()
    await axe(grace)
    await grace.keyboard.press('Escape')
    await expect(card(grace, second)).to_be_focused()
    await expect(grace).to_have_url(re.compile('/board$'))
    await grace.go_back()
    await expect(panel(grace, second)).to_be_visible()
    await portal.comment(ALICE, second, 'Есть новости?')
    await expect(panel(grace, second).get_by_text('Есть новости?')).to_be_visible()
    await grace.go_back()
    await expect(panel(grace, second)).to_have_count(0)
    await grace.goto(f'/board?ticket={third}')
    await settled(grace)
    await panel(grace, third).get_by_role('link', name='На всю страницу').click()
    await expect(grace.get_by_role('heading', level=1)).to_contain_text(third)


async def test_the_table_opens_tickets_beside_it_too_and_keeps_how_it_is_shown(portal, visitor):
    first, second = await portal.file_bug(ALICE, 'Экран'), await portal.file_bug(BOB, 'Звук')
    grace = await visitor(GRACE, '/queue?sort=number')
    await grace.locator('.queue-id', has_text=second).get_by_text(second).click()
    await expect(panel(grace, second)).to_be_visible()
    await grace.keyboard.press('j')
    await expect(panel(grace, first)).to_be_visible()
    await expect(grace).to_have_url(re.compile(rf'\?sort=number&ticket={first}$'))
    await axe(grace)
    await grace.keyboard.press('Escape')
    await expect(grace.get_by_role('link', name=f'{first} Экран')).to_be_focused()
    await expect(grace).to_have_url(re.compile(r'\?sort=number$'))
    async with grace.context.expect_page() as opened:
        await grace.locator('.queue-id').get_by_text(first).click(modifiers=['Control'])
    tab = await opened.value
    await expect(tab).to_have_url(re.compile(f'/tickets/{first}$'))
    await expect(panel(grace, first)).to_have_count(0)


async def test_back_leads_from_a_ticket_outside_the_list_to_the_one_it_was_opened_from(portal, visitor):
    """Whoever walks on in the list goes back to the list; whoever leaves it, to where they left it."""
    first, second = await portal.file_bug(ALICE, 'Экран'), await portal.file_bug(ALICE, 'Звук')
    outside = await portal.file_bug(ALICE, 'Старая')
    await portal.move(GRACE, outside, 'done')
    for place in ('/board?status=open', '/queue?sort=number&descending=0'):
        grace = await visitor(GRACE, place)
        await grace.locator(f'a[href="/tickets/{first}"]').first.click()
        await expect(panel(grace, first)).to_be_visible()
        await grace.keyboard.press('j')
        await expect(panel(grace, second)).to_be_visible()
        await panel(grace, second).get_by_role('link', name=f'{outside} Старая').click()
        await expect(panel(grace, outside)).to_be_visible()
        await expect(grace).to_have_url(re.compile(f'ticket={outside}$'))
        await grace.go_back()
        await expect(panel(grace, second)).to_be_visible()
        await expect(panel(grace, second).get_by_role('button', name='Предыдущая')).to_be_enabled()
        await grace.go_forward()
        await expect(panel(grace, outside)).to_be_focused()
        await grace.go_back()
        await expect(panel(grace, second)).to_be_visible()
        await grace.go_back()
        await expect(grace.locator('.ticket-panel.open')).to_have_count(0)
        assert grace.url.endswith(place)


async def test_one_answers_notes_assigns_and_moves_by_one_key_from_a_list(portal, visitor):
    first, second = await portal.file_bug(ALICE, 'Экран'), await portal.file_bug(ALICE, 'Звук')
    grace = await visitor(GRACE, '/board')
    for key, name in (('c', 'Ответ клиенту'), ('n', 'Заметка для коллег')):
        await card(grace, second).focus()
        await grace.keyboard.press(key)
        await expect(panel(grace, second).get_by_role('textbox', name=name)).to_be_focused()
        await grace.keyboard.press('Escape')
        await grace.keyboard.press('Escape')
        await expect(card(grace, second)).to_be_focused()
    await grace.goto('/queue')
    await settled(grace)
    for key, role, name in (('a', 'combobox', 'Исполнитель'), ('m', 'button', 'Выполняется')):
        await grace.get_by_role('link', name=f'{first} Экран').focus()
        await grace.keyboard.press(key)
        await expect(panel(grace, first).get_by_role(role, name=name, exact=True)).to_be_focused()
        await panel(grace, first).get_by_role('button', name='Закрыть заявку').click()
        await expect(grace.locator('.ticket-panel.open')).to_have_count(0)


async def test_a_phone_opens_the_whole_page_and_a_sent_link_covers_the_board(portal, visitor):
    ticket = await portal.file_bug(ALICE, 'Экран')
    grace = await visitor(GRACE, f'/board?ticket={ticket}', width=390)
    await expect(panel(grace, ticket)).to_be_visible()
    assert await grace.evaluate('document.documentElement.scrollWidth') <= 390
    await axe(grace)
    await panel(grace, ticket).get_by_role('button', name='Закрыть заявку').click()
    await card(grace, ticket).get_by_role('link').click()
    await expect(grace).to_have_url(re.compile(f'/tickets/{ticket}$'))
    await expect(grace.get_by_role('heading', level=1)).to_contain_text(ticket)


async def test_a_duplicate_is_merged_beside_the_queue_which_then_shows_one_persons_tickets(portal, visitor):
    """In the dark, and with a window as narrow as a panel has room in."""
    main, double = await portal.file_bug(BOB, 'Экран гаснет'), await portal.file_bug(BOB, 'Гаснет экран')
    others = [await portal.file_bug(ALICE, f'Звук {number}') for number in range(2)]
    grace = await visitor(GRACE, f'/queue?ticket={double}', width=1440, dark=True)
    beside = panel(grace, double)
    await expect(beside).to_be_visible()
    table = grace.locator('.queue-scroll')
    assert await table.evaluate('table => table.scrollWidth - table.clientWidth') == 0  # it has fewer columns
    await axe(grace)
    await grace.keyboard.press('?')
    keys = grace.get_by_role('dialog')
    await expect(keys.get_by_text('Изменить статус')).to_be_visible()
    await axe(grace)
    await grace.keyboard.press('Escape')
    await beside.get_by_role('button', name='Объединить').click()
    dialog = grace.get_by_role('dialog')
    await dialog.get_by_label('В какую заявку').fill(main)
    await dialog.get_by_role('button', name='Найти заявку').click()
    await dialog.get_by_role('button', name=f'Объединить с {main}').click()
    await expect(panel(grace, main)).to_be_visible()
    await expect(grace).to_have_url(re.compile(rf'/queue\?ticket={main}$'))
    await panel(grace, main).get_by_role('link', name='Все заявки заявителя: 2').click()
    await expect(grace.get_by_role('combobox', name='Заявитель')).to_have_value('bob')
    await expect(grace.get_by_role('row', name=others[0])).to_have_count(0)
    await grace.get_by_role('searchbox', name='Номер или слова').fill('небывалое')
    await grace.get_by_role('button', name='Сбросить отбор').click()
    await expect(grace.get_by_role('row', name=others[0])).to_have_count(1)
    await expect(grace.get_by_role('searchbox', name='Номер или слова')).to_have_value('')
