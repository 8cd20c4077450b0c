"""The person's own page: name, language, time, mails, password, where they are signed in, keys to the API."""

from datetime import timedelta

from nicegui import ui

from components.badge import Badge
from components.box import Box
from components.browsers import browser_name
from components.button import Button, Link, LinkButton
from components.dialog import Dialog, confirm
from components.feedback import Notice, toast
from components.field import CheckField, ChoiceField, Option, TextField
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals, explanation
from components.text import Moment, Text, day, plural, t
from models import MailKind, Theme, TokenScope
from services import people, sessions, tokens
from services.errors import Invalid
from services.i18n import LANGUAGES
from services.sessions import SessionView
from services.tokens import TokenView
from services.zones import zones


async def profile_page() -> None:
    page = ProfilePage()
    await page.load()
    page.content()


class ProfilePage:
    """What one open profile knows."""

    def __init__(self) -> None:
        self.actor = reader().actor

    async def load(self) -> None:
        self.profile = await people.profile(self.actor)
        self.sessions = await sessions.list_own(self.actor)
        self.tokens = await tokens.list_own(self.actor)

    def content(self) -> None:
        ui.page_title(t('profile.title'))
        Live(f'user:{self.profile.id}', reload=self.reload)
        with Box('page narrow profile') as self.place:
            with Box('stack gap-1'):
                Text(t('profile.title'), 'h1')
                Text(self._who(), 'p', 'soft')
            self._draw_person()
            self._draw_mails()
            self._draw_password()
            with Box('card stack gap-2', 'section'):
                Text(t('profile.sessions'), 'h2')
                Text(t('profile.sessions_lead'), 'p', 'soft small')
                self.session_list = Part(self._draw_sessions)
            with Box('card stack gap-2', 'section'):
                with Box('row between'):
                    Text(t('profile.tokens'), 'h2')
                    Button(t('profile.new_token'), self.new_token, icon='plus').mark('new_token')
                with Box('row'):
                    Text(t('profile.tokens_lead'), 'p', 'soft small')
                    Link(t('profile.api_description'), '/api/v1/docs', icon='external-link').classes('small')
                self.token_list = Part(self._draw_tokens)
            _draw_own_data()
        self.show()

    def show(self) -> None:
        self.session_list.show(tuple(self.sessions))
        self.token_list.show(tuple(self.tokens))

    async def reload(self) -> None:
        await self.load()
        self.show()

    def _who(self) -> str:
        place = self.profile.company_name or t(f'role.{self.profile.role.value}')
        return f'{self.profile.email} · {place}'

    # the person

    def _draw_person(self) -> None:
        with Box('card stack gap-3', 'section'):
            Text(t('profile.person'), 'h2')
            self.name = TextField(t('profile.name'), self.profile.name, hint=t('profile.name_hint'), limit=100)
            self.name.on_submit(self.save)
            with Box('profile-choices'):
                languages = {code: t(f'language.{code}') for code in LANGUAGES}
                self.language = ChoiceField(t('profile.language'), languages, self.profile.language)
                themes = {theme.value: t(f'theme.{theme.value}') for theme in Theme}
                self.theme = ChoiceField(t('profile.theme'), themes, self.profile.theme.value)
                self.zone = ChoiceField(t('profile.time_zone'), _zones(), self.profile.time_zone)
            with Box('row end'):
                Button(t('common.save'), self.save, look='primary').mark('save_profile')

    async def save(self) -> None:
        self.name.set_error(None)
        try:
            await self._save()
        except Invalid as refusal:
            self.name.set_error(explanation(refusal))
            self.name.focus()

    @explains_refusals
    async def _save(self) -> None:
        await people.change_profile(
            self.actor,
            name=self.name.value,
            language=self.language.value or None,
            time_zone=self.zone.value or None,
            theme=Theme(self.theme.value) if self.theme.value else None,
        )
        toast(t('common.saved'))

    # the mails

    def _draw_mails(self) -> None:
        with Box('card stack gap-2', 'section'):
            Text(t('profile.mails'), 'h2')
            Text(t('profile.mails_lead'), 'p', 'soft small')
            self.mails = {
                kind: CheckField(
                    t(f'mail.kind.{kind.value}'), kind not in self.profile.mail_off, on_change=self.save_mails
                )
                for kind in self.profile.switchable
            }

    @explains_refusals
    async def save_mails(self) -> None:
        off: list[MailKind] = [kind for kind, field in self.mails.items() if not field.value]
        await people.change_profile(self.actor, mail_off=off)
        toast(t('common.saved'))

    # the password

    def _draw_password(self) -> None:
        with Box('card row between', 'section'):
            with Box('stack gap-half'):
                Text(t('profile.password'), 'h2')
                Text(t('profile.password_lead'), 'p', 'soft small')
            LinkButton(t('profile.change_password'), '/password', icon='lock')

    # where the person is signed in

    def _draw_sessions(self, views: tuple[SessionView, ...]) -> None:
        with Box('stack gap-2'):
            with Box('list', 'ul'):
                for view in views:
                    self._draw_session(view)
            if len(views) > 1:
                with Box('row end'):
                    Button(t('profile.end_others'), self.place.here(self.end_others)).mark('end_others')

    def _draw_session(self, view: SessionView) -> None:
        with Box('row between', 'li'):
            with Box('stack gap-half profile-thing'):
                with Box('row'):
                    Text(browser_name(view.browser), 'span', 'strong')
                    if view.current:
                        Badge(t('profile.this_browser'), tone='accent')
                with Text('', 'span', 'soft small'):
                    Text(f'{view.address} · {t("profile.active")} ', 'span')
                    Moment(view.active_at)
            if not view.current:
                Button(t('profile.end_session'), self.place.here(lambda: self.end(view.id)), look='quiet').props(
                    f'data-focus=end-{view.id}'
                )

    @explains_refusals
    async def end(self, session_id: int) -> None:
        await sessions.end(self.actor, session_id)
        toast(t('profile.ended'))
        await self.reload()

    @explains_refusals
    async def end_others(self) -> None:
        if await confirm(t('profile.end_others_ask'), t('profile.end_others_text'), yes=t('profile.end_others')):
            await sessions.end_all_own(self.actor, but_this=True)
            toast(t('profile.ended'))
            await self.reload()

    # the keys

    def _draw_tokens(self, views: tuple[TokenView, ...]) -> None:
        if views:
            with Box('list', 'ul'):
                for view in views:
                    self._draw_token(view)

    def _draw_token(self, view: TokenView) -> None:
        with Box('row between', 'li'):
            with Box('stack gap-half profile-thing'):
                with Box('row'):
                    Text(view.name, 'span', 'strong')
                    Badge(t(f'token.scope.{view.scope.value}'), tone='accent' if view.scope is TokenScope.WRITE else '')
                with Text('', 'span', 'soft small'):
                    Text(_expiry(view) + ' · ', 'span')
                    if view.used_at is None:
                        Text(t('profile.token_unused'), 'span')
                    else:
                        Text(t('profile.token_used') + ' ', 'span')
                        Moment(view.used_at)
            Button(t('profile.revoke'), self.place.here(lambda: self.revoke(view)), look='quiet').props(
                f'data-focus=revoke-{view.id}'
            )

    async def new_token(self) -> None:
        with Dialog(t('profile.new_token')) as dialog:
            name = TextField(t('profile.token_name'), hint=t('profile.token_name_hint'), limit=100)
            scopes = [
                Option(s.value, t(f'token.scope.{s.value}'), t(f'token.scope_hint.{s.value}')) for s in TokenScope
            ]
            scope = ChoiceField(t('profile.token_scope'), scopes, TokenScope.READ.value, look='radio')
            days = {str(days): plural('profile.token_days', days) for days in _LIFETIMES}
            lifetime = ChoiceField(t('profile.token_lifetime'), days | {'0': t('profile.token_no_end')}, '90')

            async def create() -> None:
                try:
                    token, _ = await tokens.create_token(
                        self.actor,
                        name.value,
                        scope=TokenScope(scope.value or TokenScope.READ),
                        lifetime=timedelta(days=int(lifetime.value or 90)) or None,
                    )
                except Invalid as refusal:
                    name.set_error(explanation(refusal))
                    name.focus()
                    return
                dialog.close(token)

            name.on_submit(create)
            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(t('profile.create_token'), create, look='primary').mark('create_token')
        token = await dialog
        if token is not None:
            await self.reload()
            await _show_once(token)

    @explains_refusals
    async def revoke(self, view: TokenView) -> None:
        question = t('profile.revoke_ask', name=view.name)
        if await confirm(question, t('profile.revoke_text'), yes=t('profile.revoke'), danger=True):
            await tokens.revoke(self.actor, view.id)
            toast(t('profile.revoked'))
            await self.reload()


def _draw_own_data() -> None:
    with Box('card row between', 'section'):
        with Box('stack gap-half profile-thing'):
            Text(t('profile.own_data'), 'h2')
            Text(t('profile.own_data_lead'), 'p', 'soft small')
        LinkButton(t('profile.own_data_get'), '/exports/me.zip', icon='download').props('download')


async def _show_once(token: str) -> None:
    """The new key, the only time that anybody sees it."""
    with Dialog(t('profile.token_made')) as dialog:
        Notice(t('profile.token_once'), kind='warning')
        Text(token, 'code', 'mono profile-token').mark('token')
        with dialog.actions():
            Button(t('common.copy'), lambda: _copy(token), icon='copy')
            Button(t('common.close'), dialog.close, look='primary')
    await dialog


def _expiry(view: TokenView) -> str:
    return t('profile.token_until', day=day(view.expires_at)) if view.expires_at else t('profile.token_endless')


def _copy(token: str) -> None:
    ui.clipboard.write(token)
    toast(t('common.copied'))


def _zones() -> list[Option]:
    """Every time zone that has a place's name; those of Russia first."""
    places = sorted(zone for zone in zones() if '/' in zone and not zone.startswith(('Etc/', 'SystemV/')))
    return [
        Option(zone, zone.replace('_', ' ')) for zone in (*_RUSSIAN, *(zone for zone in places if zone not in _RUSSIAN))
    ]


_LIFETIMES = (30, 90, 365)  # days
_RUSSIAN = (
    'Europe/Kaliningrad',
    'Europe/Moscow',
    'Europe/Samara',
    'Asia/Yekaterinburg',
    'Asia/Omsk',
    'Asia/Novosibirsk',
    'Asia/Krasnoyarsk',
    'Asia/Irkutsk',
    'Asia/Yakutsk',
    'Asia/Vladivostok',
    'Asia/Magadan',
    'Asia/Kamchatka',
)
