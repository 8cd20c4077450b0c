"""Answer templates: filled in once, and nothing in a text is ever carried out."""

import pytest

from models import User
from services.desk import templates
from services.desk.templates import change, create, filled, list_templates, retire, take_back
from services.errors import Invalid, NotFound
from tests.services.ticket_world import HOUR, NOW, World


@pytest.fixture
async def world(database) -> World:
    return await World().build()


@pytest.fixture
async def quick(sqlite) -> World:
    return await World().build()


async def test_a_template_is_filled_in_the_requesters_language(world):
    view = await world.file()
    template = await create(
        world.grace,
        'Версия',
        body_ru='{person}, по {id} «{subject}»: система {field:os}, версия {field:app_version}. {agent}',
        body_en='{person}, {id}: {field:os}',
        now=NOW,
    )
    assert await filled(world.george, template.id, view.id, now=NOW) == (
        f'Алиса Иванова, по {view.id} «Экран гаснет на Samsung»: система Samsung Tizen, версия 3.14.1. '
        'Георгий Специалист'
    )
    await User.filter(id=world.users['alice'].id).update(language='en')
    assert await filled(world.grace, template.id, view.id, now=NOW) == f'Алиса Иванова, {view.id}: Samsung Tizen'
    only = await create(world.grace, 'Только по-русски', body_ru='Ждём, {person}', now=NOW)
    assert await filled(world.grace, only.id, view.id, now=NOW) == 'Ждём, Алиса Иванова'


LITERAL = [
    '{{7*7}}',
    '${7*7}',
    '{%x%}',
    '{0.__class__}',
    '{person.__class__}',
    '{person!r}',
    '{person:>99999999}',
    '%(x)s %s',
    '#{1}',
    '{unknown}',
    '{field:nothing}',
    '{field:}',
    '{field:__class__}',
    '{field:os.__class__}',
    '{ person }',
    '{}',
    '{',
    '\\1 \\g<0>',
]


@pytest.mark.parametrize('text', LITERAL)
async def test_whatever_is_no_placeholder_stays_as_it_is(quick, text):
    view = await quick.file()
    template = await create(quick.grace, 'Проба', body_ru=f'x {text} x', now=NOW)
    assert await filled(quick.grace, template.id, view.id, now=NOW) == f'x {text} x'


async def test_what_a_customer_wrote_is_not_filled_in_again(quick):
    text = '{agent} {{7*7}} \\1 {field:project}'
    view = await quick.file(subject=text, app_version='{person}')
    await User.filter(id=quick.users['alice'].id).update(name='{id} {0.__class__}')
    template = await create(quick.grace, 'Проба', body_ru='{subject}|{field:app_version}|{person}', now=NOW)
    assert await filled(quick.grace, template.id, view.id, now=NOW) == f'{text}|{{person}}|{{id}} {{0.__class__}}'


async def test_templates_are_kept_by_staff(world):
    one = await create(world.grace, 'Б', body_ru='Один', now=NOW)
    two = await create(world.mona, 'А', body_en='Two', now=NOW)
    assert [view.id for view in await list_templates(world.george, now=NOW)] == [two.id, one.id]
    changed = await change(world.george, one.id, 'В', body_ru='Три', body_en='Three', now=NOW)
    assert (changed.name, changed.body_en, changed.changed_by.id) == ('В', 'Three', world.users['george'].id)
    assert (await retire(world.mona, one.id, now=NOW)).retired
    assert [view.id for view in await list_templates(world.grace, now=NOW)] == [two.id]
    assert len(await list_templates(world.grace, retired=True, now=NOW)) == 2
    assert not (await retire(world.mona, one.id, False, now=NOW)).retired


async def test_what_was_reworded_can_be_taken_back_and_taken_back_again(world):
    """Who did so last, and when, is said each time; what was not reworded, or is another's name by now, is refused."""
    one = await create(world.grace, 'Привет', body_ru='Здравствуйте', now=NOW)
    with pytest.raises(NotFound):
        await take_back(world.mona, one.id, now=NOW)
    same = await change(world.george, one.id, 'Привет', body_ru='Здравствуйте', now=NOW + HOUR)
    assert (same.changed_by.id, same.has_former) == (world.users['grace'].id, False)
    await change(world.george, one.id, 'Приветствие', body_ru='Добрый день', body_en='Hello', now=NOW + HOUR)
    back = await take_back(world.mona, one.id, now=NOW + 2 * HOUR)
    assert (back.name, back.body_ru, back.body_en) == ('Привет', 'Здравствуйте', '')
    assert (back.changed_by.id, back.changed_at) == (world.users['mona'].id, NOW + 2 * HOUR)
    again = await take_back(world.grace, one.id, now=NOW + 3 * HOUR)
    assert (again.name, again.body_ru, again.body_en) == ('Приветствие', 'Добрый день', 'Hello')
    await create(world.grace, 'привет', body_ru='x', now=NOW)
    with pytest.raises(Invalid) as refused:
        await take_back(world.grace, one.id, now=NOW)
    assert list(refused.value.problems) == ['name']
    with pytest.raises(NotFound):
        await take_back(world.alice, one.id, now=NOW)


async def test_a_name_is_there_once_and_a_text_at_all(quick):
    one = await create(quick.grace, 'Привет', body_ru='x', now=NOW)
    await create(quick.grace, 'Пока', body_ru='x', now=NOW)
    for attempt, field in (
        (create(quick.grace, 'ПРИВЕТ', body_ru='x', now=NOW), 'name'),
        (change(quick.grace, one.id, 'пока', body_ru='x', now=NOW), 'name'),
        (create(quick.grace, '  ', body_ru='x', now=NOW), 'name'),
        (create(quick.grace, 'Пусто', body_ru=' \n ', now=NOW), 'body_ru'),
        (create(quick.grace, 'Длинно', body_en='x' * (templates.LONGEST_BODY + 1), now=NOW), 'body_en'),
        (create(quick.grace, 'Ноль', body_ru='a\x00b', now=NOW), 'body_ru'),
    ):
        with pytest.raises(Invalid) as refused:
            await attempt
        assert list(refused.value.problems) == [field]
    assert (await change(quick.grace, one.id, 'ПРИВЕТ', body_ru='y', now=NOW)).name == 'ПРИВЕТ'


@pytest.mark.parametrize('who', ['alice', 'charlie'])
async def test_no_customer_gets_at_templates(quick, who):
    view = await quick.file()
    template = await create(quick.grace, 'Тайна', body_ru='x', now=NOW)
    actor = getattr(quick, who)
    for attempt in (
        list_templates(actor, now=NOW),
        create(actor, 'Моё', body_ru='x', now=NOW),
        create(actor, '', now=NOW),
        change(actor, template.id, 'Моё', body_ru='x', now=NOW),
        retire(actor, template.id, now=NOW),
        filled(actor, template.id, view.id, now=NOW),
    ):
        with pytest.raises(NotFound):
            await attempt
    for id in (0, -1, 2**40, 999):
        with pytest.raises(NotFound):
            await filled(quick.grace, id, view.id, now=NOW)
