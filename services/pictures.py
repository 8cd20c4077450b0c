"""What a file really is, by its first bytes, and the small picture that is shown of an image."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import puremagic
from PIL import Image, ImageOps

log = logging.getLogger(__name__)

LARGEST = 40_000_000  # pixels: more would cost too much memory to look at
EDGE = 640  # pixels of the preview's longer side
UNKNOWN = 'application/octet-stream'
_FORMATS: Final = {'image/png': 'PNG', 'image/jpeg': 'JPEG', 'image/gif': 'GIF', 'image/webp': 'WEBP'}
_OFFICE: Final = {
    'docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
}
_ZIP = b'PK\x03\x04'

Image.MAX_IMAGE_PIXELS = None  # our own limit comes first, and refuses without a warning
_workers = ThreadPoolExecutor(max_workers=1, thread_name_prefix='pictures')  # one at a time bounds the memory


def sniff(head: bytes, name: str) -> str:
    """The MIME type by content; the name only tells kinds of zip archives apart."""
    if head.startswith(_ZIP):
        return _OFFICE.get(name.rpartition('.')[2].lower(), 'application/zip')
    try:
        found = puremagic.from_string(head, mime=True) if head else ''
    except (puremagic.PureError, ValueError):
        found = ''
    if found and len(found) <= 100:
        return found
    return 'text/plain' if _is_text(head) else UNKNOWN


async def previewable(path: Path, content_type: str) -> bool:
    """Whether a small picture can be made of it: an image of a kind we know, whole in its head, and not too large."""
    if content_type not in _FORMATS:
        return False
    return await asyncio.get_running_loop().run_in_executor(_workers, _looks_fine, path, content_type)


async def make_preview(source: Path, content_type: str, target: Path) -> bool:
    """Write a WebP of at most 640 pixels a side, without the original's metadata; False when the image is broken."""
    return await asyncio.get_running_loop().run_in_executor(_workers, _shrink, source, content_type, target)


def _looks_fine(path: Path, content_type: str) -> bool:
    try:
        with Image.open(path, formats=[_FORMATS[content_type]]) as image:
            return 0 < image.width * image.height <= LARGEST
    except Exception as error:  # noqa: BLE001 - Pillow raises whatever a broken file makes it stumble over
        log.info('an image cannot be read: %s', type(error).__name__)
        return False


def _shrink(source: Path, content_type: str, target: Path) -> bool:
    if target.exists():
        return True
    fresh = target.with_suffix('.fresh')
    try:
        with Image.open(source, formats=[_FORMATS[content_type]]) as image:
            if image.width * image.height > LARGEST:
                return False
            image.thumbnail((EDGE, EDGE))  # of an animation the first picture; a JPEG is read at a fraction of its size
            upright = ImageOps.exif_transpose(image).convert('RGBA' if _has_holes(image) else 'RGB')
        clean = Image.new(upright.mode, upright.size)  # a new picture has nothing of the old one but its points
        clean.paste(upright)
        clean.save(fresh, 'WEBP', quality=80)
        fresh.replace(target)
    except Exception as error:  # noqa: BLE001 - as above
        log.info('no preview of an image: %s', type(error).__name__)
        return False
    finally:
        fresh.unlink(missing_ok=True)
    return True


def _has_holes(image: Image.Image) -> bool:
    return image.mode in ('RGBA', 'LA', 'PA') or 'transparency' in image.info


def _is_text(head: bytes) -> bool:
    if b'\x00' in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and error.reason == 'unexpected end of data'  # cut within a letter
    return True
