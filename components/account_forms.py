"""What an admin fills in about accounts: a role with its company, and a list of people to invite."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from components.badge import Badge
from components.box import Box
from components.field import ChoiceField, TextArea
from components.live import Part
from components.text import Text, plural, t
from models import Role
from services.accounts.invitations import Invitee
from services.errors import Problem

ROLES = (Role.CUSTOMER, Role.AGENT, Role.ADMIN)
SHOWN = 60  # lines of a list that are drawn; the counts above them tell of all


class RoleForm:
    """The choice of a role, and of a company as long as that is a customer.

    :param companies: names by id, those that may be chosen
    :param prompt: what stands in the list of companies until one is chosen
    """

    def __init__(
        self,
        companies: Mapping[int, str],
        role: Role = Role.CUSTOMER,
        company_id: int | None = None,
        *,
        prompt: str | None = None,
        on_change: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._on_change = on_change
        roles = {each.value: t(f'role.{each.value}') for each in ROLES}
        self.choice = ChoiceField(
            t('people.role'), roles, role.value, look='radio', across=True, on_change=self._changed
        )
        named = {str(id): name for id, name in companies.items()}
        self.company = ChoiceField(
            t('people.company'),
            named,
            str(company_id or ''),
            prompt=prompt,
            required=prompt is None,
            on_change=on_change,
        )
        self._follow()

    @property
    def role(self) -> Role:
        return Role(self.choice.value or Role.CUSTOMER.value)

    @property
    def company_id(self) -> int | None:
        return int(self.company.value) if self.role is Role.CUSTOMER and self.company.value else None

    async def _changed(self) -> None:
        self._follow()
        if self._on_change is not None:
            await self._on_change()

    def _follow(self) -> None:
        self.company.set_visibility(self.role is Role.CUSTOMER)


class InvitationForm:
    """Whom to invite, as what and where; below it what sending would do, line by line, while one types.

    `look(text, role, company_id)` reads the list and writes nothing.
    """

    def __init__(
        self,
        companies: Mapping[int, str],
        company_id: int | None,
        *,
        look: Callable[[str, Role, int | None], Awaitable[Sequence[Invitee]]],
    ) -> None:
        self._look = look
        self.list = TextArea(
            t('people.list'),
            rows=6,
            hint=t('people.list_hint'),
            placeholder=t('people.list_example'),
            on_change=self.check,
        )
        self.place = RoleForm(companies, company_id=company_id, prompt=t('people.by_domain'), on_change=self.check)
        self.lines = Part(_draw_lines)
        self.lines.props('aria-live=polite')

    async def check(self) -> None:
        """Say what the list would do now."""
        looked = await self._look(self.list.value, self.place.role, self.place.company_id)
        self.lines.show(tuple(looked))


def _draw_lines(looked: tuple[Invitee, ...]) -> None:
    if not looked:
        return
    ready = [each for each in looked if each.problem is None]
    wrong = len(looked) - len(ready)
    with Box('row gap-1 invite-counts'):
        Badge(plural('people.ready', len(ready)), tone='success' if ready else '', icon='mail')
        if wrong:
            Badge(plural('people.wrong', wrong), tone='danger', icon='circle-alert')
    with Box('list invite-lines', 'ul').props(f'tabindex=0 aria-label="{t("people.list_read")}"'):
        for each in sorted(looked, key=lambda each: (each.problem is None, each.line))[:SHOWN]:
            _draw_line(each)
    if len(looked) > SHOWN:
        Text(plural('people.more_lines', len(looked) - SHOWN), 'p', 'soft small')


def _draw_line(each: Invitee) -> None:
    with Box('invite-line', 'li'):
        Text(str(each.line), 'span', 'faint numbers small').props(f'aria-label="{t("people.line", line=each.line)}"')
        with Box('stack gap-half'):
            if each.problem is None:
                Text(each.name, 'span', 'strong')
                Text(' · '.join(filter(None, (each.email, each.company_name))), 'span', 'soft small')
            else:
                Text(each.email or each.written, 'span', 'clip')
            if why := each.problem or each.warning:
                _draw_why(why, wrong=each.problem is not None)


def _draw_why(why: Problem, *, wrong: bool) -> None:
    Text(t(why.key, **why.values), 'span', 'small ' + ('invite-wrong' if wrong else 'invite-warning'))
