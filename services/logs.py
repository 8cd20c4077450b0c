"""How the log is written: lines for people, or one JSON object a line for machines; each with its request's number."""

import json
import logging
from datetime import UTC, datetime

from services import request_number
from services.settings import settings

_PLAIN = '%(asctime)s %(levelname)s %(name)s: %(message)s'


def install() -> None:
    """Write what is logged in this process to standard error, as the settings want it."""
    handler = logging.StreamHandler()
    handler.setFormatter(AsJson() if settings().log_format == 'json' else AsText(_PLAIN))
    logging.basicConfig(level=settings().log_level, handlers=[handler], force=True)


class AsText(logging.Formatter):
    """The usual line, the request's number behind it."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        number = request_number.current()
        if not number:
            return line
        first, *rest = line.split('\n', 1)
        return '\n'.join([f'{first} [{number}]', *rest])


class AsJson(logging.Formatter):
    """One object: `at`, `level`, `logger`, `message`, and where there is one `request`, `node` and `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            'at': datetime.fromtimestamp(record.created, UTC).isoformat(timespec='milliseconds'),
            'level': record.levelname,
            'logger': record.name,
            'message': record.getMessage(),
            'request': request_number.current(),
            'node': settings().node,
            'exception': self.formatException(record.exc_info) if record.exc_info else '',
            **getattr(record, 'facts', {}),
        }
        return json.dumps({name: value for name, value in said.items() if value != ''}, ensure_ascii=False, default=str)
