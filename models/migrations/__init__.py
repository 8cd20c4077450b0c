"""How the schema came about, one file a step, written by `make migration NAME=what_it_does` and applied at every start.

What the same file does on SQLite and PostgreSQL alike, and what it does not:

- A column that may not be null needs `db_default=`; `default=` alone fails on both.
- Indexes stand in `Meta.indexes`: `db_index=True` on an added field makes none, and says nothing.
- SQL that differs, or has a semicolon inside: `RunPython(forward, back)` with `editor.client` and `editor.DIALECT`.
- An enum's value is taken out of the rows before it is taken out of the code: one row that has it breaks every list.
- Nothing goes backwards on a database that matters: services.migrations keeps a copy, and a release is undone from it.
- A released file is never edited; before the first release 0001 is written anew: `rm models/migrations/0001_*.py`,
  `make migration NAME=initial`.
"""
