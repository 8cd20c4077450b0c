"""The first page: with what one may be helped, what is open, how to ask so that the answer comes fast."""

from collections.abc import Sequence

from nicegui import ui

from components.ask import AskBox
from components.badge import StatusBadge
from components.box import Box
from components.button import Link
from components.feedback import EmptyState
from components.icon import Icon
from components.live import Live, Part
from components.reader import reader
from components.text import Text, t
from components.ticket_list import TicketList
from models import Status
from services import tickets
from services.forms import store
from services.forms.definition import Form, worded
from services.search import answers
from services.search.answers import Answer
from services.tickets import ListFilter, TicketRow

SHOWN = 8  # open tickets; the others are one press away
UNFINISHED = tuple(status for status in Status if status is not Status.DONE)


async def home_page() -> None:
    page = HomePage()
    with Box('page home'):
        page.listen()
        await page.load()
        page.draw()


class HomePage:
    """What one open first page knows."""

    forms: Sequence[Form]
    known: Sequence[Form]
    rows: tuple[TicketRow, ...]
    more: bool

    def __init__(self) -> None:
        self.reader = reader()

    def listen(self) -> None:
        who = self.reader
        topics = ('staff',) if who.is_staff else (f'company:{who.company_id}',)
        Live(f'user:{who.user_id}', *topics, reload=self.reload)

    async def load(self) -> None:
        self.forms, self.known = await store.offered(), await store.known()
        scope = 'mine' if self.reader.is_staff else 'own'
        wanted = ListFilter(statuses=UNFINISHED, scope=scope)  # type: ignore[arg-type]
        page = await tickets.list_tickets(self.reader.actor, wanted, limit=SHOWN)
        self.rows, self.more = page.items, page.next is not None

    async def reload(self) -> None:
        await self.load()
        self.show()

    def draw(self) -> None:
        ui.page_title(t('home.title'))
        Text(t('home.title'), 'h1', 'display')
        AskBox(on_ask=self._ask)
        with Box('home-kinds', tag='ul').props(f'aria-label="{t("home.kinds")}"'):
            for form in self.forms:
                kind_card(form, self.reader.language)
        with Box('home-open', tag='section').props('aria-labelledby=home-open'):
            with Box('row between'):
                Text(t('home.mine' if self.reader.is_staff else 'home.open'), 'h2').props('id=home-open')
                Link(t('home.all'), '/queue' if self.reader.is_staff else '/tickets', look='quiet').classes('small')
            self._draw_list()
        with Box('home-help'):
            how_to_ask()
            meanings()
        self.show()

    async def _ask(self, text: str) -> Answer:
        return await answers.ask(self.reader.actor, text, typing=True)

    def _draw_list(self) -> None:
        kinds = {form.type: worded(form.title, self.reader.language) for form in self.known}
        self.list = TicketList(t('home.open'), kinds, on_more=self._all)
        self.nothing = Part(self._draw_nothing)

    def _draw_nothing(self, empty: bool) -> None:
        if empty:
            EmptyState(t('home.nothing'), t('home.nothing_text'), icon='circle-check')

    async def _all(self) -> None:
        ui.navigate.to('/tickets')

    def show(self) -> None:
        self.list.show(self.rows, more=False)
        self.nothing.show(not self.rows)


def kind_card(form: Form, language: str) -> None:
    """One kind of help as a card to press, with the sentence on when to choose it."""
    with Box('home-kind', tag='li'), Box('card press', tag='a').props(f'href="/requests/{form.type}/new"'):
        Icon(form.icon, 'large')
        Text(worded(form.title, language), 'h2')
        Text(worded(form.purpose, language), 'p', 'soft')
        Icon('arrow-right', 'home-kind-arrow')


def how_to_ask() -> None:
    """What brings a fast answer, by the good and the bad question."""
    with Box('card home-ask', tag='section').props('aria-labelledby=home-ask'):
        Text(t('home.ask.title'), 'h2').props('id=home-ask')
        Text(t('home.ask.lead'), 'p', 'soft')
        for kind, icon in (('good', 'circle-check'), ('bad', 'circle-x')):
            with Box(f'home-example {kind}', tag='figure'):
                with Box('home-example-head', tag='figcaption'):
                    Icon(icon)
                    Text(t(f'home.ask.{kind}_name'), 'span')
                Text(t(f'home.ask.{kind}'), 'blockquote')
                Text(t(f'home.ask.{kind}_why'), 'p', 'soft small')
        with Box('home-tips', tag='ul'):
            for tip in ('one', 'steps', 'picture'):
                Text(t(f'home.ask.tip_{tip}'), 'li')


def meanings() -> None:
    """What each status says to whoever asked."""
    with Box('card home-statuses', tag='section').props('aria-labelledby=home-statuses'):
        Text(t('home.statuses'), 'h2').props('id=home-statuses')
        with Box('home-status-list', tag='dl'):
            for status in Status:
                with Box('home-status'):
                    with Box(tag='dt'):
                        StatusBadge(status)
                    Text(t(f'status_meaning.{status.value}'), 'dd', 'soft')
