"""The component kit and the plain pages as people meet them: by eye, by keyboard, on a phone, on a bad connection."""

import asyncio
import re
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.gallery import PLAIN
from tests.journeys.browser import axe, settled
from tests.journeys.server import ROOT, Portal

WIDTHS = (320, 390, 768, 1440, 1920)


@pytest_asyncio.fixture(scope='module', loop_scope='session')
async def gallery(tmp_path_factory) -> AsyncIterator[Portal]:
    """The gallery, served by a process of its own."""
    served = Portal(tmp_path_factory.mktemp('gallery') / 'data')
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, '-m', 'tests.gallery', str(served.port)),
        cwd=ROOT,
        env=served._environment(),
        stdout=DEVNULL,
        start_new_session=True,
    )
    async with httpx.AsyncClient() as client:
        for _ in range(200):
            try:
                await client.get(f'{served.url}/plain')
                break
            except httpx.TransportError:
                assert process.returncode is None, 'the gallery did not start'
                await asyncio.sleep(0.1)
    yield served
    process.terminate()
    await process.wait()


@pytest.mark.parametrize('dark', [False, True], ids=['light', 'dark'])
async def test_axe_reports_nothing_on_the_kit(gallery, visitor, dark):
    for width in (390, 1440):
        page = await visitor(None, '/', portal=gallery, width=width, dark=dark)
        await axe(page)


@pytest.mark.parametrize('dark', [False, True], ids=['light', 'dark'])
async def test_axe_reports_nothing_on_plain_pages(gallery, visitor, dark):
    page = await visitor(None, '/plain', portal=gallery, width=390, dark=dark)
    for name in PLAIN:
        await page.goto(f'/plain/{name}')
        await axe(page)


@pytest.mark.parametrize('language', ['ru', 'en'])
async def test_nothing_sticks_out_at_any_width(gallery, visitor, language):
    page = await visitor(None, f'/?language={language}', portal=gallery)
    for path in ('/', *(f'/plain/{name}' for name in PLAIN)):
        await page.goto(f'{path}?language={language}')
        await settled(page)
        for width in WIDTHS:
            await page.set_viewport_size({'width': width, 'height': 900})
            assert await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), f'{path} at {width}'


async def test_everything_on_a_phone_is_large_enough_for_a_finger(gallery, visitor):
    page = await visitor(None, '/', portal=gallery, width=390)
    small = await page.evaluate("""() => [...document.querySelectorAll('.button, .input, .frame-tabs a, .choice')]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
        .map((one) => one.outerHTML.slice(0, 80))""")
    assert small == []


async def test_plain_pages_are_light_and_need_no_script(gallery):
    async with httpx.AsyncClient(base_url=gallery.url) as client:
        for name in PLAIN:
            html = (await client.get(f'/plain/{name}')).text
            sheets = re.findall(r'href="(/static/css/[^"]+)"', html)
            styles = [(await client.get(sheet)).text for sheet in sheets]
            assert len(sheets) == 4
            assert len(html.encode()) <= 30_000, name
            assert sum(len(text.encode()) for text in (html, *styles)) <= 45_000, name
            assert not re.search(r'<script|<style|\sstyle=|\son\w+=', html), name


async def test_stars_are_chosen_by_keyboard_and_without_script(gallery, visitor):
    page = await visitor(None, '/plain/rate', portal=gallery, width=390, script=False)
    await expect(page.get_by_role('radio', name='4 из 5: хорошо')).to_be_checked()
    await page.get_by_role('radio', name='4 из 5: хорошо').focus()
    await page.keyboard.press('ArrowRight')
    await expect(page.get_by_role('radio', name='5 из 5: отлично')).to_be_checked()
    await page.get_by_text('2 из 5: плохо').locator('..').click()
    await expect(page.get_by_role('radio', name='2 из 5: плохо')).to_be_checked()


async def test_a_late_answer_leaves_what_is_typed_and_the_cursor_alone(gallery, visitor):
    page = await visitor(None, '/', portal=gallery)
    field = page.get_by_label('Проверяется при вводе')
    await field.press_sequentially('начало конец', delay=20)
    await page.keyboard.press('Home')
    await expect(page.get_by_text('Проверяем…')).to_be_visible()
    await page.keyboard.type('это ')  # while the server still thinks about the first words
    await expect(page.get_by_text('Сервер знает: это начало конец')).to_be_visible()
    await expect(field).to_have_value('это начало конец')
    assert await field.evaluate('(input) => input.selectionStart') == 4
    assert await field.evaluate('(input) => input === document.activeElement')


async def test_the_server_replaces_a_text_only_when_it_says_so(gallery, visitor):
    page = await visitor(None, '/', portal=gallery)
    await page.get_by_label('Проверяется при вводе').fill('аб')
    await expect(page.get_by_text('Слишком коротко.')).to_be_visible()
    await expect(page.get_by_label('Проверяется при вводе')).to_have_attribute('aria-invalid', 'true')
    await expect(page.get_by_label('Проверяется при вводе')).to_have_value('аб')
    await page.get_by_role('button', name='Заменить').click()
    await expect(page.get_by_label('Проверяется при вводе')).to_have_value('Заменено')


async def test_a_field_is_found_by_exactly_its_label(gallery, visitor):
    page = await visitor(None, '/', portal=gallery)
    await expect(page.get_by_label('Тема', exact=True)).to_have_count(1)
    await page.get_by_label('Операционная система').select_option(label='Linux')
    await expect(page.get_by_label('Операционная система')).to_have_value('linux')
    await page.get_by_role('radiogroup', name='Влияние').get_by_label('Критическое').check()
    await expect(page.get_by_label('Высокое')).not_to_be_checked()


async def test_a_dialog_keeps_the_focus_and_gives_it_back(gallery, visitor):
    page = await visitor(None, '/', portal=gallery)
    opener = page.get_by_role('button', name='Открыть диалог')
    await opener.click()
    dialog = page.get_by_role('dialog', name='Повторно открыть задачу')
    await expect(dialog.get_by_label('Комментарий')).to_be_focused()
    await axe(page)
    for _ in range(8):
        await page.keyboard.press('Tab')
        assert await page.evaluate('!document.activeElement.closest(".frame, .page")'), 'the focus left the dialog'
    await page.keyboard.press('Escape')
    await expect(dialog).to_have_count(0)
    await expect(opener).to_be_focused()


async def test_a_dialog_answers_with_what_was_typed_last(gallery, visitor):
    page = await visitor(None, '/', portal=gallery)
    await page.get_by_role('button', name='Открыть диалог').click()
    dialog = page.get_by_role('dialog')
    await dialog.get_by_label('Комментарий').fill('Всё ещё обрывается')
    await dialog.get_by_role('button', name='Повторно открыть задачу').click()
    await expect(page.get_by_text('Ответ: Всё ещё обрывается')).to_be_visible()


async def test_what_was_done_can_be_undone_once(gallery, visitor):
    page = await visitor(None, '/', portal=gallery)
    await page.get_by_role('button', name='Тост с возвратом').click()
    await expect(page.get_by_role('status').get_by_text('Заявка отмечена выполненной')).to_be_visible()
    await axe(page)
    await page.get_by_role('button', name='Вернуть').click()
    await expect(page.get_by_text('Возвращено')).to_have_count(1)
    await expect(page.get_by_text('Заявка отмечена выполненной')).to_have_count(0)


async def test_a_menu_is_walked_by_keyboard(gallery, visitor):
    page = await visitor(None, '/', portal=gallery)
    opener = page.get_by_role('button', name='Статус', exact=True)
    await opener.press('Enter')
    await expect(opener).to_have_attribute('aria-expanded', 'true')
    await expect(page.get_by_role('button', name='Выполняется')).to_be_focused()
    await page.keyboard.press('ArrowDown')
    await expect(page.get_by_role('button', name='В ожидании')).to_be_focused()
    await page.keyboard.press('Escape')
    await expect(opener).to_be_focused()
    await expect(opener).to_have_attribute('aria-expanded', 'false')


async def test_the_theme_follows_the_system_until_somebody_chooses(gallery, visitor):
    page = await visitor(None, '/', portal=gallery, dark=True)
    await expect(page.locator('body')).to_have_css('background-color', 'rgb(19, 19, 17)')
    await page.get_by_role('button', name='Моя учётная запись').click()
    await axe(page)
    await page.get_by_role('button', name='Светлая').click()
    await expect(page.locator('html')).to_have_attribute('data-theme', 'light')
    await expect(page.locator('body')).to_have_css('background-color', 'rgb(250, 249, 247)')


async def test_a_lost_connection_is_told_and_its_return(gallery, visitor):
    page = await visitor(None, '/', portal=gallery)
    with visitor.tolerating('ERR_INTERNET_DISCONNECTED', 'ERR_NETWORK_CHANGED', 'WebSocket'):
        await page.context.set_offline(True)
        await expect(page.get_by_text('Нет связи с порталом.')).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.get_by_text('Связь восстановлена.')).to_be_visible()
    await expect(page.locator('#popup')).to_be_hidden()


async def test_the_first_tab_leads_past_the_navigation(gallery, visitor):
    page = await visitor(None, '/', portal=gallery)
    await page.keyboard.press('Tab')
    skip = page.get_by_role('link', name='Перейти к содержанию')
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press('Enter')
    assert await page.evaluate('document.activeElement.matches("main > *")')


async def test_another_page_takes_the_focus_and_is_said(gallery, visitor):
    page = await visitor(None, '/pages', portal=gallery)
    await page.get_by_role('link', name='Вторая').click()
    await expect(page.get_by_role('heading', name='Вторая страница')).to_be_visible()
    await expect(page.get_by_role('link', name='Вторая')).to_have_attribute('aria-current', 'page')
    await expect(page.locator('main > *')).to_be_focused()
    await page.go_back()
    await expect(page.get_by_role('heading', name='Первая страница')).to_be_visible()
    await page.get_by_role('link', name='К заявке').click()
    await expect(page.get_by_role('link', name='Вторая')).to_have_attribute('aria-current', 'page')
    await expect(page.locator('.frame-progress')).to_have_count(0)
    await expect(page.get_by_role('banner').get_by_role('status')).to_have_text('Вторая страница')


async def test_a_slow_button_is_busy_and_acts_once(gallery, visitor):
    page = await visitor(None, '/pages/second', portal=gallery)
    button = page.get_by_role('button', name='Долгое дело')
    await button.dblclick()
    await expect(button).to_have_attribute('aria-busy', 'true')
    await expect(button).not_to_have_attribute('aria-busy', 'true')
    await expect(page.get_by_text('Нажато: 1')).to_be_visible()
    await button.click()
    await expect(page.get_by_text('Нажато: 2')).to_be_visible()
