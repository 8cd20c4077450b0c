"""Every page of the administration with its dialogs, in both themes, on a wide screen and on a phone: axe-core finds
nothing, and nothing sticks out."""

import re

import pytest
from playwright.async_api import Page, expect

from models import Role
from pages import ROUTES
from services.demo.story import PASSWORD
from tests.journeys.browser import axe, settled
from tests.journeys.test_forms import add, write

ADMIN, AGENT = 'admin@demo.test', 'agent@demo.test'
AREAS = tuple(
    route.path.format(ref=1, code='bug')
    for route in ROUTES
    if Role.ADMIN in route.roles and (route.area or route.group == 'figures')
)
MENU = re.compile('^Действия')
DIALOGS = (
    ('/admin/bad-ratings', 'Записать итог'),
    ('/admin/people', 'Пригласить'),
    ('/admin/people/1', 'Роль и компания'),
    ('/admin/people/1', MENU, 'Объединить с двойником'),
    ('/admin/people/1', MENU, 'Удалить навсегда'),
    ('/admin/people/1', MENU, 'Закрыть доступ'),
    ('/admin/companies', 'Новая компания'),
    ('/admin/companies/1', MENU, 'Объединить с другой компанией'),
    ('/admin/forms', 'Новый вид заявок'),
    ('/templates', 'Новый шаблон'),
    ('/admin/synonyms', 'Добавить группу'),
    ('/admin/webhooks', 'Новый адрес'),
)
"""A page, and what is pressed there one after the other."""


@pytest.mark.parametrize('width, dark', [(1440, False), (390, True)])
async def test_every_page_of_the_administration(demo_portal, visitor, width, dark):
    page = await visitor(ADMIN, '/admin', width=width, dark=dark, password=PASSWORD)
    for path in (*AREAS, '/admin/bad-ratings?settled=1', '/admin/people?state=closed', '/admin/audit?person=nobody'):
        await open_page(page, path)
        for chart in await page.locator('.figure-details > summary:visible').all():
            await chart.click()
        await fine(page, width)
    await open_page(page, '/admin/outbox')
    await page.locator('.mail-row').first.click()
    await expect(page.locator('.mail-view')).to_be_visible()
    await fine(page, width)


@pytest.mark.parametrize('width, dark', [(1440, True), (390, False)])
async def test_every_dialog_of_the_administration(demo_portal, visitor, width, dark):
    page = await visitor(ADMIN, '/admin', width=width, dark=dark, password=PASSWORD)
    for path, *pressed in DIALOGS:
        await open_page(page, path)
        for name in pressed:
            await page.get_by_role('button', name=name, exact=isinstance(name, str)).first.click()
        await expect(page.get_by_role('dialog')).to_be_visible()
        await fine(page, width)


@pytest.mark.parametrize('width, dark', [(1440, True), (390, False)])
async def test_the_editor_of_forms_with_each_kind_of_field(demo_portal, visitor, width, dark):
    """Its properties, its preview in both languages and as on a phone, and what is said before publishing.

    The window is so high that no bar covers a part of a button, which axe-core would take for a small one.
    """
    page = await visitor(ADMIN, '/admin/forms/bug', width=width, height=4000, dark=dark, password=PASSWORD)
    for kind in ('Строка', 'Текст', 'Один вариант', 'Несколько вариантов', 'Число', 'Дата', 'Человек'):
        panel = await add(page, kind, f'Поле: {kind}', f'Field: {kind}')
        if kind in ('Один вариант', 'Несколько вариантов'):
            for option in ('Вариант 1', 'Вариант 2'):
                await write(panel, f'{option} по-русски', option)
                await write(panel, f'{option} по-английски', option)
        await fine(page, width)
    for shown in ('English', 'Телефон'):
        await page.locator('.form-sight').get_by_role('button', name=shown).click()
        await fine(page, width)
    await page.get_by_role('button', name='Опубликовать').click()
    await expect(page.get_by_role('dialog')).to_be_visible()
    await fine(page, width)


@pytest.mark.parametrize('dark', [False, True])
async def test_the_figures_of_an_agent(demo_portal, visitor, dark):
    page = await visitor(AGENT, '/figures?period=365d', dark=dark, width=390 if dark else 1440, password=PASSWORD)
    await expect(page.locator('[data-drawn]').first).to_be_visible()
    await fine(page, 390 if dark else 1440)


async def test_on_a_phone_the_figures_are_on_the_first_screen(demo_portal, visitor):
    page = await visitor(ADMIN, '/admin', width=390, height=844, password=PASSWORD)
    company = page.get_by_label('Компания', exact=True)
    await expect(page.locator('.figure-value').first).to_be_in_viewport()
    await expect(company).to_be_hidden()
    await page.get_by_role('button', name='Ещё отбор').click()
    await company.select_option(index=1)
    more = page.get_by_role('button', name='Ещё отбор: 1')
    await expect(more).to_have_attribute('aria-expanded', 'true')
    await fine(page, 390)
    await page.reload()
    await expect(more).to_have_attribute('aria-expanded', 'false')
    await expect(company).to_be_hidden()


async def test_points_that_say_little_are_not_joined(demo_portal, visitor):
    page = await visitor(ADMIN, '/admin?by=day', password=PASSWORD)
    said = page.get_by_text('Оценок мало, поэтому точки не соединены')
    await expect(said).to_be_visible()
    await page.get_by_label('Шаг графика').select_option(label='По месяцам')
    await expect(said).to_be_hidden()


async def open_page(page: Page, path: str) -> None:
    await page.goto(path)
    await settled(page)
    await expect(page.get_by_role('heading', level=1)).to_be_visible()


async def fine(page: Page, width: int) -> None:
    """Nothing is found, and nothing is wider than the window."""
    await page.evaluate('scrollTo(0, 0)')  # else the bars at top and bottom cover a part of some button
    await axe(page)
    assert await page.evaluate('document.documentElement.scrollWidth') <= width, page.url
