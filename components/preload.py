"""Lets the browser fetch the scripts of the page that will probably be opened next, while nobody waits for them."""

import json
from weakref import WeakKeyDictionary

import nicegui
from nicegui import Client, context, ui

_done: WeakKeyDictionary[Client, set[str]] = WeakKeyDictionary()


def preload(*elements: type[ui.element]) -> None:
    """Fetch the scripts of these kinds of element and what they import, once per window, when the browser has time."""
    done = _done.setdefault(context.client, set())
    keys = {element.component.key for element in elements if element.component is not None} - done
    done |= keys
    urls = [f'/_nicegui/{nicegui.__version__}/components/{key}' for key in sorted(keys)]
    if urls:
        idle = 'window.requestIdleCallback || ((later) => setTimeout(later, 200))'
        ui.run_javascript(f'({idle})(() => {json.dumps(urls)}.forEach((url) => import(url).catch(() => null)))')
