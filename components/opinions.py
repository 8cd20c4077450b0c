"""What customers wrote with their ratings."""

from components.badge import Badge
from components.box import Box
from components.button import Link
from components.text import Moment, Text, plural
from services.figures.ratings import Opinion


def opinions(found: tuple[Opinion, ...]) -> None:
    """The words in the order given, each with its stars and its ticket."""
    with Box('opinions', 'ul'):
        for opinion in found:
            _opinion(opinion)


def _opinion(opinion: Opinion) -> None:
    with Box('opinion card', 'li'):
        with Box('row between gap-2'):
            Badge(plural('admin.stars', opinion.stars), icon='star', tone='danger' if opinion.stars < 3 else '')
            Moment(opinion.rated_at)
        Text(opinion.comment, 'p', 'measure')
        with Box('row gap-1 small'):
            Link(opinion.ticket, f'/tickets/{opinion.ticket}')
            Text(opinion.subject, 'span', 'clip')
            Text(' · '.join(filter(None, (opinion.requester, opinion.company))), 'span', 'soft')
