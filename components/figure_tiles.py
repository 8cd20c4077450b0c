"""The figures that one sees first: each with how many answers it rests on, how sure it is, and what it was before."""

from dataclasses import dataclass

from components.badge import Badge
from components.box import Box
from components.button import Link
from components.live import Part
from components.text import Text, plural, t
from models import ClosedBy
from services.figures.names import Names
from services.figures.ratings import Closings, RatingFigures, Replies
from services.figures.tables import between


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure: its name, its value, what is to be said of it, where its tickets are, whether it rests on few."""

    label: str
    value: str
    notes: tuple[str, ...]
    href: str = ''
    few: bool = False


class FigureTiles(Part):
    """The tiles; `follow` shows the figures as they are now."""

    def __init__(self) -> None:
        super().__init__(_draw)
        self.classes('figures')

    def follow(self, figures: RatingFigures, names: Names) -> None:
        self.show((*_of_ratings(figures, names), *_of_work(figures, names)))


def _of_ratings(figures: RatingFigures, names: Names) -> tuple[Tile, ...]:
    total, before, wanted = figures.total, figures.before, figures.wanted
    answers, earlier = (plural('figures.answers', tally.answers) for tally in (total, before))
    few = bool(total.answers) and total.small

    def notes(interval: str, value: str) -> tuple[str, ...]:
        was = t('figures.before', value=value, answers=earlier) if before.answers else t('figures.nothing_before')
        return (f'{interval} · {answers}' if total.answers else answers, was)

    def behind(*stars: int) -> str:
        return wanted.behind(rated=wanted.period.span, stars=stars) if total.answers else ''

    good = notes(between(total.good_between, names.percent), names.percent(before.good))
    mean = notes(between(total.mean_between, names.decimal), names.decimal(before.mean))
    return (
        Tile(t('figures.tile.good'), names.percent(total.good), good, behind(4, 5), few),
        Tile(t('figures.tile.mean'), names.decimal(total.mean), mean, behind(), few),
    )


def _of_work(figures: RatingFigures, names: Names) -> tuple[Tile, ...]:
    wanted, replies, closings = figures.wanted, figures.replies, figures.closings
    span, silent = wanted.period.span, closings.by[ClosedBy.SILENCE]

    def share(some: int, of: int) -> str:
        return names.percent(some / of if of else None)

    def answered(replies: Replies) -> tuple[str, str]:
        return share(replies.rated, replies.asked), t('figures.of_asked', rated=replies.rated, asked=replies.asked)

    def reopened(closings: Closings) -> tuple[str, str]:
        of = t('figures.of_done', some=closings.reopened, done=closings.done)
        return share(closings.reopened, closings.done), of

    def silently(closings: Closings) -> tuple[str, str]:
        silent, confirmed = closings.by[ClosedBy.SILENCE], closings.by[ClosedBy.CUSTOMER]
        return share(silent, closings.done), t('figures.confirmed', silent=silent, confirmed=confirmed)

    def tile(label: str, now: tuple[str, str], before: tuple[str, str] | None, href: str) -> Tile:
        value, of = now
        was = t('figures.before', value=before[0], answers=before[1]) if before else t('figures.none_before')
        return Tile(t(f'figures.tile.{label}'), value, (of, was), href)

    asked_before, done_before = figures.replies_before, figures.closings_before
    return (
        tile(
            'replies',
            answered(replies),
            answered(asked_before) if asked_before.asked else None,
            wanted.behind(asked=span, reply='rated') if replies.rated else '',
        ),
        tile(
            'reopened',
            reopened(closings),
            reopened(done_before) if done_before.done else None,
            wanted.behind(done=span, reopened=True) if closings.reopened else '',
        ),
        tile(
            'silent',
            silently(closings),
            silently(done_before) if done_before.done else None,
            wanted.behind(done=span, closed_by=ClosedBy.SILENCE) if silent else '',
        ),
    )


def _draw(tiles: tuple[Tile, ...]) -> None:
    for tile in tiles:
        with Box('figure card'):
            with Box('row between gap-1 top'):
                Text(tile.label, 'h2', 'figure-label')
                if tile.few:
                    Badge(t('figures.few'), tone='warning')
            with Box('figure-value numbers'):
                if tile.href:
                    Link(tile.value, tile.href, look='quiet')
                else:
                    Text(tile.value, 'span')
            for note in tile.notes:
                Text(note, 'p', 'soft small')
