"""Calls that meet: in queues."""

from __future__ import annotations

from typing import Any

import flask
import pytest

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import EnqueueEvent
from jambonz_sync.testing import PlaceCalls, TestCalls

endpoint = create_endpoint()


@endpoint.service("/caller").on("session:new")
def caller(session: Session) -> None:
    """Waits in the queue; agents may take them out of it."""

    @session.on("/wait")
    def wait(evt: Any) -> None:
        session.say(text=f"You are number {evt['queue_position'] + 1} of {evt['queue_size']}.").pause(length=5).reply()

    @session.on("/served")
    def served(evt: EnqueueEvent) -> None:
        session.say(text=f"It was {evt.queue_result}.").hangup().reply()

    priority = 1 if session.from_ == "+15085550911" else 999
    session.enqueue(name="support", wait_hook="/wait", action_hook="/served", priority=priority).send()


@endpoint.service("/agent").on("session:new")
def agent(session: Session) -> None:
    """Takes one caller out of the queue."""

    @session.on("/done")
    def done(evt: Any) -> None:
        session.say(text=f"It was {evt['dequeue_result']}.").hangup().reply()

    session.say(text="Hello agent.").dequeue(name="support", timeout=30, beep=True, action_hook="/done")
    session.pause(length=1).send()


def hooks_of_queues(path: str) -> object:
    """Answer the webhooks of an app that does the same."""
    verbs: dict[str, list[dict[str, Any]]] = {
        "caller": [{"verb": "enqueue", "name": "support", "waitHook": "/wait", "actionHook": "/served"}],
        "agent": [
            {"verb": "dequeue", "name": "support", "timeout": 30, "actionHook": "/done"},
            {"verb": "pause", "length": 1},
        ],
        "wait": [{"verb": "say", "text": "You are number 1 of 1."}, {"verb": "pause", "length": 5}],
    }
    data = flask.request.get_json(silent=True) or {}
    result = data.get("queue_result") or data.get("dequeue_result")
    return flask.jsonify(verbs.get(path) or [{"verb": "say", "text": f"It was {result}."}, {"verb": "hangup"}])


app = flask.Flask(__name__)
app.add_url_rule("/<path>", view_func=hooks_of_queues, methods=["GET", "POST"])


@pytest.fixture(params=["websocket", "webhook"])
def calls(request: pytest.FixtureRequest, jambonz_calls: PlaceCalls) -> TestCalls:
    return jambonz_calls(endpoint if request.param == "websocket" else app)


def test_a_caller_waits_until_an_agent_takes_them_out_of_the_queue(calls: TestCalls) -> None:
    a = calls.call(path="/caller")
    a.heard("You are number 1 of 1.")
    b = calls.call(path="/agent")
    a.says("I have a question.")
    b.heard("I have a question.")
    b.says("I have the answer.")
    a.heard("I have the answer.")
    a.presses("1")
    b.heard("(presses 1)")
    b.hangs_up()
    a.heard("It was bridged.")
    assert a.ended == b.ended == "completed"
    assert a.hook("/served").payload["queue_result"] == "bridged"


def test_an_agent_learns_that_the_caller_has_hung_up(calls: TestCalls) -> None:
    b = calls.call(path="/agent")
    a = calls.call(path="/caller")
    b.says("Hello?")
    a.heard("Hello?")
    a.hangs_up()
    b.heard("It was complete.")
    assert a.hook("/served").payload["queue_result"] == "bridged"
    assert b.hook("/done").payload["dequeue_result"] == "complete"


def test_a_caller_who_hangs_up_while_they_wait_is_not_in_the_queue_any_more(calls: TestCalls) -> None:
    a = calls.call(path="/caller")
    a.heard("You are number 1 of 1.")
    a.hangs_up()
    assert a.hook("/served").payload["queue_result"] == "hangup"
    b = calls.call(path="/agent")
    b.heard("It was timeout.")


def test_waiting_takes_as_long_as_in_the_other_call(calls: TestCalls) -> None:
    b = calls.call(path="/agent")
    b.advance(20)
    a = calls.call(path="/caller")
    a.says("At last.")
    heard = b.heard("At last.")
    assert 20 <= heard.at < 30
    a.hangs_up()
    b.heard("It was complete.")


def test_agents_take_callers_in_the_order_of_the_queue(jambonz_calls: PlaceCalls) -> None:
    calls = jambonz_calls(endpoint)
    first = calls.call(path="/caller")
    first.heard("You are number 1 of 1.")
    second = calls.call(path="/caller")
    second.heard("You are number 2 of 2.")
    urgent = calls.call(path="/caller", from_="+15085550911")
    urgent.heard("You are number 1 of 3.")
    agents = [calls.call(path="/agent") for _ in range(2)]
    urgent.says("It burns.")
    agents[0].heard("It burns.")
    first.says("It is cold.")
    agents[1].heard("It is cold.")
    second.heard("You are number 1 of 1.")


def test_calls_of_another_fixture_do_not_meet(jambonz_calls: PlaceCalls) -> None:
    a = jambonz_calls(endpoint).call(path="/caller")
    a.heard("You are number 1 of 1.")
    b = jambonz_calls(endpoint).call(path="/agent")
    b.heard("It was timeout.")


def test_calls_that_meet_need_an_app_and_a_time_of_their_own(jambonz_calls: PlaceCalls) -> None:
    with pytest.raises(TypeError, match="there is no app to call"):
        jambonz_calls().call()
    with pytest.raises(ValueError, match="real_time"):
        jambonz_calls(endpoint).call(real_time=True)
