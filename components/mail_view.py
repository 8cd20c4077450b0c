"""One mail of the outbox as it arrives: framed, as text, with its headers, and its source."""

from collections.abc import Awaitable, Callable
from typing import Final, Literal

from nicegui import ui

from components.box import Box
from components.button import Button
from components.feedback import Notice
from components.live import Part
from components.text import Text, moment, t
from services.mail.desk import MailRow, OpenMail
from services.mail.preview import Preview

View = Literal['html', 'text', 'headers', 'source']
VIEWS: Final[tuple[View, ...]] = ('html', 'text', 'headers', 'source')


class MailView(ui.element):
    """Shows the mail handed to `show`, in the way chosen; `on_retry(id)` sends a failed one again."""

    def __init__(self, on_retry: Callable[[int], Awaitable[None]]) -> None:
        super().__init__('article')
        self.classes('mail-view')
        self._on_retry = on_retry
        self._view: View = 'html'
        self._switches: dict[View, Button] = {}
        self._mail: OpenMail | None = None
        with self:
            self._head = Part(self._draw_head)
            with Box('segments').props(f'role=group aria-label="{t("outbox.view")}"'):
                for view in VIEWS:
                    self._switches[view] = self._switch(view)
            self._body = Part(self._draw_body)

    def show(self, mail: OpenMail) -> None:
        self._mail = mail
        for view, switch in self._switches.items():
            switch.set_pressed(view == self._view)
        self._head.show(mail.row, mail.preview.subject, mail.preview.withheld)
        self._body.show(mail.row.id, self._view, mail.preview)

    def _switch(self, view: View) -> Button:
        def choose() -> None:
            self._view = view
            if self._mail is not None:
                self.show(self._mail)

        return Button(t(f'outbox.tab.{view}'), choose).classes('segment', remove='button').mark(f'mail_{view}')

    def _draw_head(self, row: MailRow, subject: str, withheld: str | None) -> None:
        Text(subject or row.about or t('outbox.no_subject'), 'h2')
        with Box('mail-facts', 'dl'):
            _fact(t('outbox.to'), f'{row.name} <{row.address}>' if row.name else row.address)
            _fact(t('outbox.when'), moment(row.created_at))
            if row.sent_at is not None:
                _fact(t('outbox.sent'), moment(row.sent_at))
            elif row.not_before > row.created_at:
                _fact(t('outbox.due'), moment(row.not_before))
            if row.attempts > 1:
                _fact(t('outbox.attempts'), str(row.attempts))
        if reason := row.reason or withheld:
            Notice(t(f'outbox.reason.{reason}'), kind='warning')
        if row.error:
            Notice(row.error, kind='danger', title=t('outbox.error'))
        if row.may_retry:
            Button(t('outbox.retry'), lambda: self._on_retry(row.id), look='primary', icon='send').mark('retry')

    def _draw_body(self, id: int, view: View, preview: Preview) -> None:
        if view == 'headers':
            with Box('mail-headers', 'dl'):
                for name, value in preview.headers:
                    _fact(name, value)
        elif view == 'html':
            if preview.html:
                _frame(id, preview.subject)
        else:
            Text(preview.text if view == 'text' else preview.source, 'pre', 'mail-plain').props('tabindex=0')


def _frame(id: int, subject: str) -> None:
    """The mail's own document: it may run nothing, and its links open in a new tab."""
    frame = ui.element('iframe').classes('mail-frame')
    frame._props['src'] = f'/admin/outbox/{id}/letter'
    frame._props['sandbox'] = 'allow-popups allow-popups-to-escape-sandbox'
    frame._props['title'] = t('outbox.frame', subject=subject)


def _fact(label: str, value: str) -> None:
    with Box('mail-fact'):
        Text(label, 'dt')
        Text(value, 'dd')
