"""The instruments of the journeys notice what they are there to notice."""

import smtplib
from asyncio import to_thread
from email.message import EmailMessage

import pytest

from tests.journeys.browser import Visitors, axe


def _send(url: str, to: str, subject: str) -> None:
    message = EmailMessage()
    message['Subject'] = subject
    message.set_content(
        'Здравствуйте! Откройте http://localhost/rate/abc?stars=5, пожалуйста.\nhttp://localhost/tickets/SPSUP-1.'
    )
    message.add_alternative('<p>Здравствуйте!</p>', subtype='html')
    with smtplib.SMTP('127.0.0.1', int(url.rpartition(':')[2])) as server:
        server.send_message(message, 'support@localhost', [to])


async def test_the_mailbox_gives_each_letter_out_once(mailbox):
    await to_thread(_send, mailbox.url, 'alice@romashka.test', 'SPSUP-1: первое')
    await to_thread(_send, mailbox.url, 'bob@romashka.test', 'SPSUP-1: второе')
    await to_thread(_send, mailbox.url, 'bob@romashka.test', 'SPSUP-1: третье')
    assert (await mailbox.wait_for(to='bob@romashka.test')).subject == 'SPSUP-1: второе'
    assert (await mailbox.wait_for(to='bob@romashka.test')).subject == 'SPSUP-1: третье'
    letter = await mailbox.wait_for(subject_contains='первое')
    assert letter.to == 'alice@romashka.test'
    assert letter.html.strip() == '<p>Здравствуйте!</p>'
    assert letter.links == ['http://localhost/rate/abc?stars=5', 'http://localhost/tickets/SPSUP-1']
    assert letter.link('/rate/').endswith('stars=5')
    with pytest.raises(AssertionError, match='no e-mail to bob'):
        await mailbox.wait_for(to='bob@romashka.test', timeout=0.1)


async def test_a_refusing_mailbox_keeps_nothing(mailbox):
    mailbox.refusal = '451 try again later'
    with pytest.raises(smtplib.SMTPDataError):
        await to_thread(_send, mailbox.url, 'alice@romashka.test', 'x')
    assert mailbox.letters == []


@pytest.mark.parametrize(
    'script', ['console.error("broken")', 'setTimeout(() => { throw new Error("broken") })', 'Promise.reject("broken")']
)
async def test_errors_in_the_browser_are_noticed(browser, script):
    visitors = Visitors(browser, None)
    page = await browser.new_page()
    visitors._watch(page, 'Alice')
    await page.set_content(f'<script>{script}</script>')
    await page.evaluate('() => new Promise((done) => setTimeout(done, 10))')
    with pytest.raises(AssertionError, match=r'Alice at about:blank: .*broken'):
        visitors.check()
    await page.close()


async def test_provoked_errors_are_tolerated(browser):
    visitors = Visitors(browser, None)
    page = await browser.new_page()
    visitors._watch(page, 'Alice')
    with visitors.tolerating('brok.n'):
        await page.evaluate('console.error("broken")')
    visitors.check()
    await page.close()


async def test_axe_notices_a_nameless_button(browser):
    page = await browser.new_page()
    good = '<html lang=ru><title>x</title><main><h1>x</h1><button>{}</button></main>'
    await page.set_content(good.format('Отправить'))
    await axe(page)
    await page.set_content(good.format(''))
    with pytest.raises(AssertionError, match='button-name'):
        await axe(page)
    await page.close()
