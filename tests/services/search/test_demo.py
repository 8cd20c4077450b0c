"""The demo comes out the same whatever the portal is set to: its fixture tells it under settings of a few seconds."""

from datetime import timedelta

from models import Rating, Status, Ticket


async def test_settings_of_this_start_change_nothing_of_the_past(demo):
    waiting = await Ticket.filter(status=Status.AWAITING_FEEDBACK, auto_close_at__not_isnull=True)
    assert {ticket.auto_close_at - ticket.status_since for ticket in waiting} == {timedelta(days=14)}
    assert await Rating.filter(stars__not_isnull=True).count() > 20
