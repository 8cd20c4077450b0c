"""The specialists' queue, their kept views and changes of many tickets over the REST API; for staff."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import Id
from models import Impact, Status
from services.desk import bulk, views
from services.desk import queue as desk_queue
from services.desk.bulk import BulkResult
from services.desk.cards import Card, Somebody
from services.desk.filters import DeskFilter
from services.desk.queue import Sort
from services.desk.views import View, ViewPage

router = resource('desk')


class Named(BaseModel):
    id: int = Field(examples=[3])
    name: str = Field(examples=['Daisy Ltd'])


class QueuedTicket(BaseModel):
    """A ticket as a line of the queue."""

    id: str = Field(examples=[schemas.ID_EXAMPLE])
    version: int
    type: str
    subject: str
    status: Status
    status_since: datetime
    impact: Impact | None
    company: Named | None
    requester: Named
    assignee: Named | None
    tags: list[str]
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None = Field(description='Its next time target.')
    overdue: bool
    answered: bool = Field(description='A customer spoke since feedback is awaited.')
    unread: bool
    transitions: list[Status]


class Asked(BaseModel):
    """Which tickets, in which order: what the page has in its address."""

    status: list[Status] = Field(default=[], description='One or several; without: what is not done.')
    assignee: str = Field('', max_length=10, description='`me`, `none` or a person’s id.')
    company: schemas.Number | None = None
    requester: schemas.Number | None = Field(None, description='The id of who asked.')
    type: str = Field('', max_length=64)
    impact: Impact | None = None
    os: str = Field('', max_length=64)
    server_type: str = Field('', max_length=64)
    tag: str = Field('', max_length=50)
    answered: bool = Field(False, description='A customer spoke since feedback is awaited.')
    overdue: bool = Field(False, description='Its next time target has passed.')
    q: str = Field('', max_length=200, description='An ID, or words of the ticket.')
    sort: Sort = Sort.RULE
    descending: bool | None = Field(None, description='Without: as the sort is meant.')
    cursor: str | None = Field(None, max_length=500, description='`next_cursor` of the page before.')
    limit: int = Field(50, ge=1, le=200, description='How many at most.')

    def parameters(self) -> dict[str, Any]:
        """The filter as an address writes it."""
        given = self.model_dump(exclude={'sort', 'descending', 'cursor', 'limit'})
        yes = {name: '1' if given[name] else '' for name in ('answered', 'overdue')}
        return given | yes | {'status': ','.join(self.status)}


class Queue(BaseModel):
    items: list[QueuedTicket]
    next_cursor: str | None


class NewView(schemas.Incoming):
    """A filter to keep: the query parameters of the page, as in its address."""

    name: str = Field(max_length=200, examples=['Critical and nobody’s'])
    page: ViewPage = 'queue'
    shared: bool = False
    query: dict[str, str] = Field(default={}, max_length=30, examples=[{'impact': 'critical', 'assignee': 'none'}])


class ChangedView(schemas.Incoming):
    """What is left out stays as it is."""

    name: str | None = Field(None, max_length=200)
    shared: bool | None = None
    query: dict[str, str] | None = Field(None, max_length=30)


class KeptView(BaseModel):
    id: int = Field(examples=[2])
    name: str
    page: ViewPage
    shared: bool
    mine: bool
    owner: str
    query: dict[str, str]


class NewBulk(schemas.Incoming):
    """What to do to these tickets: one of `assign`, `move` and `tag`."""

    tickets: list[Annotated[str, Field(max_length=32)]] = Field(max_length=bulk.MOST, examples=[['SPSUP-1503']])
    action: Literal['assign', 'move', 'tag']
    assignee_id: schemas.Number | None = Field(None, description='With `assign`; null for nobody.')
    to: Status | None = Field(None, description='With `move`; a move that asks for a comment is refused.')
    add: list[str] = Field(default=[], max_length=20, description='With `tag`.', examples=[['regression']])
    remove: list[str] = Field(default=[], max_length=20, description='With `tag`.', examples=[[]])


class BulkOutcome(BaseModel):
    """How it went with one ticket; `code` says why it was refused."""

    ticket: str
    changed: bool
    code: str | None


class BulkAnswer(BaseModel):
    id: int | None = Field(description='For taking it back.')
    undo_until: datetime | None
    outcomes: list[BulkOutcome]


@router.get('/queue')
async def read_queue(caller: Caller, asked: Annotated[Asked, Query()]) -> Queue:
    """The tickets in the order in which they need a specialist, filtered and sorted as on the page."""
    page = await desk_queue.queue(
        caller,
        DeskFilter.from_parameters(asked.parameters()),
        sort=asked.sort,
        descending=asked.descending,
        after=asked.cursor,
        limit=asked.limit,
    )
    return Queue(items=[_queued(card) for card in page.items], next_cursor=page.next)


@router.get('/views')
async def list_views(caller: Caller, page: ViewPage = 'queue') -> list[KeptView]:
    """One's own views of a page, then those that colleagues share."""
    return [_view(view) for view in await views.views(caller, page)]


@router.post('/views', status_code=201)
async def save_view(new: NewView, caller: Caller) -> KeptView:
    """Keep a view; one's own of the same name is replaced."""
    return _view(await views.save_view(caller, new.name, new.query, page=new.page, shared=new.shared))


@router.patch('/views/{view_id}')
async def change_view(view_id: Id, change: ChangedView, caller: Caller) -> KeptView:
    """Rename a view, keep another filter in it, share it or no longer."""
    return _view(await views.change_view(caller, view_id, name=change.name, query=change.query, shared=change.shared))


@router.delete('/views/{view_id}', status_code=204)
async def delete_view(view_id: Id, caller: Caller) -> None:
    """Throw a view away; admins may do so with everybody's shared ones."""
    await views.delete_view(caller, view_id)


@router.post('/bulk-changes')
async def change_many(new: NewBulk, caller: Caller) -> BulkAnswer:
    """Do the same to up to 1000 tickets, each by itself; what is refused is told for each."""
    if new.action == 'assign':
        result = await bulk.assign_many(caller, new.tickets, new.assignee_id)
    elif new.action == 'move':
        result = await bulk.move_many(caller, new.tickets, new.to or '')
    else:
        result = await bulk.tag_many(caller, new.tickets, add=new.add, remove=new.remove)
    return _answer(result)


@router.post('/bulk-changes/{bulk_id}/undo')
async def undo_many(bulk_id: Id, caller: Caller) -> BulkAnswer:
    """Take one's own change of many tickets back, within some seconds."""
    return _answer(await bulk.undo(caller, bulk_id))


def _queued(card: Card) -> QueuedTicket:
    return QueuedTicket(
        id=card.id,
        version=card.version,
        type=card.type,
        subject=card.subject,
        status=card.status,
        status_since=card.status_since,
        impact=card.impact,
        company=_named(card.company),
        requester=Named(id=card.requester.id, name=card.requester.name),
        assignee=_named(card.assignee),
        tags=list(card.tags),
        created_at=card.created_at,
        updated_at=card.updated_at,
        due_at=card.due_at,
        overdue=card.overdue,
        answered=card.answered,
        unread=card.unread,
        transitions=list(card.moves),
    )


def _named(somebody: Somebody | None) -> Named | None:
    return Named(id=somebody.id, name=somebody.name) if somebody is not None else None


def _view(view: View) -> KeptView:
    return KeptView(
        id=view.id,
        name=view.name,
        page=view.page,
        shared=view.shared,
        mine=view.mine,
        owner=view.owner,
        query=dict(view.query),
    )


def _answer(result: BulkResult) -> BulkAnswer:
    outcomes = [
        BulkOutcome(
            ticket=outcome.id or str(outcome.ref),
            changed=outcome.changed,
            code=outcome.refusal.code if outcome.refusal else None,
        )
        for outcome in result.outcomes
    ]
    return BulkAnswer(id=result.id, undo_until=result.undo_until, outcomes=outcomes)
