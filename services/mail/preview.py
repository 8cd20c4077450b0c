"""Any queued mail as it arrives at its reader, for the eyes of an admin.

While no mail server is set, links to accounts and to ratings work, so that every journey can be walked; once mail
leaves, they belong to their readers alone and are blanked.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage

from models import MailState, OutboxMail
from services.mail.case import Withheld
from services.mail.envelope import assemble
from services.mail.sample import case_of
from services.mail.wording import word
from services.settings import settings


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it arrives. `withheld` says (as a locale key's end) why it would not leave now."""

    subject: str
    text: str = ''
    html: str = ''
    headers: tuple[tuple[str, str], ...] = ()
    source: str = ''
    withheld: str | None = None


async def preview(row: OutboxMail, *, now: datetime | None = None) -> Preview:
    """How the mail looks: what was kept of it when it left, else as it would be worded now."""
    now = now or datetime.now(UTC)
    if not settings().smtp_url and row.state is MailState.WAITING and row.not_before <= now:
        row.sent_at = row.not_before  # kept here is as good as arrived: it stays what it was; this row is not saved
    try:
        case = await case_of(row, now, shown_secrets=not settings().smtp_url)
    except Withheld as withheld:
        return Preview(row.subject, row.text, row.html, withheld=withheld.reason)
    case = replace(case, now=row.sent_at or row.not_before)  # the day on it is that of its leaving
    if row.html:
        return _shown(assemble(case, row.subject, row.text, row.html), row.subject, row.text, row.html)
    letter = await word(case)
    return _shown(assemble(case, letter.subject, letter.text, letter.html), letter.subject, letter.text, letter.html)


def _shown(message: EmailMessage, subject: str, text: str, html: str) -> Preview:
    headers = tuple((name, str(value)) for name, value in message.items())
    return Preview(subject, text, html, headers, message.as_string())
