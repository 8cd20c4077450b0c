"""Webhooks over the REST API: addresses outside that are told of what happens; for admins."""

from datetime import datetime
from typing import Any

from fastapi import Response
from pydantic import BaseModel, Field

from api.v1 import schemas
from api.v1.identity import Caller
from api.v1.once import resource
from api.v1.parameters import Cursor, Id, Limit, before
from models import DeliveryState, EventKind
from services.webhooks import deliveries, endpoints
from services.webhooks.deliveries import Delivery
from services.webhooks.endpoints import Endpoint

router = resource('webhooks')


class NewWebhook(schemas.Incoming):
    """Where messages go and what about: each is signed by the rules of Standard Webhooks."""

    url: str = Field(
        max_length=1000,
        description='An https address of the public internet.',
        examples=['https://hooks.example.com/support'],
    )
    kinds: list[EventKind] = Field(
        default=[], max_length=50, description='Without: all that can be told.', examples=[['filed', 'status']]
    )


class ChangedWebhook(schemas.Incoming):
    """What is left out stays as it is."""

    url: str | None = Field(None, max_length=1000)
    kinds: list[EventKind] | None = Field(None, max_length=50)
    active: bool | None = None


class WebhookEndpoint(BaseModel):
    """An address. `kinds` are the events that it hears of; empty: all."""

    id: int = Field(examples=[1])
    url: str = Field(examples=['https://hooks.example.com/support'])
    kinds: list[EventKind]
    active: bool
    failing_since: datetime | None = Field(description='Messages do not arrive since then.', examples=[None])
    old_secret_until: datetime | None = Field(description='The secret before this one signs too until then.')
    created_at: datetime


class MadeWebhook(WebhookEndpoint):
    secret: str | None = Field(description='Shown this once.', examples=['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'])


class Secret(BaseModel):
    secret: str | None = Field(description='Shown this once.', examples=['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'])


class WebhookMessage(BaseModel):
    """A message and what became of it."""

    id: int = Field(examples=[204])
    kind: str = Field(description='The kind of event, or `test`.', examples=['filed'])
    ticket: str | None = Field(examples=[schemas.ID_EXAMPLE])
    message_id: str = Field(description='`webhook-id`: the same at every try.')
    body: dict[str, Any] = Field(examples=[{}])
    state: DeliveryState
    attempts: int
    answer_status: int | None = Field(examples=[200])
    answer: str = Field(description='The beginning of what the receiver said.')
    trouble: str = Field(description='Why it did not arrive: `timeout`, `status`, …; empty when it did.', examples=[''])
    took: int | None = Field(description='Milliseconds.')
    created_at: datetime
    tried_at: datetime | None
    next_try_at: datetime | None


class WebhookMessagePage(BaseModel):
    items: list[WebhookMessage]
    next_cursor: str | None


class SentTest(BaseModel):
    id: int = Field(description='Of the message.', examples=[205])


@router.get('/webhooks')
async def list_webhooks(caller: Caller) -> list[WebhookEndpoint]:
    """All addresses."""
    return [_endpoint(view) for view in await endpoints.endpoints(caller)]


@router.post('/webhooks', status_code=201)
async def create_webhook(new: NewWebhook, caller: Caller, response: Response) -> MadeWebhook:
    """Add an address; the answer has the secret that its messages are signed with."""
    view, secret = await endpoints.create(caller, new.url, new.kinds)
    response.headers['Location'] = f'/api/v1/webhooks/{view.id}'
    return MadeWebhook(**_endpoint(view).model_dump(), secret=secret)


@router.get('/webhooks/{webhook_id}')
async def read_webhook(webhook_id: Id, caller: Caller) -> WebhookEndpoint:
    """One address."""
    return _endpoint(await endpoints.endpoint(caller, webhook_id))


@router.patch('/webhooks/{webhook_id}')
async def change_webhook(webhook_id: Id, change: ChangedWebhook, caller: Caller) -> WebhookEndpoint:
    """Change an address, what it hears of, or whether it hears anything."""
    return _endpoint(
        await endpoints.change(caller, webhook_id, url=change.url, kinds=change.kinds, active=change.active)
    )


@router.delete('/webhooks/{webhook_id}', status_code=204)
async def delete_webhook(webhook_id: Id, caller: Caller) -> None:
    """Take an address away, with its messages."""
    await endpoints.delete(caller, webhook_id)


@router.post('/webhooks/{webhook_id}/secret')
async def renew_webhook_secret(webhook_id: Id, caller: Caller) -> Secret:
    """Another secret; the one before signs too for 24 hours."""
    return Secret(secret=await endpoints.renew_secret(caller, webhook_id))


@router.post('/webhooks/{webhook_id}/test')
async def test_webhook(webhook_id: Id, caller: Caller) -> SentTest:
    """Send an address a message of the kind `test`."""
    return SentTest(id=await deliveries.send_test(caller, webhook_id))


@router.get('/webhooks/{webhook_id}/deliveries')
async def list_webhook_deliveries(
    webhook_id: Id, caller: Caller, cursor: Cursor = None, limit: Limit = 30
) -> WebhookMessagePage:
    """The messages to an address, newest first; kept for 30 days."""
    page = await deliveries.deliveries(caller, webhook_id, before=before(cursor), limit=limit)
    return WebhookMessagePage(items=[_message(view) for view in page.items], next_cursor=page.next)


@router.post('/webhooks/{webhook_id}/deliveries/{delivery_id}/send', status_code=202)
async def send_webhook_delivery_again(webhook_id: Id, delivery_id: Id, caller: Caller) -> None:
    """Send a message once more, under the same `webhook-id`."""
    await deliveries.send_again(caller, webhook_id, delivery_id)


def _endpoint(view: Endpoint) -> WebhookEndpoint:
    return WebhookEndpoint(
        id=view.id,
        url=view.url,
        kinds=[EventKind(kind) for kind in view.kinds],
        active=view.active,
        failing_since=view.failing_since,
        old_secret_until=view.old_secret_until,
        created_at=view.created_at,
    )


def _message(view: Delivery) -> WebhookMessage:
    return WebhookMessage(**{name: getattr(view, name) for name in WebhookMessage.model_fields})
