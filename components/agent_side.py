"""What specialists do beside a ticket: tagging, linking, merging; read with the ticket and kept current with it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from components.agent_panel import AgentPanel, Beside, PanelActions
from components.feedback import toast
from components.live import Part
from components.merge_dialog import MergeDialog
from components.reader import reader
from components.refusals import explains_refusals
from components.text import t
from models import LinkTo
from services.desk import linking, tags
from services.desk.facts import Facts
from services.search import answers
from services.tickets.views import TicketView

Go = Callable[[str], Awaitable[None]]


async def beside(view: TicketView, facts: Facts, before: Beside | None = None) -> Beside:
    """What stands beside that ticket now; what looks alike is looked for anew only when the subject has changed."""
    if before is not None and before.subject == view.subject:
        return Beside(facts, view.subject, before.alike)
    alike = await answers.similar(reader().actor, view.subject, beside=view.number)
    return Beside(facts, view.subject, tuple(alike))


class AgentSide(Part):
    """Give it what `beside` read, anew after each change. For staff only: the services refuse others.

    `hours` is when support works, of `working_time`; `go(id)` shows another ticket in place of this one.
    """

    def __init__(self, ref: str, view: TicketView, shown: Beside, hours: Mapping[str, Any], go: Go) -> None:
        super().__init__(self._draw_panel)
        self._hours = hours
        self._go = go
        self._ref = ref
        self._actor = reader().actor
        self._panel: AgentPanel | None = None
        self._view = view
        self.show()
        self.follow(view, shown)

    def follow(self, view: TicketView, shown: Beside) -> None:
        """Show the ticket as it is now."""
        self._view = view
        if self._panel is not None:
            self._panel.show(view, shown)

    def _draw_panel(self) -> None:
        self._panel = AgentPanel(
            self._hours, PanelActions(self.add_tag, self.remove_tag, self.link, self.unlink, self.merge)
        )

    @explains_refusals
    async def add_tag(self, name: str) -> None:
        await tags.add(self._actor, self._ref, name)

    @explains_refusals
    async def remove_tag(self, name: str) -> None:
        await tags.remove(self._actor, self._ref, name)

    @explains_refusals
    async def link(self, kind: str, target: str) -> None:
        if kind in tuple(LinkTo):
            await linking.link(self._actor, self._ref, LinkTo(kind), target)
            if self._panel is not None:
                self._panel.linked()

    @explains_refusals
    async def unlink(self, link_id: int) -> None:
        await linking.unlink(self._actor, self._ref, link_id)
        toast(t('agent_ticket.unlinked'))

    async def merge(self) -> None:
        MergeDialog(self._view, self._go)
