"""The admins' list of companies: how many people each has, its domains, and whether it is open."""

from nicegui import ui

from components.badge import Badge
from components.box import Box
from components.button import Button, Link
from components.company_forms import ask_name
from components.feedback import EmptyState
from components.field import TextField
from components.live import Live, Part
from components.reader import reader
from components.text import Text, plural, t
from services import companies
from services.companies import CompanyView


async def companies_page() -> None:
    page = CompaniesPage()
    await page.load()
    page.content()


class CompaniesPage:
    """What one open list of companies knows."""

    def __init__(self) -> None:
        self.actor = reader().actor

    async def load(self) -> None:
        self.companies = await companies.list_companies(self.actor)

    def content(self) -> None:
        ui.page_title(t('companies.title'))
        Live('staff', f'user:{reader().user_id}', reload=self.reload)
        with Box('page people'):
            with Box('row between'):
                Text(t('companies.title'), 'h1')
                Button(t('companies.new'), self.new_company, look='primary', icon='plus').mark('new_company')
            self.search = TextField(t('common.search'), type='search', required=False, on_change=self.show)
            self.list = Part(_draw_list)
        self.show()

    def show(self) -> None:
        wanted = self.search.value.strip().casefold()
        found = [row for row in self.companies if wanted in f'{row.name} {" ".join(row.domains)}'.casefold()]
        self.list.show(tuple(found), bool(wanted))

    async def reload(self) -> None:
        await self.load()
        self.show()

    async def new_company(self) -> None:
        made = await ask_name(t('companies.new'), '', lambda name: companies.create_company(self.actor, name))
        if made is not None:
            ui.navigate.to(f'/admin/companies/{made.id}')


def _draw_list(rows: tuple[CompanyView, ...], searched: bool) -> None:
    if not rows:
        EmptyState(
            t('companies.not_found' if searched else 'companies.none'),
            t('companies.none_text'),
            icon='search-x' if searched else 'building-2',
        )
        return
    with Box('list', 'ul'):
        for row in rows:
            with Box('row between nowrap company-row' + ('' if row.active else ' closed'), 'li'):
                with Box('stack gap-half grow'):
                    with Box('row'):
                        Link(row.name, f'/admin/companies/{row.id}').classes('strong')
                        if not row.active:
                            Badge(t('people.closed'), tone='danger', icon='lock')
                        if row.share_by_default:
                            Badge(t('companies.shares'), icon='share-2')
                    if row.domains:
                        Text(', '.join(row.domains), 'span', 'soft small clip')
                Text(plural('people.count', row.people), 'span', 'soft small')
