"""The address of the open page: its parameters can follow what a person chooses, without opening the page anew."""

import json
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from nicegui import Client, PageArguments, context, ui
from starlette.datastructures import QueryParams

from services.errors import NotFound

_TOO_LONG = 10  # digits


def id_of(ref: str) -> int:
    """The id that stands in the path. Raises NotFound for what is none."""
    if not (ref.isascii() and ref.isdigit() and len(ref) < _TOO_LONG):
        raise NotFound
    return int(ref)


class Address:
    """The parameters in the address bar. The back button opens the page anew with the earlier ones.

    `own` are those parts of them that are no filter: how the page shows things, or what is open beside them.
    """

    def __init__(self, arguments: PageArguments, own: Iterable[str] = ()) -> None:
        self._frame = arguments.frame
        self.path = arguments.path
        self.parameters: dict[str, str] = dict(arguments.query_parameters)
        self.own = {name: self.parameters[name] for name in own if self.parameters.get(name)}
        _remember(self.path, self.parameters)

    @property
    def filter(self) -> dict[str, str]:
        """The parameters without the page's own."""
        return {name: value for name, value in self.parameters.items() if name not in self.own}

    def set(self, parameters: Mapping[str, str], *, replace: bool = False) -> None:
        """Show these and `own`; `replace` adds no step to the browser's history (while somebody types)."""
        whole = self._become({**parameters, **self.own})
        method = 'replaceState' if replace else 'pushState'
        ui.run_javascript(f'history.{method}({{page: {json.dumps(whole)}}}, "", {json.dumps(whole)})')

    def keep(self, name: str, value: str) -> None:
        """Change one of `own`, '' for nothing; the next `set` shows it."""
        kept = self.filter
        self.own.pop(name, None)
        if value:
            self.own[name] = value
        self.parameters = kept | self.own

    def arrived(self) -> None:
        """The browser shows them already: it went back or forward."""
        self._become(self.parameters)

    def _become(self, parameters: Mapping[str, str]) -> str:
        self.parameters = dict(parameters)
        _remember(self.path, self.parameters)
        whole = _whole(self.path, self.parameters)
        context.client.sub_pages_router.current_path = whole
        match = self._frame._match
        if match is not None:  # so that a link to the bare path counts as another address
            match.query_params = QueryParams(self.parameters)
        return whole


_last: 'WeakKeyDictionary[Client, tuple[str, dict[str, str]]]' = WeakKeyDictionary()


def came_from() -> tuple[str, dict[str, str]] | None:
    """The list that this window showed last: its path and its parameters. None when it showed none."""
    return _last.get(context.client)


def came_from_address() -> str:
    """The same as an address; '' for none."""
    found = came_from()
    return _whole(*found) if found else ''


def _remember(path: str, parameters: Mapping[str, str]) -> None:
    _last[context.client] = (path, dict(parameters))


def _whole(path: str, parameters: Mapping[str, str]) -> str:
    return f'{path}?{urlencode(parameters)}' if parameters else path
