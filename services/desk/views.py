"""Kept views: a filter with a name, for oneself or shared with all specialists; whoever made it changes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from tortoise.expressions import Q

from models import Role, SavedView, User
from services import access
from services.access import demand
from services.actor import Actor
from services.desk.filters import DeskFilter
from services.errors import Invalid, NotFound, Problem
from services.forms.validation import check_line
from services.tickets.texts import is_id
from services.transaction import announce, transaction

ViewPage = Literal['board', 'queue']
PAGES: tuple[ViewPage, ...] = ('board', 'queue')
NAME_LIMIT = 100
MOST_VIEWS = 100
_OWN_PARAMETERS = ('sort', 'descending', 'columns')  # what a page adds to the filter
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class View:
    """A kept view. `query` are address parameters; `mine` means that the reader may change and delete it."""

    id: int
    name: str
    page: ViewPage
    shared: bool
    mine: bool
    owner: str
    query: Mapping[str, str]


async def views(actor: Actor, page: ViewPage = 'board', *, now: datetime | None = None) -> list[View]:
    """One's own views of a page in one's own order, then those that colleagues share. Raises NotFound for customers."""
    user = await access.staff(actor, now=now)
    seen = SavedView.filter(Q(owner_id=user.id) | Q(shared=True, owner__active=True), page=page)
    rows = await seen.select_related('owner').order_by('place', 'name', 'id').limit(5 * MOST_VIEWS)
    found = [_view(row, user) for row in rows if row.owner.is_staff]
    return sorted(found, key=lambda view: not view.mine)


async def save_view(
    actor: Actor,
    name: str,
    query: Mapping[str, Any],
    *,
    page: ViewPage = 'board',
    shared: bool = False,
    now: datetime | None = None,
) -> View:
    """Keep a view; one's own view of the same name is replaced. Raises NotFound for customers, Invalid for 'name'."""
    user = await access.staff(actor, now=now)
    line, kept = check_line('name', name, limit=NAME_LIMIT), _query(query)
    if page not in PAGES:
        raise NotFound
    async with transaction():
        mine = SavedView.filter(owner_id=user.id, page=page)
        row = await mine.get_or_none(name=line)
        if row is None:
            if await mine.count() >= MOST_VIEWS:
                raise Invalid({'name': Problem('entry.too_many_views', limit=MOST_VIEWS)})
            last = await mine.order_by('-place').first()
            row = SavedView(owner_id=user.id, page=page, name=line, place=last.place + 1 if last else 1)
        row.query, row.shared = kept, shared
        await row.save()
        _tell(user, shared)
    row.owner = user
    return _view(row, user)


async def change_view(
    actor: Actor,
    view_id: int,
    *,
    name: str | None = None,
    query: Mapping[str, Any] | None = None,
    shared: bool | None = None,
    now: datetime | None = None,
) -> View:
    """Rename a view, keep another filter in it, share it or no longer. Raises NotFound, NotAllowed, Invalid."""
    user = await access.staff(actor, now=now)
    line = check_line('name', name, limit=NAME_LIMIT) if name is not None else None
    async with transaction():
        row = await _own(user, view_id)
        was_shared = row.shared
        if line is not None and line != row.name:
            if await SavedView.filter(owner_id=row.owner_id, page=row.page, name=line).exists():
                raise Invalid({'name': Problem('entry.view_name_taken')})
            row.name = line
        row.query = _query(query) if query is not None else row.query
        row.shared = shared if shared is not None else row.shared
        await row.save(update_fields=['name', 'query', 'shared'])
        _tell(user, row.shared or was_shared)
    return _view(row, user)


async def delete_view(actor: Actor, view_id: int, *, now: datetime | None = None) -> None:
    """Throw a view away; admins may do so with everybody's shared ones. Raises NotFound and NotAllowed."""
    user = await access.staff(actor, now=now)
    async with transaction():
        row = await _own(user, view_id, or_admin=True)
        await row.delete()
        _tell(user, row.shared)


async def order_views(
    actor: Actor, view_ids: Sequence[int], *, page: ViewPage = 'board', now: datetime | None = None
) -> list[View]:
    """Put one's own views into this order; those left out come after. Raises NotFound for customers."""
    user = await access.staff(actor, now=now)
    wanted = {id: at for at, id in enumerate(view_ids)}
    async with transaction():
        mine = await SavedView.filter(owner_id=user.id, page=page).order_by('place', 'id')
        for at, row in enumerate(sorted(mine, key=lambda row: wanted.get(row.id, len(wanted)))):
            await SavedView.filter(id=row.id).update(place=at + 1)
        _tell(user, False)
    return await views(actor, page, now=now)


async def _own(user: User, view_id: int, *, or_admin: bool = False) -> SavedView:
    """The view, if the person may change it; somebody's private one does not exist for others."""
    row = await SavedView.get_or_none(id=view_id).select_related('owner') if is_id(view_id) else None
    if row is None or (row.owner_id != user.id and not row.shared):
        raise NotFound
    demand(row.owner_id == user.id or (or_admin and user.role is Role.ADMIN), 'refusal.view_own_only')
    return row


def _view(row: SavedView, reader: User) -> View:
    page: ViewPage = 'queue' if row.page == 'queue' else 'board'
    query = {name: str(value) for name, value in row.query.items()}
    return View(row.id, row.name, page, row.shared, row.owner_id == reader.id, row.owner.name, query)


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    """What of the address is worth keeping: the filter as we understand it, and the page's own parameters."""
    own = {name: str(query[name])[:_LONGEST].replace('\0', '') for name in _OWN_PARAMETERS if query.get(name)}
    return {**DeskFilter.from_parameters(query).to_parameters(), **own}


def _tell(user: User, shared: bool) -> None:
    announce(f'user:{user.id}', *(['staff'] if shared else []))
