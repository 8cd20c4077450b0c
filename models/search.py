"""What the search keeps: words that mean the same, and its index, which is made of the tickets and can be made anew."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from models.people import User


class SynonymGroup(Model):
    """Words that admins declared to mean the same; those that the portal brings stand in services/search."""

    id = fields.IntField(primary_key=True)
    words = fields.JSONField[list[str]](default=list)
    changed_by_id: int | None
    changed_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='synonyms', null=True, on_delete=fields.SET_NULL
    )
    changed_at: datetime = fields.DatetimeField()

    class Meta:
        table = 'synonym_group'


PREFIX = 'search_'
"""The tables of the index, which no model describes, begin so."""

_DOCUMENT = """
CREATE TABLE IF NOT EXISTS search_document (
    ticket_id INTEGER NOT NULL PRIMARY KEY REFERENCES ticket (id) ON DELETE CASCADE,
    made_by INTEGER NOT NULL,
    audiences TEXT NOT NULL,
    subject TEXT NOT NULL,
    words TEXT NOT NULL,
    notes TEXT NOT NULL
)
"""
SCHEMA = {
    'sqlite': (
        _DOCUMENT,
        'CREATE TABLE IF NOT EXISTS search_word (id INTEGER NOT NULL PRIMARY KEY, word TEXT NOT NULL UNIQUE)',
        # Contentless and without positions: it only says which ticket has which token. The tokens come ready made.
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_token USING fts5(tokens, content='', contentless_delete=1, "
        'detail=none, tokenize="ascii tokenchars \'_~.\'")',
    ),
    'postgres': (
        _DOCUMENT,
        'CREATE TABLE IF NOT EXISTS search_word (id SERIAL PRIMARY KEY, word TEXT NOT NULL UNIQUE)',
        'CREATE TABLE IF NOT EXISTS search_token ('
        'ticket_id INTEGER NOT NULL PRIMARY KEY REFERENCES ticket (id) ON DELETE CASCADE, tokens TSVECTOR NOT NULL)',
        # A short pending list: what was written last is found as fast as the rest.
        'CREATE INDEX IF NOT EXISTS search_token_tokens ON search_token USING gin (tokens) '
        'WITH (gin_pending_list_limit = 256)',
    ),
}
"""The index's tables by engine, one statement each.

`search_document` has the words of each ticket, for ranking: those of its subject, of everything else that its customers
see, and those that only staff see. `made_by` is the version of the rules by which they were made. `search_token` finds
tickets by tokens, `search_word` holds every word once, to mend typing errors by.
"""

REMOVAL = tuple(f'DROP TABLE IF EXISTS {table}' for table in ('search_token', 'search_word', 'search_document'))
