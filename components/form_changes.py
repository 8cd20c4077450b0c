"""What changes between two versions of a form, in words."""

from collections.abc import Sequence

from components.box import Box
from components.reader import reader
from components.text import Text, t
from services.forms.changes import Change
from services.forms.definition import worded


def change_text(change: Change) -> str:
    """One difference as a sentence in the reader's language."""
    language = reader().language
    name = worded(change.name, language) or t('forms.editor.no_label')
    old, new = (worded(words, language) if words else '' for words in (change.old, change.new))
    return t(f'forms.change.{change.kind}', name=name, old=old, new=new)


def change_list(changes: Sequence[Change]) -> None:
    """All differences, one below the other."""
    with Box('form-changes', 'ul'):
        for change in changes:
            Text(change_text(change), 'li')
