"""A REST API for tests: it records, answers, fails, and its calls ring in the simulator."""

from __future__ import annotations

from typing import Any

import flask
import pytest

from jambonz_sync import Jambonz, Session, WebhookResponse, create_endpoint
from jambonz_sync.events import GatherEvent
from jambonz_sync.rest import BadRequest, Conflict, JambonzClient, NotFound, ServerError, Unauthorized
from jambonz_sync.testing import ExpectationFailed, FakeApi, PlaceCall, TestCall

SPEECH = {
    "speech_synthesis_vendor": "google",
    "speech_synthesis_language": "en-US",
    "speech_synthesis_voice": "en-US-Standard-C",
    "speech_recognizer_vendor": "google",
    "speech_recognizer_language": "en-US",
}

endpoint = create_endpoint()


@endpoint.service("/survey").on("session:new")
def survey(session: Session) -> None:
    @session.on("/rated")
    def rated(evt: GatherEvent) -> None:
        session.say(text=f"Thank you for {evt.digits}.").hangup().reply()

    session.say(text=f"Hello {session.to}, from 1 to 5?")
    session.gather(input=["digits"], num_digits=1, action_hook="/rated").send()


app = flask.Flask(__name__)
jambonz = Jambonz(app)
statuses: list[dict[str, Any]] = []


@jambonz.webhook("/reminder")
def reminder(call: Any) -> WebhookResponse:
    return WebhookResponse().say(text=f"Remember {flask.request.args['what']}, {call.direction}.").hangup()


@app.post("/status")
def status() -> str:
    statuses.append(flask.request.get_json())
    return ""


def create(client: JambonzClient, **options: Any) -> str:
    sid: str = client.calls.create(from_="+15085550000", to="+15085551111", **options)
    return sid


def test_a_call_that_is_placed_rings_here_and_goes_to_its_hook(jambonz_api: FakeApi) -> None:
    jambonz_api.serves("wss://voice.example.com", endpoint)
    with JambonzClient() as client:  # from the variables of the environment
        sid = create(client, call_hook="wss://voice.example.com/survey", tag={"order": 7}, **SPEECH)
        call = jambonz_api.call()
        call.heard("Hello +15085551111")
        first = call.hook("session:new").payload
        assert (first["direction"], first["from"], first["to"]) == ("outbound", "+15085550000", "+15085551111")
        assert (first["call_sid"], first["customerData"]) == (sid, {"order": 7})
        assert (first["call_status"], first["sip_status"]) == ("in-progress", 200)
        assert client.calls.get(sid).direction == "outbound"
        assert [each.call_sid for each in client.calls.list()] == [sid]
        call.presses("4")
        call.heard("Thank you for 4.")
        assert call.ended == "completed"
        assert list(client.calls.list()) == []
    (request,) = [each for each in jambonz_api.requests if each.method == "POST"]
    assert request.path == f"/Accounts/{jambonz_api.account_sid}/Calls"
    assert request.json["to"] == {"type": "phone", "number": "+15085551111"}


def test_a_call_by_webhook_has_its_statuses_reported(jambonz_api: FakeApi) -> None:
    statuses.clear()
    jambonz_api.serves("https://voice.example.com", app)
    hooks = {
        "call_hook": "https://voice.example.com/reminder?what=tea",
        "call_status_hook": "https://voice.example.com/status",
    }
    with jambonz_api.client() as client:
        create(client, **hooks, **SPEECH)
        call = jambonz_api.call()
        call.heard("Remember tea, outbound.")
        assert call.ended == "completed"
    assert [each["call_status"] for each in statuses] == ["trying", "ringing", "in-progress", "completed"]
    assert statuses[-1]["call_sid"] == call.leg.call_sid


def test_a_call_of_an_application_goes_to_its_hook(jambonz_api: FakeApi) -> None:
    jambonz_api.serves("https://voice.example.com", app)
    sid = jambonz_api.application("https://voice.example.com/reminder?what=milk")
    with jambonz_api.client() as client:
        create(client, application_sid=sid)
        call = jambonz_api.call()
        call.heard("Remember milk, outbound.")
        assert call.ended == "completed"
    assert call.leg.application_sid == sid


def test_a_call_is_ended_by_the_api(jambonz_api: FakeApi) -> None:
    jambonz_api.serves("wss://voice.example.com", endpoint)
    with jambonz_api.client() as client:
        sid = create(client, call_hook="wss://voice.example.com/survey", **SPEECH)
        call = jambonz_api.call()
        call.heard("Hello")
        client.calls.hangup(sid)
        assert call.ended == "completed"


@jambonz.webhook("/listens")
def listens(call: Any) -> WebhookResponse:
    return WebhookResponse().gather(input=["speech"], timeout=60, say={"text": "Hello."}, action_hook="/listens")


@jambonz.webhook("/parted")
def parted(call: Any) -> WebhookResponse:
    return WebhookResponse().say(text="You are somewhere else now.").hangup()


def test_a_call_of_webhooks_is_sent_to_another_hook_by_the_api(jambonz_api: FakeApi, jambonz_call: PlaceCall) -> None:
    jambonz_api.serves("https://voice.example.com", app)
    call = jambonz_call(app, "/listens")
    call.heard("Hello.")
    with jambonz_api.client() as client:
        client.calls.boost_audio(call.leg.call_sid, "3 dB")
        client.calls.tag(call.leg.call_sid, {"order": 7})
        client.calls.redirect(call.leg.call_sid, call_hook="https://voice.example.com/parted")
        call.heard("You are somewhere else now.")
        assert call.ended == "completed"
        assert "boostAudioSignal 3 dB" in call.transcript.lines("event")
        assert call.hooks[-1].payload["customerData"] == {"order": 7}
        with pytest.raises(Conflict):
            client.calls.mute(call.leg.call_sid)


meets = create_endpoint()


@meets.service("/").on("session:new")
def connects(session: Session) -> None:
    session.dial(target=[{"type": "phone", "number": "+15085550001"}], anchor_media=True).send()


def test_both_legs_of_a_dial_are_acted_on_by_the_api(jambonz_api: FakeApi, jambonz_call: PlaceCall) -> None:
    call = jambonz_call(meets)
    call.dialled.answers()
    assert call.dialled.talks()
    callee = call.dialled[0].leg.call_sid
    with jambonz_api.client() as client:
        client.calls.whisper(call.leg.call_sid, {"verb": "say", "text": "One minute left."})
        call.heard("One minute left.")
        client.calls.mute(callee)
        assert client.calls.sip_request(call.leg.call_sid, "INFO", "text/plain", "hello").status == 200
        client.calls.hangup(call.leg.call_sid)
        assert call.ended == "completed"
    events = "\n".join(call.transcript.lines("event"))
    assert "sends INFO to the caller's phone" in events
    assert "(on +15085550001)" in events
    assert call.transcript.ended_by == "app"


@pytest.mark.parametrize("update", [{}, {"nonsense": 1}, {"mute_status": "mute", "tag": {"a": 1}}, ["mute"]])
def test_an_update_of_none_or_of_two_actions_is_refused(
    jambonz_api: FakeApi, jambonz_call: PlaceCall, update: Any
) -> None:
    call = jambonz_call(endpoint, "/survey")
    call.heard("Hello")
    with jambonz_api.client() as client, pytest.raises(BadRequest, match="expected one action"):
        client.request("PUT", f"/Accounts/{{account_sid}}/Calls/{call.leg.call_sid}", body=update)


def test_requests_are_answered_as_the_test_says(jambonz_api: FakeApi) -> None:
    jambonz_api.answers("GET", "/Queues", [{"name": "support", "length": 2}])
    with jambonz_api.client() as client:
        assert [queue.name for queue in client.queues.list()] == ["support"]
        with pytest.raises(NotFound, match=r"FakeApi\.answers"):
            client.request("GET", "/Nonsense")


def test_requests_fail_as_often_as_the_test_says(jambonz_api: FakeApi) -> None:
    jambonz_api.answers("GET", "/Queues", [])
    jambonz_api.fails(503)
    with jambonz_api.client(max_retries=0) as client:
        with pytest.raises(ServerError):
            list(client.queues.list())
        assert list(client.queues.list()) == []


def test_a_call_that_the_server_would_refuse_is_refused(jambonz_api: FakeApi) -> None:
    with jambonz_api.client() as client:
        with pytest.raises(BadRequest, match="unknown application_sid"):
            create(client, application_sid="0f0e0d0c-0000-4000-8000-000000000001")
        with pytest.raises(BadRequest, match="missing from"):
            client.request("POST", "/Accounts/{account_sid}/Calls", body={"to": "+1"})
        with pytest.raises(NotFound):
            client.calls.get("0f0e0d0c-0000-4000-8000-000000000001")
    with JambonzClient(api_key="wrong") as stranger, pytest.raises(Unauthorized):
        create(stranger, application_sid="0f0e0d0c-0000-4000-8000-000000000001")
    with pytest.raises(ExpectationFailed, match=r"no call was placed within 0.1 s; the requests so far: POST /Acc"):
        jambonz_api.call(timeout=0.1)


outbound = create_endpoint()


@outbound.service("/").on("session:new")
def outbound_call(session: Session) -> None:
    @session.on("/amd")
    def amd(evt: Any) -> Any:
        if evt["type"] == "amd_machine_stopped_speaking":
            return session.say(text="Your order has arrived.").hangup()
        return session.say(text="Hello.").hangup() if evt["type"] == "amd_human_detected" else None

    @session.on("/refer")
    def refer(evt: Any) -> Any:
        return session.say(text=f"Off to {evt['refer_details']['refer_to_user']}.").hangup()

    @session.on("/request")
    def request(evt: Any) -> Any:
        return session.say(text=f"{evt['sip_body']}.").hangup()

    session.pause(length=60).hangup().send()


def placed(api: FakeApi, **options: Any) -> TestCall:
    api.serves("wss://voice.example.com", outbound)
    with JambonzClient() as client:
        create(client, call_hook="wss://voice.example.com/", **SPEECH, **options)
    return api.call()


def test_a_machine_that_answers_is_detected(jambonz_api: FakeApi) -> None:
    call = placed(jambonz_api, amd={"action_hook": "/amd"})
    call.says("You have reached Joe, please leave a message after the tone")
    call.beeps()
    call.heard("Your order has arrived.")
    types = [hook.payload["type"] for hook in call.hooks if hook.name == "/amd"]
    assert types[:3] == ["amd_machine_detected", "amd_tone_detected", "amd_machine_stopped_speaking"]


def test_the_phone_that_is_called_sends_what_the_call_asks_for(jambonz_api: FakeApi) -> None:
    call = placed(jambonz_api, refer_hook="/refer")
    call.started("pause")
    call.refers("+15085553333")
    call.heard("Off to +15085553333.")
    call = placed(jambonz_api, sip_request_within_dialog_hook="/request")
    call.started("pause")
    call.sends_request("INFO", "battery low")
    call.heard("battery low.")


def test_a_call_ends_at_its_time_limit(jambonz_api: FakeApi) -> None:
    call = placed(jambonz_api, time_limit=20)
    assert call.ended == "completed"
    assert call.leg.duration == 20
