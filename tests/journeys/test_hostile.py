"""Whatever people write is shown letter for letter to everybody who may see it; none of it ever runs."""

import pytest
from playwright.async_api import Dialog, Page, Request, expect

from tests.journeys.browser import settled
from tests.journeys.conftest import ALICE, GRACE, MONA

MARK = 'spoilt'
SCRIPT = f'<script>document.title="{MARK}"</script>'
IMAGE = f'<img src=x onerror=\'document.title="{MARK}"\'>'
HOSTILE = (
    SCRIPT,
    IMAGE,
    f'<svg/onload=\'document.title="{MARK}"\'>',
    f'"><iframe srcdoc="<script>parent.document.title=\'{MARK}\'</script>">',
    f'<math><mtext><table><mglyph><style><img src onerror=\'document.title="{MARK}"\'></style>',
    '{{7*7}}${7*7}{%x%}{0.__class__}%(x)s#{1}',
    f'[x](javascript:document.title="{MARK}") <javascript:alert(1)>',
    '![x](https://tracker.example/pixel.gif) https://evil.example',
    '<style>@import url(https://evil.example/x.css)</style><base href=https://evil.example>',
    ':onclick v-on:click="alert(1)" :formatter',
    "' OR 1=1--, %_\\",
    'зелёный \u202etxt.exe\u202c z\u0301\u0301\u0301\u0301 🧨',
)
VILLAIN = 'villain@romashka.test'
NAME = f'Зл{IMAGE}'


@pytest.fixture
async def spoilt_portal(portal):
    """A portal in which a customer put such texts wherever a text goes."""
    await portal.command(
        *('create-user', VILLAIN, '--role', 'customer', '--company', f'Лютик {SCRIPT}', '--name', NAME),
        '--password-stdin',
        text='demo-portal-2026\n',
    )
    ticket = await portal.file_bug(VILLAIN, IMAGE, details='\n\n'.join(HOSTILE), project=SCRIPT, app_version=HOSTILE[5])
    for text in HOSTILE:
        await portal.comment(VILLAIN, ticket, text)
    files = {'file': (f'{IMAGE}.html', f'<html>{SCRIPT}</html>'.encode(), 'text/html')}
    async with await portal.api(VILLAIN) as api:
        assert (await api.post(f'tickets/{ticket}/attachments', files=files)).status_code == 201
    await portal.comment(GRACE, ticket, f'Ответ на «{IMAGE}» и {ticket}')
    await portal.move(GRACE, ticket, 'done')
    await portal.move(GRACE, ticket, 'reopened', SCRIPT)
    return portal, ticket


async def test_hostile_texts_are_read_and_never_run(spoilt_portal, visitor):
    portal, ticket = spoilt_portal
    asked: list[str] = []
    for person, paths in (
        (VILLAIN, ('/', '/tickets', f'/tickets/{ticket}', '/requests/bug/new', '/profile')),
        (GRACE, ('/', '/board', '/queue', f'/tickets/{ticket}', f'/queue?q={IMAGE}', '/templates')),
        (MONA, ('/admin', '/admin/people', '/admin/outbox')),
    ):
        page = await visitor(person, paths[0])
        _listen(page, asked)
        for path in paths:
            await page.goto(f'{portal.url}{path}')
            await settled(page)
            assert await page.title() != MARK, (person, path)
            if path == f'/tickets/{ticket}':
                await expect(page.get_by_role('heading', level=1)).to_contain_text(IMAGE)
                await expect(page.get_by_text('{{7*7}}${7*7}{%x%}{0.__class__}%(x)s#{1}').first).to_be_visible()
                hrefs = await page.eval_on_selector_all('a[href]', 'links => links.map(link => link.protocol)')
                assert set(hrefs) <= {'http:', 'https:', 'mailto:'}
                assert await page.locator('main img:not([src^="/files/"])').count() == 0
    assert [url for url in asked if not url.startswith((portal.url, 'data:', 'blob:'))] == []


async def test_an_open_page_takes_a_hostile_comment_live(portal, visitor):
    ticket = await portal.file_bug(ALICE)
    asked: list[str] = []
    grace = await visitor(GRACE, f'/tickets/{ticket}')
    _listen(grace, asked)
    for text in HOSTILE:
        await portal.comment(ALICE, ticket, f'{text}\n\nконец')
    await expect(grace.get_by_text('конец')).to_have_count(len(HOSTILE))
    assert await grace.title() != MARK
    assert [url for url in asked if not url.startswith((portal.url, 'data:', 'blob:'))] == []


def _listen(page: Page, asked: list[str]) -> None:
    async def refuse(dialog: Dialog) -> None:
        await dialog.dismiss()
        raise AssertionError(f'a dialog opened: {dialog.message}')

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on('dialog', refuse)
    page.on('request', note)
