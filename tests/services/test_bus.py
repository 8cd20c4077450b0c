"""Who hears of what."""

import logging

from services import bus


def test_only_the_topic_that_was_asked_for_is_heard_and_only_until_stopped():
    heard: list[str] = []
    stop = bus.subscribe('ticket:1', heard.append)
    bus.subscribe('ticket:12', heard.append)
    bus.publish(['ticket:1', 'ticket:1', 'ticket:2'])
    assert heard == ['ticket:1']
    stop()
    stop()
    bus.publish(['ticket:1'])
    assert heard == ['ticket:1']
    assert bus.count() == 1


def test_two_subscriptions_of_one_listener_end_apart():
    heard: list[str] = []
    first = bus.subscribe('staff', heard.append)
    bus.subscribe('staff', heard.append)
    first()
    bus.publish(['staff'])
    assert heard == ['staff']


def test_a_listener_that_fails_is_logged_and_stops_nobody(caplog):
    heard: list[str] = []
    bus.subscribe('staff', lambda _: 1 / 0)
    bus.subscribe('staff', heard.append)
    with caplog.at_level(logging.ERROR):
        bus.publish(['staff'])
    assert heard == ['staff']
    assert 'a listener of staff failed' in caplog.text


def test_a_listener_may_stop_and_begin_while_it_is_called():
    heard: list[str] = []

    def once(topic: str) -> None:
        stop()
        bus.subscribe(topic, heard.append)

    stop = bus.subscribe('staff', once)
    bus.publish(['staff'])
    bus.publish(['staff'])
    assert heard == ['staff']


def test_all_can_be_woken_and_all_forgotten():
    heard: list[str] = []
    bus.subscribe('staff', heard.append)
    bus.subscribe('user:1', heard.append)
    bus.publish_all()
    assert sorted(heard) == ['staff', 'user:1']
    bus.clear()
    bus.publish_all()
    assert len(heard) == 2
