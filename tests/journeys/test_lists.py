"""'Мои заявки': found by filters that stand in the address, by words and by keyboard."""

import re

from playwright.async_api import expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, BOB, CHARLIE, GRACE


async def test_own_tickets_open_first_and_nobody_elses(portal, visitor):
    done = await portal.file_bug(ALICE, 'Сделанное давно')
    await portal.file_bug(CHARLIE, 'Чужое')
    waiting = await portal.file_bug(ALICE, 'Ещё ждёт')
    await portal.move(GRACE, done, 'done')
    alice = await visitor(ALICE, '/tickets')
    await expect(alice.locator('.ticket-row-id')).to_have_text([waiting, done])
    await expect(alice.get_by_text('Чужое')).to_have_count(0)


async def test_filters_stand_in_the_address_and_the_back_button_knows_them(portal, visitor):
    first, second = await portal.file_bug(ALICE, 'Экран гаснет'), await portal.file_bug(ALICE, 'Плеер молчит')
    await portal.move(GRACE, second, 'in_progress')
    alice = await visitor(ALICE, '/tickets')
    await alice.get_by_label('Статус', exact=True).select_option(label='Выполняется')
    await expect(alice.locator('.ticket-row-id')).to_have_text([second])
    await expect(alice).to_have_url(re.compile('status=in_progress'))
    await alice.reload()
    await settled(alice)
    await expect(alice.locator('.ticket-row-id')).to_have_text([second])
    await alice.locator('.ticket-row-link').click()
    await expect(alice.get_by_role('heading', level=1)).to_contain_text(second)
    await alice.go_back()
    await expect(alice.locator('.ticket-row-id')).to_have_text([second])
    await alice.get_by_label('Статус', exact=True).select_option(label='Любой статус')
    await expect(alice.locator('.ticket-row')).to_have_count(2)
    await alice.go_back()
    await expect(alice.locator('.ticket-row-id')).to_have_text([second])
    assert first != second


async def test_search_by_number_and_by_words(portal, visitor):
    screen, player = await portal.file_bug(ALICE, 'Чёрный экран в кафе'), await portal.file_bug(ALICE, 'Плеер молчит')
    alice = await visitor(ALICE, '/tickets')
    field = alice.get_by_role('searchbox')
    await field.press_sequentially('экран ЧЕРНЫЙ')
    await expect(alice.locator('.ticket-row-id')).to_have_text([screen])
    await expect(field).to_be_focused()
    await field.fill(player.lower().replace('-', ' '))
    await expect(alice.locator('.ticket-row-id')).to_have_text([player])
    await field.fill('такого нет')
    await expect(alice.get_by_text('Ничего не нашлось')).to_be_visible()
    await alice.get_by_role('button', name='Сбросить отбор').click()
    await expect(alice.locator('.ticket-row')).to_have_count(2)
    await expect(field).to_have_value('')


async def test_an_empty_list_says_what_belongs_there(portal, visitor):
    bob = await visitor(BOB, '/tickets', width=390)
    await expect(bob.get_by_text('Заявок пока нет')).to_be_visible()
    await expect(bob.get_by_role('link', name='Создать заявку')).to_be_visible()
    await axe(bob)


async def test_the_arrow_keys_walk_through_the_list(portal, visitor):
    first, second = await portal.file_bug(ALICE), await portal.file_bug(ALICE)
    alice = await visitor(ALICE, '/tickets')
    await alice.locator('.ticket-row-link').first.focus()
    await alice.keyboard.press('ArrowDown')
    await alice.keyboard.press('Enter')
    await expect(alice.get_by_role('heading', level=1)).to_contain_text(first)
    assert first != second
