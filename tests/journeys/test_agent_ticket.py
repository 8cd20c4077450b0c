"""A ticket as staff works on it: tags, links, merging, templates, the customer's view, the way through the list."""

import re

from playwright.async_api import expect

from tests.journeys.browser import axe
from tests.journeys.conftest import ALICE, BOB, GRACE


async def test_a_template_is_kept_and_put_into_an_answer(portal, visitor):
    ticket = await portal.file_bug(ALICE, 'Плеер молчит')
    grace = await visitor(GRACE, '/templates')
    await grace.get_by_role('button', name='Новый шаблон').click()
    dialog = grace.get_by_role('dialog')
    await dialog.get_by_label('Название').fill('Пришлите журнал')
    await dialog.get_by_label('Текст по-русски').fill('Спасибо за {id}. Пришлите **журнал** плеера.')
    await expect(dialog.locator('.template-preview strong')).to_have_text('журнал')
    await axe(grace)
    await dialog.get_by_role('button', name='Сохранить').click()
    await expect(grace.get_by_role('heading', name='Пришлите журнал')).to_be_visible()
    await grace.goto(f'/tickets/{ticket}')
    area = grace.locator('.composer textarea').first
    await area.fill('Здравствуйте! До свидания.')
    await area.evaluate('area => area.setSelectionRange(14, 14)')
    await grace.get_by_role('button', name='Шаблоны').click()
    await grace.get_by_label('Найти шаблон').fill('журн')
    await grace.get_by_role('button', name=re.compile('Пришлите журнал')).click()
    await expect(area).to_have_value(f'Здравствуйте! Спасибо за {ticket}. Пришлите **журнал** плеера.До свидания.')
    await expect(area).to_be_focused()


async def test_two_duplicates_become_one(portal, visitor):
    main, double = await portal.file_bug(ALICE, 'Экран гаснет'), await portal.file_bug(BOB, 'Гаснет экран')
    await portal.comment(BOB, double, 'У нас так же')
    grace = await visitor(GRACE, f'/tickets/{double}')
    bob = await visitor(BOB, f'/tickets/{double}')
    await grace.get_by_role('button', name='Объединить').click()
    dialog = grace.get_by_role('dialog')
    await dialog.get_by_label('В какую заявку').fill(main.lower())
    await dialog.get_by_role('button', name='Найти заявку').click()
    await expect(dialog.get_by_text('1 комментарий')).to_be_visible()
    await axe(grace)
    await dialog.get_by_role('button', name=f'Объединить с {main}').click()
    await expect(grace.get_by_role('heading', level=1)).to_contain_text(main)
    await expect(grace.get_by_text('У нас так же')).to_be_visible()
    await bob.get_by_role('link', name=f'Открыть {main}').click()
    await expect(bob.get_by_role('heading', level=1)).to_contain_text(main)
    await expect(bob.get_by_text('У нас так же')).to_be_visible()


async def test_tags_and_links_stand_beside_it_and_nowhere_else(portal, visitor):
    first, second = await portal.file_bug(ALICE, 'Первая'), await portal.file_bug(ALICE, 'Вторая')
    grace = await visitor(GRACE, f'/tickets/{first}')
    await grace.get_by_label('Новая метка').fill('склад')
    await grace.keyboard.press('Enter')
    await expect(grace.locator('.agent-tags')).to_contain_text('склад')
    await grace.get_by_role('button', name='Связать').click()
    await grace.get_by_label('Вид связи').select_option(label='Блокирует')
    await grace.get_by_label('Номер заявки').fill(second)
    await grace.keyboard.press('Enter')
    await expect(grace.locator('.agent-links').get_by_role('link', name=second)).to_be_visible()
    await axe(grace)
    alice = await visitor(ALICE, f'/tickets/{first}')
    await expect(alice.locator('.agent-panel')).to_have_count(0)
    await expect(alice.get_by_text('склад')).to_have_count(0)
    await grace.get_by_role('button', name='Убрать метку: склад').click()
    await expect(grace.locator('.agent-tags')).to_have_count(0)


async def test_one_key_shows_what_the_customer_sees(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    await portal.comment(GRACE, ticket, 'Видно всем')
    await portal.comment(GRACE, ticket, 'Только своим', internal=True)
    grace = await visitor(GRACE, f'/tickets/{ticket}')
    await expect(grace.get_by_text('Только своим')).to_be_visible()
    await grace.keyboard.press('v')
    await expect(grace.get_by_text('Только своим')).to_have_count(0)
    await expect(grace.get_by_text('Видно всем')).to_be_visible()
    await expect(grace.get_by_label('Новая метка')).to_be_hidden()
    await grace.get_by_role('button', name='Показать всё').click()
    await expect(grace.get_by_text('Только своим')).to_be_visible()
    await expect(grace.get_by_label('Новая метка')).to_be_visible()


async def test_one_walks_on_through_the_list_one_came_from(portal, visitor):
    tickets = [await portal.file_bug(ALICE, f'Заявка {number}') for number in range(3)]
    grace = await visitor(
        GRACE, '/queue?sort=number&descending=0', width=1000
    )  # too narrow for a ticket beside the table
    await grace.locator('.queue-subject .queue-link').first.click()
    heading = grace.get_by_role('heading', level=1)
    await expect(heading).to_contain_text(tickets[0])
    await grace.get_by_role('link', name='Следующая').click()
    await expect(heading).to_contain_text(tickets[1])
    await grace.keyboard.press('j')
    await expect(heading).to_contain_text(tickets[2])
    await expect(grace.get_by_role('link', name='Следующая')).to_have_count(0)
    await grace.get_by_role('link', name='К списку').click()
    await expect(grace).to_have_url(re.compile('/queue.sort=number'))
