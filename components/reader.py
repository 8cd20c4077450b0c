"""Who is looking at the open page: their language, time zone and theme, for everything that is drawn for them."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from nicegui import Client, context

from models import Role, Theme
from services.actor import Actor

_NO_ONE = Actor(-1)  # nobody has this id; `Actor(None)` would be the system, which may do everything


@dataclass(frozen=True, slots=True)
class Reader:
    """What drawing needs to know of a person; rights are not in it: `actor` is handed to the services, which ask."""

    user_id: int | None
    name: str
    role: Role
    language: str = 'ru'
    time_zone: str = 'Europe/Moscow'
    theme: Theme = Theme.SYSTEM
    company_id: int | None = None
    actor: Actor = _NO_ONE

    @property
    def dark(self) -> bool | None:
        """What NiceGUI calls dark mode: yes, no, or as the system."""
        return None if self.theme is Theme.SYSTEM else self.theme is Theme.DARK

    @property
    def is_staff(self) -> bool:
        return self.role in {Role.AGENT, Role.ADMIN}


NOBODY = Reader(None, '', Role.CUSTOMER)

_readers: WeakKeyDictionary[Client, Reader] = WeakKeyDictionary()


def set_reader(reader: Reader) -> None:
    """Bind a person to the page that is being built; called by the shell, and again when they change their profile."""
    _readers[context.client] = reader


def reader() -> Reader:
    """Whoever looks at the page in whose context this runs; `NOBODY` where the shell has not said."""
    return _readers.get(context.client, NOBODY)
