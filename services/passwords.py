"""What a password must be, and how it is kept: argon2id by passlib's interface (libpass), hashed off the event loop."""

import asyncio
import re
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import Final, TypeVar

from passlib.hash import argon2  # type: ignore[import-untyped]

from services.errors import Problem

SHORTEST: Final = 12
LONGEST: Final = 256

argon2.set_backend()  # now: left to the first call, two threads at once would trip over each other

# The parameters that OWASP names for argon2id with the least memory: 19 MiB, two passes, one lane.
_scheme = argon2.using(type='ID', memory_cost=19456, time_cost=2, parallelism=1)
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix='password')
_COMMON_FILE: Final = Path(__file__).parent / 'common_passwords.txt'
_REPEATED: Final = re.compile(r'(.{1,6})\1+')

_T = TypeVar('_T')


def problem_of(password: str, *related: str) -> Problem | None:
    """What is wrong with a password that somebody chose, if anything. `related`: their e-mail, name, company."""
    if len(password) > 4 * LONGEST:  # normalising may shorten it, but not that much
        return Problem('password.too_long', longest=LONGEST)
    password = _normal(password)
    if len(password) < SHORTEST:
        return Problem('password.too_short', shortest=SHORTEST)
    if len(password) > LONGEST:
        return Problem('password.too_long', longest=LONGEST)
    if not password.isprintable():
        return Problem('password.unprintable')
    plain = _bare(password)
    if plain in _common() or _REPEATED.fullmatch(plain) or any(_same_word(plain, word) for word in related):
        return Problem('password.common')
    return None


async def hashed(password: str) -> str:
    """The hash to keep. The rules are not asked here: see problem_of."""
    return str(await _in_thread(partial(_scheme.hash, _normal(password))))


async def fits(password: str, kept: str | None) -> bool:
    """Is it the password? With none kept the same time is spent, so that nobody learns which accounts exist."""
    given = _normal(password)
    if kept is None or len(given) > LONGEST or not given.isprintable():  # no password that could be chosen
        await _in_thread(lambda: _scheme.verify('nobody', _nobody()))
        return False
    return bool(await _in_thread(partial(_scheme.verify, given, kept)))


def outdated(kept: str) -> bool:
    """Was it hashed with other parameters than today's? Then it is hashed anew when its owner signs in."""
    return bool(_scheme.needs_update(kept))


def _normal(password: str) -> str:
    return unicodedata.normalize('NFC', password)


def _same_word(plain: str, word: str) -> bool:
    """Is the password that word, or that word and some digits?"""
    bare = _bare(word)
    return bool(bare) and plain.startswith(bare) and not plain[len(bare) :].strip('0123456789')


def _bare(text: str) -> str:
    return ''.join(sign for sign in unicodedata.normalize('NFKC', text).casefold() if sign.isalnum())


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    lines = _COMMON_FILE.read_text(encoding='utf-8').splitlines()
    return frozenset(_bare(line) for line in lines if not line.startswith('#'))


@lru_cache(maxsize=1)
def _nobody() -> str:
    return str(_scheme.hash(secrets.token_urlsafe(16)))


async def _in_thread(work: Callable[[], _T]) -> _T:
    return await asyncio.get_running_loop().run_in_executor(_threads, work)
