"""What can be counted of this process and of the portal, in the words of Prometheus."""

import logging
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from tortoise.functions import Count

from models import JobRun, MailState, OutboxMail
from models.engines import timing
from services.database import FAULTS

log = logging.getLogger(__name__)

CONTENT_TYPE = CONTENT_TYPE_LATEST
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_registry = CollectorRegistry()
ProcessCollector(registry=_registry)
PlatformCollector(registry=_registry)

_requests = Histogram(
    'portal_request_seconds', 'Answered requests', ('area', 'method', 'status'), buckets=_FAST, registry=_registry
)
_loop_delay = Histogram(
    'portal_event_loop_delay_seconds', 'How late the event loop was', buckets=_FAST, registry=_registry
)
_database = Histogram('portal_database_seconds', 'Statements, waiting included', buckets=_FAST, registry=_registry)
_bugs = Counter('portal_bugs', 'Lines of the log at level ERROR or above', registry=_registry)
OPEN_PAGES = Gauge('portal_open_pages', 'Windows whose socket is connected to this process', registry=_registry)
_mails = Gauge('portal_mails', 'E-mails of the outbox that have not left, by state', ('state',), registry=_registry)
_oldest_mail = Gauge('portal_oldest_mail_seconds', 'How long the longest overdue e-mail waits', registry=_registry)
_job_ran = Gauge('portal_job_last_run_timestamp_seconds', 'When a job last began', ('job',), registry=_registry)
_job_took = Gauge('portal_job_last_run_seconds', 'How long its last run took', ('job',), registry=_registry)
_job_done = Gauge('portal_job_last_run_done', 'What it got done then', ('job',), registry=_registry)
_job_failed = Gauge('portal_job_last_run_failed', 'What went wrong then', ('job',), registry=_registry)

_UNSENT = (MailState.WAITING, MailState.SENDING, MailState.FAILED)


def answered(area: str, method: str, status: int, seconds: float) -> None:
    """A request was answered. Every label is one of few (`method` is a known one)."""
    _requests.labels(area, method, str(status)).observe(seconds)


def known(method: str) -> str:
    """The method, if it is one of HTTP's: whoever asks must not make more labels."""
    return method if method in {'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'} else 'other'


async def text(*, now: datetime | None = None) -> bytes:
    """Everything, as Prometheus reads it. While the database is away the portal's own figures stay as they were."""
    try:
        await _count_mails(now or datetime.now(UTC))
        await _look_at_jobs()
    except FAULTS:
        log.warning('the database is away: figures of mails and jobs are old')
    return generate_latest(_registry)


def begin() -> None:
    """Count this process's statements and errors from now on; once, when it starts to serve."""
    timing.on_work(_database.observe)
    logging.getLogger().addHandler(_Errors(logging.ERROR))


def open_pages() -> int:
    """How many windows are connected to this process."""
    return round(next(sample.value for family in OPEN_PAGES.collect() for sample in family.samples))


def was_late(seconds: float) -> None:
    """The event loop kept somebody waiting for so long."""
    _loop_delay.observe(seconds)


class _Errors(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - it is only counted
        _bugs.inc()


async def _count_mails(now: datetime) -> None:
    rows = OutboxMail.filter(state__in=_UNSENT).annotate(count=Count('id')).group_by('state')
    counts = {row['state']: row['count'] for row in await rows.values('state', 'count')}
    for state in _UNSENT:
        _mails.labels(state.value).set(counts.get(state, 0))
    oldest = await OutboxMail.filter(state=MailState.WAITING, not_before__lt=now).order_by('not_before').first()
    _oldest_mail.set((now - oldest.not_before).total_seconds() if oldest else 0)


async def _look_at_jobs() -> None:
    for run in await JobRun.all():
        _job_ran.labels(run.name).set(run.started_at.timestamp())
        _job_done.labels(run.name).set(run.done)
        _job_failed.labels(run.name).set(run.failed)
        if run.ended_at is not None:
            _job_took.labels(run.name).set((run.ended_at - run.started_at).total_seconds())
