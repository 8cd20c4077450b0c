"""What webhooks are told: a message beside each event that they wish to hear of, in the event's transaction.

It holds ids, codes and what every reader of the ticket may know; of internal notes not even that there are any.
"""

import secrets
from datetime import datetime
from typing import Any

from models import EventKind, Ticket, TicketEvent, Webhook, WebhookDelivery
from models.instant import utc
from services.ticket_id import ticket_id
from services.transaction import announce

TOPIC = 'webhooks'  # told after each commit that left something to send
CHANGED = 'webhooks:changed'  # told when an address or a delivery became something else
TEST = 'test'

TOLD = (
    EventKind.FILED,
    EventKind.STATUS,
    EventKind.STATUS_UNDONE,
    EventKind.COMMENTED,
    EventKind.COMMENT_EDITED,
    EventKind.ATTACHED,
    EventKind.FILE_REMOVED,
    EventKind.ASSIGNED,
    EventKind.SUBJECT,
    EventKind.SHARED,
    EventKind.UNSHARED,
    EventKind.REMINDED,
    EventKind.MERGED,
    EventKind.RATED,
)
"""The kinds of event that can be told outside, in the order of the form."""


async def write(event: TicketEvent, ticket: Ticket) -> None:
    """Queue the messages about an event, inside its transaction."""
    if event.kind not in TOLD or (event.internal and event.kind is not EventKind.RATED):
        return
    hearing = [hook for hook in await Webhook.filter(active=True) if not hook.kinds or event.kind in hook.kinds]
    if not hearing:
        return
    content = _content(event, ticket)
    rows = [delivery(hook, event.kind, content, ticket_pk=ticket.id, now=event.at) for hook in hearing]
    await WebhookDelivery.bulk_create(rows)
    announce(TOPIC, CHANGED)


def delivery(
    webhook: Webhook, kind: str, content: dict[str, Any], *, ticket_pk: int | None = None, now: datetime
) -> WebhookDelivery:
    """A message to one address, not yet stored."""
    body = {
        'type': f'ticket.{kind}' if ticket_pk is not None else kind,
        'timestamp': utc(now).isoformat(),
        'data': content,
    }
    return WebhookDelivery(
        webhook_id=webhook.id,
        kind=str(kind),
        ticket_id=ticket_pk,
        message_id=f'msg_{secrets.token_hex(16)}',
        body=body,
        not_before=utc(now),
        created_at=utc(now),
    )


def _content(event: TicketEvent, ticket: Ticket) -> dict[str, Any]:
    happened = {
        'id': event.id,
        'actor_id': event.actor_id,
        'from_status': event.from_status,
        'to_status': event.to_status,
        'comment_id': event.comment_id,
    }
    if event.kind is EventKind.RATED:
        happened['stars'] = event.details.get('stars')
    return {'event': happened, 'ticket': _ticket(ticket)}


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        'id': ticket_id(ticket.number),
        'type': ticket.type,
        'subject': ticket.subject,
        'status': ticket.status,
        'impact': ticket.impact,
        'author_id': ticket.requester_id,
        'company_id': ticket.company_id,
        'assignee_id': ticket.assignee_id,
        'version': ticket.version,
        'created_at': utc(ticket.created_at).isoformat(),
        'updated_at': utc(ticket.updated_at).isoformat(),
    }
