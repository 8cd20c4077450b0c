"""What an admin is asked about a company in a dialog."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from components.button import Button
from components.dialog import Dialog
from components.field import TextField
from components.refusals import explains_refusals, point_out
from components.text import t
from services.errors import Invalid

Stored = TypeVar('Stored')


async def ask_name(title: str, value: str, store: Callable[[str], Awaitable[Stored]]) -> Stored | None:
    """A company's name, stored by `store`, which may refuse it; what `store` gave, None when nothing was stored."""
    with Dialog(title) as dialog:
        name = TextField(t('companies.name'), value, limit=200)
        stored: list[Stored] = []

        async def save() -> None:
            try:
                stored.append(await store(name.value))
            except Invalid as refusal:
                point_out(refusal, {'name': name})
            else:
                dialog.close(True)

        name.on_submit(explains_refusals(save))
        with dialog.actions():
            Button(t('common.cancel'), dialog.close)
            Button(t('common.save'), explains_refusals(save), look='primary').mark('save_company')
    await dialog
    return stored[0] if stored else None
