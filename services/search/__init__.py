"""The search: words and their forms, the index on either engine, and the tickets that a question is about."""
