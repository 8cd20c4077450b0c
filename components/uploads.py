"""What our scripts need to take in files: limits, words, and the files that are there already."""

from collections.abc import Iterable
from typing import Any

from components.reader import reader
from services import i18n
from services.drafts import DraftFile
from services.settings import settings

_MB = 1024 * 1024


def upload_limits(language: str | None = None) -> dict[str, int | str]:
    """How large a file and how many of them, as the server will check; numbers as that language writes them."""
    limits = settings()
    return {
        'size': limits.file_limit,
        'megabytes': i18n.number(language or reader().language, round(limits.file_limit / _MB, 1)),
        'count': limits.files_per_message,
    }


def upload_words(language: str | None = None) -> dict[str, str]:
    """All sentences of the uploads, by default the reader's, the limits already in those that tell them before."""
    language = language or reader().language
    limits = {name: value for name, value in upload_limits(language).items() if name != 'size'}
    hints = {name: i18n.translate(language, f'files.{name}', **limits) for name in ('hint', 'hint_touch')}
    return i18n.section(language, 'files') | hints | {'retry': i18n.translate(language, 'common.retry')}


def uploaded(files: Iterable[DraftFile]) -> list[dict[str, Any]]:
    """Files of a draft as the script shows them."""
    return [{'key': file.key, 'name': file.name, 'size': file.size, 'previewable': file.previewable} for file in files]
