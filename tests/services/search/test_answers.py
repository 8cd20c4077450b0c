"""Questions in any words: the right ticket, nothing of what one may not see, and never an error."""

import random
from collections.abc import Awaitable
from itertools import chain

import pytest

from models import Status, Ticket
from models.engines.timing import on_work
from services import access, tickets
from services.database import engine
from services.desk.filters import DeskFilter
from services.desk.queue import queue
from services.errors import Invalid, NotFound
from services.search import answers, identifiers, synonym_groups, upkeep
from services.search.answers import Certainty, Turn
from services.search.documents import audiences_of, make
from services.search.engines import index
from services.search.finding import find
from services.tickets import ListFilter
from tests.questions import PARTS, questions, score, unanswered


@pytest.mark.parametrize('part', PARTS)
async def test_most_questions_find_their_ticket(demo, part):
    found = await score(part, demo.actors)
    assert found.first >= 0.8
    assert found.three >= 0.92
    assert found.sure_and_wrong <= 0.03 * found.asked


async def test_most_questions_about_nothing_that_there_is_find_nothing(demo):
    assert await unanswered(demo.actors) >= 0.8


def test_there_are_enough_questions_and_a_third_is_kept_apart():
    tuned, apart = (len(list(questions(part))) for part in PARTS)
    assert tuned + apart >= 200
    assert apart >= 0.3 * (tuned + apart)


@pytest.mark.parametrize('text', [
    'Добрый день, вы не подскажете как обстоят дела по проблеме SPSUP-1503?',
    'Здравствуйте, что там с ошибкой по Samsung-ам?',
])  # fmt: skip
async def test_the_good_and_the_bad_question_are_both_answered(demo, text):
    answer = await answers.ask(demo.actors['anna'], text)
    assert answer.certainty is Certainty.SURE
    card = answer.cards[0]
    assert (card.id, card.is_own) == ('SPSUP-1503', True)
    assert card.last_word is not None
    assert card.last_word.text
    assert card.turn in Turn


@pytest.mark.parametrize('text', [
    'SPSUP-1503', 'spsup1503', '#1503', '1503', '№1503', 'что по SPSUP–1503?', 'ЫЗЫГЗ-1503',
    'SРSUР-1503', 'ＳＰＳＵＰ－１５０３', 'SPSUP 1503', 'spsup_1503', 'статус 1503, пожалуйста', 'SPSUP-01503',
])  # fmt: skip
async def test_an_id_is_understood_however_it_is_written(demo, text):
    answer = await answers.ask(demo.actors['anna'], text)
    assert (answer.certainty, answer.named) == (Certainty.SURE, True)
    assert [card.id for card in answer.cards] == ['SPSUP-1503']


def test_a_bare_number_is_an_id_where_it_stands_alone():
    texts = ('1', ' 7 ', 'зал 5', 'статус 1503?', 'версия 4.11', '1 240 показов')
    assert [identifiers.bare(text) for text in texts] == [[1], [7], [], [1503], [], [240]]


async def test_several_ids_give_several_cards_in_their_order(demo):
    answer = await answers.ask(demo.actors['irina'], 'сравните SPSUP-1503 и #1467, а ещё SPSUP-999999')
    assert [card.id for card in answer.cards] == ['SPSUP-1503', 'SPSUP-1467']


async def test_a_ticket_that_one_may_not_see_answers_as_one_that_does_not_exist(demo):
    hidden = await answers.ask(demo.actors['viktor'], 'SPSUP-1503')
    missing = await answers.ask(demo.actors['viktor'], 'SPSUP-99999')
    assert (hidden.certainty, hidden.cards) == (missing.certainty, missing.cards) == (Certainty.NOTHING, ())


@pytest.mark.parametrize(
    'text', ['рецепт борща с пампушками', 'купить слона', 'weather in Paris tomorrow', 'ъъъъ', '???']
)
async def test_what_no_ticket_is_about_finds_nothing(demo, text):
    assert (await answers.ask(demo.actors['anna'], text)).certainty is Certainty.NOTHING


async def test_words_found_are_marked_and_notes_are_found_by_staff_alone(demo):
    answer = await answers.ask(demo.actors['anna'], 'панелями samsung')
    marked = {piece for piece, found in answer.cards[0].subject.pieces if found}
    assert {'Samsung', 'панелях'} & marked
    note = 'пароль у Марии в хранилище'
    assert (await answers.ask(demo.actors['irina'], note)).cards[0].number == 1451
    assert 1451 not in [card.number for card in (await answers.ask(demo.actors['viktor'], note)).cards]


HOSTILE = (
    'x' * 50_000, 'экран ' * 9_000, '9' * 400, 'SPSUP-' + '9' * 50, 'a\u0301' * 3_000, '\ufdfa' * 500, '\u0130\u0131',
    '%', '_%_', '"', "'; DROP TABLE ticket; --", '(((((', '{}[]<>|&!:*', '*', '^экран', '-экран', 'экран*', 'AND OR',
    'NEAR(экран, 5)', 'subject:экран', "экран' & 'samsung", '~u1', '~c1 OR ~k1', '_пароль', '\0', '\ud800', '\r\n\t',
    'status:', 'status:нет', 'is:"', 'created:>2026-99-99', 'created:>9999-12-31', 'company:%', '\U0001f5a5\ufe0f', '',
    '\u202e1503-PUSPS', '\u0661\u0665\u0660\u0663',
)  # fmt: skip


async def test_hostile_questions_get_an_answer(demo):
    for who, text in ((who, text) for who in ('anna', 'irina') for text in HOSTILE):
        for typing in (False, True):
            assert (await answers.ask(demo.actors[who], text, typing=typing)).certainty in Certainty
        await tickets.list_tickets(demo.actors[who], ListFilter(text=text))


async def test_ten_thousand_random_questions_betray_nothing(demo):
    """Words, tokens and numbers of every ticket, shuffled, asked by those who may see few of them."""
    chance = random.Random(3)  # noqa: S311 - the same questions each time
    known = [word for document in await make(await _ids()) for word in document.all_words | set(document.tokens)]
    known += [str(number) for number in range(1450, 1513)] + [f'SPSUP-{number}' for number in range(1450, 1513)]
    for who in ('anna', 'viktor', 'galina', 'denis', 'elena'):
        seen = set(await access.visible_to(demo.users[who]).values_list('number', flat=True))
        for _ in range(200 if engine() == 'postgres' else 2_000):
            text = ' '.join(chance.choices(known, k=chance.randint(1, 4)))
            found = {hit.number for hit in await find(demo.users[who], text)}
            assert found <= seen, text


async def test_a_customer_learns_nothing_of_a_word_that_only_others_use(demo):
    other = await answers.ask(demo.actors['viktor'], 'лояльности авиапарк')
    nobody = await answers.ask(demo.actors['viktor'], 'пампушка борщевика')
    assert (other.certainty, other.cards) == (nobody.certainty, nobody.cards)


@pytest.mark.parametrize(('hidden', 'missing'), [
    ('лояльности авиапарк', 'пампушка борщевика'), ('талончики', 'щщщжжж'), ('SPSUP-1503', 'SPSUP-99999'),
])  # fmt: skip
async def test_what_others_have_takes_the_same_work_as_what_nobody_has(demo, hidden, missing):
    viktor = demo.actors['viktor']
    await answers.ask(viktor, 'экран')  # reads the vocabulary
    asked = [await _work(answers.ask(viktor, text)) for text in (hidden, missing)]
    listed = [await _work(tickets.list_tickets(viktor, ListFilter(text=text))) for text in (hidden, missing)]
    assert asked[0] == asked[1] > 0
    assert listed[0] == listed[1] > 0


async def test_no_ticket_of_others_is_even_a_candidate(demo):
    """Whatever word is looked for: the index brings a customer nothing that they do not see, so nothing is weighed."""
    words = sorted({word for document in await make(await _ids()) for word in document.all_words})
    for who in ('anna', 'viktor'):
        seen = set(await access.visible_to(demo.users[who]).values_list('id', flat=True))
        asked = [[frozenset(audiences_of(demo.users[who])), frozenset({word})] for word in words]
        for start in range(0, len(asked), 100):
            brought = await index().newest(asked[start : start + 100], 1_000)
            assert set(chain.from_iterable(brought)) <= seen


async def _work(call: Awaitable[object]) -> int:
    """How many pieces of work the database had with it."""
    done: list[float] = []
    on_work(done.append)
    try:
        await call
    finally:
        on_work(bool)
    return len(done)


async def test_operators_narrow_what_specialists_find_and_mean_nothing_to_customers(demo):
    irina = demo.actors['irina']
    done = await answers.ask(irina, 'status:done samsung')
    assert {card.status for card in done.cards} == {'done'}
    company = await answers.ask(irina, 'company:вокзал')
    assert {card.company_name for card in company.cards} == {'Северный вокзал'}
    none = await answers.ask(irina, 'created:>2999-01-01')
    assert none.certainty is Certainty.NOTHING
    mine = await answers.ask(irina, 'assignee:me is:open')
    assert all(card.assignee.id == irina.user_id for card in mine.cards)
    stranger = await answers.ask(demo.actors['viktor'], 'company:ромашка')
    assert not any(card.company_name == 'Ромашка Ритейл' for card in stranger.cards)


async def test_the_queue_and_the_list_take_the_same_operators(demo):
    irina = demo.actors['irina']
    for text in ('status:done samsung', 'is:done'):
        queued = await queue(irina, DeskFilter(text=text), limit=200)
        assert {card.status for card in queued.items} == {Status.DONE}
        listed = await tickets.list_tickets(irina, ListFilter(text=text), limit=100)
        assert {row.id for row in listed.items} == {card.id for card in queued.items}
    assert {card.company.name for card in (await queue(irina, DeskFilter(text='company:вокзал'))).items} == {
        'Северный вокзал'
    }
    mine = await queue(irina, DeskFilter(text='assignee:me'))
    assert {card.assignee.id for card in mine.items if card.assignee} == {irina.user_id}
    begun, everything = [await queue(irina, DeskFilter(text=text)) for text in ('company:', None)]
    assert begun.items == everything.items
    assert not (await queue(irina, DeskFilter(text='created:>2999-01-01'))).items
    assert not (await queue(irina, DeskFilter(text="status:'нет' OR 1=1"))).items
    assert not (await tickets.list_tickets(demo.actors['viktor'], ListFilter(text='company:ромашка'))).items


async def test_the_name_of_a_company_stands_for_its_tickets_to_staff_alone(demo):
    found = await answers.ask(demo.actors['irina'], 'что у вокзала с громкостью')
    assert (found.cards[0].company_name, found.cards[0].number) == ('Северный вокзал', 1500)
    assert not (await answers.ask(demo.actors['anna'], 'аптеки ладушки')).cards


async def test_operators_are_suggested_to_specialists(demo):
    said = await answers.ask(demo.actors['irina'], 'samsung status:ож', typing=True)
    assert 'samsung status:awaiting_feedback ' in [one.text for one in said.suggestions]
    assert not (await answers.ask(demo.actors['anna'], 'samsung status:ож', typing=True)).suggestions


async def test_the_index_follows_every_change(demo):
    anna, boris = demo.actors['anna'], demo.actors['boris']
    word = 'Шмурдяк'
    assert (await answers.ask(boris, word)).certainty is Certainty.NOTHING
    said = await tickets.comment(anna, 'SPSUP-1503', f'Пишет {word} на экране')
    assert (await answers.ask(boris, word)).cards[0].id == 'SPSUP-1503'
    await tickets.edit_comment(anna, 'SPSUP-1503', said.id, 'Ничего')
    assert (await answers.ask(boris, word)).certainty is Certainty.NOTHING
    await tickets.change_subject(demo.actors['irina'], 'SPSUP-1503', f'Новая {word}')
    assert (await answers.ask(boris, word)).cards[0].id == 'SPSUP-1503'
    await tickets.share(anna, 'SPSUP-1503', [], company=False)
    assert (await answers.ask(boris, word)).certainty is Certainty.NOTHING
    assert await upkeep.differences() == []


async def test_the_index_is_checked_and_made_anew(demo):
    assert await upkeep.differences() == []
    one = await Ticket.get(number=1503)
    await Ticket.filter(id=one.id).update(subject='Мимо индекса')
    assert len(await upkeep.differences()) == 1
    assert await upkeep.reindex() == await Ticket.all().count()
    assert await upkeep.differences() == []
    assert (await answers.ask(demo.actors['anna'], 'мимо индекса')).cards[0].number == 1503


async def _ids() -> list[int]:
    return list(chain(await Ticket.all().values_list('id', flat=True)))


async def test_admins_teach_the_search_synonyms(demo):
    """A word that no ticket has finds what it was said to mean, in any form; nobody else may say so."""
    anna, maria = demo.actors['anna'], demo.actors['maria']
    assert (await answers.ask(anna, 'что с дребезжалками')).certainty is Certainty.NOTHING
    await synonym_groups.save(maria, None, 'дребезжалка, Samsung')
    assert (await answers.ask(anna, 'что с дребезжалками')).cards[0].id == 'SPSUP-1503'
    (group,) = await synonym_groups.list_groups(maria)
    for actor in (anna, demo.actors['irina']):
        with pytest.raises(NotFound):
            await synonym_groups.save(actor, group.id, 'экран, ведро')
    with pytest.raises(Invalid):
        await synonym_groups.save(maria, None, 'одно, одно')
    await synonym_groups.remove(maria, group.id)
    assert (await answers.ask(anna, 'что с дребезжалками')).certainty is Certainty.NOTHING
