"""What each kind of e-mail says: reworded beside the mail as it arrives, sent to oneself, put back to the default."""

from nicegui import PageArguments, ui

from components.address import Address
from components.box import Box
from components.button import Button
from components.feedback import toast
from components.field import ChoiceField, Field, TextArea, TextField
from components.live import Part
from components.reader import reader
from components.refusals import explains_refusals, point_out
from components.setting_note import who_changed
from components.text import Text, t
from models import MailKind
from services.errors import Invalid
from services.i18n import LANGUAGES
from services.mail import sample, texts
from services.mail.sample import Sample
from services.mail.texts import MailText, Piece
from services.outbox import ACCOUNT

_SANDBOX = 'allow-popups allow-popups-to-escape-sandbox'


async def mails_page(arguments: PageArguments) -> None:
    page = MailsPage(Address(arguments))
    await page.load()
    page.content()
    await page.look()


class MailsPage:
    """What one open page of mails' texts knows."""

    mail: MailText

    def __init__(self, address: Address) -> None:
        self.actor = reader().actor
        self.address = address
        given = address.parameters
        self.kind = MailKind(given['kind']) if given.get('kind') in set(MailKind) else MailKind.TICKET_RECEIVED
        self.language = given['language'] if given.get('language') in LANGUAGES else reader().language
        self.fields: dict[str, Field] = {}

    async def load(self) -> None:
        self.mail = await texts.read(self.actor, self.kind, self.language)
        self.changed = await texts.changed(self.actor)

    def content(self) -> None:
        ui.page_title(t('mails.title'))
        with Box('page wide stack gap-3'):
            with Box('stack gap-1'):
                Text(t('mails.title'), 'h1')
                Text(t('mails.lead'), 'p', 'soft')
            with Box('mails-choice'):
                self.kinds = ChoiceField(t('mails.kind'), self._kinds(), self.kind.value, on_change=self.choose)
                languages = {code: t(f'language.{code}') for code in LANGUAGES}
                self.languages = ChoiceField(t('mails.language'), languages, self.language, on_change=self.choose)
            with Box('mails-split'):
                with Box('card section stack gap-3', 'section'):
                    self.form = Part(self._draw_form)
                with Box('stack gap-2', 'section'):
                    Text(t('mails.preview'), 'h2')
                    self.preview = Part(_draw_preview).classes('stack gap-1')
        self.form.show(self.mail)

    def _kinds(self) -> dict[str, str]:
        """The kinds with a mark at those that are reworded in the chosen language."""
        words = {kind: t(f'mail.kind.{kind.value}') for kind in MailKind}
        return {
            kind.value: t('mails.changed_mark', kind=word) if (kind, self.language) in self.changed else word
            for kind, word in words.items()
        }

    def _draw_form(self, mail: MailText) -> None:
        self.fields = {piece.name: self._field(piece) for piece in mail.pieces}
        if mail.kind not in ACCOUNT:
            Text(t('mails.subject_fixed'), 'p', 'faint small')
        if mail.changed_at is None:
            Text(t('mails.is_default'), 'p', 'faint small')
        else:
            who_changed(mail.changed_by, mail.changed_at)
        with Box('row gap-1'):
            Button(t('common.save'), self.save, look='primary')
            Button(t('mails.send'), self.send, icon='send')
            if mail.changed_at is not None:
                Button(t('mails.to_default'), self.reset, look='quiet', icon='rotate-ccw')

    def _field(self, piece: Piece) -> Field:
        hint = t('mails.blanks', listed=', '.join(f'{{{blank}}}' for blank in piece.blanks))
        if piece.text != piece.default:
            hint += '. ' + t('mails.default', value=piece.default)
        label = t(f'mails.piece.{piece.name}')
        if piece.is_line:
            return TextField(label, piece.text, hint=hint, limit=texts.LONGEST_LINE, on_change=self.look)
        return TextArea(label, piece.text, hint=hint, rows=3, limit=texts.LONGEST, on_change=self.look)

    async def choose(self) -> None:
        """Another kind or another language."""
        if not (self.kinds.value and self.languages.value):
            return
        self.kind, self.language = MailKind(self.kinds.value), self.languages.value
        self.address.set({'kind': self.kind.value, 'language': self.language}, replace=True)
        await self.reload()

    async def reload(self) -> None:
        await self.load()
        self.kinds.set_options(self._kinds())
        self.form.forget()
        self.form.show(self.mail)
        await self.look()

    @explains_refusals
    async def look(self) -> None:
        """Show the mail with what stands in the fields; what is wrong is said beside its field."""
        try:
            shown = await sample.look(self.actor, self.kind, self.language, self._drafts())
        except Invalid as refusal:
            self._point_out(refusal)
            self.preview.show(None)
            return
        self._point_out(None)
        self.preview.show(shown)

    @explains_refusals
    async def save(self) -> None:
        try:
            await texts.change(self.actor, self.kind, self.language, self._drafts())
        except Invalid as refusal:
            point_out(refusal, self.fields)
            return
        await self.reload()
        toast(t('mails.saved'))

    @explains_refusals
    async def reset(self) -> None:
        await texts.reset(self.actor, self.kind, self.language)
        await self.reload()
        toast(t('mails.reset_done'))

    @explains_refusals
    async def send(self) -> None:
        try:
            address = await sample.send(self.actor, self.kind, self.language, self._drafts())
        except Invalid as refusal:
            point_out(refusal, self.fields)
            return
        toast(t('mails.sent', address=address))

    def _drafts(self) -> dict[str, str]:
        return {name: str(field.value) for name, field in self.fields.items()}

    def _point_out(self, refusal: Invalid | None) -> None:
        """Say what is wrong without taking the cursor from where somebody is typing."""
        problems = refusal.problems if refusal is not None else {}
        for name, field in self.fields.items():
            problem = problems.get(name)
            field.set_error(t(problem.key, **problem.values) if problem is not None else None)


def _draw_preview(shown: Sample | None) -> None:
    if shown is None:
        Text(t('mails.no_preview'), 'p', 'soft')
        return
    Text(shown.subject, 'p', 'strong')
    frame = ui.element('iframe').classes('mail-frame')
    frame._props['srcdoc'] = shown.html.replace('<head>', '<head>\n<base target="_blank">', 1)
    frame._props['sandbox'] = _SANDBOX
    frame._props['title'] = t('mails.preview_frame', subject=shown.subject)
    Text(t('mails.preview_text'), 'h3', 'eyebrow')
    Text(shown.text, 'pre', 'mail-plain').props('tabindex=0')
