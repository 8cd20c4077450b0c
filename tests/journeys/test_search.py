"""The search where one does not ask it: beside a form, beside a ticket, in the queue, and how admins teach it."""

import re

from playwright.async_api import expect

from tests.journeys.browser import axe
from tests.journeys.conftest import ALICE, BOB, GRACE, MONA


async def test_what_is_about_to_be_filed_again_is_offered_to_follow(portal, visitor):
    first = await portal.file_bug(ALICE, 'Витрина мигает зелёным после грозы')
    alice = await visitor(ALICE)
    await alice.goto('/requests/bug/new?words=Мигает+витрина')
    await expect(alice.locator('.request-back')).to_contain_text('Ваш вопрос уже в теме')
    subject = alice.get_by_role('textbox', name='Тема')
    await subject.press('End')
    await subject.press_sequentially(' зелёным')
    offered = alice.get_by_role('region', name='Это оно?')
    await expect(offered.get_by_role('link')).to_contain_text(first)
    await axe(alice)
    await offered.get_by_role('button', name=f'Следить за заявкой {first}').click()
    await expect(alice).to_have_url(re.compile(f'/tickets/{first}$'))
    again = await portal.file_bug(BOB, 'После грозы витрины мигают')
    grace = await visitor(GRACE, f'/tickets/{again}')
    await expect(grace.get_by_role('region', name='Похожие заявки').get_by_role('link')).to_contain_text(first)


async def test_the_queue_takes_conditions_and_words_that_an_admin_taught(portal, visitor):
    ticket = await portal.file_bug(ALICE, 'Турникет не пропускает')
    mona = await visitor(MONA, '/admin/synonyms')
    await mona.get_by_role('button', name='Добавить группу').click()
    await mona.get_by_label('Слова через запятую').fill('турникет, вертушка')
    await mona.get_by_role('button', name='Сохранить').click()
    await expect(mona.get_by_text('турникет, вертушка')).to_be_visible()
    await axe(mona)
    grace = await visitor(GRACE, '/queue')
    field = grace.get_by_role('searchbox')
    await field.fill('вертушками status:вы')
    await grace.get_by_role('button', name='status:in_progress').click()
    await expect(field).to_have_value('вертушками status:in_progress ')
    await expect(grace.get_by_text('Ничего не нашлось')).to_be_visible()
    await field.fill('вертушками status:open')
    await expect(grace.locator('.queue-frame')).to_contain_text(ticket)
