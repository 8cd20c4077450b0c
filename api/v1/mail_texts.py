"""What e-mails say, over the REST API: the sentences of each kind, with the portal's wording and the admins'."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from models import MailKind
from services import i18n
from services.mail import texts
from services.mail.texts import LONGEST, MailText

router = resource('settings')

Language = Literal['ru', 'en']


class MailSentence(BaseModel):
    """One sentence of an e-mail."""

    name: str = Field(examples=['heading'])
    text: str = Field(description='As it leaves now.')
    default: str
    blanks: list[str] = Field(description='What may stand in it in braces.', examples=[['portal', 'ticket']])


class MailWording(BaseModel):
    """A kind of e-mail in one language."""

    kind: MailKind
    language: str = Field(examples=['en'])
    sentences: list[MailSentence]
    changed_by: str | None
    changed_at: datetime | None


class ChangedMailWording(schemas.Incoming):
    """Sentences by their names; those left out go back to the default."""

    texts: dict[str, Annotated[str, Field(max_length=LONGEST)]] = Field(
        max_length=50, examples=[{'heading': 'We have your request'}]
    )


@router.get('/mail-texts')
async def list_mail_texts(caller: Caller) -> list[MailWording]:
    """Every kind of e-mail in every language."""
    return [_wording(await texts.read(caller, kind, one)) for kind in MailKind for one in i18n.LANGUAGES]


@router.get('/mail-texts/{kind}/{language}')
async def read_mail_text(kind: MailKind, language: Language, caller: Caller) -> MailWording:
    """A kind of e-mail in one language."""
    return _wording(await texts.read(caller, kind, language))


@router.put('/mail-texts/{kind}/{language}')
async def change_mail_text(
    kind: MailKind, language: Language, change: ChangedMailWording, caller: Caller
) -> MailWording:
    """Reword a kind of e-mail; it holds for those that leave from now on."""
    return _wording(await texts.change(caller, kind, language, change.texts))


@router.delete('/mail-texts/{kind}/{language}')
async def reset_mail_text(kind: MailKind, language: Language, caller: Caller) -> MailWording:
    """Back to the default."""
    return _wording(await texts.reset(caller, kind, language))


def _wording(view: MailText) -> MailWording:
    return MailWording(
        kind=view.kind,
        language=view.language,
        sentences=[
            MailSentence(name=piece.name, text=piece.text, default=piece.default, blanks=list(piece.blanks))
            for piece in view.pieces
        ],
        changed_by=view.changed_by or None,
        changed_at=view.changed_at,
    )
