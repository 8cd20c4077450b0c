"""The admins' list of people: looked for by name, filtered, invited one by one or by a pasted list."""

from nicegui import PageArguments, ui

from components.account_forms import ROLES, InvitationForm
from components.address import Address
from components.box import Box
from components.button import Button
from components.dialog import Dialog, confirm
from components.feedback import EmptyState, Notice, toast
from components.field import ChoiceField, TextField
from components.live import Live, Part
from components.people_table import PeopleTable
from components.reader import reader
from components.refusals import explains_refusals
from components.text import Text, plural, t
from models import Role
from services import companies
from services.accounts import directory, invitations
from services.accounts.directory import PIECE, PeopleFilter, State
from services.accounts.invitations import Sent
from services.people import PersonRow

MOST_KEPT = 500  # rows that stay current


async def people_page(arguments: PageArguments) -> None:
    page = PeoplePage(Address(arguments))
    await page.load()
    page.content()


class PeoplePage:
    """What one open list of people knows."""

    def __init__(self, address: Address) -> None:
        self.actor = reader().actor
        self.address = address
        self.filter = PeopleFilter.from_parameters(address.parameters)
        self.rows: tuple[PersonRow, ...] = ()
        self.next: str | None = None

    async def load(self) -> None:
        """Read as many rows as are shown."""
        self.companies = await companies.list_companies(self.actor)
        limit = min(max(PIECE, len(self.rows)), MOST_KEPT)
        page = await directory.find(self.actor, self.filter, limit=limit)
        self.rows, self.next = page.items, page.next
        self.count = await directory.count(self.actor, self.filter)

    def content(self) -> None:
        ui.page_title(t('people.title'))
        Live('staff', f'user:{reader().user_id}', reload=self.reload)
        with Box('page people') as self.place:
            with Box('row between'):
                Text(t('people.title'), 'h1')
                Button(t('people.invite'), self.invite, look='primary', icon='user-plus').mark('invite')
            self._draw_filters()
            self.summary = Part(self._draw_summary)
            self.table = PeopleTable(t('people.title'), on_more=self.more)
            self.empty = Part(_draw_empty)
        self.show()

    def show(self) -> None:
        """Draw what `load` brought."""
        self.company.set_options({str(row.id): row.name for row in self.companies})
        self.summary.show(self.count, self.filter.state)
        self.table.show(self.rows, more=self.next is not None)
        self.empty.show(not self.rows)

    async def reload(self) -> None:
        await self.load()
        self.show()

    @explains_refusals
    async def more(self) -> None:
        page = await directory.find(self.actor, self.filter, cursor=self.next)
        self.rows, self.next = (*self.rows, *page.items), page.next
        self.show()

    @explains_refusals
    async def choose(self) -> None:
        """The filter is what the fields say; the address follows."""
        chosen = {
            'q': self.search.value,
            'role': self.role.value,
            'state': self.state.value,
            'company': self.company.value,
        }
        self.filter, self.rows = PeopleFilter.from_parameters(chosen), ()
        self.address.set(self.filter.to_parameters(), replace=True)
        await self.reload()

    def _draw_filters(self) -> None:
        everybody = t('common.all')
        firms = {str(row.id): row.name for row in self.companies}
        with Box('people-filters', 'search'):
            self.search = TextField(
                t('common.search'), self.filter.text, type='search', required=False, on_change=self.choose
            )
            self.role = ChoiceField(
                t('people.role'),
                {role.value: t(f'role.{role.value}') for role in ROLES},
                self.filter.role or '',
                required=False,
                prompt=everybody,
                on_change=self.choose,
            )
            self.state = ChoiceField(
                t('people.state'),
                {state.value: t(f'people.states.{state.value}') for state in State},
                self.filter.state or '',
                required=False,
                prompt=everybody,
                on_change=self.choose,
            )
            self.company = ChoiceField(
                t('people.company'),
                firms,
                str(self.filter.company_id or ''),
                required=False,
                prompt=everybody,
                on_change=self.choose,
            )

    def _draw_summary(self, count: int, state: State | None) -> None:
        with Box('row between people-summary'):
            Text(plural('people.count', count), 'p', 'soft small').props('role=status')
            if state is State.INVITED and count:
                Button(t('people.invite_all_again'), self._invite_all_again, icon='mail').classes('dense')

    async def _invite_all_again(self) -> None:
        with self.place:
            await self.invite_all_again()

    @explains_refusals
    async def invite_all_again(self) -> None:
        question = plural('people.invite_all_ask', self.count)
        if await confirm(question, t('people.invite_all_text'), yes=t('people.invite_again')):
            sent = await invitations.send_again(self.actor, self.filter)
            toast(plural('people.sent', sent))

    async def invite(self) -> None:
        with Dialog(t('people.invite'), wide=True) as dialog:
            open_ones = {row.id: row.name for row in self.companies if row.active}
            form = InvitationForm(open_ones, self.filter.company_id, look=self._look)

            async def send() -> None:
                sent = await invitations.send(self.actor, form.list.value, form.place.role, form.place.company_id)
                if sent.fresh + sent.again:
                    dialog.close(sent)
                else:
                    form.list.set_error(t('people.nobody_to_invite'))
                    form.list.focus()
                    await form.check()

            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('people.send_invitations'), explains_refusals(send), look='primary').mark('send_invitation')
            form.list.focus()
        sent: Sent | None = await dialog
        if sent is not None:
            toast(plural('people.sent', sent.fresh + sent.again))
            await self.reload()
            if sent.left_out:
                await _tell_left_out(sent)

    async def _look(self, text: str, role: Role, company_id: int | None) -> list[invitations.Invitee]:
        return await invitations.look(self.actor, text, role, company_id)


async def _tell_left_out(sent: Sent) -> None:
    """Whom nothing was sent to, to be copied, mended and sent as another list."""
    with Dialog(plural('people.left_out', len(sent.left_out)), wide=True) as dialog:
        Notice(t('people.left_out_text'), kind='warning')
        with Box('list invite-lines', 'ul').props(f'tabindex=0 aria-label="{t("people.list_read")}"'):
            for each in sent.left_out:
                with Box('stack gap-half', 'li'):
                    Text(each.written, 'span', 'mono small')
                    if each.problem is not None:
                        Text(t(each.problem.key, **each.problem.values), 'span', 'small invite-wrong')
        with dialog.actions():
            Button(t('common.close'), dialog.close, look='primary')
    await dialog


def _draw_empty(nobody: bool) -> None:
    if nobody:
        EmptyState(t('people.nobody'), t('people.nobody_text'), icon='users')
