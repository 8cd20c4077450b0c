"""Questions in one's own words: the two of the first page, on the demo, with a real browser."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from services.database import close_database, open_database
from services.demo.material import make_file
from services.demo.story import PASSWORD, tell
from services.forms import store
from services.migrations import migrate
from services.settings import settings
from tests.journeys.browser import axe, settled
from tests.journeys.server import Portal

GOOD = 'Добрый день, вы не подскажете как обстоят дела по проблеме SPSUP-1503?'
BAD = 'Здравствуйте, что там с ошибкой по Samsung-ам?'


@pytest_asyncio.fixture(scope='module', loop_scope='session')
async def demo(tmp_path_factory) -> AsyncIterator[Portal]:
    """A portal with the demo's tickets; they are told before it starts, which may take its time."""
    portal = Portal(tmp_path_factory.mktemp('demo') / 'data')
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv('PORTAL_DATA_DIR', str(portal.data))
        settings.cache_clear()
        await migrate(settings().database)
        await open_database(settings().database)
        try:
            await store.publish_catalogue()
            await tell(make_file)
        finally:
            await close_database()
    settings.cache_clear()
    await portal.start()
    yield portal
    await portal.stop()
    portal.check_log()


async def customer(browser: Browser, portal: Portal, **options: object) -> Page:
    context = await browser.new_context(base_url=portal.url, locale='ru-RU', **options)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto('/login')
    await page.locator('input[name=email]').fill('customer@demo.test')
    await page.locator('input[name=password]').fill(PASSWORD)
    await page.locator('button[type=submit]').click()
    await settled(page)
    return page


async def test_both_questions_are_answered_on_the_first_page(browser, demo):
    page = await customer(browser, demo)
    box = page.get_by_role('search').get_by_role('textbox')
    card = page.locator('.ask .answer').first
    for question in (GOOD, BAD):
        await box.fill('')
        await expect(card).to_have_count(0)
        await box.press_sequentially(question)
        await expect(card.get_by_role('link')).to_contain_text('SPSUP-1503')
        await expect(card).to_contain_text('Ожидание разработки')
        await expect(card).to_contain_text('её исправят разработчики')
        await expect(card).to_contain_text('Ирина Белова')
    await expect(page.locator('.ask .answer')).to_have_count(1)
    await expect(card.locator('mark').first).to_have_text('Ошибка')
    await axe(page)
    await page.get_by_role('button', name='Не то').click()
    await expect(page.locator('.ask .answer').nth(1)).to_contain_text('SPSUP-1467')
    await card.get_by_role('link').click()
    await expect(page).to_have_url(re.compile('/tickets/SPSUP-1503$'))
    await page.context.close()


async def test_a_question_that_finds_nothing_becomes_a_report(browser, demo):
    page = await customer(browser, demo, color_scheme='dark', viewport={'width': 390, 'height': 800})
    await page.get_by_role('search').get_by_role('textbox').fill('Пульт для борща сломан')
    await page.locator('.ask-nothing').get_by_role('link', name='Сообщить о баге').click()
    await expect(page).to_have_url(re.compile('/requests/bug/new'))
    await expect(page.get_by_role('textbox', name='Тема')).to_have_value('Пульт для борща сломан')
    await page.context.close()
