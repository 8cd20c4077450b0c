"""Ratings over the REST API: the requester rates their own ticket; what it was rated stands in the ticket."""

from pydantic import Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import TicketId
from services import ratings, tickets
from services.errors import NotFound

router = resource('ratings')


class NewRating(schemas.Incoming):
    """How the help was."""

    stars: int = Field(ge=1, le=5, examples=[5])
    comment: str = Field('', max_length=ratings.LONGEST_COMMENT, examples=['Fast and to the point.'])


@router.get('/tickets/{ticket_id}/rating')
async def read_rating(ticket_id: TicketId, caller: Caller) -> schemas.TicketRating:
    """The rating of a ticket that counts, the newest; 404 while there is none."""
    rating = (await tickets.read(caller, ticket_id)).rating
    if rating is None:
        raise NotFound
    return schemas.TicketRating(stars=rating.stars, comment=rating.comment, rated_at=rating.rated_at)


@router.put('/tickets/{ticket_id}/rating')
async def rate_ticket(ticket_id: TicketId, new: NewRating, caller: Caller) -> schemas.TicketRating:
    """Rate one's own done ticket, or change one's mind within 30 days; for the requester alone."""
    await ratings.rate_own(caller, ticket_id, new.stars, new.comment)
    return await read_rating(ticket_id, caller)
