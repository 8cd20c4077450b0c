"""Rows made directly, for tests of what lies below the services' rules."""

from datetime import UTC, datetime

from models import Comment, FormVersion, Share, Ticket, User

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def a_ticket(requester: User, number: int = 1) -> Ticket:
    form, _ = await FormVersion.get_or_create(type='bug', version=1, defaults={'definition': {}, 'published_at': NOW})
    moments = dict.fromkeys(('status_since', 'created_at', 'updated_at'), NOW)
    return await Ticket.create(
        number=number,
        type='bug',
        form=form,
        subject='before',
        requester=requester,
        submission_key=f'ticket {number}',
        **moments,
    )


async def a_ticket_with_children(requester: User, reader: User) -> Ticket:
    """With four comments and one share."""
    ticket = await a_ticket(requester)
    for number in range(4):
        await Comment.create(ticket=ticket, author=requester, body='x', submission_key=f'{number}', created_at=NOW)
    await Share.create(ticket=ticket, user=reader, created_at=NOW)
    return ticket
