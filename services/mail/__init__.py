"""E-mails as people get them: what each says, how it looks, and the message that carries it."""
