"""Admins run people, companies and what is kept of them, and what they decide holds on open pages at once."""

import re

from playwright.async_api import expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, BOB, CHARLIE, MONA


async def test_a_person_is_looked_at_signed_out_and_erased(portal, visitor):
    ticket = await portal.file_bug(CHARLIE)
    charlie = await visitor(CHARLIE, '/tickets')
    mona = await visitor(MONA, '/admin/people?role=customer')
    await expect(mona.get_by_text('3 человека')).to_be_visible()
    await mona.get_by_role('searchbox', name='Поиск').fill('charlie')
    await expect(mona.get_by_text('1 человек')).to_be_visible()
    await mona.get_by_role('link', name=CHARLIE).press('Enter')
    await expect(mona.get_by_role('heading', name='charlie')).to_be_visible()
    await expect(mona.get_by_text(ticket)).to_be_visible()
    await axe(mona)
    await mona.get_by_role('button', name='Действия').click()
    async with mona.expect_download() as fetched:
        await mona.get_by_role('link', name='Скачать все данные человека').click()
    assert (await fetched.value).suggested_filename.startswith(CHARLIE)

    await mona.get_by_role('button', name='Действия').click()
    await mona.get_by_role('button', name='Удалить навсегда').click()
    dialog = mona.get_by_role('dialog')
    await dialog.get_by_role('button', name='Удалить навсегда').click()
    await expect(dialog.get_by_text('Адрес не совпадает')).to_be_visible()
    await dialog.get_by_label('Чтобы подтвердить').fill(CHARLIE)
    await dialog.get_by_role('button', name='Удалить навсегда').click()
    await expect(charlie).to_have_url(re.compile(r'/login'), timeout=3000)
    await expect(mona).to_have_url(re.compile(r'/admin/people$'))
    await mona.goto(f'/tickets/{ticket}')
    await settled(mona)
    await expect(mona.get_by_text('Удалённый пользователь').first).to_be_visible()
    assert CHARLIE not in await mona.content()


async def test_what_a_company_shares_is_said_on_the_form_and_a_closed_one_is_out(portal, visitor):
    alice = await visitor(ALICE, '/requests/bug/new')
    bob = await visitor(BOB, '/tickets')
    whole = alice.get_by_role('checkbox', name='Со всей компанией')
    await expect(whole).not_to_be_checked()
    mona = await visitor(MONA, '/admin/companies', width=390, dark=True)
    await axe(mona)
    await mona.get_by_role('link', name='Ромашка').click()
    await mona.get_by_label('Новые заявки видят все люди компании').check()
    await expect(whole).to_be_checked()
    await expect(alice.get_by_text('новые заявки видят все её сотрудники')).to_be_visible()
    await mona.get_by_label('Домены').fill('romashka.test, не домен!')
    await mona.get_by_role('button', name='Сохранить').click()
    await expect(mona.get_by_text('не похоже на домен')).to_be_visible()
    await axe(mona)
    await mona.get_by_role('button', name='Действия').click()
    await mona.get_by_role('button', name='Закрыть доступ компании').click()
    await mona.get_by_role('dialog').get_by_role('button', name='Закрыть доступ компании').click()
    for page in (alice, bob):
        await expect(page).to_have_url(re.compile(r'/login'), timeout=3000)


async def test_two_accounts_become_one_and_periods_say_what_they_do(portal, visitor):
    ticket = await portal.file_bug(BOB)
    mona = await visitor(MONA, '/admin/people?q=alice')
    await mona.get_by_role('link', name=ALICE).click()
    await mona.get_by_role('button', name='Действия').click()
    await mona.get_by_role('button', name='Объединить с двойником').click()
    dialog = mona.get_by_role('dialog')
    await dialog.get_by_label('Найти вторую').fill('bob')
    await dialog.get_by_label('Вторая учётная запись').select_option(label=f'bob · {BOB}')
    await dialog.get_by_role('button', name='Объединить навсегда').click()
    await expect(dialog.get_by_text('Подтвердите, что это нужно')).to_be_visible()
    await dialog.get_by_label('Я понимаю').check()
    await dialog.get_by_role('button', name='Объединить навсегда').click()
    await expect(mona.get_by_text(ticket)).to_be_visible()

    await mona.goto('/admin/privacy')
    await settled(mona)
    await axe(mona)
    letters = mona.get_by_role('listitem').filter(has_text='Тексты отправленных писем')
    await expect(letters.get_by_text('Не удаляется')).to_be_visible()
    await letters.get_by_role('combobox').select_option(label='1 год')
    await expect(letters.get_by_text('Сейчас удалять нечего')).to_be_visible()
    await mona.get_by_role('button', name='Сохранить').click()
    await expect(mona.get_by_text('Сроки сохранены')).to_be_visible()
    await mona.reload()
    await expect(letters.get_by_role('combobox')).to_have_value('365')
