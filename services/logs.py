"""How the log is written: lines for people, or one JSON object a line for machines; each with its request's number."""

import json
import logging
from datetime import UTC, datetime

from services import request_number, tracing
from services.settings import settings

_PLAIN = '%(asctime)s %(levelname)s %(name)s: %(message)s'


def install() -> None:
    """Write what is logged in this process to standard error, as the settings want it."""
    handler = logging.StreamHandler()
    handler.setFormatter(AsJson() if settings().log_format == 'json' else AsText(_PLAIN))
    logging.basicConfig(level=settings().log_level, handlers=[handler], force=True)


class AsText(logging.Formatter):
    """The usual line, the request's number behind it, and its trace's where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        numbers = ' '.join(filter(None, (request_number.current(), tracing.trace_id())))
        if not numbers:
            return line
        first, *rest = line.split('\n', 1)
        return '\n'.join([f'{first} [{numbers}]', *rest])


class AsJson(logging.Formatter):
    """One object: `at`, `level`, `logger`, `message`; where known `request`, `trace_id`, `node` and `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            'at': datetime.fromtimestamp(record.created, UTC).isoformat(timespec='milliseconds'),
            'level': record.levelname,
            'logger': record.name,
            'message': record.getMessage(),
            'request': request_number.current(),
            'trace_id': tracing.trace_id(),
            'node': settings().node,
            'exception': self.formatException(record.exc_info) if record.exc_info else '',
            **getattr(record, 'facts', {}),
        }
        return json.dumps({name: value for name, value in said.items() if value != ''}, ensure_ascii=False, default=str)
