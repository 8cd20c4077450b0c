"""What an admin sees on Monday morning, and the rules that they set."""

import pytest
from playwright.async_api import expect

from tests.journeys.browser import axe, settled
from tests.journeys.conftest import ALICE, GRACE, MONA


@pytest.mark.parametrize('dark', [False, True])
async def test_the_figures_follow_a_rating_live_and_lead_to_the_ticket(portal, visitor, dark):
    mona = await visitor(MONA, '/admin', width=390 if dark else 1440, dark=dark)
    await expect(mona.get_by_text('За этот период никто не оценил помощь')).to_be_visible()
    ticket = await portal.file_bug(ALICE)
    await portal.move(GRACE, ticket, 'done')
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await alice.locator('label', has_text='2 звезды').click()
    await alice.locator('#rating-comment').fill('Долго')
    await alice.get_by_role('button', name='Оценить').click()
    await expect(mona.get_by_role('link', name=ticket)).to_be_visible()
    await expect(mona.locator('.figure-value').first).to_have_text('0 %')
    if not dark:  # on a phone the areas are folded up
        await expect(mona.get_by_role('link', name='Плохие оценки')).to_contain_text('1')
    await settled(mona)
    await axe(mona)


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
