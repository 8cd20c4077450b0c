"""One person as admins see them: tickets, ratings, browsers, keys, what was done to them; and what can be done."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from components.account_forms import RoleForm
from components.badge import Avatar, Badge, StatusBadge
from components.box import Box
from components.browsers import browser_name
from components.button import Button, Link, Menu
from components.dialog import Dialog, confirm
from components.feedback import EmptyState, toast
from components.field import CheckField, ChoiceField, Option, TextField
from components.live import Live, Part
from components.people_table import account_state
from components.reader import reader
from components.refusals import explains_refusals, point_out
from components.text import Moment, Text, number, plural, t
from models import Role, Status
from services import companies, people
from services.accounts import account, directory, doubles
from services.accounts.account import Account, Entry
from services.accounts.directory import PeopleFilter
from services.audit_log import action_words
from services.desk.filters import DeskFilter
from services.errors import Invalid, NotFound
from services.figures.wanted import queue_address
from services.people import PersonRow
from services.privacy import erasing
from services.sessions import SessionView
from services.tokens import TokenView

CANDIDATES = 20


async def person_page(ref: str) -> None:
    if not (ref.isascii() and ref.isdigit() and len(ref) < 10):
        raise NotFound
    page = PersonPage(int(ref))
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
                    self.tickets = Part(_draw_tickets)
                    self.ratings = Part(_draw_ratings)
                    self.entries = Part(_draw_entries)
                with Box('stack gap-3', 'aside'):
                    self.facts = Part(_draw_facts)
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

    def _here(self, action: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """The action, done where it outlives the redraw of the part whose button was pressed."""

        async def act() -> None:
            with self.place:
                await action()

        return act

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
                Button(t('people.invite_again'), self._here(self.invite_again), icon='mail')
            if person.active:
                Button(t('people.change_role'), self._here(self.change_role), icon='user-check')
            else:
                Button(t('people.open'), self._here(self.open), icon='user', look='primary')
            with Menu(t('people.actions', name=person.name), icon='ellipsis', icon_only=True).mark('person_menu'):
                Button(t('people.sign_out'), self._here(self.sign_out), icon='log-out')
                if person.active:
                    Button(t('people.close'), self._here(self.close), icon='lock')
                Button(t('people.merge'), self._here(self.merge), icon='git-merge')
                Link(t('people.own_data'), f'/exports/people/{self.id}.zip', icon='download').props('download')
                Button(t('people.erase'), self._here(self.erase), icon='trash-2')

    @explains_refusals
    async def invite_again(self) -> None:
        await people.invite_again(self.actor, self.id)
        toast(t('people.invitation_sent', email=self.person.email))

    @explains_refusals
    async def change_role(self) -> None:
        firms = {row.id: row.name for row in await companies.list_companies(self.actor) if row.active}
        with Dialog(t('people.change_role_of', name=self.person.name)) as dialog:
            form = RoleForm(firms, self.person.role, self.person.company_id)
            Text(t('people.move_text'), 'p', 'soft small')

            async def save() -> None:
                try:
                    await people.change_role(self.actor, self.id, form.role, form.company_id)
                except Invalid as refusal:
                    point_out(refusal, {'company': form.company})
                else:
                    dialog.close(True)

            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('common.save'), explains_refusals(save), look='primary').mark('save_role')
        if await dialog:
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
        """Choose the other account of the same person, and which of the two stays."""
        person = self.person
        with Dialog(t('people.merge_of', name=person.name)) as dialog:
            Text(t('people.merge_text'), 'p', 'soft small')
            search = TextField(t('people.merge_search'), type='search', required=False)
            others = ChoiceField(t('people.merge_other'), {})
            stays = ChoiceField(
                t('people.merge_stays'),
                [
                    Option('this', t('people.merge_this', email=person.email)),
                    Option('other', t('people.merge_the_other')),
                ],
                'this',
                look='radio',
            )
            sure = CheckField(t('people.merge_sure'))

            async def find() -> None:
                page = await directory.find(self.actor, PeopleFilter(text=search.value), limit=CANDIDATES + 1)
                found = [row for row in page.items if row.id != self.id][:CANDIDATES]
                others.set_options([Option(str(row.id), f'{row.name} · {row.email}') for row in found])

            async def do() -> None:
                others.set_error(None if others.value else t('people.merge_choose'))
                sure.set_error(None if sure.value else t('people.merge_tick'))
                if others.value and sure.value:
                    other, stayer = int(others.value), stays.value
                    kept, given_up = (other, self.id) if stayer == 'other' else (self.id, other)
                    await doubles.merge_people(self.actor, kept, given_up)
                    dialog.close(kept)

            search._on_change = find
            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('people.merge_do'), explains_refusals(do), look='danger').mark('merge_do')
        search.value = person.name.split()[0]
        search.set_value(search.value)
        await find()
        kept = await dialog
        if kept is not None:
            toast(t('people.merged'))
            ui.navigate.to(f'/admin/people/{kept}')

    @explains_refusals
    async def erase(self) -> None:
        person = self.person
        with Dialog(t('people.erase_ask', name=person.name)) as dialog:
            Text(t('people.erase_text'), 'p')
            words = CheckField(t('people.erase_words'), hint=t('people.erase_words_hint'))
            Text(t('people.erase_backups'), 'p', 'soft small')
            typed = TextField(t('people.erase_confirm', email=person.email), autocomplete='off', limit=254)

            async def do() -> None:
                try:
                    await erasing.erase(self.actor, self.id, confirm=typed.value, blank_words=words.value)
                except Invalid as refusal:
                    point_out(refusal, {'confirm': typed})
                else:
                    dialog.close(True)

            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('people.erase_do'), explains_refusals(do), look='danger').mark('erase_do')
        if await dialog:
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
                        Button(t('people.end_session'), self._here(partial(self.end, view.id)), look='quiet').props(
                            f'data-focus=end-{view.id}'
                        )

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
                        Button(t('people.revoke'), self._here(partial(self.revoke, view)), look='quiet').props(
                            f'data-focus=revoke-{view.id}'
                        )

    @explains_refusals
    async def revoke(self, view: TokenView) -> None:
        question = t('people.revoke_ask', name=view.name)
        if await confirm(question, t('people.revoke_text'), yes=t('people.revoke'), danger=True):
            await account.revoke_token(self.actor, self.id, view.id)
            toast(t('people.revoked'))


def _draw_facts(shown: Account) -> None:
    person = shown.person
    with Box('card', 'section'), Box('facts', 'dl'):
        _fact_moment('people.signed_in_at', person.signed_in_at)
        _fact_moment('people.last_seen_at', person.last_seen_at)
        _fact_moment('people.created_at', shown.created_at)
        _fact(t('people.comments'), number(shown.comments_count))
        _fact(t('people.language'), f'{t(f"language.{shown.language}")}, {shown.time_zone.replace("_", " ")}')


def _fact(label: str, value: str) -> None:
    with Box('', 'div'):
        Text(label, 'dt')
        Text(value, 'dd')


def _fact_moment(key: str, at: object) -> None:
    with Box('', 'div'):
        Text(t(key), 'dt')
        with Text('', 'dd') as place:
            if at is None:
                place.set_text(t('people.never'))
            else:
                Moment(at)  # type: ignore[arg-type]


def _draw_tickets(id: int, rows: tuple[account.AskedTicket, ...], count: int, unfinished: int) -> None:
    with Box('stack gap-2', 'section'):
        with Box('row between baseline'):
            Text(t('people.tickets'), 'h2', 'person-section')
            if count:
                Link(plural('people.tickets_count', count, open=number(unfinished)), _in_queue(id)).classes('small')
        if not rows:
            EmptyState(t('people.no_tickets'), icon='inbox')
            return
        with Box('list', 'ul'):
            for row in rows:
                with Box('row between nowrap person-ticket', 'li'):
                    with Box('stack gap-half grow'):
                        Link(row.subject, f'/tickets/{row.id}')
                        with Text('', 'span', 'soft small'):
                            Text(f'{row.id} · ', 'span')
                            Moment(row.updated_at)
                    StatusBadge(row.status)


def _in_queue(requester: int) -> str:
    return queue_address(DeskFilter(requester=requester, statuses=tuple(Status)))


def _draw_ratings(rows: tuple[account.GivenRating, ...], count: int) -> None:
    if not rows:
        return
    with Box('stack gap-2', 'section'):
        with Box('row between baseline'):
            Text(t('people.ratings'), 'h2', 'person-section')
            Text(number(count), 'span', 'soft small')
        with Box('list', 'ul'):
            for row in rows:
                with Box('stack gap-half', 'li'):
                    with Box('row between'):
                        Badge(plural('people.stars', row.stars), icon='star', tone='danger' if row.stars < 3 else '')
                        with Text('', 'span', 'soft small'):
                            Link(row.ticket, f'/tickets/{row.ticket}')
                            Text(' · ', 'span')
                            Moment(row.rated_at)
                    if row.comment:
                        Text(row.comment, 'p', 'measure')


def _draw_entries(rows: tuple[Entry, ...]) -> None:
    if not rows:
        return
    with Box('stack gap-2', 'section'):
        Text(t('people.audit'), 'h2', 'person-section')
        with Box('list', 'ul'):
            for row in rows:
                with Box('row between person-entry', 'li'):
                    Text(action_words(reader().language, row.action), 'span')
                    with Text('', 'span', 'soft small'):
                        Text(f'{row.actor or t("people.portal")} · ', 'span')
                        Moment(row.at)
