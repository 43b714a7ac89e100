"""Each action on a running call by both ways to it, in both spellings: the same content on the wire."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync.errors import JambonzError
from jambonz_sync.rest import JambonzClient
from jambonz_sync.session.control import ControlCommands
from jambonz_sync.verbs.chain import WebhookResponse
from tests.rest.fake_api import SID, FakeApi, reply
from tests.session.control.test_control import Call

SAY = {"verb": "say", "text": "The customer is a VIP."}
RECORDER = "sip:siprec@recorder.example.com"
RECORD = {"action": "startCallRecording", "siprecServerURL": RECORDER, "recordingID": "r1"}
CONTEXT = {"type": "inject_context", "messages": [{"role": "user", "content": "Gold tier."}]}
NOISE = {"noise_isolation_status": "enable", "vendor": "krisp", "level": 80}

Way = Callable[..., Any]
#: what a person calls, on a session and on client.calls; all spellings of both; the content
ACTIONS: list[tuple[str, str, list[tuple[tuple[Any, ...], dict[str, Any]]], Any]] = [
    ("inject_mute", "mute", [(("mute",), {}), ((), {}), ((), {"status": "mute"})], {"mute_status": "mute"}),
    ("inject_mute", "mute", [(("unmute",), {})], {"mute_status": "unmute"}),
    (
        "inject_whisper",
        "whisper",
        [
            ((SAY,), {}),
            (([SAY],), {}),
            ((WebhookResponse().say(text=SAY["text"]),), {}),
            (({"say": {"text": SAY["text"]}},), {}),
        ],
        {"whisper": [SAY]},
    ),
    (
        "inject_record",
        "record",
        [
            (("startCallRecording", {"siprecServerURL": RECORDER, "recordingID": "r1"}), {}),
            (("startCallRecording", {"siprec_server_url": RECORDER}), {"recording_id": "r1"}),
            (("start",), {"siprec_server_url": RECORDER, "recording_id": "r1"}),
            (("startCallRecording",), {"siprec_server_url": RECORDER, "recording_id": "r1"}),
        ],
        RECORD,
    ),
    (
        "inject_record",
        "record",
        [(("pause",), {"type": "cloud"}), (("pauseCallRecording", {"type": "cloud"}), {})],
        {"action": "pauseCallRecording", "type": "cloud"},
    ),
    ("inject_listen_status", "listen", [(("pause",), {}), ((), {"status": "pause"})], {"listen_status": "pause"}),
    ("inject_transcribe_status", "transcribe", [(("resume",), {})], {"transcribe_status": "resume"}),
    ("inject_dtmf", "dtmf", [(("1234",), {}), ((), {"digit": "1234"})], {"digit": "1234"}),
    ("inject_dtmf", "dtmf", [(("1", 300), {}), (("1",), {"duration": 300})], {"digit": "1", "duration": 300}),
    (
        "inject_noise_isolation",
        "noise_isolation",
        [
            (("enable", {"vendor": "krisp", "level": 80}), {}),
            (("enable", {"vendor": "krisp"}), {"level": 80}),
            (("enable",), {"vendor": "krisp", "level": 80}),
        ],
        NOISE,
    ),
    (
        "inject_dub",
        "dub",
        [(("sayOnTrack", "t"), {"say": "Bonjour", "gain": "-10 dB"})],
        {"action": "sayOnTrack", "track": "t", "say": "Bonjour", "gain": "-10 dB"},
    ),
    ("inject_boost_audio", "boost_audio", [((-6,), {}), ((), {"gain": -6})], -6),
    ("inject_boost_audio", "boost_audio", [(("+3 dB",), {})], "+3 dB"),
    ("inject_boost_audio", "boost_audio", [((0,), {})], "0 dB"),
    ("inject_media_path", "media_path", [(("no-media",), {}), ((), {"path": "no-media"})], "no-media"),
    ("inject_tag", "tag", [(({"priority": "high"},), {}), ((), {"data": {"priority": "high"}})], {"priority": "high"}),
    (
        "inject_sip_request",
        "sip_request",
        [
            (("INFO", "text/plain", "hi"), {}),
            (("INFO",), {"content_type": "text/plain", "content": "hi"}),
        ],
        {"method": "INFO", "content_type": "text/plain", "content": "hi"},
    ),
    ("inject_say", "room_say", [(("Hello",), {"replace": True})], {"text": "Hello", "replace": True}),
    ("inject_play", "room_play", [(("tone.wav",), {"id": "a"})], {"url": "tone.wav", "id": "a"}),
    (
        "update_agent",
        "agent_update",
        [
            ((CONTEXT,), {}),
            (("inject_context",), {"messages": CONTEXT["messages"]}),
            (("inject_context",), {"messages": iter(CONTEXT["messages"])}),
        ],
        CONTEXT,
    ),
]
#: of what stands around the content: the fields by which either way names it
_WRAPPERS = {
    *("whisper", "record", "dtmf", "dub", "boostAudioSignal", "media_path", "tag", "sip_request", "room_say"),
    *("room_play", "agent_update"),
}
_REST_NAMES = {f"noise_isolation_{name}": name for name in ("vendor", "level", "model")}


def content(command: str, data: Any) -> Any:
    """The content of a message or an update, without what stands around it."""
    if isinstance(data, dict):
        if command == "whisper" and list(data) == ["whisper"]:
            return data
        data = {name: value for name, value in data.items() if name != "dtmf" or len(data) == 1}
        if len(data) == 1 and (name := next(iter(data))) in _WRAPPERS:
            return data[name]
        return {_REST_NAMES.get(name, name): value for name, value in data.items()}
    return data


ROWS = [
    pytest.param(inject, act, args, options, expected, id=f"{act}-{number}-{spelling}")
    for number, (inject, act, spellings, expected) in enumerate(ACTIONS)
    for spelling, (args, options) in enumerate(spellings)
]


@pytest.mark.parametrize(("inject", "act", "args", "options", "expected"), ROWS)
def test_an_action_says_the_same_by_either_way_in_every_spelling(
    api: FakeApi,
    client: JambonzClient,
    inject: str,
    act: str,
    args: Any,
    options: Any,
    expected: Any,
) -> None:
    if any(hasattr(value, "__next__") for value in options.values()):
        options = {name: list(value) for name, value in options.items()}  # may be read only once
    call = Call()
    getattr(call, inject)(*args, **options)
    message = call.only
    api.next(reply(200, {}) if act == "sip_request" else reply(202, text=b"Accepted"))
    getattr(client.calls, act)(SID, *args, **options)
    update = api.requests[-1].json
    command = "whisper" if act == "whisper" else ""
    assert content(command, message["data"]) == expected
    assert content(command, update) == expected


@pytest.mark.parametrize(
    ("inject", "act", "expected"),
    [
        (
            lambda call: call.inject_conference(mute="mute"),
            [lambda calls: calls.conference_mute(SID, "mute"), lambda calls: calls.conference_mute(SID)],
            {"conf_mute_status": "mute"},
        ),
        (
            lambda call: call.inject_conference(mute=False),
            [lambda calls: calls.conference_mute(SID, "unmute"), lambda calls: calls.conference_mute(SID, False)],
            {"conf_mute_status": "unmute"},
        ),
        (
            lambda call: call.inject_conference(hold=True, wait_hook="/music"),
            [lambda calls: calls.conference_hold(SID, "hold", wait_hook="/music")],
            {"conf_hold_status": "hold", "wait_hook": "/music"},
        ),
        (
            lambda call: call.inject_conference(action="coach", tag="a"),
            [lambda calls: calls.conference_participant(SID, "coach", tag="a")],
            {"action": "coach", "tag": "a"},
        ),
        (
            lambda call: call.inject_redirect({"url": "/a", "method": "POST"}, child={"url": "/b", "method": "POST"}),
            [
                lambda calls: calls.redirect(SID, "/a", child="/b"),
                lambda calls: calls.redirect(SID, "/a", child_call_hook={"url": "/b"}),
                lambda calls: calls.redirect(SID, {"url": "/a", "method": "POST"}, child={"url": "/b"}),
            ],
            {"call_hook": {"url": "/a", "method": "POST"}, "child_call_hook": {"url": "/b", "method": "POST"}},
        ),
        (
            lambda call: call.inject_hangup(),
            [lambda calls: calls.hangup(SID), lambda calls: calls.update(SID, call_status="completed")],
            {"call_status": "completed"},
        ),
    ],
)
def test_an_action_whose_methods_differ_says_the_same_by_either_way(
    api: FakeApi, client: JambonzClient, inject: Any, act: list[Any], expected: Any
) -> None:
    call = Call()
    inject(call)
    assert call.only["data"] == expected
    for by_rest in act:
        api.next(reply(202, text=b"Accepted"))
        by_rest(client.calls)
        body = api.requests[-1].json
        assert body.get("conferenceParticipantAction", body) == expected


@pytest.mark.parametrize(
    ("inject", "act", "args", "options"),
    [
        ("inject_mute", "mute", ("quiet",), {}),
        ("inject_whisper", "whisper", ({"verb": "hangup"},), {}),
        ("inject_whisper", "whisper", ("https://a.example",), {}),
        ("inject_record", "record", ("begin",), {"type": "cloud"}),
        ("inject_record", "record", ("start", "leg-2"), {}),
        ("inject_listen_status", "listen", ("stop",), {}),
        ("inject_transcribe_status", "transcribe", ("stop",), {}),
        ("inject_dtmf", "dtmf", ("1x",), {}),
        ("inject_dtmf", "dtmf", (5,), {}),
        ("inject_noise_isolation", "noise_isolation", ("on",), {}),
        ("inject_noise_isolation", "noise_isolation", ("enable", {"vendr": "krisp"}), {}),
        ("inject_noise_isolation", "noise_isolation", ("enable",), {"level": 101}),
        ("inject_dub", "dub", ("add", "t"), {}),
        ("inject_dub", "dub", ("playOnTrack", "t"), {}),
        ("inject_dub", "dub", ("addTrack", "t"), {"gain": "loud"}),
        ("inject_boost_audio", "boost_audio", ("loud",), {}),
        ("inject_boost_audio", "boost_audio", (True,), {}),
        ("inject_media_path", "media_path", ("half-media",), {}),
        ("inject_tag", "tag", ({},), {}),
        ("inject_tag", "tag", ([1],), {}),
        ("inject_sip_request", "sip_request", ("", "text/plain", "x"), {}),
        ("inject_say", "room_say", ("",), {}),
        ("inject_play", "room_play", ("",), {}),
        ("update_agent", "agent_update", ("reset",), {}),
        ("update_agent", "agent_update", ("inject_context",), {}),
    ],
)
def test_what_is_refused_on_one_way_is_refused_on_the_other(
    api: FakeApi,
    client: JambonzClient,
    inject: str,
    act: str,
    args: Any,
    options: Any,
) -> None:
    call = Call()
    with pytest.raises(ValueError) as by_session:  # noqa: PT011
        getattr(call, inject)(*args, **options)
    with pytest.raises(ValueError) as by_rest:  # noqa: PT011
        getattr(client.calls, act)(SID, *args, **options)
    assert isinstance(by_session.value, JambonzError)
    assert isinstance(by_rest.value, JambonzError)
    assert call.sent == api.requests == []


#: parameters that only one of the two has, with the reason
_ONLY_ONE = {
    "call_sid",  # which leg, at the end; which call, at the front
    "options",  # room_say and room_play take one dict, as REST always has
    "data",  # the same of agent_update
}


@pytest.mark.parametrize(
    ("inject", "act"), sorted({(inject, act) for inject, act, _, _ in ACTIONS if act != "update_agent"})
)
def test_either_way_takes_the_same_arguments_with_the_same_types(inject: str, act: str) -> None:
    def parameters(function: Any) -> dict[str, tuple[Any, Any]]:
        found = inspect.signature(function).parameters
        return {
            name: (str(p.annotation).replace("Json", "Mapping[str, Any]").replace("AgentUpdateType", ""), p.default)
            for name, p in found.items()
            if name not in _ONLY_ONE | {"self"}
        }

    by_session = parameters(getattr(ControlCommands, inject))
    by_rest = parameters(getattr(type(JambonzClient("http://127.0.0.1:9", SID, "key").calls), act))
    if act == "sip_request":  # the API server wants type and content for every method
        assert by_session.keys() == by_rest.keys()
    else:
        assert by_session == by_rest
