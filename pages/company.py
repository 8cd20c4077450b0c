"""One company as admins run it: name, domains, people, tickets and ratings, what it shares, closing and merging."""

from dataclasses import replace
from functools import partial

from nicegui import ui

from components.address import id_of
from components.badge import Badge
from components.box import Box
from components.button import Button, Link, LinkButton, Menu
from components.company_forms import ask_name
from components.dialog import Dialog, confirm
from components.feedback import EmptyState, toast
from components.field import CheckField, ChoiceField, TextArea
from components.live import Live, Part
from components.people_table import PeopleTable
from components.reader import reader
from components.refusals import explains_refusals, point_out
from components.text import Text, number, plural, t
from models import Role, Status
from services import companies, people
from services.accounts import doubles, firm
from services.accounts.firm import Firm
from services.companies import CompanyView
from services.errors import Invalid
from services.people import PersonRow

_EVERY = ','.join(status.value for status in Status)  # the queue leaves done ones out unless asked for


async def company_page(ref: str) -> None:
    page = CompanyPage(id_of(ref))
    await page.load()
    page.content()


class CompanyPage:
    """What one open page of a company knows."""

    def __init__(self, company_id: int) -> None:
        self.actor = reader().actor
        self.id = company_id

    async def load(self) -> None:
        self.firm: Firm = await firm.read(self.actor, self.id)

    @property
    def company(self) -> CompanyView:
        return self.firm.company

    def content(self) -> None:
        ui.page_title(self.company.name)
        Live('staff', f'company:{self.id}', f'user:{reader().user_id}', reload=self.reload)
        with Box('page people') as self.place:
            Link(t('companies.back'), '/admin/companies', icon='arrow-left', look='quiet').classes('small')
            self.head = Part(self._draw_head)
            self.figures = Part(_draw_figures)
            with Box('split person-split'):
                with Box('stack gap-3'):
                    self._draw_people()
                    self.strays = Part(self._draw_strays)
                with Box('stack gap-3', 'aside'):
                    self._draw_rules()
        self.show()

    def show(self) -> None:
        """Draw what `load` brought; what is being typed is left alone."""
        shown = self.firm
        self.head.show(shown.company.name, shown.company.active)
        self.figures.show(replace(shown, people=(), strays=()))
        self.table.show(shown.people)
        self.nobody.show(not shown.people)
        self.rest.show(shown.company.people)
        self.strays.show(shown.strays)
        if self.sharing.value != shown.company.share_by_default:
            self.sharing.set_value(shown.company.share_by_default)

    async def reload(self) -> None:
        await self.load()
        self.show()

    def _draw_head(self, name: str, active: bool) -> None:
        with Box('row between person-head'):
            with Box('row grow'):
                Text(name, 'h1')
                if not active:
                    Badge(t('people.closed'), tone='danger', icon='lock')
            with Box('row'):
                if not active:
                    Button(t('companies.open'), self.place.here(self.open), look='primary', icon='building-2')
                with Menu(t('people.actions', name=name), icon='ellipsis', icon_only=True).mark('company_menu'):
                    Button(t('companies.rename'), self.place.here(self.rename), icon='pencil')
                    if active:
                        Button(t('companies.close'), self.place.here(self.close), icon='lock')
                    Button(t('companies.merge'), self.place.here(self.merge), icon='git-merge')

    def _draw_people(self) -> None:
        with Box('stack gap-2', 'section'):
            with Box('row between'):
                Text(t('companies.people'), 'h2', 'person-section')
                LinkButton(t('people.invite'), f'/admin/people?company={self.id}', icon='user-plus').classes('dense')
            self.table = PeopleTable(t('companies.people'), of_one_company=True)
            self.nobody = Part(_draw_nobody)
            self.rest = Part(self._draw_rest)

    def _draw_rest(self, count: int) -> None:
        if count > firm.SHOWN:
            label = plural('companies.all_people', count)
            LinkButton(label, f'/admin/people?company={self.id}').classes('wide')

    def _draw_strays(self, rows: tuple[PersonRow, ...]) -> None:
        if not rows:
            return
        with Box('stack gap-2', 'section'):
            Text(t('companies.strays'), 'h2', 'person-section')
            Text(t('companies.strays_text'), 'p', 'soft small')
            with Box('list', 'ul'):
                for row in rows:
                    with Box('row between nowrap', 'li'):
                        with Box('stack gap-half grow'):
                            Link(row.name, f'/admin/people/{row.id}')
                            Text(' · '.join(filter(None, (row.email, row.company_name))), 'span', 'soft small clip')
                        Button(t('companies.move_here'), self.place.here(partial(self.move_here, row))).classes('dense')

    @explains_refusals
    async def move_here(self, row: PersonRow) -> None:
        question = t('companies.move_ask', name=row.name, company=self.company.name)
        if await confirm(question, t('people.move_text'), yes=t('companies.move_here')):
            await people.change_role(self.actor, row.id, Role.CUSTOMER, self.id)
            toast(t('common.saved'))

    # the rules

    def _draw_rules(self) -> None:
        company = self.company
        with Box('card stack gap-2', 'section'):
            Text(t('companies.domains'), 'h2', 'person-section')
            self.domains = TextArea(
                t('companies.domains'),
                '\n'.join(company.domains),
                rows=3,
                hint=t('companies.domains_hint'),
                placeholder='romashka.ru',
                label_hidden=True,
                optional=True,
            )
            with Box('row end'):
                Button(t('common.save'), self.save_domains, look='primary').mark('save_domains')
        with Box('card stack gap-2', 'section'):
            Text(t('companies.sharing'), 'h2', 'person-section')
            self.sharing = CheckField(
                t('companies.share_by_default'),
                company.share_by_default,
                hint=t('companies.share_hint'),
                on_change=self.save_sharing,
            )

    @explains_refusals
    async def save_domains(self) -> None:
        try:
            kept = await companies.set_domains(self.actor, self.id, self.domains.value.replace(',', ' ').split())
        except Invalid as refusal:
            point_out(refusal, {'domains': self.domains})
            return
        point_out(None, {'domains': self.domains})
        self.domains.set_value('\n'.join(kept))
        toast(t('common.saved'))

    @explains_refusals
    async def save_sharing(self) -> None:
        await companies.set_sharing(self.actor, self.id, self.sharing.value)
        toast(t('companies.shared_now' if self.sharing.value else 'companies.not_shared_now'))

    # what can be done

    async def rename(self) -> None:
        title = t('companies.rename_of', name=self.company.name)
        await ask_name(title, self.company.name, lambda name: companies.rename_company(self.actor, self.id, name))

    @explains_refusals
    async def close(self) -> None:
        question = t('companies.close_ask', name=self.company.name)
        if await confirm(question, t('companies.close_text'), yes=t('companies.close'), danger=True):
            await companies.set_company_active(self.actor, self.id, False)
            toast(t('common.saved'))

    @explains_refusals
    async def open(self) -> None:
        await companies.set_company_active(self.actor, self.id, True)
        toast(t('common.saved'))

    @explains_refusals
    async def merge(self) -> None:
        others = {str(row.id): row.name for row in await companies.list_companies(self.actor) if row.id != self.id}
        with Dialog(t('companies.merge_of', name=self.company.name)) as dialog:
            Text(t('companies.merge_text', name=self.company.name), 'p', 'soft small')
            other = ChoiceField(t('companies.merge_other'), others)
            sure = CheckField(t('people.merge_sure'))

            async def do() -> None:
                other.set_error(None if other.value else t('companies.merge_choose'))
                sure.set_error(None if sure.value else t('people.merge_tick'))
                if other.value and sure.value:
                    await doubles.merge_companies(self.actor, self.id, int(other.value))
                    dialog.close(True)

            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('people.merge_do'), explains_refusals(do), look='danger').mark('merge_do')
        if await dialog:
            toast(t('companies.merged'))


def _draw_figures(shown: Firm) -> None:
    tickets = f'/queue?company={shown.company.id}'
    rated = f'{tickets}&status={_EVERY}&stars='
    with Box('figures'):
        _figure(number(shown.tickets), plural('companies.tickets', shown.tickets), f'{tickets}&status={_EVERY}')
        _figure(number(shown.unfinished), t('companies.unfinished'), tickets if shown.unfinished else '')
        good = shown.good
        _figure(
            f'{round(100 * good)} %' if good is not None else '–', t('companies.good'), f'{rated}4,5' if good else ''
        )
        mean = number(round(shown.mean, 2)) if shown.mean is not None else '–'
        _figure(mean, plural('companies.of_answers', shown.answers), f'{rated}1,2,3,4,5' if shown.answers else '')


def _figure(value: str, label: str, href: str) -> None:
    """A number; its label leads to the tickets behind it."""
    with Box('figure card'):
        Text(value, 'p', 'figure-value numbers')
        with Text('', 'p', 'soft small'):
            if href:
                Link(label, href)
            else:
                Text(label, 'span')


def _draw_nobody(nobody: bool) -> None:
    if nobody:
        EmptyState(t('companies.nobody'), t('companies.nobody_text'), icon='users')
