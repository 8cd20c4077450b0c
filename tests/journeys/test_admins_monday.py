"""One morning of the head of support: from the first figure to what is kept of a person, all in one window."""

import csv
import io
import json
import re
from datetime import date, timedelta
from zipfile import ZipFile

import openpyxl
from playwright.async_api import Download, Locator, Page, expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, BOB, GRACE, MONA
from tests.journeys.mailbox import Mailbox
from tests.journeys.test_forms import add, choose, publish, write
from tests.journeys.test_request import fill_in, send

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


async def click_on(card: Locator, across: float, down: float) -> None:
    """Press inside a chart, at those shares of its width and height."""
    canvas = card.locator('[data-drawn] canvas')
    await canvas.scroll_into_view_if_needed()
    x, y = await canvas.evaluate(_BAR, [across, down])
    await card.page.mouse.move(x, y)
    await card.page.mouse.click(x, y)


async def taken_along(card: Locator) -> dict[str, bytes]:
    """The figures of a chart as each kind of file."""
    found = {}
    for kind, label in (('csv', 'Таблица CSV'), ('xlsx', 'Книга Excel (XLSX)'), ('png', 'Картинка PNG')):
        await card.get_by_role('button', name='Сохранить').click()
        async with card.page.expect_download() as waiting:
            await card.get_by_role('link', name=label).or_(card.get_by_role('button', name=label)).click()
        found[kind] = await content(await waiting.value)
    return found


async def go(mona: Page, area: str) -> None:
    """To another area by the navigation at the side."""
    await mona.locator('.admin-areas').get_by_role('link', name=re.compile(f'^{area}')).click()
    await expect(mona.get_by_role('heading', level=1)).to_be_visible()
    await settled(mona)


async def content(download: Download) -> bytes:
    return (await download.path()).read_bytes()


async def test_an_admins_monday(portal, visitor, mailbox):
    mona = await visitor(MONA, '/admin')
    await expect(mona.get_by_text('За этот период никто не оценил помощь')).to_be_visible()
    await axe(mona)
    bad = await rate(portal, visitor, '2 звезды', 'Слишком долго')
    good = await rate(portal, visitor, '5 звёзд', 'Прекрасно')
    await she_sees_how_the_help_is_rated(mona, bad, good)
    await she_sees_to_the_bad_one_and_looks_back(mona, bad, await portal.file_bug(ALICE))
    await she_takes_a_company_and_a_newcomer_in(mona, await visitor(BOB, '/tickets'), mailbox)
    await she_asks_one_more_question(mona, await visitor(BOB, '/requests/bug/new'))
    await she_changes_when_support_works(mona)
    await she_sends_a_mail_that_is_refused_and_sends_it_again(mona, mailbox)
    await she_finds_all_of_it_in_the_log(mona)
    await she_hands_out_what_is_kept_of_a_person(mona, bad, good)


async def she_sees_how_the_help_is_rated(mona: Page, bad: str, good: str) -> None:
    """The page follows the ratings; files say the same; a bar and a cell open their tickets and no others."""
    await expect(mona.locator('.figure-value').first).to_have_text('50 %')
    await expect(mona.locator('.opinion').first).to_contain_text('Слишком долго')
    await expect(mona.get_by_role('link', name='Плохие оценки')).to_contain_text('1')
    card = mona.locator('.figure-card', has=mona.get_by_role('heading', name='Сколько каких оценок'))
    files = await taken_along(card)
    rows = list(csv.reader(io.StringIO(files['csv'].decode('utf-8-sig'))))
    sheet = openpyxl.load_workbook(io.BytesIO(files['xlsx'])).active
    read = [[cell.value for cell in row] for row in sheet.rows][1:]
    assert read == [[row[0], int(row[1]), float(row[2])] for row in rows[1:]]
    assert sum(row[1] for row in read) == 2
    assert files['png'].startswith(b'\x89PNG')
    await settled(mona)
    await click_on(card, 0.4, 0.1)  # five stars are the first bar
    await expect(mona).to_have_url(re.compile(r'/queue\?.*stars=5'))
    await expect(mona.get_by_text('Только заявки за показателем')).to_be_visible()
    await expect(mona.get_by_role('link', name=good)).to_be_visible()
    await expect(mona.get_by_role('link', name=bad)).to_have_count(0)
    await mona.go_back()
    await card.get_by_text('Таблицей').click()
    await card.get_by_role('link', name='2 звезды').click()
    await expect(mona.get_by_role('link', name=bad)).to_be_visible()
    await expect(mona.get_by_role('link', name=good)).to_have_count(0)


async def she_sees_to_the_bad_one_and_looks_back(mona: Page, bad: str, fresh: str) -> None:
    """Who answers, and what came of it; and the board as it stood yesterday, when there was nothing on it."""
    await mona.get_by_role('link', name='Управление').click()
    await go(mona, 'Плохие оценки')
    item = mona.locator('.bad-rating', has_text=bad)
    await expect(item.get_by_text('От заявки до закрытия')).to_be_visible()
    await item.get_by_label('Кто отвечает').select_option(label='mona')
    await item.get_by_role('button', name='Записать итог').click()
    await mona.get_by_label('Объяснили').check()
    await mona.get_by_role('dialog').get_by_role('button', name='Сохранить').click()
    await expect(item).to_have_count(0)
    await mona.get_by_role('button', name='С итогом').click()
    await expect(item.get_by_text('Объяснили')).to_be_visible()
    await go(mona, 'Поток заявок')
    then = mona.locator('#then')
    await expect(then).to_contain_text(fresh)
    await then.get_by_label('На конец дня').fill((date.today() - timedelta(days=2)).isoformat())  # noqa: DTZ011
    await expect(then).not_to_contain_text(fresh)


async def she_takes_a_company_and_a_newcomer_in(mona: Page, bob: Page, mailbox: Mailbox) -> None:
    """The newcomer's company is known by their address; who goes over to it is signed out wherever they are."""
    await go(mona, 'Компании')
    await mona.get_by_role('button', name='Новая компания').click()
    await mona.get_by_role('dialog').get_by_label('Название компании').fill('Астра')
    await mona.get_by_role('dialog').get_by_role('button', name='Сохранить').click()
    await expect(mona.get_by_role('heading', level=1)).to_have_text('Астра')
    await mona.get_by_label('Домены').fill('astra.test')
    await mona.get_by_role('button', name='Сохранить').click()
    await go(mona, 'Люди')
    await mona.get_by_role('button', name='Пригласить').click()
    dialog = mona.get_by_role('dialog')
    await dialog.get_by_label('Кого пригласить').fill('Нора Новая <nora@astra.test>')
    await expect(dialog.get_by_text('nora@astra.test · Астра')).to_be_visible()
    await dialog.get_by_role('button', name='Отправить приглашения').click()
    await mailbox.wait_for(to='nora@astra.test')

    await mona.get_by_role('link', name=BOB).click()
    await mona.get_by_role('button', name='Роль и компания').click()
    await mona.get_by_role('dialog').get_by_label('Компания').select_option(label='Астра')
    await mona.get_by_role('dialog').get_by_role('button', name='Сохранить').click()
    await expect(mona.locator('.person-head').get_by_role('link', name='Астра')).to_be_visible()
    await mona.get_by_role('button', name='Действия').click()
    await mona.get_by_role('button', name='Завершить все сеансы').click()
    await mona.get_by_role('dialog').get_by_role('button', name='Завершить все сеансы').click()
    await expect(bob).to_have_url(re.compile(r'/login'))


async def she_asks_one_more_question(mona: Page, bob: Page) -> None:
    """A field with a condition: tried, published, answered; an option retired; all taken back. The old ticket stays."""
    await fill_in(bob)
    await go(mona, 'Виды заявок и формы')
    await mona.get_by_role('link', name='Сообщить о баге').click()
    await choose(mona, 'Тестовая среда')
    panel = await add(mona, 'Один вариант', 'Плеер', 'Player')
    for number, (ru, en) in enumerate((('Встроенный', 'Built in'), ('Внешний', 'External')), start=1):
        await write(panel, f'Вариант {number} по-русски', ru)
        await write(panel, f'Вариант {number} по-английски', en)
    await panel.get_by_label('Обязательное', exact=True).check()
    await panel.get_by_label('Показывать поле').select_option(label='Если в поле «Тип сервера» выбрано…')
    await panel.get_by_label('Облачный', exact=True).check()
    preview = mona.locator('.form-preview')
    await preview.get_by_label('Локальный (on-premise)', exact=True).check()
    await expect(preview.get_by_text('Плеер')).to_have_count(0)
    await preview.get_by_label('Облачный', exact=True).check()
    await expect(preview.get_by_label('Внешний', exact=True)).to_be_visible()
    assert 'Добавлено поле «Плеер»' in await publish(mona)

    # who had the form open is told of the new question, and nothing typed is lost
    await bob.get_by_role('button', name='Отправить').click()
    await expect(bob.get_by_text('Новый вопрос: форма изменилась')).to_be_visible()
    await expect(bob.get_by_label('Тема', exact=True)).to_have_value('Не запускается ролик на Samsung QM55')
    await bob.get_by_label('Внешний', exact=True).check()
    ticket = await send(bob)

    # the published option cannot be removed, only offered no longer
    await choose(mona, 'Плеер')
    await expect(mona.get_by_role('button', name='Внешний: Убрать вариант')).to_have_count(0)
    await mona.get_by_role('button', name='Внешний: Больше не предлагать').click()
    assert 'вариант «Внешний» больше не предлагается' in await publish(mona)
    await bob.goto('/requests/bug/new')
    await bob.get_by_label('Облачный', exact=True).check()
    await expect(bob.get_by_label('Встроенный', exact=True)).to_be_visible()
    await expect(bob.get_by_label('Внешний', exact=True)).to_have_count(0)

    await mona.get_by_role('link', name='История').click()
    await mona.locator('li', has_text='из поставки портала').get_by_role('button', name='Вернуть эту версию').click()
    await mona.get_by_role('button', name='Вернуть', exact=True).click()
    await expect(mona.get_by_text('Версия 1 возвращена как версия 4')).to_be_visible()
    await bob.reload()
    await bob.get_by_label('Облачный', exact=True).check()
    await expect(bob.get_by_text('Плеер')).to_have_count(0)
    await bob.goto(f'/tickets/{ticket}')
    await expect(bob.locator('.ticket-request')).to_contain_text('Плеер')
    await expect(bob.locator('.ticket-request')).to_contain_text('Внешний')


async def she_changes_when_support_works(mona: Page) -> None:
    """A day off: who set it stands there, and a way back."""
    await go(mona, 'Сроки и рабочее время')
    calendar = mona.locator('section', has=mona.get_by_role('heading', name='Рабочее время'))
    await calendar.get_by_label('Праздники').fill('13-13')
    await calendar.get_by_role('button', name='Сохранить').click()
    await expect(calendar.locator('.field-error')).to_be_visible()
    await calendar.get_by_label('Праздники').fill('12-31')
    await calendar.get_by_role('button', name='Сохранить').click()
    await expect(calendar.get_by_text('Изменено: mona')).to_be_visible()
    await axe(mona)
    await calendar.get_by_role('button', name='Вернуть по умолчанию').click()
    await expect(calendar.get_by_text('Изменено: ')).to_have_count(0)
    await expect(calendar.get_by_label('Праздники')).to_have_value(re.compile('01-01'))


async def she_sends_a_mail_that_is_refused_and_sends_it_again(mona: Page, mailbox: Mailbox) -> None:
    """The outbox says why it did not leave, shows it as it arrives, and lets it go once more."""
    await go(mona, 'Тексты писем')
    mailbox.refusal = '554 5.7.1 not today'
    await mona.get_by_role('button', name='Отправить себе').click()
    await go(mona, 'Исходящие письма')
    await mona.get_by_role('button', name='Не доставлено', exact=True).click()
    await mona.locator('.mail-row', has_text=MONA).click()
    await expect(mona.get_by_text('not today')).to_be_visible()
    mailbox.refusal = None
    await mona.get_by_role('button', name='Отправить ещё раз', exact=True).click()
    letter = await mailbox.wait_for(to=MONA, subject_contains='SPSUP-1503')
    await mona.get_by_role('button', name='Отправлено', exact=True).click()
    await mona.locator('.mail-row', has_text=MONA).first.click()
    shown = mona.frame_locator('iframe').get_by_role('heading', level=1)
    await expect(shown).to_have_text('Мы получили вашу заявку')
    assert 'Мы получили вашу заявку' in letter.text


async def she_finds_all_of_it_in_the_log(mona: Page) -> None:
    """What she did is there in words; the file of it reads the same; and the portal says how it is doing."""
    await go(mona, 'Журнал действий')
    await mona.get_by_label('Кто').fill('mona')
    for done in ('Рабочее время', 'Роль изменена', 'Все сеансы завершены', 'Форма опубликована'):
        await expect(mona.locator('.audit-table').get_by_text(done).first).to_be_visible()
    file = mona.get_by_role('link', name='CSV')
    await expect(file).to_have_attribute('href', re.compile('person=mona'))
    async with mona.expect_download() as waiting:
        await file.click()
    rows = list(csv.reader(io.StringIO((await content(await waiting.value)).decode('utf-8-sig'))))
    assert {row[1] for row in rows[1:]} == {'mona'}
    assert any(row[3] == 'Рабочее время' and '12-31' in row[4] for row in rows)
    await go(mona, 'Состояние')
    await expect(mona.get_by_text('Портал 1.')).to_be_visible()
    await expect(mona.get_by_text('Сделайте первую')).to_be_visible()


async def she_hands_out_what_is_kept_of_a_person(mona: Page, bad: str, good: str) -> None:
    """The file has what the person wrote; and how long each kind of data is kept has a default and a way back."""
    await go(mona, 'Люди')
    await mona.get_by_role('link', name=ALICE).click()
    await mona.get_by_role('button', name='Действия').click()
    async with mona.expect_download() as waiting:
        await mona.get_by_role('link', name='Скачать все данные человека').click()
    with ZipFile(io.BytesIO(await content(await waiting.value))) as archive:
        tickets, ratings = (
            json.loads(archive.read(f'{name}.json')) for name in ('ticket.requester_id', 'rating.rater_id')
        )
    assert {f'SPSUP-{ticket["number"]}' for ticket in tickets} >= {bad, good}
    assert {rating['comment'] for rating in ratings} == {'Слишком долго', 'Прекрасно'}

    await go(mona, 'Хранение данных')
    drafts: Locator = mona.get_by_role('listitem').filter(has=mona.get_by_role('heading', name='Черновики'))
    await drafts.get_by_role('combobox').select_option(label='30 дней')
    await mona.get_by_role('button', name='Сохранить').click()
    await expect(drafts.get_by_text('Изменено: mona')).to_be_visible()
    await drafts.get_by_role('button', name='Вернуть по умолчанию').click()
    await expect(drafts.get_by_role('combobox')).to_have_value('90')
    await expect(drafts.get_by_text('Изменено: ')).to_have_count(0)
