"""What our scripts need to take in files: limits, words, and the files that are there already."""

from collections.abc import Iterable
from typing import Any

from components.text import number, t, words
from services.drafts import DraftFile
from services.settings import settings

_MB = 1024 * 1024


def upload_limits() -> dict[str, int | str]:
    """How large a file and how many of them, as the server will check."""
    limits = settings()
    return {
        'size': limits.file_limit,
        'megabytes': number(round(limits.file_limit / _MB, 1)),
        'count': limits.files_per_message,
    }


def upload_words() -> dict[str, str]:
    """All sentences of the uploads, the limits already in those that tell them before."""
    limits = upload_limits()
    hint = t('files.hint', count=limits['count'], megabytes=limits['megabytes'])
    touch = t('files.hint_touch', count=limits['count'], megabytes=limits['megabytes'])
    return words('files') | {'hint': hint, 'hint_touch': touch, 'retry': t('common.retry')}


def uploaded(files: Iterable[DraftFile]) -> list[dict[str, Any]]:
    """Files of a draft as the script shows them."""
    return [{'key': file.key, 'name': file.name, 'size': file.size, 'previewable': file.previewable} for file in files]
