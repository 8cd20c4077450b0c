"""What a stranger's file may be called: a name that is safe to show, to send in a header and to save on any system."""

import re
import unicodedata

LONGEST = 200  # bytes of UTF-8: a file system takes 255, and browsers add ' (1)' to copies
_LONGEST_ENDING = 20
_NAMELESS = 'file'
_DRIVE = re.compile(r'^[A-Za-z]:')
_FORBIDDEN = re.compile(r'[<>:"|?*;%]')
_DEVICE = re.compile(r'(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?', re.IGNORECASE)


def safe_name(name: str) -> str:
    """The last part of the path, without what is invisible, reversed, reserved or forbidden somewhere; never empty."""
    name = _DRIVE.sub('', name.replace('\\', '/').rsplit('/', 1)[-1], count=1)
    name = ''.join(c for c in unicodedata.normalize('NFC', name) if not _is_unseen(c))
    name = _FORBIDDEN.sub('_', ' '.join(name.split())).strip('. ')
    if _DEVICE.fullmatch(name):
        name = f'_{name}'
    return _shortened(name) or _NAMELESS


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character).startswith(
        'C'
    )  # control, format (such as right-to-left), surrogate, unassigned


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition('.')
    if not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = name, '', ''
    room = LONGEST - len(f'{dot}{ending}'.encode())
    return stem.encode()[:room].decode(errors='ignore').rstrip('. ') + dot + ending
