"""What each kind of mail says, to whom it is said: in the reader's language and time zone, with what they may do."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType

from models import Attachment, EventKind, MailKind, Status
from services import i18n, markdown, ratings
from services.forms import definition
from services.lifecycle import Part
from services.links import address_of
from services.mail.case import Case, FiguresCase, LinkCase, TicketCase
from services.mail.figures import weekly_letter
from services.mail.letter import Badge, Block, Button, Facts, Letter, Paragraph, Quote, Stars
from services.settings import settings

_LONGEST_QUOTE = 20_000  # programs cut a mail at about 100 KB; the whole text is in the portal
_HIDDEN = 'x' * 12


async def word(case: Case) -> Letter:
    """The letter that the case makes."""
    if isinstance(case, TicketCase):
        return await _of_ticket(case)
    if isinstance(case, FiguresCase):
        return weekly_letter(case)
    return _of_link(case) if isinstance(case, LinkCase) else _password_changed(case)


async def _of_ticket(case: TicketCase) -> Letter:
    kind = case.row.kind
    quote = await _quote(case)
    heading, blocks = _WORDINGS[kind](case, quote)
    return Letter(
        language=case.reader.language,
        subject=f'[{case.id}] {case.ticket.subject}',
        heading=heading,
        blocks=tuple(block for block in blocks if block is not None),
        reason=case.t(f'mail.reason.{_relation(case)}'),
        over=f'{case.id} · {case.ticket.subject}',
        over_url=case.address,
        preview=_first_words(quote) or heading,
        choose=case.t('mail.choose'),
    )


_Wording = tuple[str, list[Block | None]]


def _received(case: TicketCase, _: Quote | None) -> _Wording:
    return case.t('mail.ticket_received.heading'), [
        Paragraph(case.t('mail.ticket_received.lead', id=case.id)),
        _badge(case, case.ticket.status),
        Facts((_kind_row(case), (case.t('mail.fact.filed'), case.moment(case.ticket.created_at)))),
        _open(case),
    ]


def _filed(case: TicketCase, quote: Quote | None) -> _Wording:
    ticket = case.ticket
    rows = [(case.t('mail.fact.requester'), ticket.requester.name), _kind_row(case)]
    if ticket.company is not None:
        rows.insert(1, (case.t('mail.fact.company'), ticket.company.name))
    if impact := _impact(case):
        rows.append((case.t('mail.fact.impact'), impact))
    heading = 'heading_assigned' if case.event.kind is EventKind.ASSIGNED else 'heading'
    return case.t(f'mail.ticket_filed.{heading}'), [Facts(tuple(rows)), quote, _open(case)]


def _comment(case: TicketCase, quote: Quote | None) -> _Wording:
    what = 'note' if case.event.internal else 'files' if case.event.kind is EventKind.ATTACHED else 'comment'
    return case.t(f'mail.comment.heading_{what}'), [quote, _open(case, 'answer')]


def _status_changed(case: TicketCase, quote: Quote | None) -> _Wording:
    status = case.event.to_status or case.ticket.status
    heading = case.t('mail.status_changed.heading', status=case.t(f'status.{status.value}'))
    return heading, [_badge(case, status), quote, _open(case)]


def _feedback_awaited(case: TicketCase, quote: Quote | None) -> _Wording:
    return case.t('mail.feedback_awaited.heading'), [
        _badge(case, Status.AWAITING_FEEDBACK),
        quote,
        _closing(case, 'mail.feedback_awaited.closing'),
        *_answers(case),
    ]


def _reminder(case: TicketCase, _: Quote | None) -> _Wording:
    day = case.day(case.ticket.auto_close_at or case.now)
    return case.t('mail.close_reminder.heading', day=day), [
        Paragraph(case.t('mail.close_reminder.lead', since=case.day(case.ticket.status_since))),
        _closing(case, 'mail.close_reminder.closing'),
        *_answers(case),
    ]


def _closed(case: TicketCase, quote: Quote | None) -> _Wording:
    by_itself = case.event.actor_id is None
    after = i18n.duration(case.reader.language, _whole(case.waited or settings().auto_close_after))
    lead = Paragraph(case.t('mail.ticket_closed.by_itself', after=after)) if by_itself else None
    again = None
    if not case.reader.is_staff and (case.ticket.done_at or case.event.at) == case.event.at:
        until = case.day(case.event.at + settings().reopen_within)
        again = Paragraph(case.t('mail.ticket_closed.again', until=until), soft=True)
    heading = case.t('mail.ticket_closed.heading_by_itself' if by_itself else 'mail.ticket_closed.heading')
    return heading, [_badge(case, Status.DONE), lead, quote, again, _open(case)]


def _shared(case: TicketCase, _: Quote | None) -> _Wording:
    by = case.event.actor.name if case.event.actor is not None else case.t('common.system')
    return case.t('mail.shared.heading', name=by), [
        Paragraph(case.t('mail.shared.lead')),
        _badge(case, case.ticket.status),
        Facts((_kind_row(case), (case.t('mail.fact.requester'), case.ticket.requester.name))),
        _open(case),
    ]


def _rating(case: TicketCase, _: Quote | None) -> _Wording:
    assert case.rating is not None
    token = ratings.token_of(case.rating) if case.shown_secrets else _HIDDEN
    links = tuple(
        (case.url(f'/rate/{token}?stars={stars}'), case.t(f'plain.rate.star_{stars}')) for stars in range(1, 6)
    )
    until = case.day(case.event.at + settings().rating_open_for)
    return case.t('mail.rating.heading'), [
        Paragraph(case.t('mail.rating.lead', id=case.id)),
        Stars(links, worst=case.t('plain.rate.worst'), best=case.t('plain.rate.best')),
        Paragraph(case.t('mail.rating.until', until=until), soft=True),
    ]


_WORDINGS: MappingProxyType[MailKind, Callable[[TicketCase, Quote | None], _Wording]] = MappingProxyType(
    {
        MailKind.TICKET_RECEIVED: _received,
        MailKind.TICKET_FILED: _filed,
        MailKind.COMMENT: _comment,
        MailKind.STATUS_CHANGED: _status_changed,
        MailKind.FEEDBACK_AWAITED: _feedback_awaited,
        MailKind.CLOSE_REMINDER: _reminder,
        MailKind.TICKET_CLOSED: _closed,
        MailKind.SHARED: _shared,
        MailKind.RATING: _rating,
    }
)


def _of_link(case: LinkCase) -> Letter:
    kind = case.row.kind.value
    by, company = case.link.created_by, case.reader.company
    values = {'email': case.reader.email}
    if case.row.kind is MailKind.INVITATION and by is not None:
        place = company.name if company else case.t('portal.name')
        lead = case.t('mail.invitation.lead_by', name=by.name, company=place, **values)
    else:
        lead = case.t(f'mail.{kind}.lead', **values)
    url = address_of(case.link) if case.shown_secrets else case.url(f'/{_HIDDEN}')
    return _account_letter(
        case,
        [
            Paragraph(lead),
            Button(case.t(f'mail.{kind}.button'), url),
            Paragraph(case.t(f'mail.{kind}.until', until=case.moment(case.link.expires_at)), soft=True),
        ],
    )


def _password_changed(case: Case) -> Letter:
    at = datetime.fromisoformat(case.row.details['at'])
    return _account_letter(
        case,
        [
            Paragraph(case.t('mail.password_changed.lead', email=case.reader.email, at=case.moment(at))),
            Paragraph(case.t('mail.password_changed.not_you')),
            Button(case.t('mail.password_changed.button'), case.url('/forgot'), quiet=True),
        ],
    )


def _account_letter(case: Case, blocks: list[Block]) -> Letter:
    kind = case.row.kind.value
    return Letter(
        language=case.reader.language,
        subject=case.t(f'mail.{kind}.subject'),
        heading=case.t(f'mail.{kind}.heading'),
        blocks=tuple(blocks),
        reason=case.t(f'mail.{kind}.reason'),
    )


async def _quote(case: TicketCase) -> Quote | None:
    """What was written or attached with the event; of a new ticket, what its first long field says."""
    event = case.event
    author = event.actor.name if event.actor is not None else ''
    if case.row.kind is MailKind.TICKET_FILED:
        author, text = case.ticket.requester.name, _first_long_answer(case)
    else:
        text = case.comment.body if case.comment is not None else ''
    files = await _files(case)
    if case.row.kind in _SILENT or not (text or files):
        return None
    cut = text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE].rsplit(None, 1)[0] + ' …'
    (html,) = await markdown.rendered(case.reader, [cut])
    note = case.t('mail.comment.internal') if event.internal else ''
    return Quote(author, _with_whole_addresses(html), cut, note=note, files=files)


_SILENT = frozenset({MailKind.TICKET_RECEIVED, MailKind.SHARED, MailKind.RATING, MailKind.CLOSE_REMINDER})


async def _files(case: TicketCase) -> tuple[str, ...]:
    """Names and sizes of what came with the event; the files themselves stay in the portal, where rights are asked."""
    if case.comment is not None:
        found = Attachment.filter(comment_id=case.comment.id, removed_at=None)
    elif case.event.kind is EventKind.ATTACHED:
        found = Attachment.filter(key__in=case.event.details.get('keys', []), removed_at=None)
    else:
        return ()
    if not case.reader.is_staff:
        found = found.filter(internal=False)
    files = await found.filter(ticket_id=case.ticket.id).order_by('id')
    return tuple(f'{file.name} ({i18n.file_size(case.reader.language, file.size)})' for file in files)


def _first_long_answer(case: TicketCase) -> str:
    form = _form(case)
    answers = case.ticket.answers
    texts = (answers.get(field.code) for field in form.fields if field.kind is definition.Kind.TEXT)
    return str(next((text for text in texts if text), ''))


def _form(case: TicketCase) -> definition.Form:
    form = case.ticket.form
    return definition.load(form.type, form.version, form.definition)


def _kind_row(case: TicketCase) -> tuple[str, str]:
    return case.t('mail.fact.type'), definition.worded(_form(case).title, case.reader.language)


def _impact(case: TicketCase) -> str:
    field = _form(case).field('impact')
    option = field.option(case.ticket.impact.value) if field and case.ticket.impact else None
    return definition.worded(option.label, case.reader.language) if option else ''


def _badge(case: TicketCase, status: Status) -> Badge:
    """The status; what it means is said to customers."""
    meaning = '' if case.reader.is_staff else case.t(f'status_meaning.{status.value}')
    return Badge(status.value, case.t(f'status.{status.value}'), meaning)


def _open(case: TicketCase, label: str = 'open') -> Button:
    return Button(case.t(f'mail.button.{label}'), case.address)


def _answers(case: TicketCase) -> list[Block | None]:
    """The two answers, as far as the reader may give them; the links lead to the ticket, which asks there."""
    if case.ticket.status is not Status.AWAITING_FEEDBACK or case.reader.is_staff:
        return [_open(case)]
    solved = Button(case.t('mail.button.solved'), f'{case.address}?answer=done')
    unsolved = Button(case.t('mail.button.unsolved'), f'{case.address}?answer=reopen', quiet=True)
    return [solved if Part.REQUESTER in case.parts else None, unsolved]


def _closing(case: TicketCase, key: str) -> Block | None:
    """By when the ticket closes by itself; nothing when somebody has answered already."""
    at = case.ticket.auto_close_at
    if at is None or at <= case.now:
        return None
    left = i18n.duration(case.reader.language, _whole(at - case.now))
    return Paragraph(case.t(key, day=case.day(at), left=left))


def _whole(length: timedelta) -> timedelta:
    """A length as one says it: seconds and minutes lost between a change and its mail are not worth a word."""
    return timedelta(days=round(length / timedelta(days=1))) if length > timedelta(days=1) else length


def _relation(case: TicketCase) -> str:
    if Part.REQUESTER in case.parts:
        return 'requester'
    if not case.reader.is_staff:
        return 'shared'
    return 'assignee' if case.ticket.assignee_id == case.reader.id else 'staff'


def _first_words(quote: Quote | None) -> str:
    return re.sub(r'\s+', ' ', quote.text)[:140] if quote is not None else ''


def _with_whole_addresses(html: str) -> str:
    """Links to the portal's own pages have no host in the portal; in a mail they need it."""
    return re.sub(r'(?<=href=")/(?!/)', f'{settings().url}/', html)
