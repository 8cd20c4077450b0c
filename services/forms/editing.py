"""Forms in the hands of admins: one draft a kind, kept at once, published as a new version, and taken back by another.

Published versions are never changed: tickets keep theirs. Rolling back publishes an old definition once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import FormDraft, FormVersion, RequestKind, User
from services import access, audit
from services.actor import Actor
from services.errors import Conflict, Invalid, NotFound, Problem
from services.forms import store
from services.forms.changes import Change, compare
from services.forms.codes import coded
from services.forms.definition import Form, Kind, load
from services.forms.rules import Past, problems
from services.forms.shape import Definition, tidy
from services.i18n import LANGUAGES, translate
from services.transaction import announce, swap, transaction


@dataclass(frozen=True, slots=True)
class Editing:
    """A form as it is being edited. `version` is what the next step has to name; 0 while nobody has touched it.

    `published` is the version in force, None for a kind that was never published; `changes` is what differs from it,
    `problems` what keeps the draft from being published, by the paths of `rules`.
    """

    code: str
    definition: Definition
    version: int
    hidden: bool
    published: int | None
    past: Past
    problems: Mapping[str, Problem]
    changes: tuple[Change, ...]
    changed_by: str | None
    changed_at: datetime | None

    @property
    def form(self) -> Form:
        """The draft as it would be filled in."""
        return as_form(self.code, self.definition)


@dataclass(frozen=True, slots=True)
class VersionView:
    """One published version with its `changes` to the one before; the catalogue's are `published_by` nobody."""

    version: int
    published_at: datetime
    published_by: str | None
    changes: tuple[Change, ...]


class Stale(Conflict):
    """Another admin changed the draft meanwhile: `values['name']` did."""

    key = 'forms.refusal.stale'


def as_form(code: str, definition: Mapping[str, Any]) -> Form:
    """A definition that is being edited as it would be filled in; what has no name yet is called so."""
    fields = [field | {'label': _named(field['label'])} for field in definition['fields']]
    for field in fields:
        if 'options' in field:
            field['options'] = [option | {'label': _named(option['label'])} for option in field['options']]
    return load(code, 0, {**definition, 'title': _named(definition['title']), 'fields': fields})


def topic(code: str) -> str:
    """What is announced when the draft of that kind was changed."""
    return f'form:{code}'


async def open_draft(actor: Actor, code: str, *, now: datetime | None = None) -> Editing:
    """The draft of a kind, or the form in force while there is none. Raises NotFound but for admins."""
    await access.admin(actor, now=now)
    return await _editing(code)


async def save(
    actor: Actor, code: str, definition: Mapping[str, Any], *, version: int, now: datetime | None = None
) -> Editing:
    """Keep the draft, finished or not. Raises NotFound, Stale, Invalid for 'definition' when it is malformed."""
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    kept = tidy(definition) | {'type': code}
    async with transaction():
        await _kind(code)
        await _keep(code, kept, version, user, now)
        announce(topic(code))
    return await _editing(code)


async def discard(actor: Actor, code: str, *, version: int, now: datetime | None = None) -> bool:
    """Go back to the form in force; a kind that was never published is forgotten. Whether the kind is still there."""
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        await _kind(code)
        newest = await store.newest_row(code)
        if newest is not None:
            await _keep(code, newest.definition, version, user, now)
        elif await FormDraft.filter(type=code, version=version).delete():
            await RequestKind.filter(code=code).delete()
            announce(store.TOPIC)
        else:
            raise await _stale(code)
        announce(topic(code))
    return newest is not None


async def publish(actor: Actor, code: str, *, version: int, now: datetime | None = None) -> int:
    """Put the draft of that version into force; the number of the form's new version.

    Raises NotFound, Stale, Conflict when nothing was changed, Invalid with problems by the paths of `rules`.
    """
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        kind = await _kind(code)
        editing = await _editing(code)
        if not editing.changes:
            raise Conflict('forms.refusal.unchanged')
        await _keep(code, editing.definition, version, user, now)  # held until the end, and refused when it moved on
        if editing.problems:
            raise Invalid(dict(editing.problems))
        definition = coded(editing.definition, editing.past)
        await FormDraft.filter(type=code).update(definition=definition)
        number = await _put_into_force(kind, definition, user, now)
        await audit.record('form.published', by=user, subject=topic(code), now=now, version=number)
        return number


async def roll_back(actor: Actor, code: str, to: int, *, now: datetime | None = None) -> int:
    """Publish an old version once more; the number of the new one. A draft with changes is left as it is.

    Raises NotFound, Conflict when that is what is in force already.
    """
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        kind = await _kind(code)
        wanted = await FormVersion.get_or_none(type=code, version=to)
        newest = await store.newest_row(code)
        if wanted is None or newest is None:
            raise NotFound
        if wanted.definition == newest.definition:
            raise Conflict('forms.refusal.in_force')
        number = await _put_into_force(kind, wanted.definition, user, now)
        await audit.record('form.rolled_back', by=user, subject=topic(code), now=now, version=number, to=to)
        return number


async def history(actor: Actor, code: str, *, now: datetime | None = None) -> tuple[VersionView, ...]:
    """All published versions of a kind, the newest first. Raises NotFound."""
    await access.admin(actor, now=now)
    await _kind(code)
    rows = await FormVersion.filter(type=code).order_by('version')
    names = await _names({row.published_by_id for row in rows})
    before: list[Mapping[str, Any] | None] = [None, *(row.definition for row in rows)]
    views = [
        VersionView(row.version, row.published_at, names.get(row.published_by_id), compare(older, row.definition))
        for row, older in zip(rows, before, strict=False)
    ]
    return tuple(reversed(views))


async def version_form(actor: Actor, code: str, version: int, *, now: datetime | None = None) -> Form:
    """A published version, to be looked at. Raises NotFound."""
    await access.admin(actor, now=now)
    row = await FormVersion.get_or_none(type=code, version=version)
    if row is None:
        raise NotFound
    return store.form_of(row)


def _named(words: Mapping[str, str]) -> dict[str, str]:
    return {language: words.get(language) or translate(language, 'forms.editor.no_label') for language in LANGUAGES}


async def _put_into_force(kind: RequestKind, definition: Definition, user: User, now: datetime) -> int:
    if not await swap(RequestKind.filter(code=kind.code), version=kind.version, edited=True):
        raise Conflict
    row = await store.publish(kind.code, definition, by=user.id, now=now)
    announce(topic(kind.code))
    return row.version


async def _keep(code: str, definition: Definition, version: int, user: User, now: datetime) -> None:
    """Write the draft if it is still that version. Raises Stale."""
    values = {'definition': definition, 'changed_by_id': user.id, 'changed_at': now}
    if await swap(FormDraft.filter(type=code), version=version, **values):
        return
    made = False
    if version == 0:
        _, made = await FormDraft.get_or_create(type=code, defaults=values)
    if not made:
        raise await _stale(code)


async def _stale(code: str) -> Stale:
    draft = await FormDraft.get_or_none(type=code)
    names = await _names({draft.changed_by_id}) if draft else {}
    return Stale(name=next(iter(names.values()), ''))


async def _kind(code: str) -> RequestKind:
    kind = await RequestKind.get_or_none(code=code)
    if kind is None:
        raise NotFound
    return kind


async def _editing(code: str) -> Editing:
    kind, draft, newest = await _kind(code), await FormDraft.get_or_none(type=code), await store.newest_row(code)
    in_force = newest.definition if newest else None
    definition = draft.definition if draft else in_force
    if definition is None:
        raise NotFound
    past = await _past(code)
    names = await _names({draft.changed_by_id}) if draft else {}
    return Editing(
        code=code,
        definition=definition,
        version=draft.version if draft else 0,
        hidden=kind.hidden,
        published=newest.version if newest else None,
        past=past,
        problems=problems(definition, past),
        changes=() if definition == in_force else compare(in_force, definition),
        changed_by=names.get(draft.changed_by_id) if draft else None,
        changed_at=draft.changed_at if draft else None,
    )


async def _past(code: str) -> Past:
    rows = await FormVersion.filter(type=code).order_by('version')
    kinds = {field['code']: Kind(field['kind']) for row in rows for field in row.definition['fields']}
    return Past(rows[-1].definition if rows else None, kinds)


async def _names(ids: set[int | None]) -> dict[int | None, str]:
    people = await User.filter(id__in=[id for id in ids if id is not None]).values_list('id', 'name')
    return {id: name for id, name in people}
