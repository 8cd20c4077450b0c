"""What was done to accounts and rights: who, what, to whom and when; written with the change itself, never edited."""

from datetime import UTC, datetime

from models import AuditEntry, User
from services.transaction import announce, in_progress

TOPIC = 'audit'  # told with every entry that is part of a transaction


async def record(
    action: str,
    *,
    by: User | int | None = None,
    subject: str = '',
    address: str = '',
    now: datetime | None = None,
    **details: str | int | None,
) -> None:
    """Note an action such as 'person.invited'; `subject` names what it was done to ('user:7').

    `details` are codes and ids: no secrets and no sentences: entries are read by admins and kept for good.
    """
    if in_progress():
        announce(TOPIC)
    await AuditEntry.create(
        at=now or datetime.now(UTC),
        actor_id=by.id if isinstance(by, User) else by,
        action=action,
        subject=subject[:200],
        details=details,
        address=address[:64],
    )
