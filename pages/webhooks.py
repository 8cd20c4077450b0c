"""The admins' page of webhooks: who outside is told of tickets, and what became of the last messages."""

import json
from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from components.badge import Badge
from components.box import Box
from components.button import Button, Menu
from components.dialog import Dialog, confirm
from components.feedback import EmptyState, Notice, toast
from components.field import ChecksField, TextField
from components.live import Live, Part
from components.reader import reader
from components.refusals import explains_refusals, point_out
from components.text import Moment, Text, moment, t
from models import DeliveryState
from services.errors import Invalid
from services.webhooks import deliveries, endpoints, writing
from services.webhooks.deliveries import Delivery
from services.webhooks.endpoints import Endpoint

PIECE = 15
MOST_KEPT = 90  # messages that stay current
_TONES = {DeliveryState.DELIVERED: 'success', DeliveryState.FAILED: 'danger', DeliveryState.WAITING: 'warning'}

Action = Callable[[], Awaitable[None]]


async def webhooks_page() -> None:
    page = WebhooksPage()
    await page.load()
    page.content()


class WebhooksPage:
    """What one open page of webhooks knows: the addresses, the chosen one, its messages, the opened one of them."""

    def __init__(self) -> None:
        self.actor = reader().actor
        self.chosen: int | None = None
        self.opened: int | None = None
        self.count = PIECE

    async def load(self) -> None:
        self.endpoints = await endpoints.endpoints(self.actor)
        ids = [row.id for row in self.endpoints]
        self.chosen = self.chosen if self.chosen in ids else next(iter(ids), None)
        self.messages: tuple[Delivery, ...] = ()
        self.more = False
        if self.chosen is not None:
            page = await deliveries.deliveries(self.actor, self.chosen, limit=self.count)
            self.messages, self.more = page.items, page.next is not None and self.count < MOST_KEPT

    def content(self) -> None:
        ui.page_title(t('webhook.title'))
        Live(writing.CHANGED, f'user:{reader().user_id}', reload=self.reload)
        with Box('page stack gap-3 webhooks') as self.place:
            with Box('stack gap-1'):
                with Box('row between'):
                    Text(t('webhook.title'), 'h1')
                    Button(t('webhook.new'), self.new, look='primary', icon='plus').mark('new_webhook')
                Text(t('webhook.lead'), 'p', 'soft measure')
            self.list = Part(self._draw_endpoints)
            self.last = Part(self._draw_messages)
        self.show()

    def show(self) -> None:
        self.list.show(tuple(self.endpoints), self.chosen)
        self.last.show(self.messages, self.more, self.opened, self.chosen is None)

    async def reload(self) -> None:
        await self.load()
        self.show()

    # the addresses

    def _draw_endpoints(self, rows: tuple[Endpoint, ...], chosen: int | None) -> None:
        if not rows:
            EmptyState(
                t('webhook.empty'),
                t('webhook.empty_text'),
                icon='send',
                action=(t('webhook.new'), self.place.here(self.new)),
            )
            return
        with Box('list', 'ul'):
            for row in rows:
                self._draw_endpoint(row, row.id == chosen)

    def _draw_endpoint(self, row: Endpoint, chosen: bool) -> None:
        with Box('row between nowrap webhook-row' + (' chosen' if chosen else ''), 'li'):
            with Box('stack gap-half webhook-what'):
                with Box('row'):
                    Text(row.url, 'span', 'strong webhook-url')
                    _standing(row)
                Text(_kinds(row.kinds), 'span', 'soft small')
                if row.failing_since is not None:
                    with Text('', 'span', 'soft small'):
                        Text(t('webhook.failing_since') + ' ', 'span')
                        Moment(row.failing_since)
                if row.old_secret_until is not None:
                    Text(t('webhook.old_secret', until=moment(row.old_secret_until)), 'span', 'soft small')
            if not chosen:
                Button(
                    t('webhook.choose'),
                    self.place.here(lambda: self.choose(row.id)),
                    look='quiet',
                    icon='eye',
                    icon_only=True,
                ).props(f'data-focus=choose-{row.id}')
            with Menu(t('webhook.actions', url=row.url), icon='ellipsis', icon_only=True).mark(f'webhook_{row.id}'):
                Button(t('webhook.edit'), self.place.here(lambda: self.edit(row)), icon='pencil')
                Button(t('webhook.renew'), self.place.here(lambda: self.renew(row)), icon='key-round')
                word, icon = ('switch_off', 'bell-off') if row.active else ('switch_on', 'bell')
                Button(t(f'webhook.{word}'), self.place.here(lambda: self.switch(row)), icon=icon)
                Button(t('webhook.delete'), self.place.here(lambda: self.delete(row)), icon='trash-2')

    async def choose(self, webhook_id: int) -> None:
        self.chosen, self.opened, self.count = webhook_id, None, PIECE
        await self.reload()

    async def new(self) -> None:
        made: list[str] = []

        async def store(url: str, kinds: Sequence[str]) -> None:
            row, secret = await endpoints.create(self.actor, url, kinds)
            self.chosen = row.id
            made.append(secret)

        await self._ask(t('webhook.new'), t('webhook.create'), '', writing.TOLD, store)
        if made:
            await self.reload()
            await _show_secret(made[0])

    async def edit(self, row: Endpoint) -> None:
        async def store(url: str, kinds: Sequence[str]) -> None:
            await endpoints.change(self.actor, row.id, url=url, kinds=kinds)
            toast(t('common.saved'))

        await self._ask(t('webhook.edit'), t('common.save'), row.url, row.kinds or writing.TOLD, store)
        await self.reload()

    async def _ask(
        self,
        title: str,
        yes: str,
        url: str,
        kinds: Sequence[str],
        store: Callable[[str, Sequence[str]], Awaitable[None]],
    ) -> None:
        """Ask for an address and what it is to hear of, until both do."""
        with Dialog(title) as dialog:
            address = TextField(t('webhook.url'), url, hint=t('webhook.url_hint'), limit=500)
            words = {kind.value: t(f'webhook.kind.{kind.value}') for kind in writing.TOLD}
            wanted = ChecksField(t('webhook.kinds'), words, [str(kind) for kind in kinds], required=False)

            async def save() -> None:
                try:
                    await store(address.value, wanted.value)
                except Invalid as refusal:
                    point_out(refusal, {'url': address, 'kinds': wanted})
                else:
                    dialog.close(True)

            address.on_submit(explains_refusals(save))
            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button(yes, explains_refusals(save), look='primary').mark('save_webhook')
        await dialog

    @explains_refusals
    async def renew(self, row: Endpoint) -> None:
        if await confirm(t('webhook.renew_ask'), t('webhook.renew_text'), yes=t('webhook.renew')):
            secret = await endpoints.renew_secret(self.actor, row.id)
            await self.reload()
            await _show_secret(secret, renewed=True)

    @explains_refusals
    async def switch(self, row: Endpoint) -> None:
        await endpoints.change(self.actor, row.id, active=not row.active)
        await self.reload()

    @explains_refusals
    async def delete(self, row: Endpoint) -> None:
        question = t('webhook.delete_ask', url=row.url)
        if await confirm(question, t('webhook.delete_text'), yes=t('webhook.delete'), danger=True):
            await endpoints.delete(self.actor, row.id)
            toast(t('webhook.deleted'))
            await self.reload()

    # the messages

    def _draw_messages(self, rows: tuple[Delivery, ...], more: bool, opened: int | None, nothing: bool) -> None:
        if nothing:
            return
        with Box('stack gap-2'):
            with Box('row between'):
                Text(t('webhook.deliveries'), 'h2')
                Button(t('webhook.test'), self.place.here(self.test), icon='send').mark('send_test')
            if not rows:
                EmptyState(t('webhook.no_deliveries'), t('webhook.no_deliveries_text'), icon='send')
                return
            with Box('list', 'ul'):
                for row in rows:
                    self._draw_message(row, row.id == opened)
            if more:
                with Box('row end'):
                    Button(t('webhook.more'), self.place.here(self.show_more))

    def _draw_message(self, row: Delivery, opened: bool) -> None:
        with Box('stack gap-1 webhook-message', 'li'):
            with Box('row between nowrap'):
                with Box('row webhook-what'):
                    Badge(t(f'webhook.state.{row.state.value}'), tone=_TONES.get(row.state, ''))
                    Text(_kind(row.kind), 'span', 'strong')
                    Text(' · '.join(_facts(row)), 'span', 'soft small')
                with Text('', 'span', 'soft small webhook-when'):
                    Moment(row.tried_at or row.created_at)
                button = Button(
                    t('webhook.body'),
                    self.place.here(lambda: self.open(row.id)),
                    look='quiet',
                    icon='chevron-up' if opened else 'chevron-down',
                    icon_only=True,
                )
                button.props(f'data-focus=message-{row.id} aria-expanded={"true" if opened else "false"}')
            if opened:
                self._draw_opened(row)

    def _draw_opened(self, row: Delivery) -> None:
        with Box('stack gap-2 webhook-opened'):
            if row.trouble:
                Text(t(f'webhook.trouble.{row.trouble}'), 'p')
            if row.next_try_at is not None and row.attempts:
                with Text('', 'p', 'soft small'):
                    Text(t('webhook.next_try') + ': ', 'span')
                    Moment(row.next_try_at, relative=False)
            if row.answer_status is not None:
                Text(t('webhook.answer'), 'h3', 'small')
                Text(row.answer or t('webhook.said_nothing'), 'pre', 'webhook-text').props('tabindex=0')
            Text(t('webhook.body'), 'h3', 'small')
            Text(json.dumps(row.body, ensure_ascii=False, indent=2), 'pre', 'webhook-text').props('tabindex=0')
            with Box('row'):
                Button(t('webhook.again'), self.place.here(lambda: self.again(row)), icon='rotate-ccw').classes(
                    'dense'
                ).mark('send_again')

    async def open(self, delivery_id: int) -> None:
        self.opened = None if self.opened == delivery_id else delivery_id
        self.show()

    @explains_refusals
    async def show_more(self) -> None:
        self.count = min(self.count + 2 * PIECE, MOST_KEPT)
        await self.reload()

    @explains_refusals
    async def again(self, row: Delivery) -> None:
        if self.chosen is not None:
            await deliveries.send_again(self.actor, self.chosen, row.id)
            toast(t('webhook.sent_again'))

    @explains_refusals
    async def test(self) -> None:
        if self.chosen is not None:
            self.opened = await deliveries.send_test(self.actor, self.chosen)
            toast(t('webhook.test_sent'))
            await self.reload()


def _standing(row: Endpoint) -> None:
    if not row.active:
        Badge(t('webhook.paused'), icon='bell-off')
    elif row.failing_since is not None:
        Badge(t('webhook.failing'), tone='danger', icon='triangle-alert')
    else:
        Badge(t('webhook.works'), tone='success', icon='check')


def _kinds(kinds: Sequence[str]) -> str:
    return ', '.join(t(f'webhook.kind.{kind}') for kind in kinds) or t('webhook.all_kinds')


def _kind(kind: str) -> str:
    return t('webhook.test_kind') if kind == writing.TEST else t(f'webhook.kind.{kind}')


def _facts(row: Delivery) -> list[str]:
    status = str(row.answer_status) if row.answer_status is not None else ''
    took = t('webhook.took', count=row.took) if row.took is not None else ''
    tries = t('webhook.attempts', count=row.attempts) if row.attempts > 1 else ''
    return [fact for fact in (row.ticket or '', status, took, tries) if fact]


async def _show_secret(secret: str, *, renewed: bool = False) -> None:
    """A secret, the only time that anybody sees it."""
    with Dialog(t('webhook.secret_made')) as dialog:
        Notice(t('webhook.secret_once'), kind='warning')
        if renewed:
            Text(t('webhook.renewed_note'), 'p', 'soft small')
        Text(secret, 'code', 'mono webhook-secret').mark('secret')
        with dialog.actions():
            Button(t('common.copy'), lambda: _copy(secret), icon='copy')
            Button(t('common.close'), dialog.close, look='primary')
    await dialog


def _copy(secret: str) -> None:
    ui.clipboard.write(secret)
    toast(t('common.copied'))
