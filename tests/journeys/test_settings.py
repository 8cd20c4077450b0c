"""An admin changes how the portal works and looks, and finds afterwards who changed what."""

from playwright.async_api import expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, GRACE, MONA
from tests.services.test_brand import picture


async def test_a_duration_is_refused_with_the_reason_changed_followed_by_tickets_and_found_in_the_log(portal, visitor):
    mona = await visitor(MONA, '/admin/settings')
    closing = mona.get_by_label('Закрывать без ответа через', exact=True)
    tickets = mona.locator('section', has=mona.get_by_role('heading', name='Заявки'))
    await closing.fill('2')
    await tickets.get_by_role('button', name='Сохранить').click()
    await expect(tickets.get_by_text('Сделайте его короче срока закрытия')).to_be_visible()
    await axe(mona)
    await closing.fill('7')
    await tickets.get_by_role('button', name='Сохранить').click()
    await expect(tickets.get_by_text('Изменено: ')).to_be_visible()
    await expect(tickets.get_by_text('По умолчанию: 14 дней')).to_be_visible()

    ticket = await portal.file_bug(ALICE)
    await portal.move(GRACE, ticket, 'awaiting_feedback', 'Проверьте, пожалуйста')
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await expect(alice.get_by_text('через 7 дней')).to_be_visible()

    await tickets.get_by_role('button', name='Вернуть по умолчанию: Закрывать').click()
    await expect(closing).to_have_value('14')
    await expect(tickets.get_by_text('Изменено: ')).not_to_be_visible()

    await mona.goto('/admin/audit?group=settings')
    await settled(mona)
    await expect(mona.get_by_text('14d → 7d')).to_be_visible()
    await expect(mona.get_by_text('7d → 14d')).to_be_visible()
    await mona.get_by_label('С чем').fill('setting:name')
    await expect(mona.get_by_text('Ничего не найдено')).to_be_visible()
    await axe(mona)


async def test_name_accent_and_logo_are_on_open_pages_and_on_the_sign_in_page(portal, visitor):
    mona = await visitor(MONA, '/admin/settings')
    alice = await visitor(ALICE, '/tickets')
    look = mona.locator('section', has=mona.get_by_role('heading', name='Название, цвет и логотип'))
    await look.get_by_label('Название портала').fill('Маяк')
    await look.get_by_label('Основной цвет').fill('#ffcc00')
    await look.get_by_role('button', name='Сохранить').first.click()
    await expect(mona.get_by_text('взят оттенок темнее')).to_be_visible()
    await expect(alice.locator('header .logo')).to_contain_text('Маяк')
    await expect(alice.locator('link#brand')).to_have_attribute('href', '/brand/style.css?v=ffcc00')

    with visitor.tolerating('422'):
        await look.locator('input[type=file]').set_input_files(
            {'name': 'logo.png', 'mimeType': 'image/png', 'buffer': b'no picture'}
        )
        await expect(look.get_by_text('или файл повреждён')).to_be_visible()
    white = picture((255, 255, 255, 255), (0, 0, 0, 0))
    await look.locator('input[type=file]').set_input_files(
        {'name': 'logo.png', 'mimeType': 'image/png', 'buffer': white}
    )
    await expect(look.get_by_text('в светлой теме он стоит на тёмной подложке')).to_be_visible()
    await expect(alice.locator('header .logo-image.on-dark')).to_be_visible()
    await axe(mona)

    stranger = await visitor(None, '/login', dark=True)
    await expect(stranger.locator('.logo-image')).to_be_visible()
    assert await stranger.title() == 'Вход · Поддержка Маяк'
    await axe(stranger)


async def test_a_mail_is_reworded_before_ones_eyes(portal, visitor):
    mona = await visitor(MONA, '/admin/mails', dark=True, width=390)
    await mona.get_by_label('Первый абзац').fill('Номер {nomer}')
    await expect(mona.get_by_text('{nomer} здесь ничем не заполнить')).to_be_visible()
    await mona.get_by_label('Первый абзац').fill('Ваш номер: {id}, {portal} поможет.')
    shown = mona.frame_locator('iframe').get_by_text('Ваш номер: SPSUP-1503, SmartPlayer поможет.')
    await expect(shown).to_be_visible()
    await axe(mona)
    await mona.get_by_role('button', name='Сохранить').click()
    await expect(mona.get_by_text('Изменено: ')).to_be_visible()


async def test_hours_that_make_no_sense_are_refused_beside_their_field_and_others_are_kept(portal, visitor):
    mona = await visitor(MONA, '/admin/targets')
    group = mona.get_by_role('group', name='Критическое')
    await group.get_by_label('Первый ответ, часов').fill('9')
    await mona.get_by_role('button', name='Сохранить').first.click()
    await expect(group.get_by_text('не может быть короче')).to_be_visible()
    await group.get_by_label('Первый ответ, часов').fill('0,5')
    await mona.get_by_role('button', name='Сохранить').first.click()
    await expect(mona.get_by_text('Сроки открытых заявок пересчитываются')).to_be_visible()
    await expect(group.get_by_text('не может быть короче')).not_to_be_visible()

    await mona.get_by_label('Суббота').fill('10:00-14:00, 13:00-18:00')
    await mona.get_by_role('button', name='Сохранить').last.click()
    await expect(mona.get_by_text('промежутки не должны пересекаться')).to_be_visible()
    await axe(mona)
    await mona.get_by_label('Суббота').fill('10:00-14:00')
    await mona.get_by_role('button', name='Сохранить').last.click()
    await expect(mona.get_by_text('промежутки не должны пересекаться')).not_to_be_visible()
    await mona.reload()
    await expect(group.get_by_label('Первый ответ, часов')).to_have_value('0.5')
    await expect(mona.get_by_label('Суббота')).to_have_value('10:00-14:00')


async def test_agents_and_customers_do_not_find_administration(portal, visitor):
    for person in (ALICE, GRACE):
        with visitor.tolerating('404'):
            page = await visitor(person, '/admin/targets')
            await expect(page.get_by_text('Такой страницы нет')).to_be_visible()
