"""The queue: sorted and filtered in the address, many tickets changed at once and taken back, taken along as a file."""

import csv
import re
from io import BytesIO, StringIO

import openpyxl
import pytest
from playwright.async_api import Page, expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, BOB, CHARLIE, GEORGE, GRACE


def ids(page: Page):
    return page.locator('.queue-id')


def box(page: Page, ticket: str):
    return page.get_by_label(f'Выбрать {ticket}', exact=True)


async def test_it_counts_and_narrows_and_keeps_that_in_the_address(portal, visitor):
    taken, free = await portal.file_bug(ALICE, 'Взятая'), await portal.file_bug(BOB, 'Ничья')
    await portal.move(GRACE, taken, 'in_progress')
    queue = await visitor(GRACE, '/queue')
    await expect(ids(queue)).to_have_count(2)
    await queue.get_by_role('button', name=re.compile('Открыт$')).first.click()
    await expect(ids(queue)).to_have_text([free])
    await expect(queue).to_have_url(re.compile('status=open'))
    await queue.reload()
    await settled(queue)
    await expect(ids(queue)).to_have_text([free])
    await queue.get_by_role('button', name='Сбросить').click()
    await queue.get_by_role('button', name='Номер').click()
    await expect(ids(queue)).to_have_text([free, taken])
    await queue.get_by_role('button', name='Номер').click()
    await expect(ids(queue)).to_have_text([taken, free])
    await expect(queue).to_have_url(re.compile('sort=number&descending=0'))
    await axe(queue)


async def test_what_hangs_from_its_summary_goes_by_esc_and_by_a_press_elsewhere(portal, visitor):
    await portal.file_bug(ALICE)
    page = await visitor(GRACE, '/queue')
    columns = page.locator('summary', has_text='Столбцы')
    await columns.click()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Escape')
    await expect(page.locator('details[open]')).to_have_count(0)
    await expect(columns).to_be_focused()
    await page.goto('/board')
    rule = page.get_by_text('Как упорядочены карточки')
    await rule.click()
    await page.get_by_text('Внутри столбца').click()  # reading it, one may press on it
    await expect(page.locator('details[open]')).to_have_count(1)
    await page.get_by_role('heading', level=1).click()
    await expect(page.locator('details[open]')).to_have_count(0)


async def test_it_is_not_there_for_customers(portal, visitor):
    with visitor.tolerating('status of 404'):
        alice = await visitor(ALICE, '/queue')
        await expect(alice.locator('.queue-table')).to_have_count(0)
        assert (await alice.request.get('/exports/tickets.csv')).status == 404


async def test_more_rows_come_when_asked_for(portal, visitor):
    for number in range(53):
        await portal.file_bug(GRACE, f'Заявка {number}')
    queue = await visitor(GRACE, '/queue')
    await expect(ids(queue)).to_have_count(50)
    await queue.get_by_role('button', name='Показать ещё').click()
    await expect(ids(queue)).to_have_count(53)
    await expect(queue.get_by_role('button', name='Показать ещё')).to_have_count(0)


async def test_a_bulk_move_is_undone_before_its_mails_leave(portal, visitor, mailbox):
    tickets = [await portal.file_bug(ALICE, f'Экран {number}') for number in range(3)]
    for ticket in tickets:
        await portal.move(GRACE, ticket, 'in_progress')
        await mailbox.wait_for(to=ALICE, subject_contains=ticket)
    queue = await visitor(GRACE, '/queue?sort=number&descending=0')
    await box(queue, tickets[0]).check()
    await box(queue, tickets[2]).click(modifiers=['Shift'])
    await expect(queue.get_by_text('Выбрано: 3')).to_be_visible()
    await queue.get_by_label('Переместить…').select_option(label='Сделанный')
    await expect(ids(queue)).to_have_count(0)
    await queue.get_by_role('button', name='Вернуть').click()
    await expect(queue.get_by_text('Отменено: 3 заявки стали прежними')).to_be_visible()
    await expect(ids(queue)).to_have_text(tickets)
    await expect(queue.locator('.queue-c-status .badge')).to_have_text(['Выполняется'] * 3)
    await portal.comment(GRACE, tickets[0], 'Смотрим журнал плеера')
    while 'Смотрим журнал плеера' not in (await mailbox.wait_for(to=ALICE, subject_contains=tickets[0])).text:
        pass  # what was sent before the move comes first
    assert not [letter for letter in mailbox.to(ALICE) if 'Сделанный' in letter.text]


async def test_a_bulk_move_with_words_is_taken_back_with_them_and_no_mail_has_left(portal, visitor, mailbox):
    tickets = [await portal.file_bug(ALICE, f'Экран {number}') for number in range(3)]
    for ticket in tickets:
        await mailbox.wait_for(to=ALICE, subject_contains=ticket)
    queue, alice = await visitor(GRACE, '/queue?sort=number'), await visitor(ALICE, f'/tickets/{tickets[1]}')
    badges, said = queue.locator('.queue-c-status .badge'), alice.get_by_role('article').get_by_text('Проверьте 2.15')
    await queue.get_by_label('Выбрать все на странице').check()
    await queue.get_by_label('Переместить…').select_option(label='Ожидается обратная связь')
    dialog = queue.get_by_role('dialog', name='Ожидается обратная связь')
    await dialog.get_by_role('textbox').fill('Проверьте 2.15')
    await queue.keyboard.press('Control+Enter')
    await expect(badges).to_have_text(['Ожидается обратная связь'] * 3)
    await expect(said).to_be_visible()
    await queue.get_by_role('button', name='Вернуть', exact=True).click()
    await expect(queue.get_by_text('Отменено: 3 заявки стали прежними')).to_be_visible()
    await expect(badges).to_have_text(['Открыт'] * 3)
    await expect(said).to_have_count(0)
    for ticket in tickets:
        await portal.comment(GRACE, ticket, 'Смотрим журнал')
    for ticket in tickets:
        assert 'Смотрим журнал' in (await mailbox.wait_for(to=ALICE, subject_contains=ticket)).text
    assert not [letter for letter in mailbox.to(ALICE) if '2.15' in letter.text or 'Ожидается' in letter.text]


async def test_it_says_how_far_many_have_come(portal, visitor):
    for number in range(24):
        await portal.file_bug(GRACE, f'Заявка {number}')
    queue = await visitor(GRACE, '/queue')
    await queue.get_by_label('Выбрать все на странице').check()
    await queue.evaluate("""() => {
        const bar = document.querySelector('.queue-all');
        const look = () => (window.seen = [...(window.seen || []), bar.textContent]);
        new MutationObserver(look).observe(bar, { characterData: true, childList: true, subtree: true });
    }""")
    await queue.get_by_role('button', name='Взять себе').click()
    await expect(queue.get_by_text('Готово: 24 заявки изменены')).to_be_visible()
    said = await queue.evaluate('window.seen')
    assert [text for text in said if re.fullmatch(r'Готово (5|10|15|20) из 24', text)], said
    assert said[-1] == 'Выбрать все на странице'


async def test_what_refuses_is_listed_and_stays_selected(portal, visitor):
    fresh, done = await portal.file_bug(ALICE, 'Новая'), await portal.file_bug(ALICE, 'Сделанная')
    await portal.move(GRACE, done, 'done')
    queue = await visitor(GRACE, '/queue?status=open,in_progress,done')
    await queue.get_by_label('Выбрать все на странице').check()
    await queue.get_by_label('Переместить…').select_option(label='Выполняется')
    dialog = queue.get_by_role('dialog')
    await expect(dialog.get_by_role('link', name=done)).to_be_visible()
    await dialog.get_by_role('button', name='Закрыть').last.click()
    await expect(box(queue, done)).to_be_checked()
    await expect(box(queue, fresh)).not_to_be_checked()


async def test_a_selection_outlives_what_colleagues_do(portal, visitor):
    first, second = await portal.file_bug(ALICE, 'Первая'), await portal.file_bug(ALICE, 'Вторая')
    queue = await visitor(GRACE, '/queue')
    await box(queue, first).check()
    third = await portal.file_bug(BOB, 'Третья')
    await portal.move(GEORGE, second, 'in_progress')
    await expect(ids(queue)).to_have_count(3)
    await expect(box(queue, first)).to_be_checked()
    await expect(box(queue, third)).not_to_be_checked()
    await queue.get_by_label('Новая метка').fill('Samsung')
    await queue.get_by_role('button', name='Добавить метку').click()
    await expect(queue.get_by_text('Готово: 1 заявка изменена')).to_be_visible()
    await queue.get_by_text('Столбцы', exact=True).click()
    await queue.get_by_label('Метки', exact=True).check()
    await expect(queue.locator('.queue-c-tags .tag')).to_have_text(['Samsung'])


async def test_the_table_as_a_file_has_what_the_filter_lets_through(portal, visitor):
    evil = await portal.file_bug(ALICE, '=HYPERLINK("http://x.test")')
    other = await portal.file_bug(CHARLIE, 'Другая компания')
    await portal.move(GRACE, other, 'in_progress')
    queue = await visitor(GRACE, '/queue?status=open')
    await queue.get_by_role('button', name='Выгрузить').click()
    async with queue.expect_download() as coming:
        await queue.get_by_role('link', name='Таблица CSV').click()
    path = await (await coming.value).path()
    rows = list(csv.reader(StringIO(path.read_bytes().decode('utf-8-sig'))))
    assert [row[0] for row in rows[1:]] == [evil]
    assert not rows[1][1].startswith('=')
    await expect(ids(queue)).to_have_text([evil])


async def test_the_table_as_a_workbook_is_the_same_table(portal, visitor):
    filed = [await portal.file_bug(ALICE, subject) for subject in ('=1+2', 'Звук')]
    queue = await visitor(GRACE, '/queue?sort=number&descending=0')
    await queue.get_by_role('button', name='Выгрузить').click()
    async with queue.expect_download() as coming:
        await queue.get_by_role('link', name='Книга Excel (XLSX)').click()
    download = await coming.value
    assert download.suggested_filename.endswith('.xlsx')
    book = openpyxl.load_workbook(BytesIO((await download.path()).read_bytes()))
    numbers, subjects = book.active['A'], book.active['B']
    assert [cell.value for cell in numbers] == ['Номер', *filed]
    assert [cell.value for cell in subjects] == ['Тема', '=1+2', 'Звук']
    assert {cell.data_type for cell in subjects} == {'s'}  # a text, never a formula


@pytest.mark.parametrize('deed', ['take', 'assign', 'tag'])
async def test_what_was_done_to_many_is_taken_back_at_once_and_nobody_hears_of_it(portal, visitor, mailbox, deed):
    tickets = [await portal.file_bug(ALICE, f'Экран {number}') for number in range(3)]
    queue = await visitor(GRACE, '/queue?sort=number&descending=0&columns=assignee,tags')
    george = await visitor(GEORGE, '/queue?sort=number&descending=0&columns=assignee,tags')
    before = await queue.locator('.queue-row').all_inner_texts()
    await queue.get_by_label('Выбрать все на странице').check()
    if deed == 'take':
        await queue.get_by_role('button', name='Взять себе').click()
    elif deed == 'assign':
        await queue.get_by_label('Назначить…').select_option(label='george')
    else:
        await queue.get_by_label('Новая метка').fill('Samsung')
        await queue.get_by_role('button', name='Добавить метку').click()
    done = george.locator('.queue-c-tags .tag' if deed == 'tag' else '.queue-c-assignee .queue-person')
    await expect(done).to_have_count(3)
    await expect(queue.get_by_text('Готово: 3 заявки изменены')).to_be_visible()
    await queue.get_by_role('button', name='Вернуть').click()
    await expect(queue.get_by_text('Отменено: 3 заявки стали прежними')).to_be_visible()
    await expect(done).to_have_count(0)
    await expect(queue.locator('.queue-row')).to_have_text(before, use_inner_text=True)
    await portal.comment(GRACE, tickets[2], 'Последнее слово')
    while 'Последнее слово' not in (await mailbox.wait_for(to=ALICE, subject_contains=tickets[2])).text:
        pass  # what was sent before comes first
    assert not [letter for letter in mailbox.to(GEORGE) if 'исполнител' in letter.text.lower()]


async def test_on_a_phone_rows_are_cards_and_bulk_works(portal, visitor):
    for number in range(9):
        await portal.file_bug(GRACE, f'Заявка {number}')
    ticket = await portal.file_bug(ALICE, 'С телефона')
    queue = await visitor(GRACE, '/queue?sort=number', width=390)
    await box(queue, ticket).check()
    deeds = queue.locator('.queue-deeds')
    await expect(deeds).to_be_in_viewport(ratio=1)
    bar = await deeds.bounding_box()
    last = queue.locator('.queue-row').last
    await last.scroll_into_view_if_needed()
    await queue.evaluate('scrollTo(0, document.documentElement.scrollHeight)')
    row = await last.bounding_box()
    assert row is not None
    assert bar is not None
    assert row['y'] + row['height'] <= bar['y']  # the last row ends above what is done with the selection
    await axe(queue)
    await queue.get_by_role('button', name='Снять выбор').click()
    await expect(deeds).to_have_count(0)
    await box(queue, ticket).check()
    await queue.get_by_role('button', name='Взять себе').click()
    await expect(queue.locator('.queue-person')).to_be_visible()
    assert await queue.evaluate('document.documentElement.scrollWidth') <= 390
    await axe(queue)
