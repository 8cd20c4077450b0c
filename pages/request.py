"""The form of one kind of request: filled in, kept as a draft, sent once, and then a ticket."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import PageArguments, ui

from components.box import Box
from components.button import Link
from components.dialog import confirm
from components.feedback import toast
from components.live import Live
from components.reader import reader
from components.refusals import explains_refusals, explanation
from components.request_form import Change, RequestForm
from components.signing_in import sign_in_again
from components.text import Text, t
from models import Follow
from services import access, drafts, tickets
from services.drafts import DraftView
from services.errors import Invalid, NotFound, Refusal, SignedOut
from services.forms import named, store
from services.forms.definition import Field, Form, Kind, worded
from services.forms.suggestions import suggestions
from services.search import answers
from services.search.answers import Card
from services.tickets import PersonView, TicketView

SHARE = 'share_with'
SUBJECT_LIMIT = 200


async def request_page(code: str, arguments: PageArguments) -> None:
    asked = arguments.query_parameters
    page = RequestPage(code, asked.get('follow_up'), asked.get('words', ''))
    await page.load()
    page.draw()


class RequestPage:
    """What one open form knows: what stands in it, what of that the server has not kept yet, and its submission key."""

    form: Form
    draft: DraftView | None

    def __init__(self, code: str, follow_up: str | None, words: str) -> None:
        self.code = code
        self.place = f'request:{code}'
        self.follow_up = follow_up
        self.words = ' '.join(words.split())[:SUBJECT_LIMIT]
        self.actor = reader().actor
        self.people: Sequence[PersonView] = ()
        self.company: str | None = None
        self.share_by_default = False
        self.asked = False
        self.content: dict[str, Any] = {}
        self.key: str | None = None
        self._unkept: dict[str, Change] = {}
        self._in_turn = asyncio.Lock()

    async def load(self) -> None:
        self.form = await store.current(self.code)
        self.draft = await self._draft()
        if self.draft:
            self.content, self.key = dict(self.draft.content), self.draft.submission_key
        self.people = await tickets.candidates(self.actor, None)
        self.nameable = await named.nameable(self.actor) if self._names_people() else []
        user = await access.person(self.actor)
        self.company = user.company.name if user.company else None
        self.share_by_default = user.company is not None and user.company.share_by_default
        self.suggestions: Mapping[str, list[str]] = await suggestions(self.actor, self.form)
        self.original: TicketView | None = None
        if self.follow_up:
            try:
                self.original = await tickets.read(self.actor, self.follow_up)
            except NotFound:
                self.follow_up = None

    async def _draft(self) -> DraftView | None:
        """What was typed here before; the words of a question that found no ticket become the subject of a new one."""
        draft = await drafts.read(self.actor, self.place)
        if self.words and not (draft and draft.content.get('subject')):
            self.asked = draft is None or draft.is_empty
            return await drafts.merge(self.actor, self.place, {'subject': self.words})
        return draft

    def draw(self) -> None:
        title = worded(self.form.title, reader().language)
        ui.page_title(title)
        with Box('page narrow request'):
            with Box('request-head'):
                Link(t('request.back'), '/', icon='arrow-left', look='quiet').classes('small')
                Text(title, 'h1')
                Text(worded(self.form.purpose, reader().language), 'p', 'soft measure')
                if self.original:
                    with Box('row request-follow-up', tag='p'):
                        Text(t('request.follow_up'), 'span', 'soft')
                        Link(f'{self.original.id} {self.original.subject}', f'/tickets/{self.original.id}')
            self.view = RequestForm(
                self.form,
                self.draft,
                place=self.place,
                suggestions=self.suggestions,
                people=self.people,
                nameable=self.nameable,
                company=self.company,
                share_by_default=self.share_by_default,
                asked=self.asked,
                on_change=self.keep,
                on_send=self.send,
                on_restart=self.restart,
                on_alike=self.alike,
                on_follow=self.follow,
            )

            Live(f'company:{reader().company_id}', reload=self.follow_company)

    async def alike(self, subject: str) -> Sequence[Card]:
        """Tickets that say the same: one of them may be this one."""
        try:
            return await answers.similar(self.actor, subject)
        except Refusal:
            return ()

    @explains_refusals
    async def follow(self, id: str) -> None:
        await tickets.follow(self.actor, id, Follow.FOLLOWING)
        toast(t('similar.followed', id=id))
        ui.navigate.to(f'/tickets/{id}')

    async def follow_company(self) -> None:
        """What the form says of sharing is what will be done, also when the company's rule changes meanwhile."""
        user = await access.person(self.actor)
        self.share_by_default = user.company is not None and user.company.share_by_default
        self.view.set_sharing(self.share_by_default)

    async def keep(self, change: Change) -> None:
        """Something was typed: into the draft with it."""
        self._unkept[change.code] = change
        self.content[change.code] = change.value
        try:
            await self._save()
        except SignedOut:
            sign_in_again()
        except Refusal:
            self.view.unsaved()

    async def _save(self) -> None:
        async with self._in_turn:
            changes, self._unkept = self._unkept, {}
            if not changes:
                return
            try:
                draft = await drafts.merge(self.actor, self.place, {code: one.value for code, one in changes.items()})
            except BaseException:
                self._unkept = changes | self._unkept
                raise
            self.key = self.key or draft.submission_key
            if not self.view.is_deleted:
                self.view.saved({code: one.seq for code, one in changes.items()})

    async def send(self) -> None:
        try:
            ticket = await self._file()
        except SignedOut:
            sign_in_again()
        except NotFound:  # nobody keeps a draft of a kind that is not offered any more
            self.view.refuse({}, t('entry.kind_of_request'))
        except Invalid as invalid:
            await self._explain(invalid)
        except Refusal as refusal:
            self.view.refuse({}, t(refusal.key, **refusal.values))
        except Exception:
            self.view.refuse({}, t('request.bug'))
            raise
        else:
            self.view.sent()
            ui.navigate.to(f'/tickets/{ticket.id}')

    async def _explain(self, invalid: Invalid) -> None:
        """Say what is wrong. When another version was published meanwhile, ask what it asks; what was typed stays."""
        newest = await store.current(self.code) if 'type' not in invalid.problems else self.form
        if newest.version != self.form.version:
            self.form = newest
            self.nameable = await named.nameable(self.actor) if self._names_people() else []
            self.view.show(newest, self.nameable)
        self.view.refuse(invalid.problems, explanation(invalid) if 'type' in invalid.problems else '')

    def _names_people(self) -> bool:
        return any(field.kind is Kind.PERSON for field in self.form.fields)

    async def _file(self) -> TicketView:
        await self._save()
        draft = await drafts.merge(
            self.actor, self.place, {}
        )  # also when nothing was typed: files hang on it, and the key
        ticket = await self._file_once(draft, self.key or draft.submission_key)
        if self.key != draft.submission_key and ticket.subject != str(self.content.get('subject', '')).strip():
            # Another window has sent this draft, and something else was typed here since.
            ticket = await self._file_once(draft, draft.submission_key)
        await drafts.discard(self.actor, self.place)
        return ticket

    async def _file_once(self, draft: DraftView, key: str) -> TicketView:
        people, whole_company = self._shared()
        return await tickets.file(
            self.actor,
            self.code,
            self._answers(),
            submission_key=key,
            file_keys=[file.key for file in draft.files],
            share_with=people,
            share_company=whole_company,
            follow_up_of=self.follow_up,
            form_version=self.form.version,
        )

    def _answers(self) -> dict[str, Any]:
        """What stands in the fields of this form; a draft of an older form may have others."""
        asked = (field for field in self.form.fields if field.kind not in (Kind.FILES, Kind.SHARE))
        return {field.code: _shown(field, self.content[field.code]) for field in asked if field.code in self.content}

    def _shared(self) -> tuple[list[int], bool]:
        """The chosen colleagues, as far as they are still some, and whether it is the whole company."""
        match self.content.get(SHARE):
            case {'company': True} if self.company:
                return [], True
            case {'people': list(chosen)}:
                known = {person.id for person in self.people}
                return [id for id in chosen if type(id) is int and id in known], False
        return [], self.share_by_default

    @explains_refusals
    async def restart(self) -> None:
        question, text = t('request.restart.question'), t('request.restart.text')
        if not await confirm(question, text, yes=t('request.restart.yes'), danger=True):
            return
        async with self._in_turn:
            await drafts.discard(self.actor, self.place)
            self.content, self.key, self._unkept = {}, None, {}
        self.view.reset()


def _shown(field: Field, value: Any) -> Any:
    """The value as the page shows it: without the answers among several that are not offered any more."""
    if field.kind is Kind.CHECKS and isinstance(value, list):
        return [option.code for option in field.offered if option.code in value]
    return value
