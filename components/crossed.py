"""The question before an answer that crosses what the customer has written meanwhile."""

from collections.abc import Mapping, Sequence

from nicegui import ui

from components.badge import Avatar
from components.box import Box
from components.button import Button
from components.dialog import Dialog
from components.reader import reader
from components.text import Moment, Text, t
from services import markdown, tickets
from services.errors import Crossed, Refusal
from services.tickets.views import CommentView


async def heard_despite(ref: str, crossed: Crossed) -> None:
    """Show the customer's new messages before a specialist's words. Raises Refusal when these are not to be sent."""
    view = await tickets.read(reader().actor, ref)
    new = [comment for comment in view.comments if comment.id in crossed.values['comment_ids']]
    html = await markdown.rendered_for(reader().actor, [comment.body for comment in new])
    if not await ask_despite(new, {comment.id: text for comment, text in zip(new, html, strict=True)}):
        raise Refusal('crossed.kept')


async def ask_despite(new: Sequence[CommentView], html: Mapping[int, str]) -> bool:
    """Show these, with their safe texts by id; whether to send the answer all the same."""
    with Dialog(t('crossed.title')) as dialog:
        for comment in new:
            with Box('crossed'):
                with Box('row gap-1'):
                    Avatar(comment.author.name)
                    Text(comment.author.name, 'span', 'strong small')
                    with Box('faint small', 'span'):
                        Moment(comment.created_at)
                ui.html(html.get(comment.id, ''), sanitize=False).classes('prose')  # made safe by services.markdown
        with dialog.actions():
            Button(t('crossed.send'), lambda: dialog.close(True))
            Button(t('crossed.back'), lambda: dialog.close(False), look='primary')
    return await dialog is True
