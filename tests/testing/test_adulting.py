"""A leg that was dialled goes on without the caller, as a call of its own."""

from __future__ import annotations

from typing import Any

import flask
import pytest

from jambonz_sync import Jambonz, Session, WebhookResponse, create_endpoint
from jambonz_sync.events import GatherEvent
from jambonz_sync.testing import ExpectationFailed, PlaceCall

endpoint = create_endpoint()
PHONE = {"type": "phone", "number": "+15085551213"}
ASK = [
    {"verb": "gather", "input": ["speech"], "say": {"text": "How was the caller?"}, "actionHook": "/rated"},
    {"verb": "hangup"},
]


@endpoint.service("/app").on("session:new")
def dials(session: Session) -> None:
    """Connects the caller with somebody, who is asked how it was when the caller refers them."""
    session.on("/refer", lambda evt: ASK)

    @session.on("/parted")
    def parted(evt: Any) -> None:
        session.inject_redirect([{"verb": "hangup"}], child=ASK)

    session.dial(target=[PHONE], refer_hook="/refer", dtmf_capture=["9"], dtmf_hook="/parted")
    session.say(text="Goodbye, caller.").hangup().send()


@endpoint.service("/app/adulting").on("session:adulting")
def goes_on(session: Session) -> None:
    """Has the leg that stays."""

    @session.on("/rated")
    def rated(evt: GatherEvent) -> None:
        session.say(text=f"Thank you for {evt.transcript}.").hangup().reply()


app = flask.Flask(__name__)
jambonz = Jambonz(app)


@jambonz.webhook("/incoming")
def incoming(call: object) -> WebhookResponse:
    return WebhookResponse().dial(target=[PHONE], refer_hook="/refer").say(text="Goodbye, caller.").hangup()


@jambonz.webhook("/refer")
def refer(evt: object) -> Any:
    return ASK


@jambonz.webhook("/adulting")
def adulting(evt: object) -> WebhookResponse:
    return WebhookResponse().say(text="Never.")


@jambonz.webhook("/rated")
def rated(evt: GatherEvent) -> WebhookResponse:
    return WebhookResponse().say(text=f"Thank you for {evt.transcript}.").hangup()


@pytest.mark.parametrize(("served", "path"), [(endpoint, "/app"), (app, "/incoming")], ids=["websocket", "webhook"])
def test_whom_the_caller_refers_goes_on_alone(jambonz_call: PlaceCall, served: Any, path: str) -> None:
    call = jambonz_call(served, path)
    call.dialled.answers(after=3)
    assert call.dialled.talks()
    call.refers("+15085559999", after=10)
    call.heard("Goodbye, caller.")
    alone = call.alone()
    alone.heard("How was the caller?")
    assert call.ended == "completed"
    alone.says("nice")
    alone.heard("Thank you for nice.")
    assert alone.ended == "completed"
    first = alone.hook("session:adulting" if served is endpoint else "/adulting").payload
    assert first["call_sid"] == call.dialled[0].leg.call_sid == alone.leg.call_sid
    assert first["parent_call_info"]["call_sid"] == call.leg.call_sid
    assert alone.leg.duration >= 10
    assert not alone.findings


def test_keys_of_the_caller_part_the_two_of_them(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/app")
    call.dialled.answers()
    assert call.dialled.talks()
    call.presses("9")
    alone = call.alone()
    assert call.ended == "completed"
    alone.says("rude")
    alone.heard("Thank you for rude.")


def test_a_leg_that_nobody_has_parted_is_no_call(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/app")
    call.dialled.answers()
    assert call.dialled.talks()
    with pytest.raises(ExpectationFailed, match=r"\+15085551213 did not go on alone (within|and nothing)"):
        call.alone("+15085551213", timeout=0.01)
    with pytest.raises(ExpectationFailed, match="nobody whom the app has dialled went on alone"):
        call.alone(timeout=0.01)


lacking = flask.Flask(__name__)
lacking_hooks = Jambonz(lacking)


@lacking_hooks.webhook("/incoming")
def first(call: object) -> WebhookResponse:
    return incoming(call)


@lacking_hooks.webhook("/refer")
def refer_to_nothing(evt: object) -> WebhookResponse:
    return WebhookResponse().say(text="You are alone.")


@pytest.mark.jambonz(allow=["http-status"])
def test_an_app_without_the_path_of_adulting_is_told_so(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(lacking, "/incoming")
    call.dialled.answers()
    assert call.dialled.talks()
    call.refers("+15085559999")
    alone = call.alone()
    alone.heard("You are alone.")
    assert alone.ended == "completed"
    assert [finding.where for finding in alone.findings] == ["session:adulting"]
