"""How words sound: what is written differently and means the same — by ear, in Latin letters, on another keyboard."""

import re
from functools import lru_cache

from services.search.words import fold, is_cyrillic, is_latin, stem

_KEYS_EN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_KEYS_RU = 'йцукенгшщзхъфывапролджэячсмитьбюё'
_LEFT = str.maketrans(_KEYS_EN, _KEYS_RU)
_RIGHT = str.maketrans(_KEYS_RU, _KEYS_EN)
_SPELLINGS = (
    ('shch', 'щ'), ('sch', 'щ'), ('sh', 'ш'), ('ch', 'ч'), ('zh', 'ж'), ('kh', 'х'), ('ts', 'ц'), ('tz', 'ц'),
    ('ph', 'ф'), ('ck', 'к'), ('yu', 'ю'), ('ya', 'я'), ('yo', 'е'), ('ye', 'е'), ('ju', 'ю'), ('ja', 'я'),
    ('qu', 'кв'), ('x', 'кс'),
)  # fmt: skip
_SINGLE = str.maketrans('abcdefghijklmnopqrstuvwyz', 'абкдефгхижклмнопкрстуввиз')
_SOFT_C = re.compile('c(?=[eiy])')
_EAR = str.maketrans('оябвгджзщюеэыйё', 'аапфктшсшуиииии')
_SILENT = re.compile('[ьъ]')
_HISS = re.compile('тс|дс')
_TWICE = re.compile(r'(.)\1+')


def switched(text: str) -> str:
    """The text as it would be if the keyboard had had the other layout."""
    folded = fold(text)
    latin = sum(map(is_latin, folded))
    return folded.translate(_LEFT if latin * 2 >= sum(map(str.isalpha, folded)) else _RIGHT)


@lru_cache(maxsize=10_000)
def cyrillic(word: str) -> str:
    """A Latin word in Russian letters: 'perezapusk' is 'перезапуск'."""
    word = _SOFT_C.sub('ц', word)
    for latin, russian in _SPELLINGS:
        word = word.replace(latin, russian)
    return word.translate(_SINGLE)


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """What a stem sounds like, roughly: without regard to voice, to unstressed vowels and to doubled letters."""
    word = _SILENT.sub('', cyrillic(word) if is_latin(word) else word)
    word = _HISS.sub('ц', word.translate(_EAR))
    word = _TWICE.sub(r'\1', word)
    return word.rstrip('аиу') or word


def sounds(plain: str, stemmed: str) -> tuple[str, ...]:
    """The sounds under which a word may be found: its own, and for a Latin one that of the Russian word it may be."""
    if not is_latin(plain):
        return (sound(stemmed),)
    return tuple(dict.fromkeys((sound(stem(cyrillic(plain))), sound(stemmed))))


def is_word(word: str) -> bool:
    """Whether it has a sound at all: letters, and no number among them."""
    return word.isalpha() and (is_cyrillic(word) or is_latin(word))
