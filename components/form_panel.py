"""The panel of the form editor: what can be set of the chosen field; drawn anew only when that is something else."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from components.box import Box
from components.form_fields import ABOUT
from components.form_properties import AboutProperties, FieldProperties, OnChange, Properties
from components.live import Part
from services.forms import shape, store
from services.forms.definition import Kind
from services.forms.editing import Editing
from services.forms.shape import Definition

OnField = Callable[[str, Mapping[str, Any]], Awaitable[None]]


class FormPanel:
    """`on_form(values)` sets something of the form, `on_field(code, values)` of a field of it.

    :param on_remove: a field is to go, by its code; `on_remove_option` gets the option's code too
    """

    properties: Properties

    def __init__(
        self,
        *,
        on_form: OnChange,
        on_field: OnField,
        on_remove: Callable[[str], Awaitable[None]],
        on_remove_option: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._on_form, self._on_field = on_form, on_field
        self._on_remove, self._on_remove_option = on_remove, on_remove_option
        self.part = Part(self._draw)

    def show(self, definition: Definition, now: Editing, chosen: str, *, fresh: bool) -> None:
        """Show what is known of the chosen field; what is being typed is left alone.

        :param fresh: it was made just now: nothing is said to be missing before somebody has written there
        """
        self.definition, self.now = definition, now
        self.part.show(chosen, now.published, *_structure(definition, chosen))
        self.properties.show(definition, now.problems, fresh=fresh)

    def forget(self) -> None:
        """Draw it anew the next time, whatever is being typed."""
        self.part.forget()

    def _draw(self, chosen: str, *_: Any) -> None:
        with Box('stack gap-3'):
            if chosen == ABOUT:
                self.properties = AboutProperties(self.definition, on_change=self._on_form)
                return
            self.properties = FieldProperties(
                self.definition,
                chosen,
                self.now.past,
                taught=_taught(self.definition, chosen),
                on_change=partial(self._on_field, chosen),
                on_remove=partial(self._on_remove, chosen),
                on_remove_option=partial(self._on_remove_option, chosen),
            )


def _structure(definition: Definition, code: str) -> tuple[Any, ...]:
    """What the properties of a field are drawn from, apart from the texts that are being typed in them."""
    fields = definition['fields']
    field = shape.field_of(definition, code)
    if field is None:
        return ()
    above = fields[: fields.index(field)]
    condition = field.get('shown_when') or {}
    asked = tuple(
        (other['code'], str(other['label']), str([(o['code'], o['label']) for o in other.get('options', ())]))
        for other in above
        if Kind(other['kind']) in shape.WITH_OPTIONS
    )
    return (field['kind'], condition.get('field'), asked)


def _taught(definition: Definition, code: str) -> Mapping[str, str] | None:
    """The name of a field that customers are taught: those of the bug report."""
    if definition['type'] != 'bug':
        return None
    bug = next(built_in for built_in in store.catalogue() if built_in['type'] == 'bug')
    field = shape.field_of(bug, code)
    words: Mapping[str, str] | None = field['label'] if field else None
    return words
