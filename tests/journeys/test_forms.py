"""An admin changes what customers are asked, and customers meet it: draft, preview, publication, roll-back."""

import re

from playwright.async_api import Locator, Page, expect

from tests.journeys.browser import axe
from tests.journeys.conftest import ALICE, MONA
from tests.journeys.test_request import send

FORM = '/admin/forms/bug'


async def write(place: Locator | Page, label: str, text: str) -> None:
    await place.get_by_label(label, exact=True).fill(text)


async def choose(page: Page, label: str) -> None:
    """Choose a field of the form."""
    await page.get_by_role('button', name=re.compile(f'^{label} (Строка|Один вариант)')).click()


async def saved(page: Page) -> None:
    """The draft is kept and differs from what customers have."""
    await expect(page.get_by_text('Клиенты этого ещё не видят')).to_be_visible()


async def publish(page: Page) -> str:
    """Publish the draft; what the portal said was going to change."""
    await page.get_by_role('button', name='Опубликовать').click()
    dialog = page.get_by_role('dialog')
    changes = await dialog.locator('.form-changes').inner_text()
    await dialog.get_by_role('button', name='Опубликовать').click()
    await expect(page.get_by_text('Опубликована версия').last).to_be_visible()  # the one before may still be shown
    await expect(page.get_by_text('Как у клиентов')).to_be_visible()
    return changes


async def add(page: Page, kind: str, ru: str, en: str) -> Locator:
    """Add a field at the end of the form; its properties."""
    panel = page.locator('.form-properties')
    await page.get_by_role('button', name='Добавить поле').click()
    await page.get_by_role('button', name=kind, exact=True).click()
    await expect(panel.get_by_role('heading', name='Без названия')).to_be_visible()
    await write(panel, 'Название по-русски', ru)
    await write(panel, 'Название по-английски', en)
    await expect(page.locator('.field-row.chosen')).to_contain_text(ru)
    return panel


async def test_the_editor_says_what_is_wrong_and_keeps_what_two_admins_do(portal, visitor):
    mona = await visitor(MONA, FORM)
    again = await visitor(MONA, FORM, width=390, dark=True)
    await choose(mona, 'Тема')
    await expect(mona.get_by_text('Тема нужна порталу')).to_be_visible()
    await expect(mona.get_by_role('button', name='Убрать поле')).to_have_count(0)
    await write(mona.locator('.form-properties'), 'Название по-английски', '')
    await expect(mona.locator('.form-properties').get_by_text('Напишите и этот текст')).to_be_visible()
    await mona.get_by_role('button', name='Опубликовать').click()
    await expect(mona.get_by_text('Опубликовать пока нельзя')).to_be_visible()
    await write(mona.locator('.form-properties'), 'Название по-английски', 'Gist')
    await expect(mona.locator('.form-properties').get_by_text('Напишите и этот текст')).to_have_count(0)

    # a field moved above the one it depends on says so
    grip = mona.get_by_role('button', name=re.compile('^Какая именно система: Переместить'))
    await grip.focus()
    await grip.press('ArrowUp')
    await expect(
        mona.locator('.field-row', has_text='Какая именно система').get_by_title('есть замечания')
    ).to_be_visible()
    await expect(grip).to_be_focused()
    await grip.press('ArrowDown')
    await expect(mona.locator('.field-row').get_by_title('есть замечания')).to_have_count(0)

    # the other window is told that the draft is another one, and its change is not lost
    await expect(again.get_by_text('Форма изменилась, пока она у вас открыта')).to_be_visible()
    await write(again.locator('.form-properties'), 'Название по-английски', 'Tell us of a bug')
    await expect(again.get_by_text('Ваше последнее изменение не сохранено')).to_be_visible()
    await again.get_by_role('button', name='Показать новый вариант').click()
    await expect(again.locator('.form-warning')).to_have_count(0)
    await choose(again, 'Тема')
    await expect(again.locator('.form-properties').get_by_label('Название по-английски')).to_have_value('Gist')
    for page in (mona, again):
        await page.evaluate('scrollTo(0, 0)')
        await axe(page)
    await again.goto(f'{FORM}/preview')
    await expect(again.get_by_role('heading', level=1)).to_have_text('Сообщить о баге')
    await axe(again)


async def test_a_new_kind_of_request_appears_on_the_first_page(portal, visitor):
    mona = await visitor(MONA, '/admin/forms')
    await mona.get_by_role('button', name='Новый вид заявок').click()
    dialog = mona.get_by_role('dialog')
    await write(dialog, 'Название по-русски', 'Обучение')
    await write(dialog, 'Название по-английски', 'Training')
    await write(dialog, 'Код', 'training')
    await dialog.get_by_role('button', name='Создать').click()
    await mona.wait_for_url('**/admin/forms/training')
    panel = mona.locator('.form-properties')
    await write(panel, 'Когда его выбирать по-русски', 'Когда нужно научить людей.')
    await write(panel, 'Когда его выбирать по-английски', 'When people want to learn.')
    await panel.get_by_role('radio', name='book-open').check()
    await expect(mona.locator('.badge', has_text='замечани')).to_have_count(0)
    await add(mona, 'Человек', 'Кого учить', 'Whom to teach')
    await publish(mona)

    alice = await visitor(ALICE, '/')
    await alice.get_by_role('list', name='Виды помощи').get_by_role('link', name=re.compile('Обучение')).click()
    await write(alice, 'Тема', 'Научить Бориса')
    await write(alice, 'Подробности', 'Работать с плеером.')
    await alice.get_by_role('radiogroup', name='Кого учить').get_by_label('bob').check()
    await send(alice)
    await expect(alice.locator('.ticket-request')).to_contain_text('Кого учитьbob')

    await mona.goto('/admin/forms')
    await axe(mona)
    row = mona.locator('.forms-kind', has_text='training')
    await row.get_by_role('button', name=re.compile('Действия')).click()
    await row.get_by_role('button', name='Больше не предлагать').click()
    await expect(row.get_by_text('Не предлагается')).to_be_visible()
    await alice.goto('/')
    await expect(alice.get_by_role('list', name='Виды помощи').get_by_role('link')).to_have_count(4)


async def test_a_question_is_added_moved_and_published_by_the_keyboard_alone(portal, visitor):
    """The focus goes where the next words are to be typed, and everything is reached by the tabulator."""
    mona = await visitor(MONA, FORM)
    await tab_to(mona, 'Добавить поле')
    await mona.keyboard.press('Enter')
    await tab_to(mona, 'Один вариант', key='ArrowDown')
    await mona.keyboard.press('Enter')
    await expect(mona.locator('.form-properties').get_by_label('Название по-русски', exact=True)).to_be_focused()
    await mona.keyboard.type('Плеер')
    for label, words in (
        ('Название по-английски', 'Player'),
        ('Вариант 1 по-русски', 'Встроенный'),
        ('Вариант 1 по-английски', 'Built in'),
        ('Вариант 2 по-русски', 'Внешний'),
        ('Вариант 2 по-английски', 'External'),
    ):
        await tab_to(mona, label)
        await mona.keyboard.type(words)
    await tab_to(mona, 'Обязательное')
    await mona.keyboard.press('Space')
    await expect(mona.locator('.form-preview').get_by_label('Внешний', exact=True)).to_be_visible()

    await tab_to(mona, 'Плеер: Переместить', key='Shift+Tab')
    before = await places(mona)
    await mona.keyboard.press('ArrowUp')
    await expect(mona.locator('.field-row').nth(before.index('Плеер') - 1)).to_contain_text('Плеер')
    await tab_to(mona, 'Опубликовать', key='Shift+Tab')
    await mona.keyboard.press('Enter')
    dialog = mona.get_by_role('dialog')
    await expect(dialog).to_contain_text('Добавлено поле «Плеер»')
    await tab_to(mona, 'Опубликовать')
    await mona.keyboard.press('Enter')
    await expect(mona.get_by_text('Опубликована версия 2')).to_be_visible()
    await expect(dialog).to_have_count(0)


async def places(page: Page) -> list[str]:
    """The fields of the form in their order."""
    return [text.rstrip('*') for text in await page.locator('.field-row-label').all_inner_texts()]


async def tab_to(page: Page, name: str, *, key: str = 'Tab') -> None:
    """Press a key until what is called so has the focus, as often as there are controls at most."""
    for _ in range(200):
        if (await page.evaluate(_FOCUSED)).startswith(name):
            return
        await page.keyboard.press(key)
    raise AssertionError(f'{name} is not reached by {key}')


_FOCUSED = """() => {
    const one = document.activeElement;
    return (one?.getAttribute('aria-label') || one?.labels?.[0]?.innerText || one?.innerText || '').trim();
}"""
