"""What each kind of mail says where admins reworded it; the default wording stands in the locale files.

Only a kind's own sentences can be reworded (`mail.<kind>.…`), with the blanks that the default has. The subject of a
mail about a ticket is always its ID and its own subject, so that mail programs show one thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from string import Formatter

from models import MailKind, Setting
from models.instant import utc
from services import access, audit, i18n
from services.actor import Actor
from services.brand import TOPIC
from services.errors import Invalid, NotFound, Problem
from services.transaction import announce, in_turn, transaction

LONGEST = 1000
LONGEST_LINE = 150
LINES = frozenset({'subject', 'button'})
_PREFIX = 'mail_text.'
_PORTAL = 'portal'

_texts: dict[tuple[str, str], str] = {}
"""Those in force in this process, by language and key."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence of a mail, its default, and the blanks that may stand in it."""

    name: str
    text: str
    default: str
    blanks: tuple[str, ...]

    @property
    def is_line(self) -> bool:
        return self.name in LINES or self.name.startswith('heading')


@dataclass(frozen=True, slots=True)
class MailText:
    """A kind of mail in one language, and who changed it when."""

    kind: MailKind
    language: str
    pieces: tuple[Piece, ...]
    changed_by: str = ''
    changed_at: datetime | None = None


def worded(language: str, key: str, drafts: Mapping[str, str] | None = None, /, **values: object) -> str:
    """The text under a key with its blanks filled: a draft of it, else the admins', else that of the locale file."""
    text = (drafts or {}).get(key) or _texts.get((language, key))
    if text is None:
        return i18n.translate(language, key, **values)
    return text.format(**{_PORTAL: i18n.portal_name()} | values)


async def read(actor: Actor, kind: MailKind, language: str, *, now: datetime | None = None) -> MailText:
    """A kind of mail with its sentences in a language. Raises NotFound but for admins."""
    await access.admin(actor, now=now)
    row = await Setting.get_or_none(key=_key(kind, language)).select_related('changed_by')
    stored: Mapping[str, str] = row.value['texts'] if row is not None else {}
    pieces = tuple(
        Piece(name, stored.get(name, default), default, tuple(sorted(_blanks(default) | {_PORTAL})))
        for name, default in defaults(kind, language).items()
    )
    by = row.changed_by.name if row is not None and row.changed_by is not None else ''
    return MailText(kind, language, pieces, by, row.changed_at if row is not None else None)


async def changed(actor: Actor, *, now: datetime | None = None) -> frozenset[tuple[MailKind, str]]:
    """Which kinds are reworded, in which language. Raises NotFound but for admins."""
    await access.admin(actor, now=now)
    found = {row.key for row in await Setting.filter(key__startswith=_PREFIX).only('key')}
    return frozenset((kind, one) for kind in MailKind for one in i18n.LANGUAGES if _key(kind, one) in found)


async def change(
    actor: Actor, kind: MailKind, language: str, texts: Mapping[str, str], *, now: datetime | None = None
) -> MailText:
    """Reword a kind of mail; what is as the default needs no keeping. Raises NotFound, Invalid by a sentence's name."""
    user, now = await access.admin(actor, now=now), now or datetime.now(UTC)
    own = {
        name: text for name, text in checked(kind, language, texts).items() if text != defaults(kind, language)[name]
    }
    async with transaction():
        await in_turn(_key(kind, language))
        before = await read(actor, kind, language, now=now)
        if own:
            stored = {'value': {'texts': own}, 'changed_by_id': user.id, 'changed_at': utc(now)}
            await Setting.update_or_create(key=_key(kind, language), defaults=stored)
        else:
            await Setting.filter(key=_key(kind, language)).delete()
        for piece in before.pieces:
            value = own.get(piece.name, piece.default)
            if value != piece.text:
                subject = f'mail:{kind.value}:{language}'
                details = {'piece': piece.name, 'was': piece.text, 'value': value}
                await audit.record('mail_text.changed', by=user, subject=subject, now=now, **details)
        announce(TOPIC, 'staff')
    await refresh()
    return await read(actor, kind, language, now=now)


async def reset(actor: Actor, kind: MailKind, language: str, *, now: datetime | None = None) -> MailText:
    """Back to the default wording. Raises NotFound but for admins."""
    return await change(actor, kind, language, defaults(kind, language), now=now)


async def refresh() -> bool:
    """Bring the stored wording into force in this process; whether it was another one."""
    fresh: dict[tuple[str, str], str] = {}
    for row in await Setting.filter(key__startswith=_PREFIX):
        _, language, kind = row.key.split('.')
        if language in i18n.LANGUAGES and kind in set(MailKind):
            fresh |= {(language, f'mail.{kind}.{name}'): text for name, text in row.value['texts'].items()}
    if fresh == _texts:
        return False
    forget()
    _texts.update(fresh)
    return True


def forget() -> None:
    """Begin with the default wording; for tests, and before another one."""
    _texts.clear()


def defaults(kind: MailKind, language: str) -> dict[str, str]:
    """The sentences of the locale file, in its order. Raises NotFound for a language that is none."""
    if language not in i18n.LANGUAGES:
        raise NotFound
    return i18n.section(language, f'mail.{kind.value}')


def checked(kind: MailKind, language: str, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts as they are kept. Raises Invalid for an empty or too long one, or a blank that nobody fills."""
    known = defaults(kind, language)
    problems: dict[str, Problem] = {}
    for name, text in texts.items():
        if name not in known:
            raise NotFound
        if (problem := _problem(name, text.strip(), known[name])) is not None:
            problems[name] = problem
    if problems:
        raise Invalid(problems)
    return {name: ' '.join(text.split()) for name, text in texts.items()}


def _problem(name: str, text: str, default: str) -> Problem | None:
    most = LONGEST_LINE if name in LINES or name.startswith('heading') else LONGEST
    if not 1 <= len(text) <= most:
        return Problem('mails.refusal.length', most=most)
    allowed = _blanks(default) | {_PORTAL}
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return Problem('mails.refusal.braces')
    for _, blank, format, conversion in parts:
        if blank is not None and (blank not in allowed or format or conversion):
            listed = ', '.join(f'{{{one}}}' for one in sorted(allowed))
            return Problem('mails.refusal.unknown_blank', blank=f'{{{blank}}}', allowed=listed)
    return None


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _key(kind: MailKind, language: str) -> str:
    return f'{_PREFIX}{language}.{kind.value}'
