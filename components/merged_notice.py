"""On the page of a ticket that was merged into another: where the work goes on. For everybody who sees that one."""

from components.button import Link
from components.feedback import Notice
from components.live import Part
from components.text import t
from services.tickets.views import TicketView


class MergedNotice(Part):
    """Takes no room as long as there is nothing to say."""

    def __init__(self, view: TicketView) -> None:
        super().__init__(self._draw_notice)
        self.follow(view)

    def follow(self, view: TicketView) -> None:
        self.set_visibility(view.merged_into is not None)
        if view.merged_into is not None:
            self.show(view.merged_into)

    def _draw_notice(self, into: str) -> None:
        title = t('agent_ticket.merged.title', into=into)
        with Notice(t('agent_ticket.merged.text'), kind='accent', title=title, icon='git-merge'):
            Link(t('agent_ticket.merged.open', into=into), f'/tickets/{into}', icon='arrow-right')
