"""What an admin is asked about a person before it is done: a role, which double stays, and whether to forget them."""

from collections.abc import Mapping

from components.account_forms import RoleForm
from components.button import Button
from components.dialog import Dialog
from components.field import CheckField, ChoiceField, Option, TextField
from components.refusals import explains_refusals, point_out
from components.text import Text, t
from services import people
from services.accounts import directory, doubles
from services.accounts.directory import PeopleFilter
from services.actor import Actor
from services.errors import Invalid
from services.people import PersonRow
from services.privacy import erasing

CANDIDATES = 20


async def ask_role(actor: Actor, person: PersonRow, firms: Mapping[int, str]) -> bool:
    """Another role, or a customer's other company; whether it was stored."""
    with Dialog(t('people.change_role_of', name=person.name)) as dialog:
        form = RoleForm(firms, person.role, person.company_id)
        Text(t('people.move_text'), 'p', 'soft small')

        async def save() -> None:
            try:
                await people.change_role(actor, person.id, form.role, form.company_id)
            except Invalid as refusal:
                point_out(refusal, {'company': form.company})
            else:
                dialog.close(True)

        with dialog.actions():
            Button(t('common.cancel'), dialog.close)
            Button(t('common.save'), explains_refusals(save), look='primary').mark('save_role')
    return bool(await dialog)


async def ask_double(actor: Actor, person: PersonRow) -> int | None:
    """Choose the other account of the same person, and which of the two stays: its id once they are one, else None."""
    with Dialog(t('people.merge_of', name=person.name)) as dialog:
        Text(t('people.merge_text'), 'p', 'soft small')
        search = TextField(t('people.merge_search'), person.name.split()[0], type='search', required=False)
        others = ChoiceField(t('people.merge_other'), {})
        both = [
            Option('this', t('people.merge_this', email=person.email)),
            Option('other', t('people.merge_the_other')),
        ]
        stays = ChoiceField(t('people.merge_stays'), both, 'this', look='radio')
        sure = CheckField(t('people.merge_sure'))

        async def find() -> None:
            page = await directory.find(actor, PeopleFilter(text=search.value), limit=CANDIDATES + 1)
            found = [row for row in page.items if row.id != person.id][:CANDIDATES]
            others.set_options([Option(str(row.id), f'{row.name} · {row.email}') for row in found])

        async def do() -> None:
            others.set_error(None if others.value else t('people.merge_choose'))
            sure.set_error(None if sure.value else t('people.merge_tick'))
            if others.value and sure.value:
                other = int(others.value)
                kept, given_up = (other, person.id) if stays.value == 'other' else (person.id, other)
                await doubles.merge_people(actor, kept, given_up)
                dialog.close(kept)

        search._on_change = find
        with dialog.actions():
            Button(t('common.cancel'), dialog.close)
            Button(t('people.merge_do'), explains_refusals(do), look='danger').mark('merge_do')
    await find()
    kept: int | None = await dialog
    return kept


async def ask_erasure(actor: Actor, person: PersonRow) -> bool:
    """Whether the person was forgotten: the address is typed once more, and it is said what becomes of their words."""
    with Dialog(t('people.erase_ask', name=person.name)) as dialog:
        Text(t('people.erase_text'), 'p')
        words = CheckField(t('people.erase_words'), hint=t('people.erase_words_hint'))
        Text(t('people.erase_backups'), 'p', 'soft small')
        typed = TextField(t('people.erase_confirm', email=person.email), autocomplete='off', limit=254)

        async def do() -> None:
            try:
                await erasing.erase(actor, person.id, confirm=typed.value, blank_words=words.value)
            except Invalid as refusal:
                point_out(refusal, {'confirm': typed})
            else:
                dialog.close(True)

        with dialog.actions():
            Button(t('common.cancel'), dialog.close)
            Button(t('people.erase_do'), explains_refusals(do), look='danger').mark('erase_do')
    return bool(await dialog)
