"""The message that carries a letter: its headers, cleaned of what people typed into them, and its two parts.

All mails of a ticket answer one root that is never sent, so that every mail program shows them as one thread.
"""

import re
import unicodedata
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from services.mail.case import Case, TicketCase
from services.mail.letter import Letter
from services.outbox import host
from services.settings import settings

_LONGEST = 200
_ROUNDS = 5


def clean_header(text: str) -> str:
    """One line of at most 200 characters without control characters or encoded words.

    Python below 3.11.15 unfolds an encoded word that a person typed, with the line break and the header hidden in it
    (CVE-2026-1299), so words are decoded here until none is left.
    """
    for _ in range(_ROUNDS):
        if '=?' not in text:
            break
        text = _decoded(text)
    visible = ''.join(' ' if unicodedata.category(letter)[0] in 'CZ' else letter for letter in text)
    line = re.sub(r' {2,}', ' ', visible.replace('=?', '= ?')).strip()
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + '…'


def envelope(case: Case, letter: Letter) -> EmailMessage:
    """The whole message to the case's one reader."""
    return assemble(case, letter.subject, letter.text, letter.html)


def assemble(case: Case, subject: str, text: str, html: str) -> EmailMessage:
    """The same from parts that are worded already."""
    message = EmailMessage(policy=SMTP)
    message['From'] = sender_address()
    message['To'] = Address(clean_header(case.reader.name), addr_spec=case.row.address)
    message['Subject'] = clean_header(subject)
    message['Date'] = format_datetime(_whole_seconds(case.now))
    message['Message-ID'] = case.row.message_id
    message['Auto-Submitted'] = 'auto-generated'
    message['X-Auto-Response-Suppress'] = 'All'
    if isinstance(case, TicketCase):
        _thread(message, case)
    message.set_content(text, cte='base64')
    message.add_alternative(html, subtype='html', cte='base64')
    message['Content-Language'] = case.reader.language
    return message


def sender_address() -> Address:
    """PORTAL_MAIL_FROM as an address."""
    name, address = parseaddr(settings().mail_from)
    return Address(clean_header(name), addr_spec=address)


def _thread(message: EmailMessage, case: TicketCase) -> None:
    root = f'<ticket-{case.ticket.number}@{host()}>'
    message['In-Reply-To'] = root
    message['References'] = root
    message['List-Id'] = f'{case.id} <{case.id.lower()}.{host()}>'
    message['List-Unsubscribe'] = f'<{case.url("/profile")}>'


def _decoded(text: str) -> str:
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return text.replace('=?', '= ?')


def _whole_seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
