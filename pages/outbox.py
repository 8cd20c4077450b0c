"""The admins' outbox: every e-mail of the portal and what became of it, each as its reader gets it."""

from urllib.parse import urlencode

from nicegui import PageArguments, ui

from components.address import Address
from components.box import Box
from components.button import Button, LinkButton
from components.feedback import EmptyState, Notice, toast
from components.field import TextField
from components.live import Live, Part
from components.mail_list import MailList
from components.mail_view import MailView
from components.reader import reader
from components.refusals import explains_refusals
from components.text import Text, plural, t
from models import MailState
from services import outbox
from services.errors import NotFound
from services.mail import desk
from services.mail.desk import MailRow, OpenMail

PATH = '/admin/outbox'
MOST_KEPT = 500  # rows that stay current


async def outbox_page(arguments: PageArguments) -> None:
    page = OutboxPage(Address(arguments))
    await page.load()
    page.content()


class OutboxPage:
    """What one open outbox knows."""

    def __init__(self, address: Address) -> None:
        self.actor = reader().actor
        self.address = address
        self.state = _state(address.parameters.get('state', ''))
        self.text = address.parameters.get('text', '')[:100]
        self.chosen = _number(address.parameters.get('mail', ''))
        self.rows: tuple[MailRow, ...] = ()
        self.next: int | None = None
        self.mail: OpenMail | None = None

    async def load(self) -> None:
        """Read as many rows as are shown, and the open mail."""
        count = min(max(desk.PIECE, len(self.rows)), MOST_KEPT)
        page = await desk.mails(self.actor, state=self.state, text=self.text, limit=count)
        self.rows, self.next = page.rows, page.next
        self.mail = await self._opened()

    def content(self) -> None:
        ui.page_title(t('outbox.title'))
        Live(outbox.TOPIC, outbox.CHANGED, f'user:{reader().user_id}', reload=self.reload)
        with Box('page wide stack gap-3 outbox'):
            with Box('stack gap-1'):
                Text(t('outbox.title'), 'h1')
                Text(t('outbox.lead'), 'p', 'soft measure outbox-about')
            with Box('outbox-about'):
                Notice(t('outbox.kept' if desk.is_kept() else 'outbox.masked'), icon='mail')
            with Box('row between outbox-filter'):
                self.filters = self._draw_filters()
                self.failed = Button(t('outbox.retry_all'), self.retry_all, icon='send')
            label = t('outbox.search')
            self.search_field = TextField(label, self.text, type='search', required=False, on_change=self.search)
            with Box('outbox-split') as self.split:
                with Box('outbox-list'):
                    self.list = MailList(href=self._href, on_choose=self.choose, on_more=self.more)
                    self.empty = Part(_draw_empty)
                with Box('outbox-mail'):
                    self.back = LinkButton(t('outbox.back'), self._href(None), icon='arrow-left').classes('outbox-back')
                    self.view = MailView(self.retry)
                    self.nothing = Text(t('outbox.choose'), 'p', 'soft outbox-nothing')
        self.show()

    def show(self) -> None:
        """Draw what `load` brought."""
        self.list.show(self.rows, chosen=self.chosen, more=self.next is not None)
        self.empty.show(len(self.rows), self.state is not None or bool(self.text))
        self.failed.set_visibility(self.state is MailState.FAILED and bool(self.rows))
        for state, button in self.filters.items():
            button.set_pressed(state == self.state)
        self.split.classes(add='opened' if self.mail else '', remove='' if self.mail else 'opened')
        self.view.set_visibility(self.mail is not None)
        self.nothing.set_visibility(self.mail is None)
        if self.mail is not None:
            self.view.show(self.mail)

    async def reload(self) -> None:
        await self.load()
        self.show()

    @explains_refusals
    async def choose(self, id: int) -> None:
        self.chosen = id
        self._follow()
        self.mail = await self._opened()
        self.show()

    @explains_refusals
    async def more(self) -> None:
        page = await desk.mails(self.actor, state=self.state, text=self.text, before=self.next)
        self.rows, self.next = (*self.rows, *page.rows), page.next
        self.show()

    @explains_refusals
    async def retry(self, id: int) -> None:
        await desk.retry(self.actor, id)
        toast(t('outbox.retried'))

    @explains_refusals
    async def retry_all(self) -> None:
        count = await desk.retry_all(self.actor)
        toast(plural('outbox.retried_all', count))

    @explains_refusals
    async def search(self) -> None:
        self.text, self.chosen, self.rows = str(self.search_field.value).strip(), None, ()
        self.address.set(self._parameters(None), replace=True)
        await self.reload()

    @explains_refusals
    async def filter(self, state: MailState | None) -> None:
        self.state, self.chosen, self.rows = state, None, ()
        self._follow()
        await self.reload()

    def _draw_filters(self) -> dict[MailState | None, Button]:
        buttons: dict[MailState | None, Button] = {}
        with Box('segments').props(f'role=group aria-label="{t("outbox.title")}"'):
            for state in (None, *MailState):
                word = 'kept' if state is MailState.WAITING and desk.is_kept() else state.value if state else ''
                label = t(f'outbox.state.{word}') if word else t('outbox.all')
                button = Button(label, lambda state=state: self.filter(state))  # type: ignore[misc]
                button.classes('segment', remove='button').props('data-state').mark(f'state_{state or "all"}')
                buttons[state] = button
        return buttons

    async def _opened(self) -> OpenMail | None:
        if self.chosen is None:
            return None
        try:
            return await desk.mail(self.actor, self.chosen)
        except NotFound:
            self.chosen = None
            return None

    def _follow(self) -> None:
        self.address.set(self._parameters(self.chosen))

    def _parameters(self, mail: int | None) -> dict[str, str]:
        state = {'state': self.state.value} if self.state else {}
        state |= {'text': self.text} if self.text else {}
        return state | ({'mail': str(mail)} if mail else {})

    def _href(self, mail: int | None) -> str:
        parameters = self._parameters(mail)
        return f'{PATH}?{urlencode(parameters)}' if parameters else PATH


def _draw_empty(rows: int, filtered: bool) -> None:
    if not rows:
        EmptyState(t('outbox.title'), t('outbox.empty_filter' if filtered else 'outbox.empty'), icon='mail')


def _state(text: str) -> MailState | None:
    return MailState(text) if text in tuple(MailState) else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
