"""How an expected refusal of a service is told to whoever asked: one decorator for all handlers of a page."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import ParamSpec

from nicegui import context

from components.feedback import toast
from components.field import Field
from components.signing_in import sign_in_again
from components.text import t
from services.database import FAULTS
from services.errors import Invalid, NotFound, Refusal, SignedOut, Unavailable

P = ParamSpec('P')


def explains_refusals(handler: Callable[P, Awaitable[None]]) -> Callable[P, Awaitable[None]]:
    """Say in a toast why something cannot be; what one may not see any more takes the page away. Bugs pass through.

    The handler runs in the window as a whole: the button that called it may be drawn anew before it has ended.
    """

    @wraps(handler)
    async def explained(*args: P.args, **kwargs: P.kwargs) -> None:
        with context.client as client:
            try:
                await handler(*args, **kwargs)
            except SignedOut:
                sign_in_again()
            except NotFound:
                await client.sub_pages_router.refresh()
            except Refusal as refusal:
                toast(explanation(refusal), kind='danger')
            except FAULTS:
                toast(explanation(Unavailable()), kind='danger')

    return explained


def point_out(refusal: Invalid | None, fields: Mapping[str, Field]) -> None:
    """Say beside each field what is wrong with it and go to the first one; with None, take what was said back."""
    problems = refusal.problems if refusal is not None else {}
    for name, field in fields.items():
        problem = problems.get(name)
        field.set_error(t(problem.key, **problem.values) if problem is not None else None)
    wrong = next((field for name, field in fields.items() if name in problems), None)
    if wrong is not None:
        wrong.focus()
    elif refusal is not None:
        toast(explanation(refusal), kind='danger')


def explanation(refusal: Refusal) -> str:
    """Why not, as a sentence; for what was entered wrongly, what is wrong with it."""
    if isinstance(refusal, Invalid) and refusal.problems:
        return '. '.join(t(problem.key, **problem.values) for problem in refusal.problems.values())
    return t(refusal.key, **refusal.values)
