"""No webhook goes into our own network, however its address is written and whatever it says later."""

import socket

import pytest

from models import Webhook, WebhookDelivery
from services.errors import Invalid
from services.settings import settings
from services.webhooks import addresses, deliveries, endpoints, sending
from tests.services.ticket_world import NOW, World
from tests.services.webhooks.receiver import receiver

INSIDE = [
    'https://127.0.0.1/', 'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://0/', 'https://0.0.0.0/',
    'https://2130706433/', 'https://0177.0.0.1/', 'https://0x7f.1/', 'https://127.1/', 'https://169.254.169.254/latest/',
    'https://10.1.2.3/', 'https://172.16.0.1/', 'https://192.168.1.1/', 'https://100.64.0.1/', 'https://[fd00::1]/',
    'https://[fe80::1]/', 'https://[64:ff9b::7f00:1]/', 'https://[2002:7f00:1::]/', 'https://224.0.0.1/',
    'https://localhost/', 'https://localhost.:8443/',
]  # fmt: skip
WRONG = [
    '', 'example.com', 'http://93.184.216.34/', 'file:///etc/passwd', 'gopher://93.184.216.34/', 'ftp://93.184.216.34/',
    'https://', 'https://user@93.184.216.34/', 'https://a:b@93.184.216.34/', 'https://93.184.216.34:25/',
    'https://93.184.216.34:99999/', 'https://93.184.216.34:x/', 'https://93.184.216.34/ x', 'https://93.184.216.34\\@x/',
    'https://ex\nample.com/', 'https://пример.test/', 'https://93.184.216.34/' + 'x' * 500, 'javascript:alert(1)',
]  # fmt: skip


@pytest.mark.parametrize('url', INSIDE)
async def test_our_own_network_is_refused(url):
    with pytest.raises(Invalid) as refused:
        await addresses.checked(url)
    assert refused.value.problems['url'].key in ('webhook.problem.private', 'webhook.problem.unknown_host')


@pytest.mark.parametrize('url', WRONG)
async def test_what_is_no_address_of_the_web_is_refused(url):
    with pytest.raises(Invalid):
        await addresses.checked(url)


async def test_a_public_address_is_connected_to_by_the_number_that_was_looked_at():
    target = await addresses.checked('https://93.184.216.34:8443/a?b=c#d')
    assert (target.host, target.pinned) == ('93.184.216.34:8443', 'https://93.184.216.34:8443/a?b=c')


async def test_a_name_with_one_private_number_among_public_ones_is_refused(monkeypatch):
    answers = [(socket.AF_INET, 0, 0, '', (number, 443)) for number in ('93.184.216.34', '10.0.0.1')]

    async def looked_up(*_args, **_options):
        return answers

    monkeypatch.setattr('asyncio.base_events.BaseEventLoop.getaddrinfo', looked_up)
    with pytest.raises(Invalid):
        await addresses.checked('https://two-faced.test/')


async def test_a_name_that_leads_inside_by_now_is_not_connected_to(sqlite, monkeypatch):
    """Entered while it led outside: nothing of ours speaks to the listener on this machine."""
    world = await World().build()
    async with receiver() as outside:
        monkeypatch.setenv('PORTAL_WEBHOOK_PRIVATE', 'true')
        settings.cache_clear()
        hook, _ = await endpoints.create(world.mona, outside.url, now=NOW)
        monkeypatch.setenv('PORTAL_WEBHOOK_PRIVATE', 'false')
        settings.cache_clear()
        await Webhook.filter(id=hook.id).update(url=outside.url.replace('http:', 'https:'))
        await deliveries.send_test(world.mona, hook.id, now=NOW)
        await sending.send_due(NOW)
        assert outside.bodies == []
    row = await WebhookDelivery.get()
    assert (row.state, row.trouble, row.answer_status) == ('waiting', 'private', None)
