"""Programs and the portal: what an admin sees of the messages to them, a key made by its person, a stream of events."""

from playwright.async_api import expect

from tests.api.served import listening
from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, CHARLIE, GRACE, MONA
from tests.services.webhooks.receiver import receiver


async def test_an_admin_lets_a_program_hear_of_tickets_and_sees_how_it_answers(start_portal, people_folder, visitor):
    portal = await start_portal(people_folder, PORTAL_WEBHOOK_PRIVATE='true')
    async with receiver() as outside:
        mona = await visitor(MONA, '/admin/webhooks', portal=portal)
        await mona.get_by_role('button', name='Новый адрес').first.click()
        dialog = mona.get_by_role('dialog')
        await dialog.get_by_label('Адрес', exact=True).fill('file:///etc/passwd')
        await dialog.get_by_role('button', name='Добавить адрес').click()
        await expect(dialog.get_by_text('Нужен полный адрес')).to_be_visible()
        await dialog.get_by_label('Адрес', exact=True).fill(outside.url)
        await dialog.get_by_role('button', name='Добавить адрес').click()
        secret = dialog.locator('.webhook-secret')
        await expect(secret).to_contain_text('whsec_')
        outside.secret = await secret.inner_text()
        await dialog.locator('.button.primary').click()

        outside.answers = [500]
        ticket = await portal.file_bug(ALICE)
        message = mona.locator('.webhook-message')
        await expect(message).to_contain_text(f'{ticket} · 500')
        await expect(mona.get_by_text('не отвечает')).to_be_visible()
        await message.get_by_role('button', name='Сообщение').click()
        await expect(message.get_by_text('answer 500')).to_be_visible()
        await axe(mona)
        await message.get_by_role('button', name='Отправить снова').click()
        await expect(message.get_by_text('доставлено')).to_be_visible()
        await expect(mona.get_by_text('работает')).to_be_visible()
        assert outside.ids[0] == outside.ids[-1]
        await settled(mona)


async def test_a_key_for_looking_is_made_on_the_profile_page_and_hears_what_happens(portal, visitor):
    alice = await visitor(ALICE, '/profile', width=390)
    await alice.get_by_role('button', name='Новый ключ').click()
    dialog = alice.get_by_role('dialog')
    await dialog.get_by_label('Для чего ключ').fill('Показ на стене')
    await dialog.get_by_label('Срок действия').select_option(label='30 дней')
    await dialog.get_by_role('button', name='Создать ключ').click()
    token = await dialog.locator('.profile-token').inner_text()
    await dialog.locator('.button.primary').click()
    async with listening(portal.url, token) as stream:
        await portal.file_bug(CHARLIE)
        ticket = await portal.file_bug(ALICE)
        heard = await stream.next()
        assert (heard['ticket'], heard['kind']) == (ticket, 'filed')
        await portal.comment(GRACE, ticket, 'Только для своих.', internal=True)
        await alice.get_by_role('listitem').filter(has_text='Показ на стене').get_by_role('button').click()
        await alice.get_by_role('dialog').get_by_role('button', name='Отозвать').click()
        assert await stream.next() == {'code': 'signed_out'}
