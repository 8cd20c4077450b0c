"""Who gets the week's ratings by e-mail."""

from components.box import Box
from components.button import Button
from components.feedback import toast
from components.field import ChecksField
from components.reader import reader
from components.refusals import explains_refusals
from components.text import Text, t
from services.figures import weekly


class WeeklyReaders:
    """The admins as boxes to tick, kept with a button."""

    async def draw(self) -> None:
        people = await weekly.readers(reader().actor)
        with Box('card stack gap-2 weekly-readers', 'section').props('id=weekly aria-labelledby=weekly-title'):
            with Box('stack gap-half'):
                Text(t('figures.weekly.title'), 'h2').props('id=weekly-title')
                Text(t('figures.weekly.why'), 'p', 'soft small')
            self.people = ChecksField(
                t('figures.weekly.readers'),
                {str(id): name for id, (name, _) in people.items()},
                [str(id) for id, (_, chosen) in people.items() if chosen],
                required=False,
            )
            with Box('row'):
                Button(t('common.save'), self._save, look='primary')

    @explains_refusals
    async def _save(self) -> None:
        await weekly.choose(reader().actor, [int(id) for id in self.people.value])
        toast(t('figures.weekly.saved'))
