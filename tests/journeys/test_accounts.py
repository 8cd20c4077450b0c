"""People's ways in, out and around their accounts: invitation, password, devices, keys."""

import re

import httpx
from playwright.async_api import Page, expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, GRACE, MONA

NEWCOMER = 'new@romashka.test'
FRESH = 'another long password'


async def set_password(page: Page, password: str = FRESH) -> None:
    await page.locator('input[name=password]').fill(password)
    await page.locator('input[name=password_again]').fill(password)
    await page.locator('main button[type=submit]').click()


async def sign_in(page: Page, email: str, password: str) -> None:
    await page.locator('input[name=email]').fill(email)
    await page.locator('input[name=password]').fill(password)
    await page.locator('main button[type=submit]').click()


async def test_an_invitation_by_mail_ends_in_the_portal(portal, visitor, mailbox):
    mona = await visitor(MONA, '/admin/people')
    await mona.get_by_role('button', name='Пригласить').click()
    dialog = mona.get_by_role('dialog')
    await dialog.get_by_label('Кого пригласить').fill(f'Новая Людмила <{NEWCOMER}>\nбез адреса\n{ALICE}')
    await expect(dialog.get_by_text('Выберите компанию')).to_have_count(2)
    await dialog.get_by_label('Компания').select_option(label='Ромашка')
    await expect(dialog.get_by_text('1 письмо уйдёт')).to_be_visible()
    await expect(dialog.get_by_text('Учётная запись с этой почтой уже есть.')).to_be_visible()
    await axe(mona)
    await dialog.get_by_role('button', name='Отправить приглашения').click()
    left_out = mona.get_by_role('dialog', name='2 строки пропущены')
    await expect(left_out.get_by_text('В этой строке нет адреса')).to_be_visible()
    await left_out.get_by_role('button', name='Закрыть').last.click()
    await expect(mona.get_by_text('приглашение отправлено', exact=True)).to_be_visible()

    letter = await mailbox.wait_for(to=NEWCOMER)
    newcomer = await visitor(None, letter.link('/invitation/').removeprefix(portal.url), script=False)
    await expect(newcomer.locator('main')).to_contain_text('Ромашка')
    await newcomer.locator('input[name=name]').fill('Новенькая')
    await set_password(newcomer)
    await expect(newcomer).to_have_url(f'{portal.url}/')
    await expect(mona.get_by_text('Новенькая')).to_be_visible()  # the admin's open page follows
    with visitor.tolerating('410'):
        again = await visitor(None, letter.link('/invitation/').removeprefix(portal.url), script=False)
        await expect(again.get_by_text('Ссылка больше не действует')).to_be_visible()


async def test_a_forgotten_password_is_set_anew_by_mail_and_ends_what_was_open(portal, visitor, mailbox):
    forgetful = await visitor(ALICE, '/tickets')
    elsewhere = await visitor(None, '/tickets', script=False)
    await elsewhere.get_by_role('link', name='Забыли пароль?').click()
    await elsewhere.locator('input[name=email]').fill(ALICE.upper())
    await elsewhere.locator('main button[type=submit]').click()
    await expect(elsewhere.get_by_role('heading', name='Проверьте почту')).to_be_visible()
    letter = await mailbox.wait_for(to=ALICE)
    await elsewhere.goto(letter.link('/reset/'))
    await set_password(elsewhere)
    await expect(elsewhere).to_have_url(f'{portal.url}/')
    await expect(forgetful).to_have_url(re.compile(r'/login\?next=/tickets$'), timeout=3000)
    notice = await mailbox.wait_for(to=ALICE)
    assert FRESH not in notice.text
    await sign_in(forgetful, ALICE, FRESH)
    await expect(forgetful).to_have_url(f'{portal.url}/tickets')


async def test_signing_out_takes_every_open_page_along(portal, visitor):
    here = await visitor(GRACE, '/tickets')
    other = await here.context.new_page()
    await other.goto('/profile')
    await settled(other)
    answer = await here.context.request.post('/logout', headers={'Origin': portal.url})
    assert answer.url.endswith('/login?signed_out')
    for page in (here, other):
        await expect(page).to_have_url(re.compile('/login'), timeout=3000)
    await other.go_back()
    await expect(other).to_have_url(re.compile('/login'))


async def test_the_profile_keeps_what_one_says_of_oneself(portal, visitor):
    page = await visitor(ALICE, '/profile')
    await axe(page)
    await page.get_by_label('Имя и фамилия').fill('Алиса Новая')
    await page.get_by_label('Часовой пояс').select_option('Asia/Yekaterinburg')
    await page.get_by_label('Просьба об оценке').uncheck()
    await page.get_by_role('button', name='Сохранить').click()
    await expect(page.get_by_role('button', name='Моя учётная запись: Алиса Новая')).to_be_visible()
    page = await visitor(ALICE, '/profile')  # another window: the first one opens anew by itself for the new time zone
    await expect(page.get_by_label('Имя и фамилия')).to_have_value('Алиса Новая')
    await expect(page.get_by_label('Часовой пояс')).to_have_value('Asia/Yekaterinburg')
    await page.locator('main select').first.select_option('en')
    await page.get_by_role('button', name='Сохранить').click()
    await expect(page.get_by_role('heading', name='Where you are signed in')).to_be_visible()


async def test_a_key_is_shown_once_works_and_is_revoked(portal, visitor):
    page = await visitor(ALICE, '/profile')
    await page.get_by_role('button', name='Новый ключ').click()
    await page.get_by_label('Для чего ключ').fill('отчёты')
    await page.get_by_role('button', name='Создать ключ').click()
    token = await page.locator('.profile-token').inner_text()
    bearer = {'Authorization': f'Bearer {token}'}
    async with httpx.AsyncClient(base_url=portal.url, headers=bearer) as program:
        assert (await program.get('/api/v1/tickets')).status_code == 200
        await page.get_by_role('dialog').get_by_role('button', name='Закрыть').last.click()
        await page.get_by_role('listitem').filter(has_text='отчёты').get_by_role('button').click()
        await page.get_by_role('dialog').get_by_role('button', name='Отозвать').click()
        await expect(page.get_by_text('Ключ отозван')).to_be_visible()
        assert (await program.get('/api/v1/tickets')).status_code == 401
        assert token not in await page.content()


async def test_the_password_is_changed_without_script_and_others_are_out(portal, visitor):
    elsewhere = await visitor(ALICE, '/profile')
    page = await visitor(ALICE, '/password', script=False)
    await page.locator('input[name=old_password]').fill('demo-portal-2026')
    with visitor.tolerating('422'):
        await set_password(page, 'alice@romashka.test')
        await expect(page.locator('main')).to_contain_text('легко угадать')
    await page.locator('input[name=old_password]').fill('demo-portal-2026')
    await set_password(page)
    await expect(page.get_by_role('heading', name='Готово')).to_be_visible()
    await expect(elsewhere).to_have_url(re.compile('/login'), timeout=3000)


async def test_the_accounts_have_no_barriers_and_are_for_admins(portal, visitor):
    mona = await visitor(MONA, '/admin/people', width=390)
    await axe(mona)
    await mona.get_by_role('button', name='Пригласить').click()
    await axe(mona)
    with visitor.tolerating('404'):
        grace = await visitor(GRACE, '/admin/people')
        assert MONA not in await grace.content()


async def test_an_empty_portal_is_set_up_by_the_code_of_its_terminal(start_portal, visitor):
    portal = await start_portal()
    page = await visitor(None, '/tickets', portal=portal, script=False)
    await expect(page).to_have_url(re.compile('/setup$'))
    code = re.search(r'[A-Z2-9]{4}(-[A-Z2-9]{4}){3}', portal.log)
    assert code is not None
    await page.locator('input[name=code]').fill(code[0])
    await page.locator('input[name=name]').fill('Марина')
    await page.locator('input[name=email]').fill(MONA)
    await set_password(page)
    await expect(page).to_have_url(f'{portal.url}/')
    assert 'Первый администратор' not in await page.content()
