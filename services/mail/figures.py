"""What the weekly mail says of the ratings: the week beside the week before, and what people wrote, lowest first."""

from urllib.parse import urlencode

from markupsafe import escape

from services import i18n
from services.figures.tables import between
from services.figures.tally import Tally
from services.mail.case import FiguresCase
from services.mail.letter import Block, Button, Facts, Letter, Paragraph, Quote

SHOWN = 5  # opinions


def weekly_letter(case: FiguresCase) -> Letter:
    """The letter to one of those who chose it."""
    days = case.names.days(case.figures.wanted.period)
    return Letter(
        language=case.reader.language,
        subject=case.t('mail.weekly_figures.subject', days=days),
        heading=case.t('mail.weekly_figures.heading', days=days),
        blocks=tuple(_blocks(case)),
        reason=case.t('mail.weekly_figures.reason'),
    )


def _blocks(case: FiguresCase) -> list[Block]:
    figures = case.figures
    address = case.url(f'{"/figures" if figures.own else "/admin"}?{urlencode(figures.wanted.to_parameters())}')
    if not figures.total.answers:
        return [Paragraph(case.t('mail.weekly_figures.none')), Button(case.t('mail.weekly_figures.open'), address)]
    quotes = [_quote(opinion.requester, opinion.stars, opinion.comment, case) for opinion in figures.opinions[:SHOWN]]
    return [_facts(case), *quotes, Button(case.t('mail.weekly_figures.open'), address)]


def _facts(case: FiguresCase) -> Facts:
    figures, names = case.figures, case.names
    total, before, replies = figures.total, figures.before, figures.replies
    good = f'{names.percent(total.good)} ({between(total.good_between, names.percent)})'
    bad = sum(total.stars[:2])
    return Facts(
        (
            (case.t('figures.tile.good'), _beside(case, good, names.percent(before.good), before)),
            (case.t('figures.tile.mean'), _beside(case, names.decimal(total.mean), names.decimal(before.mean), before)),
            (case.t('figures.column.answers'), i18n.number(case.reader.language, total.answers)),
            (case.t('figures.tile.replies'), case.t('figures.of_asked', rated=replies.rated, asked=replies.asked)),
            (case.t('figures.column.bad'), i18n.number(case.reader.language, bad)),
        )
    )


def _beside(case: FiguresCase, value: str, earlier: str, before: Tally) -> str:
    if not before.answers:
        return value
    answers = i18n.plural(case.reader.language, 'figures.answers', before.answers)
    return f'{value}; {case.t("figures.before", value=earlier, answers=answers)}'


def _quote(author: str, stars: int, comment: str, case: FiguresCase) -> Quote:
    said = i18n.plural(case.reader.language, 'admin.stars', stars)
    return Quote(f'{author}, {said}', str(escape(comment)).replace('\n', '<br>'), comment)
