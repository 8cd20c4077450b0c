"""The index on either engine, behind one interface: it only says which tickets have which tokens."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from services.database import connection, engine
from services.search.documents import VERSION, Document

Group = frozenset[str]
"""Tokens of which a ticket has to have one."""
Wanted = Sequence[Group]
"""Groups of which a ticket has to fulfil each."""


class Index(Protocol):
    """What each engine does its own way. All of it is part of the transaction in which it is called."""

    async def put(self, documents: Sequence[Document]) -> None:
        """Write documents, in place of what was known of their tickets."""

    async def learn(self, words: Iterable[str]) -> None:
        """Add words to the vocabulary."""

    async def empty(self) -> None:
        """Forget everything."""

    async def lost(self) -> int:
        """How many tickets have a document and no tokens."""

    async def drop(self, ids: Sequence[int]) -> None:
        """Forget these tickets' tokens; their documents go with them."""

    async def unlearn(self, words: Iterable[str]) -> None:
        """Take words out of the list of all that there are."""

    async def newest(self, wanted: Sequence[Wanted], most: int) -> list[list[int]]:
        """For each of the questions the newest tickets that fulfil it, so many at most."""

    def condition(self, wanted: Wanted, *, common: bool = False) -> str:
        """A condition on the table `ticket`, without parameters. `common`: a good part of all tickets fulfils it."""


_DOCUMENT_COLUMNS = 'ticket_id, made_by, audiences, subject, words, notes'


def index() -> Index:
    """The index of the open database."""
    return _Sqlite() if engine() == 'sqlite' else _Postgres()


class _Sqlite:
    async def put(self, documents: Sequence[Document]) -> None:
        client, rows = connection(), [_row(document) for document in documents]
        await client.execute_many('DELETE FROM search_token WHERE rowid = ?', [[row[0]] for row in rows])
        tokens = [[document.ticket_id, ' '.join(document.tokens)] for document in documents]
        await client.execute_many('INSERT INTO search_token (rowid, tokens) VALUES (?, ?)', tokens)
        insert = f'INSERT OR REPLACE INTO search_document ({_DOCUMENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)'  # noqa: S608
        await client.execute_many(insert, rows)

    async def learn(self, words: Iterable[str]) -> None:
        values = [json.dumps(sorted(words), ensure_ascii=False)]
        query = 'INSERT OR IGNORE INTO search_word (word) SELECT value FROM json_each(?)'
        await connection().execute_query(query, values)

    async def drop(self, ids: Sequence[int]) -> None:
        await connection().execute_many('DELETE FROM search_token WHERE rowid = ?', [[id] for id in ids])

    async def unlearn(self, words: Iterable[str]) -> None:
        await connection().execute_many('DELETE FROM search_word WHERE word = ?', [[word] for word in words])

    async def empty(self) -> None:
        for table in ('search_token', 'search_word', 'search_document'):
            await connection().execute_query(f'DELETE FROM {table}')  # noqa: S608 - our own names

    async def lost(self) -> int:
        return await _count('ticket_id NOT IN (SELECT rowid FROM search_token)')

    async def newest(self, wanted: Sequence[Wanted], most: int) -> list[list[int]]:
        parts = [
            f'SELECT {place} AS question, rowid AS id FROM (SELECT rowid FROM search_token '  # noqa: S608
            f'WHERE search_token MATCH ? ORDER BY rowid DESC LIMIT {most})'
            for place in range(len(wanted))
        ]
        return await _answers(parts, [_match(one) for one in wanted])

    def condition(self, wanted: Wanted, *, common: bool = False) -> str:
        if not common:
            return f'ticket.id IN (SELECT rowid FROM search_token WHERE search_token MATCH {_quoted(_match(wanted))})'  # noqa: S608
        # All of these ids would be gathered first: it costs less to read the words of those that are come by.
        said = ' AND '.join('(' + ' OR '.join(_stands(token) for token in sorted(group)) + ')' for group in wanted)
        return f'EXISTS (SELECT 1 FROM search_document AS known WHERE known.ticket_id = ticket.id AND {said})'  # noqa: S608


_RECENT = 'WITH recent AS MATERIALIZED (SELECT ticket_id, tokens FROM search_token ORDER BY ticket_id DESC LIMIT 2000) '
"""Looked at one by one; only what they do not fill comes from the index of tokens, by a sum that is in no other index.

Left to the planner, a word that stands in few tickets or only in old ones is looked for by walking back through all of
them: it takes words for spread evenly, and those that it has no statistics of for common. What is common fills up here,
and what does not is rare enough to be sorted.
"""


class _Postgres:
    async def put(self, documents: Sequence[Document]) -> None:
        client = connection()
        tokens = [[document.ticket_id, document.tokens] for document in documents]
        await client.execute_many(
            'INSERT INTO search_token (ticket_id, tokens) VALUES ($1, array_to_tsvector($2::text[])) '
            'ON CONFLICT (ticket_id) DO UPDATE SET tokens = EXCLUDED.tokens',
            tokens,
        )
        names = ('made_by', 'audiences', 'subject', 'words', 'notes')
        fresh = ', '.join(f'{name} = EXCLUDED.{name}' for name in names)
        await client.execute_many(
            f'INSERT INTO search_document ({_DOCUMENT_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) '  # noqa: S608
            f'ON CONFLICT (ticket_id) DO UPDATE SET {fresh}',
            [_row(document) for document in documents],
        )

    async def learn(self, words: Iterable[str]) -> None:
        query = 'INSERT INTO search_word (word) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING'
        await connection().execute_query(query, [sorted(words)])

    async def drop(self, ids: Sequence[int]) -> None:
        await connection().execute_query('DELETE FROM search_token WHERE ticket_id = ANY($1)', [list(ids)])

    async def unlearn(self, words: Iterable[str]) -> None:
        await connection().execute_query('DELETE FROM search_word WHERE word = ANY($1)', [list(words)])

    async def empty(self) -> None:
        await connection().execute_query('TRUNCATE search_token, search_word, search_document')

    async def lost(self) -> int:
        return await _count('ticket_id NOT IN (SELECT ticket_id FROM search_token)')

    async def newest(self, wanted: Sequence[Wanted], most: int) -> list[list[int]]:
        parts = [
            f'(SELECT {place} AS question, id FROM ('  # noqa: S608
            f'(SELECT ticket_id AS id FROM recent WHERE {_fulfils(one)}) UNION ALL '
            f'(SELECT ticket_id AS id FROM search_token WHERE {_fulfils(one)} '
            'AND ticket_id + 0 < (SELECT min(ticket_id) FROM recent) ORDER BY ticket_id + 0 DESC)'
            f') AS found LIMIT {most})'
            for place, one in enumerate(wanted)
        ]
        return await _answers(parts, [], beginning=_RECENT)

    def condition(self, wanted: Wanted, *, common: bool = False) -> str:
        if common:  # a value for each ticket that is come by: of a join the planner would gather all ids first
            return f'(SELECT {_fulfils(wanted)} FROM search_token WHERE search_token.ticket_id = ticket.id)'  # noqa: S608
        return f'ticket.id IN (SELECT ticket_id FROM search_token WHERE {_fulfils(wanted)})'  # noqa: S608


async def _count(condition: str) -> int:
    rows = await connection().execute_query_dict(f'SELECT count(*) AS found FROM search_document WHERE {condition}')  # noqa: S608
    return int(rows[0]['found'])


async def _answers(parts: Sequence[str], values: list[Any], beginning: str = '') -> list[list[int]]:
    found: list[list[int]] = [[] for _ in parts]
    if parts:
        for row in await connection().execute_query_dict(beginning + ' UNION ALL '.join(parts), values):
            found[row['question']].append(row['id'])
    return found


def _row(document: Document) -> list[Any]:
    texts = (document.audiences, document.subject, document.words, document.notes)
    return [document.ticket_id, VERSION, *(' '.join(text) for text in texts)]


def _match(wanted: Wanted) -> str:
    """The question as FTS5 takes it. Tokens are letters, digits and our own marks, so quoting them is enough."""
    return ' AND '.join('(' + ' OR '.join(f'"{token}"' for token in sorted(group)) + ')' for group in wanted)


def _stands(token: str) -> str:
    """The condition that a token is among those of a document."""
    columns = {'_': 'known.notes', '~': 'known.audiences'}.get(token[0], "known.subject || ' ' || known.words")
    wanted = _quoted(f' {token.removeprefix("_")} ')
    return f"instr(' ' || {columns} || ' ', {wanted}) > 0"


def _fulfils(wanted: Wanted) -> str:
    """The condition as PostgreSQL takes it; the question stands in it, so that the planner knows how common it is."""
    asked = ' & '.join('(' + ' | '.join(f"'{token}'" for token in sorted(group)) + ')' for group in wanted)
    return f'tokens @@ {_quoted(asked)}::tsquery'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
