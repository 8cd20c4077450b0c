"""From the first page to a ticket: choosing the kind of help, filling in the form, files, drafts that nothing loses."""

import asyncio
import io
import re

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from tests.journeys.browser import axe, settled, sign_in
from tests.journeys.conftest import ALICE, BOB, CHARLIE, GRACE

BUG = '/requests/bug/new'
TEXTS = {
    'Тема': 'Не запускается ролик на Samsung QM55',
    'Подробности об ошибке': 'После обновления экран остаётся чёрным.',
    'Название проекта': 'Кафе на Тверской',
    'Подробности и шаги воспроизведения': '1. Открыть проект\n2. Нажать «Пуск»',
    'Ожидаемый результат': 'Ролик играет',
    'Фактический результат': 'Чёрный экран',
    'Тестовая среда': '1.84.2',
}
CHOICES = ('Высокое', 'Samsung Tizen', 'Облачный')


async def fill_in(page: Page, *, without: tuple[str, ...] = ()) -> None:
    for label, text in TEXTS.items():
        if label not in without:
            await page.get_by_label(label, exact=True).fill(text)
    for choice in CHOICES:
        await page.get_by_label(choice, exact=True).check()


async def send(page: Page) -> str:
    """Send the form and arrive at the ticket; its ID."""
    await page.get_by_role('button', name='Отправить').click()
    await page.wait_for_url(re.compile(r'/tickets/SPSUP-\d+$'))
    return page.url.rsplit('/', 1)[-1]


def picture(color: str = 'teal') -> bytes:
    out = io.BytesIO()
    Image.new('RGB', (600, 400), color).save(out, 'PNG')
    return out.getvalue()


def named(name: str, content: bytes, kind: str = 'application/octet-stream') -> dict[str, object]:
    return {'name': name, 'mimeType': kind, 'buffer': content}


async def kept(page: Page) -> None:
    """The server has the draft."""
    await expect(page.get_by_text('Черновик сохранён')).to_be_visible()


@pytest.mark.parametrize('width', [390, 1440])
async def test_from_the_first_page_to_a_ticket(portal, visitor, width):
    alice = await visitor(ALICE, '/', width=width)
    kinds = alice.get_by_role('list', name='Виды помощи').get_by_role('link')
    await expect(kinds).to_have_count(4)
    await expect(alice.get_by_text('Как обстоят дела по проблеме SPSUP-1503?')).to_be_visible()
    await kinds.filter(has_text='Сообщить о баге').click()
    await expect(alice.get_by_role('heading', level=1)).to_have_text('Сообщить о баге')
    labels = await alice.locator('main .field-label').all_text_contents()
    assert labels == [
        'Тема', 'Подробности об ошибке', 'Вложение', 'Поделиться с', 'Название проекта', 'Влияние',
        'Подробности и шаги воспроизведения', 'Ожидаемый результат', 'Фактический результат', 'Операционная система',
        'Тип сервера', 'Тестовая среда',
    ]  # fmt: skip
    await fill_in(alice)
    await kept(alice)
    await expect(alice.locator('main .field-error')).to_have_count(0)
    ticket = await send(alice)
    main = alice.locator('main')
    for text in ('Не запускается ролик на Samsung QM55', 'Кафе на Тверской', 'Чёрный экран', 'Samsung Tizen', ticket):
        await expect(main).to_contain_text(text)
    await alice.goto('/')
    await expect(alice.get_by_role('link', name=ticket)).to_be_visible()


async def test_the_first_page_is_current_by_itself(portal, visitor):
    alice = await visitor(ALICE, '/')
    await expect(alice.get_by_text('Открытых заявок нет')).to_be_visible()
    async with await portal.api(ALICE) as api:
        filed = await api.post(
            'tickets', json={'type': 'feature', 'subject': 'Тёмная тема', 'fields': {'what': 'Тема', 'why': 'Ночь'}}
        )
    ticket = filed.json()['id']
    await expect(alice.get_by_role('link', name=ticket)).to_be_visible()
    await expect(alice.get_by_text('Открытых заявок нет')).to_have_count(0)
    async with await portal.api(GRACE) as api:
        await api.post(f'tickets/{ticket}/transitions', json={'to': 'in_progress'})
    await expect(alice.locator('.ticket-row')).to_contain_text('Выполняется')
    async with await portal.api(ALICE) as api:
        await api.post(f'tickets/{ticket}/transitions', json={'to': 'done'})
    await expect(alice.get_by_text('Открытых заявок нет')).to_be_visible()


@pytest.mark.parametrize('dark', [False, True], ids=['light', 'dark'])
@pytest.mark.parametrize('width', [390, 1440])
async def test_no_form_has_barriers(portal, visitor, width, dark):
    alice = await visitor(ALICE, '/', width=width, dark=dark)
    await axe(alice)
    for code in ('server_install', 'feature', 'bug', 'estimate'):
        await alice.goto(f'/requests/{code}/new')
        await settled(alice)
        await alice.locator('input[type=file]').set_input_files(
            [named('снимок.png', picture()), named('лог.txt', b'x')]
        )
        await expect(alice.locator('.upload.done')).to_have_count(2)
        await alice.get_by_role('button', name='Отправить').click()
        await expect(alice.get_by_text('Проверьте отмеченные поля:')).to_be_visible()
        await axe(alice)
        overflow = await alice.evaluate('document.documentElement.scrollWidth - innerWidth')
        assert overflow <= 0


async def test_what_is_wrong_is_said_beside_the_field_and_the_first_one_is_focused(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await fill_in(alice, without=('Название проекта', 'Ожидаемый результат'))
    await alice.get_by_role('button', name='Отправить').click()
    project = alice.get_by_label('Название проекта', exact=True)
    await expect(project).to_be_focused()
    await expect(project).to_be_in_viewport()
    await expect(project).to_have_attribute('aria-invalid', 'true')
    await expect(project).to_have_accessible_description(re.compile('Заполните это поле'))
    await expect(alice.locator('.request-summary')).to_contain_text('Название проекта, Ожидаемый результат')
    await project.fill('Кафе')
    await expect(project).not_to_have_attribute('aria-invalid', 'true')
    await alice.get_by_label('Ожидаемый результат', exact=True).fill('Играет')
    await send(alice)


async def test_the_other_system_asks_which_and_forgets_nothing(portal, visitor):
    alice = await visitor(ALICE, BUG)
    which = alice.get_by_label('Какая именно система')
    await expect(which).to_have_count(0)
    await alice.get_by_label('другая').check()
    await which.fill('QNX 7')
    await alice.get_by_label('Linux').check()
    await expect(which).to_have_count(0)
    await alice.get_by_label('другая').check()
    await expect(which).to_have_value('QNX 7')


async def test_a_draft_survives_a_reload_a_restart_and_the_end_of_the_session(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await fill_in(alice)
    await alice.locator('input[type=file]').set_input_files(named('лог.txt', b'text'))
    await expect(alice.locator('.upload.done')).to_have_count(1)
    await kept(alice)

    async def back() -> None:
        await expect(alice.get_by_text('Черновик восстановлен')).to_be_visible()
        for label, text in TEXTS.items():
            await expect(alice.get_by_label(label, exact=True)).to_have_value(text)
        for choice in CHOICES:
            await expect(alice.get_by_label(choice, exact=True)).to_be_checked()
        await expect(alice.get_by_role('link', name='лог.txt')).to_be_visible()

    await alice.reload()
    await back()
    with visitor.tolerating('ERR_CONNECTION', 'WebSocket', '_nicegui_ws'):
        await portal.restart()
        await alice.goto(BUG)
        await settled(alice)
    await back()
    await alice.context.clear_cookies()
    await alice.goto(BUG)
    await sign_in(alice, ALICE, path=BUG)
    await settled(alice)
    await back()
    bob = await visitor(BOB, BUG)
    await expect(bob.get_by_label('Тема', exact=True)).to_have_value('')
    await send(alice)
    await alice.goto(BUG)
    await settled(alice)
    await expect(alice.get_by_label('Тема', exact=True)).to_have_value('')
    await expect(alice.get_by_text('Черновик восстановлен')).to_have_count(0)


async def test_what_is_typed_without_a_connection_is_there_after_a_reload(portal, visitor):
    alice = await visitor(ALICE, BUG)
    with visitor.tolerating('ERR_INTERNET_DISCONNECTED', 'WebSocket'):
        await alice.context.set_offline(True)
        await alice.evaluate('window.socket.disconnect()')
        await alice.get_by_label('Тема', exact=True).fill('Набрано без связи')
        await alice.get_by_label('Название проекта').focus()
        await alice.context.set_offline(False)
        await alice.reload()
    await settled(alice)
    await expect(alice.get_by_text('Черновик восстановлен')).to_be_visible()
    await expect(alice.get_by_label('Тема', exact=True)).to_have_value('Набрано без связи')
    await kept(alice)
    await alice.evaluate('localStorage.clear()')
    await alice.reload()
    await expect(alice.get_by_label('Тема', exact=True)).to_have_value('Набрано без связи')


async def test_what_is_typed_without_a_connection_is_kept_as_soon_as_it_is_back(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await alice.evaluate('window.socket.disconnect()')
    await alice.get_by_label('Тема', exact=True).fill('Набрано без связи')
    await expect(alice.get_by_text('Сохраняем черновик')).to_be_visible()
    await alice.evaluate('window.socket.connect()')
    await kept(alice)
    assert await alice.evaluate('localStorage.length') == 0


async def test_a_draft_can_be_begun_anew(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await alice.get_by_label('Тема', exact=True).fill('Передумала')
    await alice.locator('input[type=file]').set_input_files(named('лог.txt', b'text'))
    await kept(alice)
    await alice.reload()
    await settled(alice)
    await alice.get_by_role('button', name='Начать заново').click()
    await alice.get_by_role('dialog').get_by_role('button', name='Удалить и начать заново').click()
    await expect(alice.get_by_label('Тема', exact=True)).to_have_value('')
    await expect(alice.locator('.upload')).to_have_count(0)
    await alice.reload()
    await settled(alice)
    await expect(alice.get_by_label('Тема', exact=True)).to_have_value('')
    await expect(alice.get_by_text('Черновик восстановлен')).to_have_count(0)


async def test_files_come_by_picker_drop_and_paste_and_go_with_the_ticket(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await fill_in(alice)
    await alice.locator('input[type=file]').set_input_files(
        [named('первый.png', picture()), named('второй.txt', b'text')]
    )
    await drop(alice, 'брошенный.log', 'log')
    await paste_screenshot(alice)
    await expect(alice.locator('.upload.done')).to_have_count(4)
    await expect(alice.get_by_role('link', name=re.compile(r'^Снимок экрана .*\.png$'))).to_be_visible()
    picture_shown = alice.locator('.upload.done img').first
    await expect(picture_shown).to_have_js_property('complete', True)
    assert await picture_shown.evaluate('image => image.naturalWidth') == 600
    await alice.get_by_role('button', name='Убрать файл: второй.txt').click()
    await expect(alice.locator('.upload.done')).to_have_count(3)
    await send(alice)
    for name in ('первый.png', 'брошенный.log', 'Снимок экрана'):
        await expect(alice.locator('main')).to_contain_text(name)
    await expect(alice.locator('main')).not_to_contain_text('второй.txt')


async def test_too_large_and_too_many_files_are_told_and_the_others_stay(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await expect(alice.get_by_text('До 10 файлов, каждый до 25 МБ')).to_be_visible()
    large = await alice.evaluate_handle('() => new File([new Uint8Array(25 * 1024 * 1024 + 1)], "большой.bin")')
    await alice.evaluate(
        """large => {
            const data = new DataTransfer();
            data.items.add(large);
            const input = document.querySelector('input[type=file]');
            input.files = data.files;
            input.dispatchEvent(new Event('change'));
        }""",
        large,
    )
    await expect(alice.locator('.upload.refused')).to_contain_text('Файл больше 25 МБ')
    await alice.locator('input[type=file]').set_input_files([named(f'{n}.txt', b'%d' % n) for n in range(11)])
    await expect(alice.locator('.upload.done')).to_have_count(10)
    await expect(alice.get_by_text('не больше 10 файлов. Не добавлены: 10.txt')).to_be_visible()


async def test_sending_waits_for_uploads_and_a_broken_one_can_be_repeated(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await fill_in(alice)
    let_go = asyncio.Event()

    async def slow(route):
        await let_go.wait()
        await route.abort()

    await alice.route('**/files?*', slow)
    with visitor.tolerating('ERR_FAILED'):
        await alice.locator('input[type=file]').set_input_files(named('лог.txt', b'text'))
        await expect(alice.get_by_role('button', name='Отправить')).to_be_disabled()
        await expect(alice.get_by_text('Файлы ещё загружаются')).to_be_visible()
        await expect(alice.get_by_role('progressbar', name='Загрузка: лог.txt')).to_be_visible()
        let_go.set()
        await expect(alice.locator('.upload.broken')).to_contain_text('Не загрузился: прервалась связь')
    await alice.unroute('**/files?*')
    await alice.get_by_role('button', name='Загрузить ещё раз: лог.txt').click()
    await expect(alice.locator('.upload.done')).to_have_count(1)
    await send(alice)
    await expect(alice.locator('main')).to_contain_text('лог.txt')


async def test_an_upload_can_be_cancelled(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await alice.route('**/files?*', never_answered)
    await alice.locator('input[type=file]').set_input_files(named('лог.txt', b'text'))
    await alice.get_by_role('button', name='Отменить загрузку: лог.txt').click()
    await expect(alice.locator('.upload')).to_have_count(0)
    await expect(alice.get_by_role('button', name='Отправить')).to_be_enabled()


async def test_sending_twice_makes_one_ticket(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await fill_in(alice)
    await kept(alice)
    other = await alice.context.new_page()
    await other.goto(BUG)
    await settled(other)
    await alice.get_by_role('button', name='Отправить').evaluate('button => { button.click(); button.click(); }')
    await alice.wait_for_url(re.compile(r'/tickets/SPSUP-1$'))
    assert await send(other) == 'SPSUP-1'
    async with await portal.api(ALICE) as api:
        assert len((await api.get('tickets')).json()['items']) == 1


async def test_a_stale_window_does_not_swallow_another_request(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await fill_in(alice)
    await kept(alice)
    other = await alice.context.new_page()
    await other.goto(BUG)
    await settled(other)
    assert await send(alice) == 'SPSUP-1'
    await other.get_by_label('Тема', exact=True).fill('Совсем другое')
    assert await send(other) == 'SPSUP-2'
    await expect(other.locator('main')).to_contain_text('Совсем другое')


async def test_the_form_shares_with_colleagues_only(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await expect(alice.locator('main')).not_to_contain_text('lutik')
    people = alice.get_by_role('group', name='Коллеги').get_by_role('checkbox')
    await expect(people).to_have_count(1)
    await fill_in(alice)
    await people.check()
    ticket = await send(alice)
    bob = await visitor(BOB, f'/tickets/{ticket}')
    await expect(bob.locator('main')).to_contain_text(TEXTS['Тема'])
    charlie = await visitor(CHARLIE)
    with visitor.tolerating('404'):
        await charlie.goto(f'/tickets/{ticket}')
    await expect(charlie.locator('main')).not_to_contain_text(TEXTS['Тема'])


async def test_earlier_projects_of_the_company_are_suggested(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await fill_in(alice)
    await send(alice)
    bob, charlie = await visitor(BOB, BUG), await visitor(CHARLIE, BUG)
    await expect(bob.locator('datalist option')).to_have_attribute('value', 'Кафе на Тверской')
    await expect(charlie.locator('datalist option')).to_have_count(0)


async def test_a_huge_text_is_offered_to_become_a_file(portal, visitor):
    alice = await visitor(ALICE, BUG)
    details = alice.get_by_label('Подробности об ошибке', exact=True)
    await details.fill('Журнал:')
    await paste_text(alice, 'строка журнала 12345\n', 60_000)
    await expect(alice.get_by_role('alert')).to_contain_text(re.compile('длиннее 100.000 знаков: в нём 1.260.000'))
    await alice.get_by_role('button', name='Приложить текст файлом').click()
    await expect(alice.locator('.upload.done')).to_have_count(1)
    await expect(details).to_have_value('Журнал:\n\nПодробности в файле «Подробности об ошибке.txt».')
    await kept(alice)


async def test_a_text_over_the_limit_stays_where_it_is_until_it_is_shortened(portal, visitor):
    alice = await visitor(ALICE, BUG)
    await fill_in(alice)
    subject = alice.get_by_label('Тема', exact=True)
    await subject.fill('я' * 201)
    await subject.blur()
    await expect(subject).to_have_accessible_description(re.compile('Не длиннее 200 знаков; сейчас их 201'))
    await alice.get_by_role('button', name='Отправить').click()
    await expect(subject).to_be_focused()
    await expect(subject).to_have_value('я' * 201)
    await subject.fill('я' * 200)
    await send(alice)


async def never_answered(_: object) -> None:
    """A request that hangs."""


async def drop(page: Page, name: str, content: str) -> None:
    await page.evaluate(
        """([name, content]) => {
            const form = document.querySelector('.request-form');
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([content], name));
            for (const type of ['dragenter', 'dragover', 'drop'])
                form.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        [name, content],
    )


async def paste_screenshot(page: Page) -> None:
    await page.evaluate(
        """async () => {
            const canvas = document.createElement('canvas');
            const blob = await new Promise((done) => canvas.toBlob(done));
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([blob], 'image.png', { type: 'image/png' }));
            const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(paste);
        }"""
    )


async def paste_text(page: Page, line: str, times: int) -> None:
    await page.evaluate(
        """([line, times]) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData('text/plain', line.repeat(times));
            const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(paste);
        }""",
        [line, times],
    )


async def test_a_click_right_after_mending_a_field_does_what_it_says(portal, visitor):
    alice = await visitor(ALICE, BUG, width=390)
    await fill_in(alice, without=('Название проекта',))
    await alice.get_by_role('button', name='Отправить').click()
    field = alice.get_by_label('Название проекта', exact=True)
    await expect(field).to_be_focused()
    await field.press_sequentially('К')
    assert await alice.get_by_text('Заполните это поле').count() == 0  # and not only when the field is left
    await send(alice)
