"""Merging a duplicate: which ticket goes on, what comes along, and a second look before it is done for good."""

from collections.abc import Awaitable, Callable

from components.badge import StatusBadge
from components.box import Box
from components.button import Button
from components.dialog import Dialog
from components.feedback import Notice, toast
from components.field import TextField
from components.reader import reader
from components.refusals import explains_refusals, explanation
from components.text import Text, plural, t
from services import tickets
from services.desk import linking
from services.errors import NotFound, Refusal
from services.ticket_id import loose_number
from services.tickets.views import TicketView


class MergeDialog(Dialog):
    """Opens at once; `view` is the duplicate, which will lead to the other ticket; `go(id)` then shows that one."""

    def __init__(self, view: TicketView, go: Callable[[str], Awaitable[None]]) -> None:
        super().__init__(t('agent_ticket.merge.title', id=view.id), wide=True)
        self._view = view
        self._go_to = go
        self._into: TicketView | None = None
        with self:
            Text(t('agent_ticket.merge.lead', id=view.id), 'p', 'soft')
            self._target = TextField(t('agent_ticket.merge.target'), placeholder='SPSUP-1503')
            self._target.on_submit(self._look)
            with Box('stack gap-1') as self._found:
                pass
            with self.actions():
                Button(t('common.cancel'), self.close)
                self._go = Button(t('agent_ticket.merge.look'), self._look, look='primary', icon='git-merge')
        self._target.focus()

    @explains_refusals
    async def _look(self) -> None:
        """First show the other ticket; pressed again with the same one, merge."""
        self._target.set_error(None)
        number = loose_number(self._target.value)
        if self._into is not None and self._into.number == number:
            await self._merge(self._into)
            return
        try:
            if number is None:
                raise NotFound
            into = await tickets.read(reader().actor, number)
        except NotFound:
            self._refuse(t('desk_rules.no_such_ticket'))
            return
        if into.pk == self._view.pk:
            self._refuse(t('desk_rules.merge_itself'))
            return
        self._show(into)

    def _refuse(self, why: str) -> None:
        self._into = None
        self._found.clear()
        self._go.set_label(t('agent_ticket.merge.look'))
        self._target.set_error(why)
        self._target.focus()

    def _show(self, into: TicketView) -> None:
        self._into = into
        self._found.clear()
        view = self._view
        with self._found:
            with Box('merge-into card'):
                StatusBadge(into.status)
                Text(f'{into.id} {into.subject}', 'p', 'strong')
                Text(' · '.join(filter(None, (into.requester.name, into.company_name))), 'p', 'soft small')
            with Notice(t('agent_ticket.merge.for_good', id=view.id, into=into.id), kind='warning'), Box('', 'ul'):
                Text(plural('agent_ticket.merge.comments', len(view.comments)), 'li')
                Text(plural('agent_ticket.merge.people', 1 + len(view.shares)), 'li')
                Text(t('agent_ticket.merge.files'), 'li')
        self._go.set_label(t('agent_ticket.merge.go', into=into.id))

    async def _merge(self, into: TicketView) -> None:
        try:
            await linking.merge(reader().actor, self._view.id, into.id)
        except Refusal as refusal:
            self._refuse(explanation(refusal))
            return
        self.close()
        toast(t('agent_ticket.merge.done', id=self._view.id, into=into.id))
        await self._go_to(into.id)
