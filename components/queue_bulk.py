"""Many tickets at once: done by the services, told in one message with one way back, refusals listed with reasons."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from components.box import Box
from components.button import Button, Link
from components.dialog import Dialog
from components.feedback import toast
from components.field import TextArea
from components.reader import reader
from components.refusals import explains_refusals, explanation
from components.text import Text, plural, t
from models import Status
from services import tickets
from services.desk import bulk
from services.errors import Refusal
from services.settings import settings

Undo = Callable[[], Awaitable[None]]

_LONGEST = timedelta(seconds=0.3)  # that one of many moves takes
WITH_WORDS = (Status.AWAITING_FEEDBACK, Status.REOPENED)
"""Statuses that no ticket enters without a comment: it is asked once and said in each."""


@dataclass(frozen=True, slots=True)
class Done:
    """How many became what was asked for, which refused and why, and how to take it back."""

    changed: int
    refused: tuple[tuple[str, str], ...]
    undo: Undo | None

    @classmethod
    def of(cls, result: bulk.BulkResult) -> 'Done':
        refused = tuple((_name(outcome), _why(outcome.refusal)) for outcome in result.refused)
        return cls(result.changed, refused, _undo_of(result))


async def bulk_action(what: str, value: str, ids: Sequence[str], progress: bulk.Progress) -> Done | None:
    """Do it; None when it was not known, or when the person did not want to say what a move needs. Raises Refusal.

    :param progress: told how many of how many have had their turn
    """
    actor = reader().actor
    if what == 'take':
        return Done.of(await bulk.take_many(actor, ids, progress=progress))
    if what == 'assign' and (value == 'none' or value.isdigit()):
        to = int(value) if value.isdigit() else None
        return Done.of(await bulk.assign_many(actor, ids, to, progress=progress))
    if what == 'tag' and value:
        return Done.of(await bulk.tag_many(actor, ids, add=[value], progress=progress))
    if what == 'move' and value in tuple(Status):
        return await _move(Status(value), ids, progress)
    return None


def tell(done: Done) -> None:
    """Say what came of it."""
    if done.changed or not done.refused:
        toast(plural('queue.done', done.changed), undo=done.undo, seconds=settings().undo_window.total_seconds())
    if done.refused:
        _list_refusals(done.refused)


async def _move(to: Status, ids: Sequence[str], progress: bulk.Progress) -> Done | None:
    if to not in WITH_WORDS:
        return Done.of(await bulk.move_many(reader().actor, ids, to, progress=progress))
    words = await _ask_words(to, len(ids))
    return await _move_saying(to, ids, words, progress) if words else None


async def _ask_words(to: Status, count: int) -> str | None:
    with Dialog(t('queue.say.title', status=t(f'status.{to.value}')), wide=True) as dialog:
        Text(plural('queue.say.lead', count), 'p', 'soft')
        words = TextArea(t('queue.say.comment'), rows=6, limit=20_000)

        def send() -> None:
            if words.value.strip():
                dialog.close(words.value.strip())
            else:
                words.set_error(t('entry.required'))
                words.focus()

        words.on_submit(send)
        with dialog.actions():
            Button(t('common.cancel'), dialog.close)
            Button(t('queue.say.send'), send, look='primary')
    answer = await dialog
    return answer if isinstance(answer, str) else None


async def _move_saying(to: Status, ids: Sequence[str], words: str, progress: bulk.Progress) -> Done:
    """One after the other, each in a transaction of its own; the mails of the first wait for the last to be moved."""
    actor, window = reader().actor, settings().undo_window + len(ids) * _LONGEST
    moved: list[tuple[str, int]] = []
    refused: list[tuple[str, str]] = []
    for at, id in enumerate(ids):
        progress(at, len(ids))
        try:
            view = await tickets.transition(actor, id, to, comment=words, undo_window=window)
        except Refusal as refusal:
            refused.append((id, explanation(refusal)))
        else:
            moved += [(id, view.undo_event_id)] if view.undo_event_id is not None else []
    return Done(len(ids) - len(refused), tuple(refused), _undo_moves(moved))


def _undo_moves(moved: Sequence[tuple[str, int]]) -> Undo | None:
    @explains_refusals
    async def undo() -> None:
        refused = []
        for id, event_id in moved:
            try:
                await tickets.undo_transition(reader().actor, id, event_id)
            except Refusal as refusal:
                refused.append((id, explanation(refusal)))
        _tell_undone(len(moved) - len(refused), tuple(refused))

    return undo if moved else None


def _undo_of(result: bulk.BulkResult) -> Undo | None:
    if (id := result.id) is None:
        return None

    @explains_refusals
    async def undo() -> None:
        back = Done.of(await bulk.undo(reader().actor, id))
        _tell_undone(back.changed, back.refused)

    return undo


def _tell_undone(count: int, refused: tuple[tuple[str, str], ...]) -> None:
    toast(plural('queue.undone', count))
    if refused:
        _list_refusals(refused)


def _list_refusals(refused: Sequence[tuple[str, str]]) -> None:
    """Each ticket and the reason; they stay selected."""
    with Dialog(plural('queue.refused.title', len(refused))) as dialog:
        with Box('queue-refusals', 'ul'):
            for id, why in refused:
                with Box('queue-refusal', 'li'):
                    Link(id, f'/tickets/{id}')
                    Text(why, 'span', 'soft')
        with dialog.actions():
            Button(t('common.close'), dialog.close, look='primary')


def _name(outcome: bulk.Outcome) -> str:
    return outcome.id or str(outcome.ref)


def _why(refusal: Refusal | None) -> str:
    return explanation(refusal) if refusal else ''
