"""Where a comment is written, with files and a draft of its own that survives whatever happens to the page."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256

from nicegui import ui
from nicegui.events import GenericEventArguments

from components.reader import reader
from components.refusals import explanation
from components.signing_in import sign_in_again
from components.text import t, words
from components.uploads import upload_limits, upload_words, uploaded
from services import drafts, markdown
from services.assets import asset
from services.errors import Refusal, SignedOut
from services.forms.validation import TEXT_LIMIT

OnSend = Callable[[str, Sequence[str], str], Awaitable[None]]
OnTyping = Callable[[bool], Awaitable[None]]


class Composer(ui.element, component='composer.js', esm={'portal-kit': 'static', 'writing': 'writing'}):
    """A text in Markdown with files. Its draft is kept at `place` ('comment:1503', 'note:1503', 'reopen:1503').

    `on_send(body, file_keys, submission_key)` does it, once under the same key. What it refuses is said beside the
    text, which stays; only after success everything is emptied. `on_typing(still)` hears now and then that somebody
    writes, and that nothing is being written any more. `empty` is said to who sends nothing.
    """

    def __init__(
        self,
        *,
        place: str,
        on_send: OnSend,
        on_typing: OnTyping | None = None,
        internal: bool = False,
        placeholder: str = '',
        send_label: str = '',
        label: str = '',
        empty: str = '',
    ) -> None:
        super().__init__()
        self.place = place
        self.submission_key: str | None = None
        self._on_send = on_send
        self._on_typing = on_typing
        self._props['tells-typing'] = on_typing is not None
        self._in_turn = asyncio.Lock()  # a late save must not bring back what was sent
        self._props['place'] = place
        self._props['user'] = reader().user_id
        self._props['label'] = label or placeholder or t('composer.label')
        self._props['placeholder'] = placeholder
        self._props['send-label'] = send_label or t('common.send')
        self._props['internal'] = internal
        self._props['limit'] = TEXT_LIMIT
        self._props['limits'] = upload_limits()
        self._props['words'] = words('composer') | ({'empty': empty} if empty else {})
        self._props['file-words'] = upload_words()
        self._props['language'] = reader().language
        self._props['sprite'] = asset('icons.svg')
        self.on('open', self._open, args=[])
        self.on('change', self._changed, [None])
        self.on('preview', self._preview, [None])
        self.on('send', self._send, [None])
        self.on('typing', self._typing, [None])

    def insert(self, text: str) -> None:
        """Put a text where the cursor stands, in place of what is selected."""
        self.run_method('insert', text)

    def focus(self) -> None:
        self.run_method('focus')

    async def _open(self) -> None:
        """The script is there: give it what was left here."""
        try:
            draft = await drafts.read(reader().actor, self.place)
        except Refusal:
            return  # the page itself says why it cannot be here
        if draft is None:
            return
        self.submission_key = draft.submission_key
        body = draft.content.get('body', '')
        if not self.is_deleted:
            self.run_method('restore', {'body': body, 'files': uploaded(draft.files)})

    async def _changed(self, event: GenericEventArguments) -> None:
        body, seq = _text(event), event.args.get('seq') if isinstance(event.args, dict) else None
        if body is None or not isinstance(seq, int):
            return
        try:
            async with self._in_turn:
                draft = await drafts.save(reader().actor, self.place, {'body': body})
        except Refusal:
            return  # the browser keeps what was not confirmed, and sends it again
        self.submission_key = self.submission_key or draft.submission_key
        if not self.is_deleted:
            self.run_method('saved', seq)

    async def _typing(self, event: GenericEventArguments) -> None:
        if self._on_typing and isinstance(event.args, bool):
            await self._on_typing(event.args)

    async def _preview(self, event: GenericEventArguments) -> None:
        body = _text(event)
        if body is None:
            return
        try:
            (html,) = await markdown.rendered_for(reader().actor, [body])
        except Refusal:
            return
        self.run_method('previewed', html)

    async def _send(self, event: GenericEventArguments) -> None:
        body = _text(event)
        if body is None:
            return
        try:
            async with self._in_turn:
                await self._deliver(body)
        except SignedOut:
            sign_in_again()
        except Refusal as refusal:
            if not self.is_deleted:
                self.run_method('refused', explanation(refusal))
        except Exception:
            if not self.is_deleted:
                self.run_method('refused', t('composer.bug'))
            raise

    async def _deliver(self, body: str) -> None:
        actor = reader().actor
        draft = await drafts.save(actor, self.place, {'body': body})
        keys = [file.key for file in draft.files]
        # The text is part of the key: a window whose draft another one has sent may have something else to say by now.
        said = sha256('\0'.join([body, *keys]).encode()).hexdigest()[:16]
        await self._on_send(body, keys, f'{self.submission_key or draft.submission_key}:{said}')
        self.submission_key = None
        await drafts.discard(actor, self.place)
        if not self.is_deleted:
            self.run_method('sent')


def _text(event: GenericEventArguments) -> str | None:
    body = event.args.get('body') if isinstance(event.args, dict) else None
    return body if isinstance(body, str) and len(body) <= TEXT_LIMIT else None
