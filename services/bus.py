"""Who wants to hear of which change in this process. A topic is a string such as `ticket:42`; what changed is not said.

The database is the truth and the bus a hint: a listener re-reads with its own reader's rights. Topics that were
announced in a transaction arrive here after its commit (services.transaction).
"""

import logging
from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)

Listener = Callable[[str], object]

_listeners: dict[str, dict[object, Listener]] = {}


def subscribe(topic: str, listener: Listener) -> Callable[[], None]:
    """Call `listener(topic)` after each change on the topic, until the function given back is called."""
    key = object()
    _listeners.setdefault(topic, {})[key] = listener

    def stop() -> None:
        listeners = _listeners.get(topic, {})
        listeners.pop(key, None)
        if not listeners:
            _listeners.pop(topic, None)

    return stop


def publish(topics: Iterable[str]) -> None:
    """Tell every listener of each topic, once per topic. One that fails is logged and stops nobody else."""
    for topic in dict.fromkeys(topics):
        for listener in list(_listeners.get(topic, {}).values()):
            try:
                listener(topic)
            except Exception:
                log.exception('a listener of %s failed', topic)


def publish_all() -> None:
    """Wake every listener: something may have been missed."""
    publish(list(_listeners))


def count() -> int:
    """How many subscriptions there are."""
    return sum(len(listeners) for listeners in _listeners.values())


def clear() -> None:
    """Forget every subscription; for tests."""
    _listeners.clear()
