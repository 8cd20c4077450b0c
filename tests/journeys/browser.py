"""Visitors of the portal: Chromium windows that sign in through the real form and tolerate no error on the page."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.journeys.proxy import Proxy
from tests.journeys.server import PASSWORD, Portal

PROGRAMS = ('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')  # as in .ci/browser
ARGUMENTS = (
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
)
WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
_SETTLED = """() => document.readyState === 'complete'
    && (!document.querySelector('script[src*="/_nicegui/"]') || window.did_handshake === true)"""
_STILL = """() => document.getAnimations().every(
    (animation) => animation.playState !== 'running' || animation.effect.getTiming().iterations === Infinity)"""


def chromium() -> str:
    """The program to start; fails in CI and skips elsewhere when there is none."""
    for name in (os.environ.get('CHROMIUM', ''), *PROGRAMS):
        if name and (path := shutil.which(name)):
            return path
    missing = 'this test needs Chromium: install the package chromium (or name its program in CHROMIUM)'
    if os.environ.get('CI') == 'true':
        pytest.fail(missing)
    pytest.skip(missing)


@dataclass
class Visitors:
    """Opens windows for people. `await visitor(ALICE, '/tickets')` gives Alice's page, signed in, at that address."""

    browser: Browser
    portal: Portal | None
    pages: list[Page] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    tolerated: list[str] = field(default_factory=list)
    """Patterns of console messages that the running test provokes; see `tolerating`."""

    async def __call__(
        self,
        email: str | None,
        path: str = '/',
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        password: str = PASSWORD,
        portal: Portal | Proxy | None = None,
        script: bool = True,
        touch: bool = False,
    ) -> Page:
        """A new window with nothing remembered; without an e-mail nobody signs in, `script` is JavaScript.

        A window as narrow as a phone is touched; `touch` lets a wider one be so too.
        """
        portal = portal or self.portal
        assert portal is not None, 'a visitor needs the fixture portal, or portal=...'
        context = await self.browser.new_context(
            base_url=portal.url,
            viewport={'width': width, 'height': height},
            has_touch=touch or width < 600,
            is_mobile=width < 600,
            color_scheme='dark' if dark else 'light',
            reduced_motion='reduce',
            locale='ru-RU',
            timezone_id='Europe/Moscow',
            java_script_enabled=script,
            ignore_https_errors=isinstance(portal, Proxy),  # its certificate is of its own making
        )
        context.set_default_timeout(15_000)
        page = await context.new_page()
        self.pages.append(page)
        self._watch(page, email or 'somebody')
        await page.goto(path)
        if email is not None:
            await sign_in(page, email, password, path)
        if script:
            await settled(page)
        return page

    @contextmanager
    def tolerating(self, *patterns: str) -> Iterator[None]:
        """What the console says like this within the block is provoked by the test."""
        self.tolerated += patterns
        yield
        self.tolerated = self.tolerated[: -len(patterns)]

    def check(self) -> None:
        """No page said anything wrong."""
        assert not self.problems, 'the browser complained:\n' + '\n'.join(self.problems)

    def _watch(self, page: Page, who: str) -> None:
        def said(message: ConsoleMessage) -> None:
            if message.type == 'error':
                note(f'{message.text} ({message.location.get("url", "")})')

        def note(text: str) -> None:
            if not any(re.search(pattern, text) for pattern in self.tolerated):
                self.problems.append(f'{who} at {page.url}: {text}')

        page.on('console', said)
        page.on('pageerror', lambda error: note(f'uncaught {error}'))


async def sign_in(page: Page, email: str, password: str = PASSWORD, path: str = '/') -> None:
    """Fill in the form that stands before the asked-for address, and arrive there."""
    await expect(page, f'{path} should ask for signing in').to_have_url(re.compile(r'/login(\?|$)'))
    await page.locator('input[name=email]').fill(email)
    await page.locator('input[name=password]').fill(password)
    await page.locator('form:has(input[name=password]) [type=submit]').click()
    await page.wait_for_url(lambda url: _place(url) == _place(path))


async def settled(page: Page) -> None:
    """The page is loaded and its socket is connected, so that clicks are heard."""
    await page.wait_for_function(_SETTLED)


async def axe(page: Page, *, within: str | None = None) -> None:
    """axe-core finds nothing on the page, once nothing moves on it any more."""
    await page.wait_for_function(_STILL)
    results = await Axe().run(page, context=within, options={'runOnly': WCAG, 'resultTypes': ['violations']})
    assert results.violations_count == 0, f'{page.url}\n{results.generate_report()}'


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f'{parts.path}?{parts.query}' if parts.query else parts.path
