"""The audit log: what was done to accounts, rights and settings, by whom and when; searched, exported, never edited."""

from typing import Any
from urllib.parse import urlencode

from nicegui import PageArguments, ui

from components.address import Address
from components.audit_list import AuditList
from components.box import Box
from components.button import Button, LinkButton
from components.feedback import EmptyState
from components.field import ChoiceField, Field, TextField
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals, point_out
from components.text import Text, t
from services import audit, audit_log
from services.audit_log import GROUPS, AuditFilter, AuditRow
from services.errors import Invalid

MOST_KEPT = 500  # rows that stay current


async def audit_page(arguments: PageArguments) -> None:
    page = AuditPage(Address(arguments))
    page.content()
    await page.reload()


class AuditPage:
    """What one open audit log knows."""

    def __init__(self, address: Address) -> None:
        self.actor = reader().actor
        self.address = address
        self.wanted = AuditFilter.from_parameters(address.parameters)
        self.rows: tuple[AuditRow, ...] = ()
        self.next: int | None = None

    def content(self) -> None:
        ui.page_title(t('audit.title'))
        Live(audit.TOPIC, f'user:{reader().user_id}', reload=self.reload)
        with Box('page wide stack gap-3'):
            with Box('stack gap-1'):
                Text(t('audit.title'), 'h1')
                Text(t('audit.lead'), 'p', 'soft measure')
            self.fields = self._draw_filter()
            with Box('row gap-1'):
                Button(t('audit.reset'), self.clear, look='quiet', icon='x')
                self.exports = Part(_draw_exports).classes('row gap-1')
            self.list = AuditList(on_more=self.more)
            self.empty = Part(_draw_empty)

    def _draw_filter(self) -> dict[str, Field]:
        groups = {group: t(f'audit.groups.{group}') for group in GROUPS}
        shared: dict[str, Any] = {'required': False, 'on_change': self.search}
        with Box('audit-filter'):
            return {
                'person': TextField(t('audit.person'), self.wanted.person, hint=t('audit.person_hint'), **shared),
                'group': ChoiceField(t('audit.group'), groups, self.wanted.group, prompt=t('audit.any'), **shared),
                'subject': TextField(t('audit.subject'), self.wanted.subject, hint=t('audit.subject_hint'), **shared),
                'since': TextField(t('audit.since'), self.wanted.since, type='date', **shared),
                'until': TextField(t('audit.until'), self.wanted.until, type='date', **shared),
            }

    async def reload(self) -> None:
        """Read as many rows as are shown, and draw them."""
        count = min(max(audit_log.PIECE, len(self.rows)), MOST_KEPT)
        try:
            page = await audit_log.entries(self.actor, self.wanted, limit=count)
        except Invalid as refusal:
            point_out(refusal, self.fields)
            return
        self.rows, self.next = page.rows, page.next
        self.show()

    def show(self) -> None:
        point_out(None, self.fields)
        self.list.show(self.rows, more=self.next is not None)
        self.empty.show(not self.rows)
        self.exports.show(self.wanted)

    @explains_refusals
    async def search(self) -> None:
        self.wanted = AuditFilter(**{name: str(field.value).strip() for name, field in self.fields.items()})
        self.address.set(self.wanted.to_parameters(), replace=True)
        self.rows = ()
        await self.reload()

    async def clear(self) -> None:
        for field in self.fields.values():
            field.set_value('')
        await self.search()

    @explains_refusals
    async def more(self) -> None:
        page = await audit_log.entries(self.actor, self.wanted, before=self.next)
        self.rows, self.next = self.rows + page.rows, page.next
        self.show()


def _draw_exports(wanted: AuditFilter) -> None:
    query = urlencode(wanted.to_parameters())
    for kind in ('csv', 'xlsx'):
        address = f'/exports/audit.{kind}' + (f'?{query}' if query else '')
        LinkButton(t(f'audit.export_{kind}'), address, icon='download').props('download')


def _draw_empty(nothing: bool) -> None:
    if nothing:
        EmptyState(t('audit.empty'), t('audit.empty_text'), icon='search-x')
