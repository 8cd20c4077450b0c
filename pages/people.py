"""The admins' page of accounts: companies and people, inviting, another role or company, closing and opening."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from components.badge import Badge
from components.box import Box
from components.button import Button, Menu
from components.dialog import Dialog, confirm
from components.feedback import EmptyState, toast
from components.field import ChoiceField, TextField
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals, point_out
from components.text import Moment, Text, plural, t
from models import Role
from services import companies, people
from services.companies import CompanyView
from services.errors import Invalid
from services.people import PersonRow

ROLES = (Role.CUSTOMER, Role.AGENT, Role.ADMIN)


async def people_page() -> None:
    page = PeoplePage()
    await page.load()
    page.content()


class PeoplePage:
    """What one open page of accounts knows."""

    def __init__(self) -> None:
        self.actor = reader().actor
        self.text = ''
        self.company = ''

    async def load(self) -> None:
        self.companies = await companies.list_companies(self.actor)
        chosen = int(self.company) if self.company else None
        self.people = await people.list_people(self.actor, text=self.text, company_id=chosen)

    def content(self) -> None:
        ui.page_title(t('people.title'))
        Live('staff', f'user:{reader().user_id}', reload=self.reload)
        with Box('page people') as self.place:
            with Box('row between'):
                Text(t('people.title'), 'h1')
                with Box('row'):
                    Button(t('people.new_company'), self.new_company, icon='building-2').mark('new_company')
                    Button(t('people.invite'), self.invite, look='primary', icon='user-plus').mark('invite')
            with Box('people-filters'):
                self.search = TextField(t('common.search'), type='search', required=False, on_change=self.search_people)
                self.filter = ChoiceField(
                    t('people.company'), {}, required=False, prompt=t('common.all'), on_change=self.choose_company
                )
            self.rows = Part(self._draw_people)
            Text(t('people.companies'), 'h2')
            self.company_rows = Part(self._draw_companies)
        self.show()

    def show(self) -> None:
        self.filter.set_options({str(row.id): row.name for row in self.companies})
        self.rows.show(tuple(self.people))
        self.company_rows.show(tuple(self.companies))

    async def reload(self) -> None:
        await self.load()
        self.show()

    async def search_people(self) -> None:
        self.text = self.search.value
        await self.reload()

    async def choose_company(self) -> None:
        self.company = self.filter.value
        await self.reload()

    def _here(self, action: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """The action, done where it outlives the redraw of the row whose button was pressed."""

        async def act() -> None:
            with self.place:
                await action()

        return act

    # people

    def _draw_people(self, rows: tuple[PersonRow, ...]) -> None:
        if not rows:
            EmptyState(t('people.nobody'), t('people.nobody_text'), icon='users')
            return
        with Box('list', 'ul'):
            for row in rows:
                self._draw_person(row)

    def _draw_person(self, row: PersonRow) -> None:
        with Box('row between nowrap account-row' + ('' if row.active else ' closed'), 'li').mark(
            f'person_{row.email}'
        ):
            with Box('stack gap-half account-who'):
                with Box('row'):
                    Text(row.name, 'span', 'strong')
                    if row.role is not Role.CUSTOMER:
                        Badge(t(f'role.{row.role.value}'), tone='accent')
                    if not row.active:
                        Badge(t('people.closed'), tone='danger', icon='lock')
                    elif row.invited:
                        Badge(t('people.invited'), tone='warning', icon='mail')
                Text(' · '.join(filter(None, (row.email, row.company_name))), 'span', 'soft small')
            if row.last_seen_at is not None:
                with Text('', 'span', 'soft small account-seen'):
                    Moment(row.last_seen_at)
            with Menu(t('people.actions', name=row.name), icon='ellipsis', icon_only=True).mark(f'menu_{row.email}'):
                if row.active and row.invited:
                    Button(t('people.invite_again'), self._here(lambda: self.invite_again(row)), icon='mail')
                if row.active:
                    Button(t('people.change_role'), self._here(lambda: self.change_role(row)), icon='user-check')
                    Button(t('people.close'), self._here(lambda: self.close(row)), icon='lock')
                else:
                    Button(t('people.open'), self._here(lambda: self.open(row)), icon='user')

    async def invite(self) -> None:
        with Dialog(t('people.invite')) as dialog:
            email = TextField(t('people.email'), type='email', limit=254)
            name = TextField(t('people.name'), hint=t('people.name_hint'), optional=True, limit=100)
            role, company = self._draw_role(Role.CUSTOMER, self.company)
            fields = {'email': email, 'name': name, 'company': company}

            async def send() -> None:
                try:
                    await people.invite(self.actor, email.value, name.value, Role(role.value), _company(role, company))
                except Invalid as refusal:
                    point_out(refusal, fields)
                else:
                    dialog.close(email.value)

            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('people.send_invitation'), explains_refusals(send), look='primary').mark('send_invitation')
        if address := await dialog:
            toast(t('people.invitation_sent', email=address))
            await self.reload()

    async def change_role(self, row: PersonRow) -> None:
        with Dialog(t('people.change_role_of', name=row.name)) as dialog:
            role, company = self._draw_role(row.role, str(row.company_id or ''))

            async def save() -> None:
                try:
                    await people.change_role(self.actor, row.id, Role(role.value), _company(role, company))
                except Invalid as refusal:
                    point_out(refusal, {'company': company})
                else:
                    dialog.close(True)

            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('common.save'), explains_refusals(save), look='primary').mark('save_role')
        if await dialog:
            toast(t('common.saved'))
            await self.reload()

    def _draw_role(self, role: Role, company_id: str) -> tuple[ChoiceField, ChoiceField]:
        """The choice of a role, and of a company as long as that is a customer."""

        def follow() -> None:
            company.set_visibility(choice.value == Role.CUSTOMER.value)

        roles = {each.value: t(f'role.{each.value}') for each in ROLES}
        choice = ChoiceField(t('people.role'), roles, role.value, look='radio', on_change=follow)
        open_ones = {str(row.id): row.name for row in self.companies if row.active}
        company = ChoiceField(t('people.company'), open_ones, company_id)
        follow()
        return choice, company

    @explains_refusals
    async def invite_again(self, row: PersonRow) -> None:
        await people.invite_again(self.actor, row.id)
        toast(t('people.invitation_sent', email=row.email))

    @explains_refusals
    async def close(self, row: PersonRow) -> None:
        if await confirm(
            t('people.close_ask', name=row.name), t('people.close_text'), yes=t('people.close'), danger=True
        ):
            await people.deactivate(self.actor, row.id)
            toast(t('people.closed_done', name=row.name))
            await self.reload()

    @explains_refusals
    async def open(self, row: PersonRow) -> None:
        await people.activate(self.actor, row.id)
        toast(t('people.opened_done', name=row.name))
        await self.reload()

    # companies

    def _draw_companies(self, rows: tuple[CompanyView, ...]) -> None:
        if not rows:
            EmptyState(t('people.no_company'), t('people.no_company_text'), icon='building-2')
            return
        with Box('list', 'ul'):
            for row in rows:
                self._draw_company(row)

    def _draw_company(self, row: CompanyView) -> None:
        with Box('row between nowrap account-row' + ('' if row.active else ' closed'), 'li'):
            with Box('row account-who'):
                Text(row.name, 'span', 'strong')
                Text(plural('people.count', row.people), 'span', 'soft small')
                if not row.active:
                    Badge(t('people.closed'), tone='danger', icon='lock')
            with Menu(t('people.actions', name=row.name), icon='ellipsis', icon_only=True):
                Button(t('people.rename'), self._here(lambda: self.rename(row)), icon='pencil')
                if row.active:
                    Button(t('people.close_company'), self._here(lambda: self.set_company(row, False)), icon='lock')
                else:
                    Button(t('people.open_company'), self._here(lambda: self.set_company(row, True)), icon='building-2')

    async def new_company(self) -> None:
        await self._ask_name(t('people.new_company'), '', lambda name: companies.create_company(self.actor, name))

    async def rename(self, row: CompanyView) -> None:
        title = t('people.rename_of', name=row.name)
        await self._ask_name(title, row.name, lambda name: companies.rename_company(self.actor, row.id, name))

    async def _ask_name(self, title: str, value: str, store: Callable[[str], object]) -> None:
        with Dialog(title) as dialog:
            name = TextField(t('people.company_name'), value, limit=200)

            async def save() -> None:
                try:
                    await store(name.value)  # type: ignore[misc]
                except Invalid as refusal:
                    point_out(refusal, {'name': name})
                else:
                    dialog.close(True)

            name.on_submit(explains_refusals(save))
            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('common.save'), explains_refusals(save), look='primary').mark('save_company')
        if await dialog:
            toast(t('common.saved'))
            await self.reload()

    @explains_refusals
    async def set_company(self, row: CompanyView, active: bool) -> None:
        if not active:
            question, yes = t('people.close_company_ask', name=row.name), t('people.close_company')
            if not await confirm(question, t('people.close_company_text'), yes=yes, danger=True):
                return
        await companies.set_company_active(self.actor, row.id, active)
        toast(t('common.saved'))
        await self.reload()


def _company(role: ChoiceField, company: ChoiceField) -> int | None:
    return int(company.value) if role.value == Role.CUSTOMER.value and company.value else None
