"""Every column that refers to a person or a company, read from the models themselves: no new table is forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tortoise.context import require_context
from tortoise.models import Model


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of a model; `unique` are the other columns together with which it names one row alone."""

    model: type[Model]
    column: str
    unique: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """'ticket.requester_id'"""
        return f'{self.model._meta.db_table}.{self.column}'


def references(target: type[Model]) -> list[Reference]:
    """All columns of all tables that refer to the target, in the order of the tables' names."""
    return sorted(_found(target), key=lambda reference: reference.name)


def models() -> list[type[Model]]:
    """All that the portal stores, in the order of the tables' names."""
    apps = require_context().apps
    assert apps is not None
    return sorted(apps['models'].values(), key=lambda model: str(model._meta.db_table))


def _found(target: type[Model]) -> Iterator[Reference]:
    for model in models():
        for name in model._meta.fk_fields:
            field: Any = model._meta.fields_map[name]
            if field.related_model is target:
                yield Reference(model, str(field.source_field), _unique(model, str(field.source_field)))


def _unique(model: type[Model], column: str) -> tuple[tuple[str, ...], ...]:
    groups = [tuple(group) for group in model._meta.unique_together or () if column in group]
    groups += [(column,)] if model._meta.fields_map[column].unique else []
    return tuple(tuple(other for other in group if other != column) for group in groups)
