"""The address of the open page: its parameters can follow what a person chooses, without opening the page anew."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from nicegui import PageArguments, context, ui
from starlette.datastructures import QueryParams


class Address:
    """The parameters in the address bar. The back button opens the page anew with the earlier ones."""

    def __init__(self, arguments: PageArguments) -> None:
        self._frame = arguments.frame
        self._path = arguments.path
        self.parameters: dict[str, str] = dict(arguments.query_parameters)

    def set(self, parameters: Mapping[str, str], *, replace: bool = False) -> None:
        """Show these parameters; `replace` adds no step to the browser's history (while somebody types)."""
        self.parameters = dict(parameters)
        whole = f'{self._path}?{urlencode(self.parameters)}' if self.parameters else self._path
        context.client.sub_pages_router.current_path = whole
        match = self._frame._match
        if match is not None:  # so that a link to the bare path counts as another address
            match.query_params = QueryParams(self.parameters)
        method = 'replaceState' if replace else 'pushState'
        ui.run_javascript(f'history.{method}({{page: {json.dumps(whole)}}}, "", {json.dumps(whole)})')
