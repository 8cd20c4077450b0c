"""Accounts as admins run them: the list of people, invitations of many at once, one person's account, doubles."""
