"""The kinds of request as admins arrange them: which there are, in which order, and which are offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import FormDraft, FormVersion, RequestKind, User
from models.instant import utc
from services import access, audit
from services.actor import Actor
from services.errors import Conflict, Invalid, NotFound, Problem
from services.forms import shape, store
from services.i18n import LANGUAGES
from services.transaction import announce, transaction

MOST = 40
_LONGEST_TITLE = 120
_LONGEST_CODE = 32


@dataclass(frozen=True, slots=True)
class KindView:
    """A kind of request as its list shows it. `version` is None until it is published, names None for the catalogue.

    `draft_at` is when somebody last changed the draft, None when it has nothing to publish.
    """

    code: str
    title: Mapping[str, str]
    icon: str
    hidden: bool
    version: int | None
    published_by: str | None
    published_at: datetime | None
    draft_by: str | None
    draft_at: datetime | None


async def list_kinds(actor: Actor, *, now: datetime | None = None) -> tuple[KindView, ...]:
    """All kinds in their order. Raises NotFound but for admins."""
    await access.admin(actor, now=now)
    kinds = await RequestKind.all().order_by('position', 'code')
    newest = await store.newest_rows()
    drafts = {row.type: row for row in await FormDraft.all()}
    ids = {row.published_by_id for row in newest.values()} | {row.changed_by_id for row in drafts.values()}
    names = dict(await User.filter(id__in=[id for id in ids if id is not None]).values_list('id', 'name'))
    return tuple(_view(kind, newest.get(kind.code), drafts.get(kind.code), names) for kind in kinds)


async def create(actor: Actor, code: str, title: Mapping[str, str], *, now: datetime | None = None) -> str:
    """A new kind with the fields that every kind has, not offered until it is published; its code, for good.

    Raises NotFound, Invalid for 'code', 'ru' and 'en'.
    """
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    code, words = code.strip(), {language: ' '.join(str(title.get(language, '')).split()) for language in LANGUAGES}
    async with transaction():
        taken = await RequestKind.all().order_by('-position').values_list('code', 'position')
        _demand_good(code, words, {name for name, _ in taken})
        await RequestKind.create(code=code, position=taken[0][1] + 1 if taken else 0, edited=True)
        definition = shape.blank(code, words)
        await FormDraft.create(type=code, definition=definition, changed_by_id=user.id, changed_at=utc(now))
        await audit.record('form.created', by=user, subject=f'form:{code}', now=now)
        announce(store.TOPIC)
    return code


async def set_hidden(actor: Actor, code: str, hidden: bool, *, now: datetime | None = None) -> None:
    """Offer a kind no longer, or again; tickets of it stay. Raises NotFound, Conflict for the last that is offered."""
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        if not await RequestKind.filter(code=code).exists():
            raise NotFound
        if hidden and not [form for form in await store.offered() if form.type != code]:
            raise Conflict('forms.refusal.last')
        if await RequestKind.filter(code=code).exclude(hidden=hidden).update(hidden=hidden):
            subject = f'form:{code}'
            await audit.record('form.hidden' if hidden else 'form.offered', by=user, subject=subject, now=now)
            announce(store.TOPIC)


async def arrange(actor: Actor, codes: Sequence[str], *, now: datetime | None = None) -> None:
    """Put the kinds into that order. Raises NotFound, Conflict when these are not all kinds that there are."""
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    async with transaction():
        before: Sequence[Any] = await RequestKind.all().order_by('position', 'code').values_list('code', flat=True)
        if sorted(before) != sorted(codes):
            raise Conflict
        if list(before) != list(codes):
            for position, code in enumerate(codes):
                await RequestKind.filter(code=code).update(position=position)
            await audit.record('form.arranged', by=user, subject='forms', now=now, order=','.join(codes))
            announce(store.TOPIC)


def _demand_good(code: str, title: Mapping[str, str], taken: set[str]) -> None:
    problems: dict[str, Problem] = {}
    if not shape.CODE.fullmatch(code):
        problems['code'] = Problem('forms.problem.code', most=_LONGEST_CODE)
    elif code in taken:
        problems['code'] = Problem('forms.problem.code_taken')
    elif len(taken) >= MOST:
        problems['code'] = Problem('forms.problem.too_many_kinds', most=MOST)
    for language in LANGUAGES:
        if not title[language]:
            problems[language] = Problem('forms.problem.empty')
        elif len(title[language]) > _LONGEST_TITLE:
            problems[language] = Problem('forms.problem.too_long', limit=_LONGEST_TITLE)
    if problems:
        raise Invalid(problems)


def _view(kind: RequestKind, newest: FormVersion | None, draft: FormDraft | None, names: Mapping[int, str]) -> KindView:
    shown: Mapping[str, Any] = newest.definition if newest else draft.definition if draft else {}
    unpublished = draft if draft and (newest is None or draft.definition != newest.definition) else None
    return KindView(
        code=kind.code,
        title=shown.get('title', {}),
        icon=shown.get('icon', 'file-text'),
        hidden=kind.hidden,
        version=newest.version if newest else None,
        published_by=names.get(newest.published_by_id or 0) if newest else None,
        published_at=newest.published_at if newest else None,
        draft_by=names.get(unpublished.changed_by_id or 0) if unpublished else None,
        draft_at=unpublished.changed_at if unpublished else None,
    )
