"""Forms in the hands of admins: drafts, publishing, versions that stay, and what may not be published."""

import asyncio

import pytest

from models import AuditEntry, FormVersion, RequestKind, Role
from services import tickets
from services.desk.export import export
from services.errors import Conflict, Invalid, NotFound, Problem
from services.forms import editing, kinds, shape, store
from services.forms.definition import Kind
from services.forms.wording import answer_text
from tests.people import actor_of, make_user
from tests.services.ticket_world import BUG, NOW, World, let_everybody_write


@pytest.fixture(autouse=True)
def generous(monkeypatch) -> None:
    let_everybody_write(monkeypatch)


@pytest.fixture
async def world(database) -> World:
    return await World().build()


@pytest.fixture
async def quick(sqlite) -> World:
    """The same on one engine: for rules that no engine can change."""
    return await World().build()


def words(text: str) -> dict[str, str]:
    return {'ru': f'{text} по-русски', 'en': text}


async def published(world: World, change, code: str = 'bug') -> int:
    """Change the form and publish it; the number of the version."""
    draft = await editing.open_draft(world.mona, code, now=NOW)
    kept = await editing.save(world.mona, code, change(draft.definition), version=draft.version, now=NOW)
    return await editing.publish(world.mona, code, version=kept.version, now=NOW)


def choice(code: str, *options: str, **more) -> shape.Definition:
    answers = [{'code': option, 'label': words(option)} for option in options]
    return {'code': code, 'kind': 'choice', 'label': words(code), 'options': answers} | more


def adding(field: shape.Definition):
    return lambda definition: shape.with_field(definition, field)


async def test_a_published_change_is_what_new_tickets_are_asked_and_old_ones_stay(world):
    old = await world.file()
    assert await published(world, adding(choice('player', 'samsung', 'lg', required=True))) == 2

    with pytest.raises(Invalid) as caught:
        await world.file()
    assert caught.value.problems == {'player': Problem('entry.choose')}
    new = await world.file(player='lg')
    assert new.form.version == 2
    assert new.answers['player'] == 'lg'

    again = await tickets.read(world.alice, old.id, now=NOW)
    assert again.form.version == 1
    assert again.answers == old.answers


async def test_a_retired_option_is_refused_for_new_tickets_and_worded_on_old_ones(world):
    def retire(definition):
        options = shape.field_of(definition, 'os')['options']
        return shape.changed(
            definition, 'os', options=[o | {'retired': True} if o['code'] == 'tizen' else o for o in options]
        )

    old = await world.file()
    await published(world, retire)
    with pytest.raises(Invalid) as caught:
        await world.file()
    assert caught.value.problems == {'os': Problem('entry.choice')}
    again = await tickets.read(world.alice, old.id, now=NOW)
    field = again.form.field('os')
    assert answer_text(field, again.answers['os'], 'ru', {}) == 'Samsung Tizen'
    assert [option.code for option in (await store.current('bug')).field('os').offered][-1] == 'other'


async def test_rolling_back_publishes_the_old_definition_as_a_new_version(world):
    await published(world, adding(choice('player', 'samsung', 'lg')))
    with_player = await world.file(player='lg')
    assert await editing.roll_back(world.mona, 'bug', 1, now=NOW) == 3
    rows = await FormVersion.filter(type='bug').order_by('version')
    assert rows[0].definition == rows[2].definition
    assert (await tickets.read(world.alice, with_player.id, now=NOW)).answers['player'] == 'lg'

    versions = await editing.history(world.mona, 'bug', now=NOW)
    assert [(view.version, view.published_by) for view in versions] == [
        (3, 'Марина Начальник'),
        (2, 'Марина Начальник'),
        (1, None),
    ]
    assert [change.kind for change in versions[0].changes] == ['removed']
    with pytest.raises(Conflict, match='in_force'):
        await editing.roll_back(world.mona, 'bug', 1, now=NOW)
    with pytest.raises(NotFound):
        await editing.roll_back(world.mona, 'bug', 9, now=NOW)
    entries = await AuditEntry.filter(subject='form:bug').order_by('id')
    assert [(entry.action, entry.details) for entry in entries] == [
        ('form.published', {'version': 2}),
        ('form.rolled_back', {'version': 3, 'to': 1}),
    ]


async def test_the_catalogue_never_overwrites_what_an_admin_published(world, monkeypatch):
    await published(world, lambda definition: definition | {'icon': 'zap'})
    changed = [dict(data, icon='star') for data in store.catalogue()]
    monkeypatch.setattr(store, 'catalogue', lambda: tuple(changed))
    assert {form.type for form in await store.publish_catalogue()} == {'server_install', 'feature', 'estimate'}
    assert (await store.current('bug')).icon == 'zap'
    assert (await store.current('feature')).icon == 'star'
    await editing.roll_back(world.mona, 'bug', 1, now=NOW)
    assert await store.publish_catalogue() == []
    assert (await store.current('bug')).icon == 'bug'


async def test_a_draft_without_changes_goes_along_with_the_catalogue(quick, monkeypatch):
    draft = await editing.open_draft(quick.mona, 'bug', now=NOW)
    await editing.save(quick.mona, 'bug', draft.definition, version=0, now=NOW)
    monkeypatch.setattr(store, 'catalogue', lambda: ({**store_bug(), 'icon': 'star'},))
    await store.publish_catalogue()
    assert (await editing.open_draft(quick.mona, 'bug', now=NOW)).changes == ()


def store_bug() -> shape.Definition:
    return {'type': 'bug', **_BUG}


_BUG = next(dict(data) for data in store.catalogue() if data['type'] == 'bug')


async def test_of_two_admins_who_change_one_draft_the_second_is_told(world):
    lena = await make_user(email='lena@portal.test', name='Лена', role=Role.ADMIN)
    other = await actor_of(lena, now=NOW)
    draft = await editing.open_draft(world.mona, 'bug', now=NOW)
    first = draft.definition | {'icon': 'zap'}
    kept = await editing.save(world.mona, 'bug', first, version=draft.version, now=NOW)
    with pytest.raises(editing.Stale) as caught:
        await editing.save(other, 'bug', draft.definition | {'icon': 'star'}, version=draft.version, now=NOW)
    assert caught.value.values == {'name': 'Марина Начальник'}
    with pytest.raises(editing.Stale):
        await editing.publish(other, 'bug', version=draft.version, now=NOW)
    assert (await editing.open_draft(other, 'bug', now=NOW)).definition['icon'] == 'zap'

    await editing.publish(world.mona, 'bug', version=kept.version, now=NOW)
    with pytest.raises(editing.Stale):  # what was published moved the draft on as well
        await editing.save(other, 'bug', first, version=kept.version, now=NOW)


async def test_publishing_at_the_same_moment_makes_one_version(world):
    draft = await editing.open_draft(world.mona, 'bug', now=NOW)
    kept = await editing.save(world.mona, 'bug', draft.definition | {'icon': 'zap'}, version=draft.version, now=NOW)
    attempts = [editing.publish(world.mona, 'bug', version=kept.version, now=NOW) for _ in range(4)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert [result for result in results if isinstance(result, int)] == [2]
    assert all(isinstance(result, int | Conflict) for result in results)
    assert await FormVersion.filter(type='bug').count() == 2


async def test_nothing_is_published_that_has_problems_or_no_changes(quick):
    draft = await editing.open_draft(quick.mona, 'bug', now=NOW)
    with pytest.raises(Conflict, match='unchanged'):
        await editing.publish(quick.mona, 'bug', version=draft.version, now=NOW)
    wrong = shape.without_field(draft.definition, 'impact')
    kept = await editing.save(quick.mona, 'bug', wrong, version=draft.version, now=NOW)
    assert kept.problems == {'fields': Problem('forms.needed.impact')}
    with pytest.raises(Invalid) as caught:
        await editing.publish(quick.mona, 'bug', version=kept.version, now=NOW)
    assert caught.value.problems == kept.problems
    assert (await editing.open_draft(quick.mona, 'bug', now=NOW)).version == kept.version
    assert await editing.discard(quick.mona, 'bug', version=kept.version, now=NOW)
    assert (await editing.open_draft(quick.mona, 'bug', now=NOW)).changes == ()


async def test_codes_are_made_of_the_english_words_and_stay(world):
    def change(definition):
        field = shape.new_field(definition, Kind.CHECKS, ())
        assert field['code'] == 'checks_1'
        labels = (words('Front door'), words('Café № 2'), words('Café № 2!'))
        options = [{'code': f'option_{number}', 'label': label} for number, label in enumerate(labels, 1)]
        field |= {'label': words('Where it stands'), 'options': options}
        note = shape.new_field(definition, Kind.LINE, ())
        note |= {'label': words('Impact'), 'shown_when': {'field': 'checks_1', 'is': ['option_2']}}
        return shape.with_field(shape.with_field(definition, field), note)

    await published(world, change)
    form = await store.current('bug')
    field = form.field('where_it_stands')
    assert [option.code for option in field.options] == ['front_door', 'cafe_no_2', 'cafe_no_2_1']
    assert form.fields[-1].code == 'impact_1'
    assert form.fields[-1].shown_when == ('where_it_stands', frozenset({'cafe_no_2'}))

    renamed = shape.changed(
        (await editing.open_draft(world.mona, 'bug', now=NOW)).definition, 'impact_1', label=words('Note')
    )
    await published(world, lambda _: renamed)
    assert (await store.current('bug')).field('impact_1') is not None


async def test_several_choices_and_people_are_kept_and_shown(world):
    def change(definition):
        places = choice('places', 'hall', 'street') | {'kind': 'checks'}
        who = {'code': 'who', 'kind': 'person', 'label': words('who'), 'required': True}
        return shape.with_field(shape.with_field(definition, places), who)

    await published(world, change)
    bob, charlie = world.users['bob'].id, world.users['charlie'].id
    view = await world.file(places=['street', 'hall', 'street'], who=bob)
    assert view.answers['places'] == ['hall', 'street']
    assert view.answers['who'] == bob
    assert view.named[bob].name == 'Борис Петров'
    for stranger in (charlie, world.users['grace'].id, 10**6):
        with pytest.raises(Invalid) as caught:
            await world.file(who=stranger)
        assert caught.value.problems == {'who': Problem('entry.person')}
    assert (await world.file(world.grace, who=charlie)).named[charlie].name == 'Чарли Чужой'


async def test_who_fills_the_old_version_may_send_it_or_is_told_what_is_new(world):
    async def send(**changes):
        options = {'submission_key': f'late-{len(changes)}-{list(changes)}', 'form_version': 1, 'now': NOW}
        return await tickets.file(world.alice, 'bug', BUG | changes, **options)

    draft = await editing.open_draft(world.mona, 'bug', now=NOW)
    optional = shape.without_field(shape.with_field(draft.definition, choice('player', 'lg')), 'app_version')
    kept = await editing.save(world.mona, 'bug', optional, version=0, now=NOW)
    await editing.publish(world.mona, 'bug', version=kept.version, now=NOW)
    view = await send()
    assert view.form.version == 1
    assert view.answers['app_version'] == BUG['app_version']

    required = shape.changed(optional, 'player', required=True)
    kept = await editing.save(world.mona, 'bug', required, version=kept.version + 1, now=NOW)
    await editing.publish(world.mona, 'bug', version=kept.version, now=NOW)
    with pytest.raises(Invalid) as caught:
        await send(details='Ещё раз')
    assert caught.value.problems == {'player': Problem('entry.new_field')}


async def test_only_admins_see_and_change_forms(quick):
    calls = (
        lambda who: editing.open_draft(who, 'bug', now=NOW),
        lambda who: editing.save(who, 'bug', _BUG, version=0, now=NOW),
        lambda who: editing.discard(who, 'bug', version=0, now=NOW),
        lambda who: editing.publish(who, 'bug', version=0, now=NOW),
        lambda who: editing.roll_back(who, 'bug', 1, now=NOW),
        lambda who: editing.history(who, 'bug', now=NOW),
        lambda who: editing.version_form(who, 'bug', 1, now=NOW),
        lambda who: kinds.list_kinds(who, now=NOW),
        lambda who: kinds.create(who, 'training', words('Training'), now=NOW),
        lambda who: kinds.set_hidden(who, 'bug', True, now=NOW),
        lambda who: kinds.arrange(who, ['bug'], now=NOW),
    )
    for call in calls:
        for somebody in (quick.alice, quick.grace):
            with pytest.raises(NotFound):
                await call(somebody)


async def test_a_new_kind_is_offered_once_it_is_published_and_can_be_hidden_again(world):
    assert await kinds.create(world.mona, 'training', words('Training'), now=NOW) == 'training'
    assert 'training' not in {form.type for form in await store.offered()}
    draft = await editing.open_draft(world.mona, 'training', now=NOW)
    assert {path.split('.')[0] for path in draft.problems} == {'purpose'}
    kept = await editing.save(
        world.mona, 'training', draft.definition | {'purpose': words('When')}, version=draft.version, now=NOW
    )
    await editing.publish(world.mona, 'training', version=kept.version, now=NOW)
    answers = {'subject': 'Обучить троих', 'details': 'В четверг'}
    view = await tickets.file(world.alice, 'training', answers, submission_key='training-1', now=NOW)
    assert view.type == 'training'

    await kinds.arrange(world.mona, ['training', 'bug', 'feature', 'estimate', 'server_install'], now=NOW)
    assert [form.type for form in await store.offered()][:2] == ['training', 'bug']
    await kinds.set_hidden(world.mona, 'training', True, now=NOW)
    assert 'training' not in {form.type for form in await store.offered()}
    assert [form.type for form in await store.known()][-1] == 'training'
    with pytest.raises(Invalid) as caught:
        await tickets.file(world.alice, 'training', answers, submission_key='training-2', now=NOW)
    assert caught.value.problems == {'type': Problem('entry.kind_of_request')}
    assert (await tickets.read(world.alice, view.id, now=NOW)).form.title == words('Training')


async def test_kinds_are_refused_with_a_reason(quick):
    for code, key in (('bug', 'code_taken'), ('Bug', 'code'), ('1a', 'code'), ('', 'code'), ('a' * 33, 'code')):
        with pytest.raises(Invalid) as caught:
            await kinds.create(quick.mona, code, words('Something'), now=NOW)
        assert caught.value.problems['code'].key == f'forms.problem.{key}'
    with pytest.raises(Invalid) as caught:
        await kinds.create(quick.mona, 'training', {'ru': 'Обучение', 'en': ' '}, now=NOW)
    assert caught.value.problems == {'en': Problem('forms.problem.empty')}
    with pytest.raises(Conflict):
        await kinds.arrange(quick.mona, ['bug', 'feature'], now=NOW)
    for code in ('bug', 'feature', 'estimate'):
        await kinds.set_hidden(quick.mona, code, True, now=NOW)
    with pytest.raises(Conflict, match='last'):
        await kinds.set_hidden(quick.mona, 'server_install', True, now=NOW)
    listed = {view.code: view.hidden for view in await kinds.list_kinds(quick.mona, now=NOW)}
    assert listed == {'server_install': False, 'feature': True, 'bug': True, 'estimate': True}


async def test_a_kind_that_was_never_published_can_be_forgotten(world):
    await kinds.create(world.mona, 'training', words('Training'), now=NOW)
    assert not await editing.discard(world.mona, 'training', version=1, now=NOW)
    assert not await RequestKind.filter(code='training').exists()
    assert await kinds.create(world.mona, 'training', words('Training'), now=NOW) == 'training'


async def test_tickets_are_shown_and_exported_after_their_kind_field_and_option_are_gone(world):
    def change(definition):
        options = [*shape.field_of(definition, 'os')['options'], {'code': 'option_1', 'label': words('FreeBSD')}]
        return shape.with_field(shape.changed(definition, 'os', options=options), choice('player', 'lg'))

    await published(world, change)
    view = await world.file(os='freebsd', player='lg')
    await editing.roll_back(world.mona, 'bug', 1, now=NOW)
    await kinds.set_hidden(world.mona, 'bug', True, now=NOW)
    assert (await store.known())[-1].field('player') is None

    again = await tickets.read(world.alice, view.id, now=NOW)
    texts = {code: answer_text(again.form.field(code), again.answers[code], 'en', {}) for code in ('os', 'player')}
    assert texts == {'os': 'FreeBSD', 'player': 'lg'}
    file = await export(world.grace, 'csv', columns=('id', 'type', 'os'), now=NOW)
    row = file.path.read_text('utf-8-sig').splitlines()[1]
    file.remove()
    assert row == f'{view.id},Сообщить о баге,FreeBSD по-русски'
