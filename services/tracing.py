"""Traces: what a request, a run of a job, a mail or a webhook is made of, told to whom OpenTelemetry's variables name.

Where they name nobody, nothing here does anything, and OpenTelemetry's library (an installation of its own) is not
imported. Nothing personal is told: no address with its keys and questions, no value of a statement, no recipient.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from pydantic import ValidationError

from models.engines import timing
from services.settings import Telemetry, refused

log = logging.getLogger(__name__)

Facts = Mapping[str, str | int]
Kind = Literal['server', 'client', 'internal']

_LAST_SPANS = 2.0  # seconds for telling the last ones when the process ends

_library: Any = None  # services.traces_told, once traces are told


class CannotTrace(Exception):
    """Traces are wanted in a way that the portal cannot give; says why."""


class Span(Protocol):
    """Something that takes its time, while it does."""

    def say(self, facts: Facts, *, name: str = '', failed: bool = False) -> None:
        """What is known of it by now; `name`: a better one than it began with."""


class _Untold:
    def say(self, facts: Facts, *, name: str = '', failed: bool = False) -> None:
        pass


_UNTOLD = _Untold()


def begin() -> None:
    """Tell traces from now on if somebody wants them; once, when the process starts to serve. Raises CannotTrace."""
    global _library  # noqa: PLW0603 (one process, one listener)
    try:
        wanted = Telemetry()
    except ValidationError as error:
        raise CannotTrace('\n'.join(refused(error, 'OTEL_'))) from error
    if not wanted.endpoint:
        return
    _check(wanted)
    try:
        library = import_module('services.traces_told')
    except ImportError as error:
        raise CannotTrace(
            f'OTEL_EXPORTER_OTLP_ENDPOINT asks for traces, and OpenTelemetry is not installed (no {error.name}): '
            '`make setup-otel` installs it'
        ) from error
    library.begin(wanted.endpoint)
    _library = library
    timing.on_statement(library.statement)
    log.info('traces are sent to %s', urlsplit(wanted.endpoint).netloc.rpartition('@')[2])


async def end() -> None:
    """Tell what is not yet told; a receiver that is away keeps nobody here for long."""
    global _library
    library, _library = _library, None
    timing.on_statement(None)
    if library is not None:
        await asyncio.to_thread(library.end, _LAST_SPANS)


@contextmanager
def span(
    name: str, kind: Kind = 'internal', *, facts: Facts | None = None, caller: Iterable[tuple[bytes, bytes]] = ()
) -> Iterator[Span]:
    """Something that begins and ends with the block; what is done inside belongs to it.

    :param caller: the headers of the request that it answers, which may belong to a trace of somebody else
    """
    if _library is None:
        yield _UNTOLD
        return
    with _library.span(name, kind, facts or {}, caller) as told:
        yield told


@contextmanager
def run_of(job: str, *, begun: bool = True) -> Iterator[Callable[[], None]]:
    """One run of a job. One not `begun` is told from when what this gives is called: most find nothing to do."""
    with ExitStack() as run:
        told: list[Span] = []

        def has_work() -> None:
            if not told:
                told.append(run.enter_context(span(f'job {job}', facts={'portal.job': job})))

        if begun:
            has_work()
        yield has_work


def trace_id() -> str:
    """The number of the trace at hand, as its reader shows it; empty outside of any."""
    return _library.trace_id() if _library is not None else ''


def headers() -> dict[str, str]:
    """What a request to somebody else says so that its trace goes on there (`traceparent`); nothing without a trace."""
    return _library.headers() if _library is not None else {}


def _check(wanted: Telemetry) -> None:
    if wanted.traces_exporter != 'otlp' or wanted.protocol != 'http/protobuf':
        raise CannotTrace(
            'traces are sent as otlp by http/protobuf alone: leave OTEL_TRACES_EXPORTER and '
            'OTEL_EXPORTER_OTLP_PROTOCOL out, and name the port of the receiver that takes HTTP (usually 4318)'
        )
    parts = urlsplit(wanted.endpoint)
    if parts.scheme not in ('http', 'https') or not parts.hostname:
        raise CannotTrace('OTEL_EXPORTER_OTLP_ENDPOINT is a whole address such as http://localhost:4318')
