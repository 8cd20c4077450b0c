"""How traces are told: what of services.tracing needs OpenTelemetry's library, imported only where it is wanted.

The provider is ours alone and not the process's: FastAPI tells a global one of every address with its query.
"""

import logging
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from services import request_number
from services.database import engine_of
from services.settings import settings
from services.tracing import Facts, Kind

log = logging.getLogger(__name__)

_KINDS = {'server': trace.SpanKind.SERVER, 'client': trace.SpanKind.CLIENT, 'internal': trace.SpanKind.INTERNAL}
_SYSTEMS = {'sqlite': 'sqlite', 'postgres': 'postgresql'}
_LONGEST = 2000  # characters of a statement
_VALUES = re.compile(r"""'(?:[^']|'')*'|(?<![\w$?."])\d+(?:\.\d+)?\b""")
_TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?(\w+)', re.IGNORECASE)

_w3c = TraceContextTextMapPropagator()
_provider: TracerProvider
_tracer: trace.Tracer
_system: str


def begin(endpoint: str) -> None:
    """Tell spans from now on. Where to exactly, and how many of them, the library reads from the environment."""
    global _provider, _tracer, _system  # noqa: PLW0603 (one process, one listener)
    for name in ('opentelemetry.exporter', 'opentelemetry.sdk'):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they repeat themselves: _Teller says it once
    _provider = TracerProvider(resource=_who(), shutdown_on_exit=False)
    _provider.add_span_processor(BatchSpanProcessor(_Teller(OTLPSpanExporter(), urlsplit(endpoint).hostname or '')))
    _tracer = _provider.get_tracer('portal')
    _system = _SYSTEMS[engine_of(settings().database)]


def end(seconds: float) -> None:
    """Tell the last ones, in so many seconds at most."""
    telling = Thread(target=_provider.shutdown, name='last-traces', daemon=True)
    telling.start()
    telling.join(seconds)


class Told:
    """A span that somebody will read."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def say(self, facts: Facts, *, name: str = '', failed: bool = False) -> None:
        self._span.set_attributes(dict(facts))
        if name:
            self._span.update_name(name)
        if failed:
            self._span.set_status(trace.StatusCode.ERROR)


@contextmanager
def span(name: str, kind: Kind, facts: Facts, caller: Iterable[tuple[bytes, bytes]]) -> Iterator[Told]:
    """See services.tracing."""
    heard = {key.decode('latin-1'): value.decode('latin-1') for key, value in caller}
    before = _w3c.extract(heard) if heard else None
    begun = _tracer.start_span(name, context=before, kind=_KINDS[kind], attributes=dict(facts))
    number = request_number.current()
    if number:
        begun.set_attribute('portal.request', number)
    with trace.use_span(begun, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield Told(begun)
        except Exception as error:
            begun.set_attribute('error.type', type(error).__qualname__)  # its words may quote what somebody wrote
            begun.set_status(trace.StatusCode.ERROR)
            raise


def statement(said: str, seconds: float, error: BaseException | None) -> None:
    """A piece of work in the database has ended; told as part of what goes on here and now, else not at all."""
    if not trace.get_current_span().is_recording():
        return
    ended = time.time_ns()
    text = _VALUES.sub('?', ' '.join(said.split()))[:_LONGEST]
    what, table = text.partition(' ')[0].upper(), _TABLE.search(text)
    facts = {'db.system.name': _system, 'db.operation.name': what}
    if text != what:
        facts['db.query.text'] = text
    if table is not None:
        facts['db.collection.name'] = table[1]
    if error is not None:
        facts['error.type'] = type(error).__qualname__
    name = f'{what} {table[1]}' if table is not None else what
    began = ended - round(seconds * 1e9)
    work = _tracer.start_span(name, kind=trace.SpanKind.CLIENT, attributes=facts, start_time=began)
    if error is not None:
        work.set_status(trace.StatusCode.ERROR)
    work.end(ended)


def trace_id() -> str:
    """See services.tracing."""
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else ''


def headers() -> dict[str, str]:
    """See services.tracing."""
    said: dict[str, str] = {}
    _w3c.inject(said)
    return said


def _who() -> Resource:
    """This process, as OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES call it, or else by its own names."""
    given = Resource.create()
    ours = {'portal.node': settings().node} if settings().node else {}
    if str(given.attributes[SERVICE_NAME]).startswith('unknown_service'):
        ours[SERVICE_NAME] = 'support-portal'
    return given.merge(Resource(ours))


class _Teller(SpanExporter):
    """Sends spans, and says in the log when they stop and begin again to arrive; spans that do not are dropped."""

    def __init__(self, exporter: SpanExporter, where: str) -> None:
        self._exporter = exporter
        self._where = where
        self._arrives = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        arrives = result is SpanExportResult.SUCCESS
        if arrives is not self._arrives:
            log.warning('traces %s at %s', 'arrive again' if arrives else 'do not arrive', self._where)
            self._arrives = arrives
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()
