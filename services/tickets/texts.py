"""Texts from outside, as tickets keep and compare them."""

import re
from hashlib import sha256

from services.ticket_id import is_id

__all__ = ['folded', 'is_id', 'submission']

_KEY = re.compile(r'[\x21-\x7e]{1,64}')


def folded(text: str) -> str:
    """The text as it is compared: without regard to capitals and to ё, which many write as е."""
    return text.casefold().replace('ё', 'е')


def submission(key: str) -> str:
    """A submission key as it is stored; a long or strange one is kept by its hash."""
    return key if _KEY.fullmatch(key) else sha256(key.encode(errors='surrogatepass')).hexdigest()
