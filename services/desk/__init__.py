"""The specialists' workspace: the board, the queue, kept views, many tickets at once, time targets; for staff only.

Nothing is gathered here: `services.tickets` asks some of these modules, and others of them ask `services.tickets`.
"""
