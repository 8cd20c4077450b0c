"""A ticket's page as its people meet it: what was asked, what was said, what each can do, what nobody may see."""

import re

from playwright.async_api import Page, expect

from tests.journeys.browser import axe
from tests.journeys.conftest import ALICE, BOB, CHARLIE, GRACE, MONA


def status(page: Page, word: str):
    """The status at the top right of the ticket, once it is that one."""
    return page.locator('.status-panel .badge', has_text=word)


async def test_everything_that_was_asked_stands_on_the_page(portal, visitor):
    ticket = await portal.file_bug(ALICE, 'Экран гаснет', details='Гаснет через **час**')
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await expect(alice.get_by_role('heading', level=1)).to_have_text(f'{ticket} Экран гаснет')
    await expect(alice).to_have_title(re.compile(f'^{ticket} · Экран гаснет'))
    await expect(status(alice, 'Открыт')).to_be_visible()
    asked = alice.get_by_role('region', name='Сообщить о баге')
    await expect(asked.locator('strong', has_text='час')).to_be_visible()
    for label in ('Подробности об ошибке', 'Название проекта', 'Влияние', 'Операционная система', 'Тестовая среда'):
        await expect(asked.get_by_text(label, exact=True)).to_be_visible()


async def test_somebody_elses_ticket_is_the_same_as_none(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    with visitor.tolerating('status of 404'):
        stranger = await visitor(CHARLIE, f'/tickets/{ticket}')
        hers = await stranger.locator('main').inner_text()
        await stranger.goto('/tickets/SPSUP-4000')
        await expect(stranger.locator('main')).to_have_text(re.compile('нет'))
        assert await stranger.locator('main').inner_text() == hers


async def test_done_can_be_taken_back_and_reopening_asks_why(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await alice.get_by_role('button', name='Отметить, как выполненное').click()
    await expect(status(alice, 'Сделанный')).to_be_visible()
    await alice.get_by_role('button', name='Вернуть').click()
    await expect(status(alice, 'Открыт')).to_be_visible()

    await alice.get_by_role('button', name='Отметить, как выполненное').click()
    await alice.get_by_role('button', name='Повторно открыть задачу').click()
    dialog = alice.get_by_role('dialog', name='Повторно открыть задачу')
    await dialog.get_by_role('button', name='Открыть снова').click()
    await expect(dialog.get_by_text('Напишите, что осталось не так', exact=True)).to_be_visible()
    await dialog.get_by_role('textbox').fill('Снова гаснет')
    await expect(dialog.get_by_text('Черновик сохранён')).to_be_visible()
    await alice.keyboard.press('Escape')
    await expect(dialog).to_have_count(0)
    await alice.get_by_role('button', name='Повторно открыть задачу').click()
    await expect(dialog.get_by_role('textbox')).to_have_value('Снова гаснет')
    await dialog.get_by_role('button', name='Открыть снова').click()
    await expect(status(alice, 'Вновь открыт')).to_be_visible()
    await expect(alice.locator('.comment', has_text='Снова гаснет')).to_be_visible()


async def test_the_question_says_what_to_check_and_until_when(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    await portal.move(GRACE, ticket, 'awaiting_feedback', 'Обновите плеер и **проверьте**')
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    panel = alice.locator('.awaiting')
    await expect(panel.locator('strong', has_text='проверьте')).to_be_visible()
    await expect(panel.get_by_text(re.compile('закроется сама .*через 14 дней'))).to_be_visible()
    await panel.get_by_role('button', name='Да, всё решено').click()
    await expect(status(alice, 'Сделанный')).to_be_visible()
    await expect(panel).to_be_hidden()


async def test_a_mails_answer_asks_and_changes_nothing_by_itself(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    await portal.move(GRACE, ticket, 'awaiting_feedback', 'Проверьте, пожалуйста')
    alice = await visitor(ALICE, f'/tickets/{ticket}?answer=done')
    question = alice.get_by_role('dialog', name='Отметить заявку, как выполненную?')
    await expect(question).to_be_visible()
    await expect(status(alice, 'Ожидается обратная связь')).to_be_visible()
    await question.get_by_role('button', name='Отметить, как выполненное').click()
    await expect(status(alice, 'Сделанный')).to_be_visible()
    await alice.goto(f'/tickets/{ticket}?answer=reopen')
    await expect(alice.get_by_role('dialog', name='Повторно открыть задачу')).to_be_visible()


async def test_a_note_reaches_no_customer_in_any_form(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace, alice = await visitor(GRACE, f'/tickets/{ticket}'), await visitor(ALICE, f'/tickets/{ticket}')
    heard: list[str] = []
    alice.on('websocket', lambda socket: socket.on('framereceived', lambda frame: heard.append(str(frame))))
    await alice.reload()
    await grace.get_by_role('button', name='Внутренняя заметка').click()
    box = grace.locator('.reply.as-note')
    await box.get_by_role('textbox').fill('подозреваю утечку памяти')
    await box.get_by_role('button', name='Сохранить заметку').click()
    note = grace.locator('.comment.note', has_text='подозреваю утечку')
    await expect(note.get_by_text('Внутренняя заметка')).to_be_visible()
    await portal.comment(GRACE, ticket, 'Уже смотрим')
    await expect(alice.locator('.comment', has_text='Уже смотрим')).to_be_visible()
    assert 'Уже смотрим' in ''.join(heard)
    assert 'утечку' not in await alice.content() + ''.join(heard)
    await alice.get_by_role('button', name='История').click()
    await expect(alice.get_by_text('заметка')).to_have_count(0)


async def test_an_agent_takes_moves_and_asks(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    grace = await visitor(GRACE, f'/tickets/{ticket}')
    await grace.get_by_role('button', name='Взять в работу').click()
    await expect(grace.get_by_label('Исполнитель')).not_to_have_value('')
    await grace.get_by_role('button', name='Изменить статус').click()
    await grace.get_by_role('button', name='Выполняется').click()
    await expect(status(grace, 'Выполняется')).to_be_visible()
    await grace.get_by_role('button', name='Изменить статус').click()
    await grace.get_by_role('button', name='Ожидается обратная связь').click()
    dialog = grace.get_by_role('dialog', name='Ожидается обратная связь')
    await dialog.get_by_role('textbox').fill('Проверьте версию 5.2.3')
    await grace.keyboard.press('Control+Enter')
    await expect(status(grace, 'Ожидается обратная связь')).to_be_visible()
    await expect(dialog).to_have_count(0)
    await expect(grace.locator('.feed').get_by_text('Статус: Открыт → Выполняется')).to_be_visible()


async def test_one_own_comment_can_be_reworded(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await alice.locator('.reply').get_by_role('textbox').fill('Версия 5.1')
    await alice.keyboard.press('Control+Enter')
    comment = alice.locator('.comment.mine')
    await comment.get_by_role('button', name='Изменить комментарий').click()
    await comment.get_by_role('textbox').fill('Версия 5.2')
    await comment.get_by_role('button', name='Сохранить').click()
    await expect(comment.get_by_text('изменён')).to_be_visible()
    await expect(comment.locator('.prose')).to_have_text('Версия 5.2')
    assert (await comment.get_attribute('id') or '').startswith('comment-')


async def test_a_link_to_a_comment_leads_there(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    for number in range(12):
        await portal.comment(GRACE, ticket, f'Ответ {number}\n\n' + 'строка\n\n' * 6)
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    third = alice.locator('.comment', has_text='Ответ 2')
    anchor = await third.get_attribute('id')
    await alice.goto('about:blank')
    await alice.goto(f'/tickets/{ticket}#{anchor}')
    await expect(third).to_be_in_viewport()
    await expect(third).to_be_focused()


async def test_what_is_new_since_the_last_visit_is_marked(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    await portal.comment(GRACE, ticket, 'Первый ответ')
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await expect(alice.locator('.new-mark + .comment', has_text='Первый ответ')).to_be_visible()
    await alice.goto('/tickets')
    await expect(alice.locator('.ticket-row', has_text=ticket)).not_to_have_class(re.compile('unread'))
    await alice.goto(f'/tickets/{ticket}')
    await expect(alice.locator('.comment', has_text='Первый ответ')).to_be_visible()
    await expect(alice.locator('.new-mark')).to_have_count(0)


async def test_sharing_with_a_colleague_and_with_all(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await alice.get_by_role('button', name='Поделиться с').click()
    dialog = alice.get_by_role('dialog', name='Поделиться с')
    await dialog.locator('.people-found button').first.click()
    await expect(dialog.locator('.people-shared .person-row')).to_have_count(1)
    bob = await visitor(BOB, '/tickets')
    await expect(bob.locator('.ticket-row', has_text=ticket)).to_be_visible()
    await dialog.get_by_role('button', name=re.compile('Закрыть доступ')).click()
    await expect(bob.locator('.ticket-row', has_text=ticket)).to_have_count(0)
    await dialog.get_by_label(re.compile('Со всей компанией')).check()
    await expect(bob.locator('.ticket-row', has_text=ticket)).to_be_visible()
    await axe(alice)


async def test_the_requester_rates_on_the_page_and_changes_their_mind(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    await portal.move(GRACE, ticket, 'done')
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    asked = alice.locator('.ticket-rating')
    await asked.get_by_role('radio', name=re.compile('4 звезды')).check(force=True)
    await asked.get_by_label('Комментарий').fill('Быстро помогли')
    await asked.get_by_role('button', name='Оценить').click()
    await expect(asked.get_by_role('img', name=re.compile('4 звезды'))).to_be_visible()
    await asked.get_by_role('button', name='Изменить оценку').click()
    await asked.get_by_role('radio', name=re.compile('5 звёзд')).check(force=True)
    await asked.get_by_role('button', name='Оценить').click()
    await expect(asked.get_by_role('img', name=re.compile('5 звёзд'))).to_be_visible()


async def test_it_fits_and_reads_in_every_theme_and_width(portal, visitor):
    ticket = await portal.file_bug(ALICE, 'Очень длинная тема ' * 8)
    await portal.comment(GRACE, ticket, 'Ответ с `кодом`\n\n' + 'ы' * 300)
    await portal.move(GRACE, ticket, 'awaiting_feedback', 'Проверьте')
    for email, width, dark in ((ALICE, 390, True), (ALICE, 1440, False), (GRACE, 390, False), (GRACE, 768, True)):
        page = await visitor(email, f'/tickets/{ticket}', width=width, dark=dark)
        assert await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), f'{email} at {width}'
        await axe(page)


async def test_a_ticket_with_fifty_comments_is_few_elements(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    for number in range(50):
        await portal.comment(GRACE, ticket, f'Ответ {number}')
    grace = await visitor(GRACE, f'/tickets/{ticket}')
    await expect(grace.locator('.comment')).to_have_count(50)
    counted = """() => { const seen = new Set();
        const visit = (id) => { const one = mounted_app.elements[id]; seen.add(id);
            const within = Object.values(one.slots || {}).flatMap((slot) => slot.ids || []);
            [...(one.children || []), ...within].forEach(visit) };
        visit(Number(document.querySelector('.page.ticket').id.slice(1))); return seen.size }"""
    assert await grace.evaluate(counted) <= 61


async def test_a_colleague_may_answer_that_it_did_not_help_and_may_leave(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await alice.get_by_role('button', name='Поделиться с').click()
    dialog = alice.get_by_role('dialog', name='Поделиться с')
    await dialog.locator('.people-found button').first.click()
    await expect(dialog.locator('.people-shared .person-row')).to_have_count(1)
    await portal.move(GRACE, ticket, 'awaiting_feedback', 'Проверьте')
    bob = await visitor(BOB, f'/tickets/{ticket}')
    await expect(bob.get_by_role('button', name='Отметить, как выполненное')).to_have_count(0)
    await expect(bob.get_by_role('button', name='Да, всё решено')).to_have_count(0)
    await expect(bob.get_by_role('button', name='Поделиться с')).to_have_count(0)
    await bob.get_by_role('button', name='Нет, проблема осталась').click()
    await bob.get_by_role('dialog').get_by_role('textbox').fill('У меня тоже гаснет')
    await bob.get_by_role('button', name='Открыть снова').click()
    await expect(status(alice, 'Вновь открыт')).to_be_visible()
    await bob.get_by_role('button', name='Отказаться от доступа').click()
    await bob.get_by_role('dialog').get_by_role('button', name='Отказаться от доступа').click()
    await expect(bob).to_have_url(re.compile('/tickets$'))
    await expect(bob.locator('.ticket-row')).to_have_count(0)


async def test_a_muted_ticket_sends_no_mail_until_it_is_followed_again(portal, visitor, mailbox):
    ticket = await portal.file_bug(ALICE)
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await alice.get_by_role('button', name='Без уведомлений').click()
    await expect(alice.get_by_role('button', name='Следить за заявкой')).to_be_focused()
    await portal.comment(GRACE, ticket, 'Этого письма не будет')
    await alice.get_by_role('button', name='Следить за заявкой').click()
    await expect(alice.get_by_role('button', name='Без уведомлений')).to_be_visible()
    await portal.comment(GRACE, ticket, 'А это письмо придёт')
    letter = await mailbox.wait_for(to=ALICE, subject_contains=ticket)
    while 'А это письмо придёт' not in letter.text:
        assert 'Этого письма не будет' not in letter.text
        letter = await mailbox.wait_for(to=ALICE, subject_contains=ticket)


async def test_an_administrator_removes_a_file_after_a_question(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    async with await portal.api(ALICE) as client:
        answer = await client.post(
            f'tickets/{ticket}/attachments', files={'file': ('player.log', b'secret', 'text/plain')}
        )
        assert answer.is_success, answer.text
    alice, mona = await visitor(ALICE, f'/tickets/{ticket}'), await visitor(MONA, f'/tickets/{ticket}')
    await expect(alice.get_by_role('button', name='Удалить файл: player.log')).to_have_count(0)
    await mona.get_by_role('button', name='Удалить файл: player.log').click()
    question = mona.get_by_role('dialog', name='Удалить файл «player.log»?')
    await question.get_by_role('button', name='Удалить файл').click()
    await expect(alice.locator('.ticket-file')).to_have_count(0)
    await expect(alice.locator('.feed').get_by_text('Удалён файл: player.log')).to_be_visible()


async def test_an_unread_answer_below_a_long_form_is_one_press_away_on_a_phone(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    for number in range(4):
        await portal.comment(GRACE, ticket, f'Ответ {number}')
    alice = await visitor(ALICE, f'/tickets/{ticket}', width=390)
    news = alice.get_by_role('button', name='Есть новое')
    await expect(alice.locator('.comment').first).not_to_be_in_viewport()
    await news.click()
    await expect(alice.locator('.comment', has_text='Ответ 0')).to_be_in_viewport()
    await expect(news).to_have_count(0)
    await alice.reload()
    await expect(alice.locator('.comment')).to_have_count(4)
    await expect(news).to_have_count(0)
