"""Texts and numbers from outside, as tickets keep and compare them."""

import re
from hashlib import sha256

from services.settings import settings

_KEY = re.compile(r'[\x21-\x7e]{1,64}')
_NUMBER = r'[1-9][0-9]{0,9}'
_LARGEST = 2**31 - 1


def folded(text: str) -> str:
    """The text as it is compared: without regard to capitals and to ё, which many write as е."""
    return text.casefold().replace('ё', 'е')


def submission(key: str) -> str:
    """A submission key as it is stored; a long or strange one is kept by its hash."""
    return key if _KEY.fullmatch(key) else sha256(key.encode(errors='surrogatepass')).hexdigest()


def loose_number(text: str) -> int | None:
    """The number of a ticket however its ID is written by hand: 'SPSUP-7', 'spsup 7', '№7', '#7', '7'."""
    pattern = rf'(?:{re.escape(settings().key)}|[#№])?[\s\-–—#№]*({_NUMBER})'
    match = re.fullmatch(pattern, text.strip(), re.ASCII | re.IGNORECASE)
    number = int(match[1]) if match else None
    return number if number is not None and is_id(number) else None


def is_id(number: int) -> bool:
    """Whether a row can have this id at all: databases raise for numbers that no column holds."""
    return 0 < number <= _LARGEST
