"""Traces where nobody wants them, where they are wanted in vain, and what they say of the database."""

import subprocess
import sys

import pytest

from models import Company
from models.engines import timing
from services.transaction import transaction
from tests.journeys.server import ROOT, Portal
from tests.models.rows import NOW


@pytest.mark.parametrize(
    'environment, sentence',
    [
        ({'OTEL_EXPORTER_OTLP_ENDPOINT': 'collector'}, 'is a whole address such as'),
        (
            {'OTEL_EXPORTER_OTLP_ENDPOINT': 'http://c:4317', 'OTEL_EXPORTER_OTLP_PROTOCOL': 'grpc'},
            'http/protobuf alone',
        ),
    ],
)
def test_what_cannot_be_told_ends_the_start_with_a_sentence(tmp_path, environment, sentence):
    done = _serve('import main; main.commands(["serve"])', Portal(tmp_path / 'data', environment))
    assert (done.returncode, sentence in done.stderr, 'Traceback' in done.stderr) == (1, True, False)


def test_without_the_library_the_start_is_refused_and_says_how_to_get_it(tmp_path):
    away = 'import sys; sys.modules["opentelemetry.sdk.trace"] = None; import main; main.commands(["serve"])'
    done = _serve(away, Portal(tmp_path / 'data', {'OTEL_EXPORTER_OTLP_ENDPOINT': 'http://localhost:4318'}))
    assert (done.returncode, 'Traceback' in done.stderr) == (1, False)
    assert '`make setup-otel` installs it' in done.stderr


@pytest.mark.parametrize(
    'environment',
    [{}, {'OTEL_SDK_DISABLED': 'true', 'OTEL_EXPORTER_OTLP_ENDPOINT': 'http://localhost:4318'}],
)
def test_nothing_of_the_library_is_imported_where_nobody_wants_traces(tmp_path, environment):
    loaded = (
        'import sys, main; main.begin_tracing(); print([n for n in sys.modules if n.startswith("opentelemetry.sdk")])'
    )
    done = _serve(loaded, Portal(tmp_path / 'data', environment))
    assert (done.stdout.strip(), done.returncode) == ('[]', 0)


def _serve(program: str, portal: Portal) -> subprocess.CompletedProcess[str]:
    """Run a program that serves, or fails to, with the settings of that portal."""
    line = [sys.executable, '-c', program]
    return subprocess.run(
        line, cwd=ROOT, env=portal._environment(), capture_output=True, text=True, timeout=120, check=False
    )


async def test_statements_are_told_without_their_values_and_with_their_errors(database):
    heard: list[tuple[str, BaseException | None]] = []
    timing.on_statement(lambda statement, _, error: heard.append((statement, error)))
    try:
        async with transaction():
            await Company.create(name='Секретная', created_at=NOW)
            await Company.filter(name='Секретная').first()
        with pytest.raises(RuntimeError, match='taken back'):
            async with transaction():
                raise RuntimeError('taken back')
    finally:
        timing.on_statement(None)
    said = [statement.split()[0] for statement, _ in heard if not statement.startswith('CONNECT')]
    assert said == ['BEGIN', 'INSERT', 'SELECT', 'COMMIT', 'BEGIN', 'ROLLBACK']
    assert 'Секретная' not in repr(heard)
    assert [error for _, error in heard if error] == []
