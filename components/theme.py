"""How a page gets the portal's look: style sheets, colours for what Quasar draws, light or dark, status icons."""

import json
from typing import Final

from nicegui import App, ui

from components.reader import Reader, reader
from models import Status
from services import brand
from services.assets import BASE, FOLDER, asset

STATUS_ICONS: Final = {
    Status.OPEN: 'circle-dot',
    Status.IN_PROGRESS: 'circle-play',
    Status.AWAITING_DEVELOPMENT: 'code-xml',
    Status.PENDING: 'hourglass',
    Status.AWAITING_FEEDBACK: 'message-circle',
    Status.REOPENED: 'rotate-ccw',
    Status.DONE: 'circle-check',
}

_FIRST = ('tokens.css', 'base.css', 'controls.css', 'kit.css', 'shell.css')
FAVICON: Final = FOLDER / 'favicon.svg'
_YEAR = 365 * 86_400  # a changed file has another address
_PLAIN = 'plain.css'  # for the pages without NiceGUI alone


def serve_static(app: App) -> None:
    """Once at start: serve the files, and tell Quasar its colours; those of the accent follow in base.css."""
    app.add_static_files(BASE, FOLDER, max_cache_age=_YEAR)
    app.colors(secondary='#524f4a', positive='#1c6b3c', negative='#b3202c', warning='#7a4b00')
    app.colors(dark='#1a1917', dark_page='#131311')


def apply() -> None:
    """For the page that is being built: style sheets, and the reader's light or dark before the first paint."""
    ui.add_head_html(head_html())
    if reader().dark is not None:
        ui.add_head_html(f'<script>document.documentElement.dataset.theme = "{reader().theme.value}"</script>')


def change(reader: Reader) -> None:
    """On an open page, after the person chose another theme."""
    value = '' if reader.dark is None else reader.theme.value
    dark = {None: 'null', True: 'true', False: 'false'}[reader.dark]
    ui.run_javascript(
        f'setDark({dark}); const root = document.documentElement;'
        f'"{value}" ? root.dataset.theme = "{value}" : delete root.dataset.theme'
    )


def head_html() -> str:
    """The links of every page's head: our style sheets in order, those of single areas last."""
    sheets = [f'<link rel="stylesheet" href="{asset(f"css/{name}")}">' for name in style_sheets()]
    fonts = [_preload(script) for script in ('cyrillic', 'latin')]
    icon = f'<link rel="icon" id="icon" href="{brand.icon_address()}">'
    return '\n'.join([icon, *fonts, *sheets, _own_colours()])


def rebrand() -> None:
    """On an open page, after an admin chose another accent or logo."""
    address, icon = json.dumps(brand.stylesheet_address()), json.dumps(brand.icon_address())
    ui.run_javascript(f"""
        document.getElementById("icon").href = {icon};
        document.getElementById("brand")?.remove();
        if ({address}) {{
            const sheet = {{id: "brand", rel: "stylesheet", href: {address}}};
            document.head.append(Object.assign(document.createElement("link"), sheet));
        }}
    """)


def style_sheets() -> list[str]:
    """The names of the portal's style sheets; an area adds its own by putting a file into `static/css`."""
    others = {path.name for path in (FOLDER / 'css').glob('*.css')} - {*_FIRST, _PLAIN}
    return [*_FIRST, *sorted(others)]


def _own_colours() -> str:
    address = brand.stylesheet_address()
    return f'<link rel="stylesheet" id="brand" href="{address}">' if address else ''


def _preload(script: str) -> str:
    href = f'/static/fonts/onest-{script}-wght-normal.woff2'
    return f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{href}">'
