"""How long each kind of data is kept: a rule and a setting each, carried out once a day in small batches."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import (
    Attachment,
    Attempt,
    AuditEntry,
    DeliveryState,
    Draft,
    JobRun,
    MailState,
    Notice,
    OneTimeLink,
    OutboxMail,
    Session,
    Setting,
    Status,
    Ticket,
    WebhookDelivery,
)
from models.instant import utc
from services import access, audit, files, job_runs
from services.actor import Actor
from services.errors import Invalid, Problem
from services.search import upkeep
from services.transaction import announce, in_turn, transaction

log = logging.getLogger(__name__)

TOPIC = 'retention'  # told when periods were changed and when a run has ended
EVERY = timedelta(days=1)
LONGEST = 36_500  # days
_JOB = 'retention'
_PREFIX = 'retention.'
_MOST_BATCHES = 5_000  # of one rule in one run: the rest is for tomorrow

Rows = Callable[[datetime], QuerySet[Any]]
Remove = Callable[[list[int], datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is kept how long: `rows` gives what is older than a moment, `remove` takes some of it away.

    `default` and `least` are days; None keeps for good. What works needs its data for `least` days.
    """

    kind: str
    default: int | None
    least: int
    rows: Rows
    remove: Remove
    batch: int = 500


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as admins set it: `days` as it is now, `due` how much the next run would take away.

    `changed_at` and `changed_by` are of who set it, while it is not at its default.
    """

    kind: str
    days: int | None
    default: int | None
    least: int
    due: int
    ran_at: datetime | None
    removed: int  # by its last run
    changed_by: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Retention:
    """All rules, and when they were last carried out."""

    rules: tuple[RuleView, ...]
    ran_at: datetime | None


async def read(actor: Actor, *, now: datetime | None = None) -> Retention:
    """The rules and what they would do now. For admins."""
    await access.admin(actor, now=now)
    now = now or datetime.now(UTC)
    runs = {run.name: run for run in await JobRun.filter(name__startswith=_JOB)}
    chosen = {row.key: row for row in await _stored().select_related('changed_by')}
    views = [await _view(rule, chosen.get(_key(rule)), runs.get(_job(rule)), now) for rule in RULES]
    whole = runs.get(_JOB)
    return Retention(tuple(views), whole.started_at if whole else None)


async def due(actor: Actor, kind: str, days: int | None, *, now: datetime | None = None) -> int:
    """How much the next run would take away if that kind were kept for so many days. For admins. Raises Invalid."""
    await access.admin(actor, now=now)
    rule = next((rule for rule in RULES if rule.kind == kind), None)
    if rule is None:
        raise Invalid({kind: Problem('privacy.kind_unknown')})
    if problem := _problem(rule, days):
        raise Invalid({kind: problem})
    return await _due(rule, days, now or datetime.now(UTC))


async def change(actor: Actor, days: Mapping[str, int | None], *, now: datetime | None = None) -> None:
    """Set the periods of these kinds, in days, None for good; the others stay. For admins. Raises Invalid by kind.

    The way back is to set the default: that needs no keeping.
    """
    admin = await access.admin(actor, now=now)
    now = now or datetime.now(UTC)
    rules = {rule.kind: rule for rule in RULES}
    problems = {kind: Problem('privacy.kind_unknown') for kind in days.keys() - rules.keys()}
    problems |= {kind: problem for kind in days.keys() & rules.keys() if (problem := _problem(rules[kind], days[kind]))}
    if problems:
        raise Invalid(problems)
    async with transaction():
        await in_turn(_PREFIX)
        before = await periods()
        for kind in [kind for kind in days if days[kind] != before[kind]]:
            await _store(rules[kind], days[kind], by=admin.id, now=now)
            was, value = _written(before[kind]), _written(days[kind])
            subject = f'setting:{_key(rules[kind])}'
            await audit.record('setting.retention', by=admin, subject=subject, now=now, was=was, value=value)
        announce(TOPIC, 'staff')


async def periods() -> dict[str, int | None]:
    """For how many days each kind is kept; None for good."""
    chosen = {row.key: row for row in await _stored()}
    return {rule.kind: _period(rule, chosen.get(_key(rule))) for rule in RULES}


async def run_daily(*, now: datetime | None = None) -> None:
    """Carry the rules out unless that was done within the day; of several processes one does it."""
    now = now or datetime.now(UTC)
    last = JobRun.filter(name=_JOB)
    taken = await last.filter(started_at__lte=utc(now - EVERY)).update(started_at=utc(now), ended_at=None)
    if not taken:
        if await last.exists():
            return
        await JobRun.bulk_create([JobRun(name=_JOB, started_at=utc(now))], ignore_conflicts=True)
    await carry_out(now=now)


async def carry_out(*, now: datetime | None = None) -> dict[str, int]:
    """Take away everything that is older than its period; how much of each kind. A rule that fails stops no other."""
    now = now or datetime.now(UTC)
    days, removed, failed = await periods(), dict.fromkeys((rule.kind for rule in RULES), 0), 0
    for rule in RULES:
        started = datetime.now(UTC)
        try:
            removed[rule.kind] = await _carry_out(rule, days[rule.kind], now)
        except Exception:
            log.exception('retention of %s failed', rule.kind)
            failed += 1
            continue
        await job_runs.note(_job(rule), started, done=removed[rule.kind])
    await job_runs.note(_JOB, now, done=sum(removed.values()), failed=failed)
    async with transaction():
        announce(TOPIC)
    return removed


async def _carry_out(rule: Rule, days: int | None, now: datetime) -> int:
    if days is None:
        return 0
    before, count = utc(now - timedelta(days=days)), 0
    for _ in range(_MOST_BATCHES):
        ids: list[Any] = await rule.rows(before).order_by('id').limit(rule.batch).values_list('id', flat=True)
        if not ids:
            break
        await rule.remove(ids, now)
        count += len(ids)
        await asyncio.sleep(0)
    if count:
        await audit.record('retention.removed', subject=rule.kind, now=now, count=count, days=days)
    return count


async def _view(rule: Rule, chosen: Setting | None, run: JobRun | None, now: datetime) -> RuleView:
    days = _period(rule, chosen)
    return RuleView(
        kind=rule.kind,
        days=days,
        default=rule.default,
        least=rule.least,
        due=await _due(rule, days, now),
        ran_at=run.started_at if run else None,
        removed=run.done if run else 0,
        changed_by=chosen.changed_by.name if chosen and chosen.changed_by else '',
        changed_at=chosen.changed_at if chosen else None,
    )


async def _due(rule: Rule, days: int | None, now: datetime) -> int:
    return await rule.rows(utc(now - timedelta(days=days))).count() if days is not None else 0


def _problem(rule: Rule, days: int | None) -> Problem | None:
    if days is None or (type(days) is int and rule.least <= days <= LONGEST):
        return None
    return Problem('privacy.period_wrong', least=rule.least, most=LONGEST)


def _stored() -> QuerySet[Setting]:
    return Setting.filter(key__startswith=_PREFIX)


async def _store(rule: Rule, days: int | None, *, by: int, now: datetime) -> None:
    if days == rule.default:
        await Setting.filter(key=_key(rule)).delete()
        return
    stored = {'value': {'days': days}, 'changed_by_id': by, 'changed_at': utc(now)}
    await Setting.update_or_create(key=_key(rule), defaults=stored)


def _period(rule: Rule, chosen: Setting | None) -> int | None:
    days: int | None = rule.default if chosen is None else chosen.value['days']
    return days


def _written(days: int | None) -> str:
    return '∞' if days is None else f'{days}d'


def _key(rule: Rule) -> str:
    return f'{_PREFIX}{rule.kind}'


def _job(rule: Rule) -> str:
    return f'{_JOB}.{rule.kind}'


def _delete(model: Any) -> Remove:
    async def delete(ids: list[int], now: datetime) -> None:  # noqa: ARG001 - the form of all of them
        await model.filter(id__in=ids).delete()

    return delete


async def _empty_letters(ids: list[int], now: datetime) -> None:  # noqa: ARG001
    await OutboxMail.filter(id__in=ids).update(text='', html='')


async def _delete_tickets(ids: list[int], now: datetime) -> None:
    """Tickets with all that hangs on them: conversation, history, ratings, letters, files."""
    async with transaction():
        digests: list[Any] = await Attachment.filter(ticket_id__in=ids).values_list('digest', flat=True)
        await OutboxMail.filter(ticket_id__in=ids).delete()
        await upkeep.drop(ids)
        await Ticket.filter(id__in=ids).delete()
        announce('staff', *(f'ticket:{id}' for id in ids))
    await files.forget(digests, now=now)


def _old_sessions(before: datetime) -> QuerySet[Session]:
    return Session.filter(Q(ended_at__lt=before) | Q(expires_at__lt=before))


def _old_letters(before: datetime) -> QuerySet[OutboxMail]:
    over = OutboxMail.filter(state__in=(MailState.SENT, MailState.FAILED, MailState.WITHHELD), created_at__lt=before)
    return over.filter(Q(text__not='') | Q(html__not=''))


def _old_deliveries(before: datetime) -> QuerySet[WebhookDelivery]:
    settled = (DeliveryState.DELIVERED, DeliveryState.FAILED)
    return WebhookDelivery.filter(state__in=settled, created_at__lt=before)


RULES = (
    Rule('sessions', 30, 1, _old_sessions, _delete(Session)),
    Rule('attempts', 2, 2, lambda before: Attempt.filter(at__lt=before), _delete(Attempt)),
    Rule('links', 90, 1, lambda before: OneTimeLink.filter(expires_at__lt=before), _delete(OneTimeLink)),
    Rule('notices', 180, 7, lambda before: Notice.filter(at__lt=before), _delete(Notice)),
    Rule('drafts', 90, 7, lambda before: Draft.filter(updated_at__lt=before), _delete(Draft)),
    Rule('letters', None, 7, _old_letters, _empty_letters),
    Rule('deliveries', 30, 1, _old_deliveries, _delete(WebhookDelivery)),
    Rule('audit', None, 90, lambda before: AuditEntry.filter(at__lt=before), _delete(AuditEntry)),
    Rule(
        'tickets',
        None,
        365,
        lambda before: Ticket.filter(status=Status.DONE, done_at__lt=before),
        _delete_tickets,
        batch=20,
    ),
)
