"""The dashboard as the head of support uses it: live, down to the tickets behind a bar, taken along as files."""

import csv
import re
from io import BytesIO, StringIO

import openpyxl
import pytest
from playwright.async_api import Page, expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, GRACE, MONA

_BAR = """(canvas, [across, down]) => {
    const box = canvas.getBoundingClientRect();
    return [box.left + box.width * across, box.top + box.height * down];
}"""


async def rate(portal, visitor, stars: str, words: str) -> str:
    """A ticket of Alice's that is done and that she rated; its ID."""
    ticket = await portal.file_bug(ALICE)
    await portal.move(GRACE, ticket, 'done')
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await alice.locator('label', has_text=stars).click()
    await alice.locator('#rating-comment').fill(words)
    await alice.get_by_role('button', name='Оценить').click()
    await expect(alice.locator('.rating-comment')).to_have_text(words)
    return ticket


async def click_on(page: Page, title: str, across: float, down: float) -> None:
    """Press inside the chart of that title, at those shares of its width and height."""
    card = page.locator('.figure-card', has=page.get_by_role('heading', name=title))
    canvas = card.locator('[data-drawn] canvas')
    await canvas.scroll_into_view_if_needed()
    x, y = await canvas.evaluate(_BAR, [across, down])
    await page.mouse.move(x, y)
    await page.mouse.click(x, y)


async def test_two_ratings_arrive_live_and_the_bar_opens_exactly_its_ticket(portal, visitor):
    mona = await visitor(MONA, '/admin')
    bad = await rate(portal, visitor, '2 звезды', 'Слишком долго')
    good = await rate(portal, visitor, '5 звёзд', 'Прекрасно')
    await expect(mona.locator('.figure-value').first).to_have_text('50 %')
    await expect(mona.locator('.opinion').first).to_contain_text('Слишком долго')
    await settled(mona)
    await click_on(mona, 'Сколько каких оценок', 0.4, 0.1)  # five stars are the first bar
    await expect(mona).to_have_url(re.compile(r'/queue\?.*stars=5'))
    await expect(mona.get_by_text('Только заявки за показателем')).to_be_visible()
    await expect(mona.get_by_role('link', name=good)).to_be_visible()
    await expect(mona.get_by_role('link', name=bad)).to_have_count(0)


async def test_what_is_shown_is_taken_along_and_reads_the_same(portal, visitor):
    await rate(portal, visitor, '4 звезды', 'Хорошо')
    mona = await visitor(MONA, '/admin?period=7d')
    card = mona.locator('.figure-card', has=mona.get_by_role('heading', name='Сколько каких оценок'))
    found = {}
    for kind, label in (('csv', 'Таблица CSV'), ('xlsx', 'Книга Excel (XLSX)'), ('png', 'Картинка PNG')):
        await card.get_by_role('button', name='Сохранить').click()
        async with mona.expect_download() as waiting:
            await card.get_by_role('link', name=label).or_(card.get_by_role('button', name=label)).click()
        download = await waiting.value
        found[kind] = (await download.path()).read_bytes()
    rows = list(csv.reader(StringIO(found['csv'].decode('utf-8-sig'))))
    sheet = openpyxl.load_workbook(BytesIO(found['xlsx'])).active
    read = [[cell.value for cell in row] for row in sheet.rows][1:]
    assert read == [[row[0], int(row[1]), float(row[2])] for row in rows[1:]]
    assert sum(row[1] for row in read) == 1
    assert found['png'].startswith(b'\x89PNG')


@pytest.mark.parametrize('dark', [False, True])
async def test_a_bad_rating_is_given_to_somebody_and_settled_while_the_count_goes_down(portal, visitor, dark):
    ticket = await rate(portal, visitor, '1 звезда', 'Так нельзя')
    mona = await visitor(MONA, '/admin/bad-ratings', width=390 if dark else 1440, dark=dark)
    item = mona.locator('.bad-rating', has_text=ticket)
    await expect(item.get_by_text('От заявки до закрытия')).to_be_visible()
    await item.get_by_label('Кто отвечает').select_option(label='grace')
    await item.get_by_role('button', name='Записать итог').click()
    await mona.get_by_label('Перезвонили').check()
    await mona.get_by_role('dialog').get_by_role('button', name='Сохранить').click()
    await expect(item).to_have_count(0)
    await mona.get_by_role('button', name='С итогом').click()
    await expect(item.get_by_text('Перезвонили')).to_be_visible()
    await settled(mona)
    await axe(mona)
    await mona.goto('/admin/flow')
    await expect(mona.locator('[data-drawn]').first).to_be_visible()
    await settled(mona)
    await axe(mona)
