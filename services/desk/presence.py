"""Who has a ticket open and who is writing in it just now. In memory alone; it forgets by itself.

A page enters with each of its windows and refreshes that from time to time; what is not refreshed ends. Everybody's
presence is kept, and only staff see it. Changes are told on `presence:<ticket.pk>` and on `presence` (any ticket).
Other processes are told of each window of ours and for how long it counts: those of a process that was killed run out.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from models import Ticket
from services import access, bus, relay
from services.actor import Actor
from services.tickets.persons import persons
from services.tickets.views import PersonView

TOPIC = 'presence'
LOOKING_FOR = 90.0  # seconds that a window counts without being refreshed
TYPING_FOR = 6.0  # seconds after the last letter
MOST_WINDOWS = 20  # of one person at one ticket; the oldest make room


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is at a ticket now."""

    person: PersonView
    typing: bool


@dataclass(slots=True)
class _Window:
    """Until when a window counts, and until when its person counts as writing."""

    looks_until: float
    types_until: float = 0.0


_Key = tuple[int, str]  # a person, and one of their windows

_windows: dict[int, dict[_Key, _Window]] = {}
_timers: dict[int, asyncio.TimerHandle] = {}


async def enter(actor: Actor, ref: str | int, window: str, *, now: datetime | None = None) -> Callable[[], None]:
    """The person has the ticket open in that window; again and again, at least each LOOKING_FOR. Gives what ends it.

    Raises NotFound and SignedOut.
    """
    pk, key = await _arrive(actor, ref, window, now)
    _tell(pk, key)
    return lambda: _leave(pk, key)


async def typing(actor: Actor, ref: str | int, window: str, still: bool = True, *, now: datetime | None = None) -> None:
    """The person writes in that window; `still=False` once they stopped or sent it. Raises NotFound and SignedOut."""
    pk, key = await _arrive(actor, ref, window, now)
    before = _state(pk)
    if entry := _windows.get(pk, {}).get(key):
        entry.types_until = monotonic() + TYPING_FOR if still else 0.0
    _settle(pk, before)
    _tell(pk, key)


async def around(actor: Actor, ref: str | int, *, now: datetime | None = None) -> list[Present]:
    """Who else is at the ticket, those who write first; customers see nobody. Raises NotFound and SignedOut."""
    found = await access.ticket(actor, ref, now=now)
    if not found.is_staff:
        return []
    return (await _present({found.ticket.id: _state(found.ticket.id)}, found.user.id)).get(found.ticket.id, [])


async def everywhere(actor: Actor, *, now: datetime | None = None) -> dict[int, list[Present]]:
    """Who else is where, by the tickets' numbers; for boards. Raises NotFound for customers."""
    user = await access.staff(actor, now=now)
    found = await _present({pk: _state(pk) for pk in list(_windows)}, user.id)
    rows = await Ticket.filter(id__in=list(found)).values_list('id', 'number') if found else []
    return {number: found[pk] for pk, number in rows}


def clear() -> None:
    """Forget everybody; for tests and when the portal ends."""
    for timer in _timers.values():
        timer.cancel()
    _windows.clear()
    _timers.clear()


async def _arrive(actor: Actor, ref: str | int, window: str, now: datetime | None) -> tuple[int, _Key]:
    """The window is there and counts anew; its place in `_windows`."""
    found = await access.ticket(actor, ref, now=now)
    pk, key = found.ticket.id, (found.user.id, window[:64])
    before, here, until = _state(pk), _windows.setdefault(pk, {}), monotonic() + LOOKING_FOR
    if key in here:
        here[key].looks_until = until
    else:
        _make_room(here, found.user.id)
        here[key] = _Window(until)
    _settle(pk, before)
    return pk, key


async def _present(states: dict[int, dict[int, bool]], reader: int) -> dict[int, list[Present]]:
    people = await persons(id for state in states.values() for id in state)
    found = {
        pk: [Present(people[id], types) for id, types in state.items() if id != reader and id in people]
        for pk, state in states.items()
    }
    order = {pk: sorted(present, key=lambda one: (not one.typing, one.person.name)) for pk, present in found.items()}
    return {pk: present for pk, present in order.items() if present}


def _state(pk: int) -> dict[int, bool]:
    """Who is at the ticket now, and whether they write."""
    now, state = monotonic(), dict[int, bool]()
    for (user, _), entry in _windows.get(pk, {}).items():
        if entry.looks_until > now:
            state[user] = state.get(user, False) or entry.types_until > now
    return state


def _settle(pk: int, before: dict[int, bool]) -> None:
    """Forget what is over, tell of a change, and come back when the next thing will be over."""
    now, here = monotonic(), _windows.get(pk, {})
    for key in [key for key, entry in here.items() if entry.looks_until <= now]:
        del here[key]
    if not here:
        _windows.pop(pk, None)
    if timer := _timers.pop(pk, None):
        timer.cancel()
    state = _state(pk)
    if state != before:
        bus.publish([f'presence:{pk}', TOPIC])
    if moments := [moment for moment in _ends(here) if moment > now]:
        _timers[pk] = asyncio.get_running_loop().call_later(min(moments) - now + 0.01, _settle, pk, state)


def _ends(here: dict[_Key, _Window]) -> Iterator[float]:
    for entry in here.values():
        yield entry.looks_until
        yield entry.types_until


def _leave(pk: int, key: _Key) -> None:
    before = _state(pk)
    if _windows.get(pk, {}).pop(key, None):
        _settle(pk, before)
        _tell(pk, key)


def _tell(pk: int, key: _Key) -> None:
    """Let other processes know of a window of ours: how long it counts as looking and as writing."""
    now = monotonic()
    entry = _windows.get(pk, {}).get(key, _Window(now))
    looks, types = (round(max(0.0, until - now), 1) for until in (entry.looks_until, entry.types_until))
    relay.say(TOPIC, pk, *key, looks, types)


def _heard(pk: int, user: int, window: str, looks: float, types: float) -> None:
    """Another process tells of a window of its own."""
    before, here, now = _state(pk), _windows.setdefault(pk, {}), monotonic()
    here[user, window] = _Window(now + looks, now + types)
    _settle(pk, before)


def _make_room(here: dict[_Key, _Window], user: int) -> None:
    own = [key for key in here if key[0] == user]
    for key in own[: max(0, len(own) - MOST_WINDOWS + 1)]:
        del here[key]


relay.hear(TOPIC, _heard)
