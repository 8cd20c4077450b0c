"""Who else looks at the ticket or writes in it just now, for specialists; and that the reader does."""

from collections.abc import Callable, Sequence

from components.live import Live, Told
from components.reader import reader
from components.text import t
from components.ticket_data import person_data
from services.desk import presence
from services.desk.presence import Present
from services.errors import Refusal


class Presence(Told, component='presence.js', esm={'ticket-parts': 'ticket_parts'}):
    """A line for each of the others. The browser says again and again that its window is looked at.

    :param ref: the ticket's ID, :param pk: its row, whose topic tells of changes
    """

    def __init__(self, ref: str, pk: int) -> None:
        super().__init__()
        self._ref = ref
        self._actor = reader().actor  # asked for while the page is left, there is no reader any more
        self._leave: Callable[[], None] | None = None
        self.tell(label=t('presence.region'), people=())
        self.on('here', self._here, args=[])
        self.on('away', self._away, args=[])
        Live(f'presence:{pk}', reload=self.load)

    async def load(self) -> None:
        around = await presence.around(self._actor, self._ref)
        if not self.is_deleted:
            self.show(around)

    def show(self, around: Sequence[Present]) -> None:
        self.tell(people=tuple(_data(one) for one in around))

    async def typing(self, still: bool) -> None:
        """The reader writes, or has stopped."""
        try:
            await presence.typing(self._actor, self._ref, self.client.id, still)
        except Refusal:
            return  # the page itself says why one cannot be here
        await self._stay()

    async def _here(self) -> None:
        try:
            await self._stay()
            await self.load()
        except Refusal:
            return

    async def _stay(self) -> None:
        leave = await presence.enter(self._actor, self._ref, self.client.id)
        if self.is_deleted:  # the page was left meanwhile
            leave()
        else:
            self._leave = leave

    def _away(self) -> None:
        if self._leave:
            self._leave()
            self._leave = None

    def _handle_delete(self) -> None:
        self._away()
        super()._handle_delete()


def _data(one: Present) -> dict[str, object]:
    name = one.person.name
    text = t('presence.writes', name=name) if one.typing else t('presence.looks', name=name)
    return {'key': one.person.id, 'person': person_data(one.person), 'writes': one.typing, 'text': text}
