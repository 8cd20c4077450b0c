"""Traces as somebody's receiver gets them from a real portal: what belongs together, and nothing that is personal."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from fastapi import FastAPI, Request, Response
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.api.served import served
from tests.journeys.conftest import ALICE, GRACE, MONA
from tests.services.webhooks.receiver import receiver

CALLER = '0af7651916cd43dd8448eb211c80319c'
TRACEPARENT = f'00-{CALLER}-b7ad6b7169203331-01'


@dataclass(frozen=True)
class Span:
    """One span as it arrived."""

    name: str
    trace: str
    id: str
    parent: str
    facts: dict[str, str | int]
    seconds: float


@dataclass
class Traces:
    """A receiver of OTLP by HTTP: what came so far, and who sent it."""

    url: str = ''
    spans: list[Span] = field(default_factory=list)
    senders: list[dict[str, str | int]] = field(default_factory=list)
    raw: bytes = b''
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: Request) -> Response:
        body = await request.body()
        told = ExportTraceServiceRequest.FromString(body)
        async with self.arrived:
            self.raw += body
            for group in told.resource_spans:
                self.senders.append(_facts(group.resource.attributes))
                self.spans += [_span(span) for scope in group.scope_spans for span in scope.spans]
            self.arrived.notify_all()
        return Response(status_code=200)

    async def wait_for(self, name: str, **facts: str | int) -> Span:
        """The first span of that name with these facts (`_` for `.`), as soon as it is there."""
        try:
            async with asyncio.timeout(15), self.arrived:
                while (found := next((span for span in self.spans if _fits(span, name, facts)), None)) is None:
                    await self.arrived.wait()
        except TimeoutError:
            there = sorted({span.name for span in self.spans})
            raise AssertionError(f'no span {name} with {facts}; there are {there}') from None
        return found

    def inside(self, parent: Span) -> list[Span]:
        return [span for span in self.spans if span.parent == parent.id]


def _facts(attributes) -> dict[str, str | int]:
    return {each.key: each.value.string_value or each.value.int_value for each in attributes}


def _span(span) -> Span:
    seconds = (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9
    ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
    return Span(span.name, *ids, _facts(span.attributes), seconds)


def _fits(span: Span, name: str, facts: dict[str, str | int]) -> bool:
    known = {key.replace('.', '_'): value for key, value in span.facts.items()}
    return span.name == name and facts.items() <= known.items()


@asynccontextmanager
async def traces() -> AsyncIterator[Traces]:
    outside, found = FastAPI(), Traces()
    outside.add_api_route('/v1/traces', found.take, methods=['POST'])
    async with served(outside) as url:
        found.url = url
        yield found


def told(to: Traces) -> dict[str, str]:
    return {'OTEL_EXPORTER_OTLP_ENDPOINT': to.url, 'OTEL_SERVICE_NAME': 'help', 'OTEL_BSP_SCHEDULE_DELAY': '100'}


async def test_a_request_is_told_with_its_statements_and_goes_on_where_its_caller_was(start_portal, people_folder):
    async with traces() as there:
        portal = await start_portal(people_folder, PORTAL_LOG_FORMAT='json', PORTAL_NODE='one', **told(there))
        ticket = await portal.file_bug(ALICE, 'Необычная тема 4711')
        async with await portal.api(GRACE) as grace:
            answer = await grace.get(f'tickets/{ticket}', headers={'traceparent': TRACEPARENT})
            await grace.get('tickets', params={'q': 'страннейшее'})
            assert (await grace.get('tickets/SPSUP-999999')).status_code == 404
        async with httpx.AsyncClient(base_url=portal.url) as stranger:
            await stranger.get('/rate/a-key-that-nobody-may-see')
        number = answer.headers['x-request-id']
        request = await there.wait_for('GET /api/v1/tickets/{ticket_id}', portal_request=number)
        assert request.facts | {'portal.request': ''} == {
            'http.request.method': 'GET',
            'http.route': '/api/v1/tickets/{ticket_id}',
            'http.response.status_code': 200,
            'portal.area': 'api',
            'portal.request': '',
        }
        assert (request.trace, request.parent) == (CALLER, TRACEPARENT.split('-')[2])
        statements = there.inside(request)
        assert {span.trace for span in statements} == {CALLER}
        assert all(span.facts['db.system.name'] == 'sqlite' and 0 <= span.seconds < 60 for span in statements)
        read = next(span for span in statements if span.name == 'SELECT ticket')
        assert read.facts['db.operation.name'] == 'SELECT'
        assert read.facts['db.collection.name'] == 'ticket'
        assert 'FROM ticket WHERE number = ?' in str(read.facts['db.query.text'])
        lines = [json.loads(line) for line in portal.log.splitlines() if line.startswith('{')]
        assert [line['trace_id'] for line in lines if line.get('request') == number] == [CALLER]

        filed = await there.wait_for('POST /api/v1/tickets', http_response_status_code=201)
        assert {'BEGIN', 'INSERT ticket', 'COMMIT'} <= {span.name for span in there.inside(filed)}
        assert filed.trace != CALLER
        await there.wait_for('GET /api/v1/tickets', http_response_status_code=200)
        await there.wait_for('GET /rate/{token}', portal_area='plain')
        await portal.stop()
        assert there.senders[0]['service.name'] == 'help'
        assert there.senders[0]['portal.node'] == 'one'
        for secret in ('4711', 'Необычная', 'страннейшее', 'a-key-that', ALICE, GRACE, ticket, '999999'):
            assert secret.encode() not in there.raw, secret


async def test_jobs_mails_and_webhooks_are_told_and_the_receiver_of_a_webhook_goes_on(
    start_portal, people_folder, mailbox
):
    async with traces() as there, receiver() as outside:
        portal = await start_portal(people_folder, PORTAL_WEBHOOK_PRIVATE='true', **told(there))
        async with await portal.api(MONA) as mona:
            assert (await mona.post('webhooks', json={'url': outside.url})).status_code == 201
        ticket = await portal.file_bug(ALICE)
        await portal.comment(GRACE, ticket, 'Посмотрим.')
        await mailbox.wait_for(to=ALICE)
        mail = await there.wait_for('mail comment', portal_outcome='sent')
        webhook = await there.wait_for('webhook filed', http_response_status_code=200)
        runs = {span.id: span.name for span in there.spans if span.name.startswith('job ')}
        assert runs[mail.parent] == 'job sender'
        assert runs[webhook.parent] == 'job webhooks'
        assert {'UPDATE outbox_mail', 'SELECT outbox_mail'} & {span.name for span in there.inside(mail)}
        said = [heads.get('traceparent', '').split('-') for heads in outside.headers]
        assert [webhook.trace, webhook.id] in [parts[1:3] for parts in said]
        await there.wait_for('job cleaning')
        await there.wait_for('job close_overdue')
        assert ALICE.encode() not in there.raw


async def test_a_receiver_that_is_away_is_named_once_and_delays_nothing(start_portal, people_folder):
    async with traces() as there:
        environment = told(there)
    portal = await start_portal(people_folder, **environment)
    for _ in range(3):
        await portal.file_bug(ALICE)
        await asyncio.sleep(0.3)
    assert await portal.stop() == 0
    assert portal.log.count('traces do not arrive') <= 1
    assert 'Transient' not in portal.log
