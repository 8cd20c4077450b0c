"""What specialists do beside a ticket: tagging, linking, merging; read with the ticket and kept current with it."""

from components.agent_panel import AgentPanel, Beside, PanelActions
from components.feedback import toast
from components.live import Part
from components.merge_dialog import MergeDialog
from components.reader import reader
from components.refusals import explains_refusals
from components.text import t
from models import LinkTo
from services.desk import board, facts, linking, tags
from services.tickets.views import TicketView

SUGGESTIONS = 200


class AgentSide(Part):
    """`load` before it is drawn and after each change, then `follow`. For staff only: the services refuse others."""

    def __init__(self, ref: str) -> None:
        super().__init__(self._draw_panel)
        self._ref = ref
        self._actor = reader().actor
        self._panel: AgentPanel | None = None
        self._beside: Beside | None = None
        self._view: TicketView | None = None

    async def load(self, view: TicketView) -> None:
        shown = await board.cards(self._actor, [view.pk])
        self._beside = Beside(
            tags=await tags.of(self._actor, self._ref),
            suggestions=tuple(await tags.suggest(self._actor, limit=SUGGESTIONS)),
            links=await linking.links(self._actor, self._ref),
            facts=await facts.facts(self._actor, self._ref),
            card=shown.get(view.pk),
        )

    def follow(self, view: TicketView) -> None:
        """Show what was loaded."""
        self._view = view
        if self._beside is not None:
            self.show('drawn')
            if self._panel is not None:
                self._panel.show(view, self._beside)

    def _draw_panel(self, _: str) -> None:
        self._panel = AgentPanel(PanelActions(self.add_tag, self.remove_tag, self.link, self.unlink, self.merge))

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
        if self._view is not None:
            MergeDialog(self._view)
