"""The addresses that hear of tickets, as admins manage them; every change is in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models import Webhook
from models.instant import utc
from services import access, audit
from services.actor import Actor
from services.errors import Invalid, NotFound, Problem
from services.tickets.texts import is_id
from services.transaction import announce, transaction
from services.webhooks import addresses, signing
from services.webhooks.writing import CHANGED, TOLD

OLD_SECRET_KEPT = timedelta(hours=24)
MOST = 20


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address. `kinds` are the events that it hears of, none: all; `failing_since`: messages do not arrive."""

    id: int
    url: str
    kinds: tuple[str, ...]
    active: bool
    failing_since: datetime | None
    old_secret_until: datetime | None
    created_at: datetime


async def endpoints(actor: Actor, *, now: datetime | None = None) -> list[Endpoint]:
    """All addresses, the oldest first. Raises NotFound for whoever is no admin."""
    await access.admin(actor, now=now)
    return [view(row, now or datetime.now(UTC)) for row in await Webhook.all().order_by('id')]


async def endpoint(actor: Actor, webhook_id: int, *, now: datetime | None = None) -> Endpoint:
    """One address. Raises NotFound."""
    await access.admin(actor, now=now)
    return view(await existing(webhook_id), now or datetime.now(UTC))


async def create(
    actor: Actor, url: str, kinds: Sequence[str] = (), *, now: datetime | None = None
) -> tuple[Endpoint, str]:
    """Add an address; with its secret, which nobody can show again. Raises NotFound, Invalid for 'url' and 'kinds'."""
    admin, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    wanted, url = _kinds(kinds), url.strip()
    await addresses.checked(url)
    async with transaction():
        if await Webhook.all().count() >= MOST:
            raise Invalid({'url': Problem('webhook.problem.too_many', limit=MOST)})
        row = await Webhook.create(
            url=url, kinds=wanted, nonce=signing.fresh_nonce(), made_by_id=admin.id, created_at=utc(now)
        )
        await audit.record('webhook.created', by=admin, subject=f'webhook:{row.id}', now=now, url=url)
        announce(CHANGED)
    return view(row, now), signing.secret_of(row.nonce)


async def change(
    actor: Actor,
    webhook_id: int,
    *,
    url: str | None = None,
    kinds: Sequence[str] | None = None,
    active: bool | None = None,
    now: datetime | None = None,
) -> Endpoint:
    """Change what is given. One that is switched on anew is tried at once. Raises NotFound, Invalid."""
    admin, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    row = await existing(webhook_id)
    if url is not None and url.strip() != row.url:
        row.url = url.strip()
        await addresses.checked(row.url)
    row.kinds = _kinds(kinds) if kinds is not None else row.kinds
    if active and not row.active:
        row.failing_since = row.paused_until = None
    row.active = active if active is not None else row.active
    async with transaction():
        await row.save(update_fields=['url', 'kinds', 'active', 'failing_since', 'paused_until'])
        await audit.record('webhook.changed', by=admin, subject=f'webhook:{row.id}', now=now, url=row.url)
        announce(CHANGED)
    return view(row, now)


async def renew_secret(actor: Actor, webhook_id: int, *, now: datetime | None = None) -> str:
    """Another secret; the old one signs too for a day, so that the receiver can change over. Raises NotFound."""
    admin, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        row = await existing(webhook_id)
        row.old_nonce, row.old_until, row.nonce = row.nonce, utc(now + OLD_SECRET_KEPT), signing.fresh_nonce()
        await row.save(update_fields=['nonce', 'old_nonce', 'old_until'])
        await audit.record('webhook.secret_renewed', by=admin, subject=f'webhook:{row.id}', now=now)
        announce(CHANGED)
    return signing.secret_of(row.nonce)


async def delete(actor: Actor, webhook_id: int, *, now: datetime | None = None) -> None:
    """Take an address away with its deliveries. Raises NotFound."""
    admin = await access.admin(actor, now=now)
    async with transaction():
        row = await existing(webhook_id)
        await row.delete()
        await audit.record('webhook.deleted', by=admin, subject=f'webhook:{webhook_id}', now=now, url=row.url)
        announce(CHANGED)


async def existing(webhook_id: int) -> Webhook:
    row = await Webhook.get_or_none(id=webhook_id) if is_id(webhook_id) else None
    if row is None:
        raise NotFound
    return row


def view(row: Webhook, now: datetime) -> Endpoint:
    renewed = row.old_until is not None and now < row.old_until
    old_until = row.old_until if renewed else None
    return Endpoint(row.id, row.url, tuple(row.kinds), row.active, row.failing_since, old_until, row.created_at)


def _kinds(kinds: Sequence[str]) -> list[str]:
    if any(kind not in TOLD for kind in kinds):
        raise Invalid({'kinds': Problem('webhook.problem.kind')})
    chosen = [kind.value for kind in TOLD if kind in kinds]
    return [] if len(chosen) == len(TOLD) else chosen
