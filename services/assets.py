"""The addresses of the portal's own static files: a hash of the content makes a changed file a new address."""

from functools import cache
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent.parent / 'components' / 'static'
BASE = '/static'


@cache
def asset(name: str) -> str:
    """'/static/css/kit.css?v=1a2b3c4d' for 'css/kit.css'; a name without a file is a bug and raises.

    The content is looked at once per process: static files do not change under a running portal.
    """
    return f'{BASE}/{name}?v={sha256((FOLDER / name).read_bytes()).hexdigest()[:10]}'
