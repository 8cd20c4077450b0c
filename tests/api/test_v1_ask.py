"""Questions over the REST API: answered as on the first page, with the caller's own rights."""

from tests.api.programs import programs_of


async def test_a_question_is_answered_by_what_the_caller_sees(sqlite):
    async with programs_of('alice', 'charlie', 'grace') as programs:
        ticket = await programs['alice'].file()
        for text in (f'что с {ticket}?', ticket.lower().replace('-', ''), ticket.split('-')[1]):
            answer = (await programs['alice'].get('/ask', params={'q': text})).json()
            assert (answer['certainty'], answer['named']) == ('sure', True)
            assert [one['id'] for one in answer['tickets']] == [ticket]
            assert answer['tickets'][0]['turn'] == 'support'
            hidden = (await programs['charlie'].get('/ask', params={'q': text})).json()
            assert hidden == {'certainty': 'nothing', 'named': False, 'tickets': []}
        done = (await programs['grace'].get('/ask', params={'q': 'status:open is:unassigned'})).json()
        assert [one['id'] for one in done['tickets']] == [ticket]
        assert (await programs['alice'].get('/ask', params={'q': '%"(' * 900})).status_code == 200
