"""Two people side by side: what one does, the other sees at once, and nobody loses what they were doing."""

import re

from playwright.async_api import Page, expect

from tests.journeys.browser import settled
from tests.journeys.conftest import ALICE, BOB, GRACE

TYPED = 'Пишу ответ, ещё не'
WATCH = """(text) => { window.seenAt = null; const look = () => {
    if (!window.seenAt && document.body.innerText.includes(text)) window.seenAt = Date.now(); };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true }); }"""


async def write(page: Page, text: str) -> None:
    await page.locator('.reply').get_by_role('textbox').press_sequentially(text)


async def test_a_comment_arrives_while_somebody_types_in_the_middle_of_a_word(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    for number in range(6):
        await portal.comment(GRACE, ticket, f'Прежний ответ {number}')
    alice, grace = await visitor(ALICE, f'/tickets/{ticket}'), await visitor(GRACE, f'/tickets/{ticket}')
    await write(alice, TYPED)
    box = alice.locator('.reply').get_by_role('textbox')
    await alice.keyboard.press('Home')
    before = await box.evaluate('(box) => box.getBoundingClientRect().top')
    await write_and_send(grace, 'Есть ли новости?')
    await expect(alice.locator('.comment', has_text='Есть ли новости?')).to_be_visible()
    await expect(box).to_have_value(TYPED)
    await expect(box).to_be_focused()
    assert await box.evaluate('(box) => box.selectionStart') == 0
    assert abs(await box.evaluate('(box) => box.getBoundingClientRect().top') - before) <= 1
    await expect(alice.locator('.conversation [role=status]')).to_have_text(re.compile('^Комментарий: '))


async def write_and_send(page: Page, text: str) -> None:
    await page.locator('.reply').get_by_role('textbox').fill(text)
    await page.keyboard.press('Control+Enter')


async def test_a_new_status_is_seen_within_a_moment_and_typing_goes_on(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await write(alice, TYPED)
    await alice.evaluate(WATCH, 'Статус: Открыт → Выполняется')
    await portal.move(GRACE, ticket, 'in_progress')
    moved = await alice.evaluate('Date.now()')
    await alice.wait_for_function('window.seenAt !== null')
    assert await alice.evaluate('window.seenAt') - moved < 1000
    await expect(alice.locator('.status-panel .badge')).to_have_text('Выполняется')
    await alice.keyboard.type(' всё')
    await expect(alice.locator('.reply').get_by_role('textbox')).to_have_value(f'{TYPED} всё')


async def test_title_people_and_lists_follow_too(portal, visitor):
    ticket = await portal.file_bug(ALICE, 'Экран гаснет')
    grace = await visitor(GRACE, f'/tickets/{ticket}')
    alice, listed, board = (
        await visitor(ALICE, f'/tickets/{ticket}'),
        await visitor(ALICE, '/tickets'),
        await visitor(GRACE, '/queue'),
    )
    await grace.get_by_role('button', name='Изменить тему').click()
    await grace.get_by_label('Тема').fill('Экран гаснет на Tizen')
    await grace.keyboard.press('Enter')
    await expect(alice.get_by_role('heading', level=1)).to_have_text(f'{ticket} Экран гаснет на Tizen')
    await expect(alice).to_have_title(re.compile('на Tizen'))
    await expect(listed.locator('.ticket-row', has_text='на Tizen')).to_be_visible()
    await grace.get_by_role('button', name='Взять в работу').click()
    await expect(alice.locator('.ticket-facts .person')).to_have_count(2)
    await expect(board.locator('.queue-row', has_text='на Tizen')).to_contain_text('(вы)')
    filed = await portal.file_bug(BOB, 'Ещё одна беда')
    await expect(board.locator('.queue-row', has_text='Ещё одна беда')).to_contain_text(filed)


async def test_being_unshared_takes_the_page_away_within_two_seconds(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    alice = await visitor(ALICE, f'/tickets/{ticket}')
    await alice.get_by_role('button', name='Поделиться с').click()
    dialog = alice.get_by_role('dialog', name='Поделиться с')
    await dialog.locator('.people-found button').first.click()
    await expect(dialog.locator('.people-shared .person-row')).to_have_count(1)
    bob = await visitor(BOB, f'/tickets/{ticket}')
    heard: list[str] = []
    bob.on('websocket', lambda socket: socket.on('framereceived', lambda frame: heard.append(str(frame))))
    await bob.reload()
    await settled(bob)
    await expect(bob.get_by_role('heading', level=1)).to_contain_text(ticket)
    await dialog.get_by_role('button', name=re.compile('Закрыть доступ')).click()
    await expect(bob.locator('.page.ticket')).to_have_count(0, timeout=2000)
    await portal.comment(GRACE, ticket, 'Это Борису уже нельзя')
    await expect(alice.locator('.comment', has_text='Это Борису уже нельзя')).to_be_visible()
    assert heard, "nothing was heard of Bob's socket"
    assert 'Это Борису' not in await bob.content() + ''.join(heard)


async def test_a_read_ticket_loses_its_mark_in_the_list_of_another_window(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    await portal.comment(GRACE, ticket, 'Новый ответ')
    listed = await visitor(ALICE, '/tickets')
    row = listed.locator('.ticket-row', has_text=ticket)
    await expect(row).to_have_class(re.compile('unread'))
    await visitor(ALICE, f'/tickets/{ticket}')
    await expect(row).not_to_have_class(re.compile('unread'))
