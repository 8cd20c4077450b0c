"""One person as admins see them: tickets, ratings, browsers, keys, what was done to them; and what can be done."""

from functools import partial

from nicegui import ui

from components.address import id_of
from components.badge import Avatar, Badge
from components.box import Box
from components.browsers import browser_name
from components.button import Button, Link, Menu
from components.dialog import confirm
from components.feedback import toast
from components.live import Live, Part
from components.people_table import account_state
from components.person_dialogs import ask_double, ask_erasure, ask_role
from components.person_parts import draw_entries, draw_facts, draw_ratings, draw_tickets
from components.reader import reader
from components.refusals import explains_refusals
from components.text import Moment, Text, plural, t
from models import Role
from services import companies, people
from services.accounts import account
from services.accounts.account import Account
from services.people import PersonRow
from services.sessions import SessionView
from services.tokens import TokenView


async def person_page(ref: str) -> None:
    page = PersonPage(id_of(ref))
    await page.load()
    page.content()


class PersonPage:
    """What one open page of a person knows."""

    def __init__(self, user_id: int) -> None:
        self.actor = reader().actor
        self.id = user_id

    async def load(self) -> None:
        self.account: Account = await account.read(self.actor, self.id)

    @property
    def person(self) -> PersonRow:
        return self.account.person

    def content(self) -> None:
        ui.page_title(self.person.name)
        Live('staff', f'user:{self.id}', f'user:{reader().user_id}', reload=self.reload)
        with Box('page people') as self.place:
            Link(t('people.back'), '/admin/people', icon='arrow-left', look='quiet').classes('small')
            self.head = Part(self._draw_head)
            with Box('split person-split'):
                with Box('stack gap-3'):
                    self.tickets = Part(draw_tickets)
                    self.ratings = Part(draw_ratings)
                    self.entries = Part(draw_entries)
                with Box('stack gap-3', 'aside'):
                    self.facts = Part(draw_facts)
                    self.sessions = Part(self._draw_sessions)
                    self.tokens = Part(self._draw_tokens)
        self.show()

    def show(self) -> None:
        """Draw what `load` brought."""
        shown = self.account
        self.head.show(shown.person)
        self.tickets.show(self.id, shown.tickets, shown.tickets_count, shown.open_count)
        self.ratings.show(shown.ratings, shown.ratings_count)
        self.entries.show(shown.entries)
        self.facts.show(shown)
        self.sessions.show(shown.sessions)
        self.tokens.show(shown.tokens)

    async def reload(self) -> None:
        await self.load()
        self.show()

    # who it is, and what can be done

    def _draw_head(self, person: PersonRow) -> None:
        word, tone = account_state(person)
        with Box('row between person-head'):
            with Box('row nowrap gap-2 grow'):
                Avatar(person.name, 'large')
                with Box('stack gap-half grow'):
                    with Box('row'):
                        Text(person.name, 'h1')
                        Badge(t(f'role.{person.role.value}'), tone='' if person.role is Role.CUSTOMER else 'accent')
                        if word:
                            Badge(word, tone=tone)
                    with Box('row gap-half soft'):
                        Text(person.email, 'span', 'person-mail')
                        if person.company_id is not None:
                            Text('·', 'span')
                            Link(person.company_name or '', f'/admin/companies/{person.company_id}')
            self._draw_actions(person)

    def _draw_actions(self, person: PersonRow) -> None:
        with Box('row'):
            if person.active and person.invited:
                Button(t('people.invite_again'), self.place.here(self.invite_again), icon='mail')
            if person.active:
                Button(t('people.change_role'), self.place.here(self.change_role), icon='user-check')
            else:
                Button(t('people.open'), self.place.here(self.open), icon='user', look='primary')
            with Menu(t('people.actions', name=person.name), icon='ellipsis', icon_only=True).mark('person_menu'):
                Button(t('people.sign_out'), self.place.here(self.sign_out), icon='log-out')
                if person.active:
                    Button(t('people.close'), self.place.here(self.close), icon='lock')
                Button(t('people.merge'), self.place.here(self.merge), icon='git-merge')
                Link(t('people.own_data'), f'/exports/people/{self.id}.zip', icon='download').props('download')
                Button(t('people.erase'), self.place.here(self.erase), icon='trash-2')

    @explains_refusals
    async def invite_again(self) -> None:
        await people.invite_again(self.actor, self.id)
        toast(t('people.invitation_sent', email=self.person.email))

    @explains_refusals
    async def change_role(self) -> None:
        firms = {row.id: row.name for row in await companies.list_companies(self.actor) if row.active}
        if await ask_role(self.actor, self.person, firms):
            toast(t('common.saved'))

    @explains_refusals
    async def sign_out(self) -> None:
        question = t('people.sign_out_ask', name=self.person.name)
        if await confirm(question, t('people.sign_out_text'), yes=t('people.sign_out')):
            ended = await account.sign_out_everywhere(self.actor, self.id)
            toast(plural('people.signed_out', ended))

    @explains_refusals
    async def close(self) -> None:
        question = t('people.close_ask', name=self.person.name)
        if await confirm(question, t('people.close_text'), yes=t('people.close'), danger=True):
            await people.deactivate(self.actor, self.id)
            toast(t('people.closed_done', name=self.person.name))

    @explains_refusals
    async def open(self) -> None:
        await people.activate(self.actor, self.id)
        toast(t('people.opened_done', name=self.person.name))

    @explains_refusals
    async def merge(self) -> None:
        kept = await ask_double(self.actor, self.person)
        if kept is not None:
            toast(t('people.merged'))
            ui.navigate.to(f'/admin/people/{kept}')

    @explains_refusals
    async def erase(self) -> None:
        if await ask_erasure(self.actor, self.person):
            toast(t('people.erased'))
            ui.navigate.to('/admin/people')

    # where they are signed in, and their keys

    def _draw_sessions(self, views: tuple[SessionView, ...]) -> None:
        with Box('card stack gap-2', 'section'):
            Text(t('people.sessions'), 'h2', 'person-section')
            if not views:
                Text(t('people.no_sessions'), 'p', 'soft small')
            with Box('stack gap-2 person-things', 'ul'):
                for view in views:
                    with Box('row between nowrap', 'li'):
                        with Box('stack gap-half grow'):
                            Text(browser_name(view.browser), 'span', 'strong')
                            with Text('', 'span', 'soft small'):
                                Text(f'{view.address} · ', 'span')
                                Moment(view.active_at)
                        Button(
                            t('people.end_session'), self.place.here(partial(self.end, view.id)), look='quiet'
                        ).props(f'data-focus=end-{view.id}')

    @explains_refusals
    async def end(self, session_id: int) -> None:
        await account.end_session(self.actor, self.id, session_id)
        toast(t('people.session_ended'))

    def _draw_tokens(self, views: tuple[TokenView, ...]) -> None:
        if not views:
            return
        with Box('card stack gap-2', 'section'):
            Text(t('people.tokens'), 'h2', 'person-section')
            with Box('stack gap-2 person-things', 'ul'):
                for view in views:
                    with Box('row between nowrap', 'li'):
                        with Box('stack gap-half grow'):
                            Text(view.name, 'span', 'strong')
                            with Text('', 'span', 'soft small'):
                                Moment(view.used_at or view.created_at)
                        Button(t('people.revoke'), self.place.here(partial(self.revoke, view)), look='quiet').props(
                            f'data-focus=revoke-{view.id}'
                        )

    @explains_refusals
    async def revoke(self, view: TokenView) -> None:
        question = t('people.revoke_ask', name=view.name)
        if await confirm(question, t('people.revoke_text'), yes=t('people.revoke'), danger=True):
            await account.revoke_token(self.actor, self.id, view.id)
            toast(t('people.revoked'))
