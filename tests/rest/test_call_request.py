"""What a call is placed and steered with is checked before it leaves: the server answers a mistake with a bare 500."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.rest import InvalidRequest, JambonzClient
from jambonz_sync.rest.call_request import call_body, target
from jambonz_sync.rest.call_update import update_body

from .fake_api import SID, FakeApi, reply

APP = {"from_": "1", "to": "2", "application_sid": SID}
SPEECH = {
    "speech_synthesis_vendor": "google",
    "speech_synthesis_language": "en-US",
    "speech_synthesis_voice": "en-US-Standard-C",
    "speech_recognizer_vendor": "google",
    "speech_recognizer_language": "en-US",
}
HOOKED = {"from_": "1", "to": "2", "call_hook": "https://a.example/x", **SPEECH}


def body(**fields: Any) -> dict[str, Any]:
    return call_body(fields, {}, None)


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("+15085551212", {"type": "phone", "number": "+15085551212"}),
        ("+1 (508) 555-1212", {"type": "phone", "number": "+15085551212"}),
        ("tel:+1.508.555.1212", {"type": "phone", "number": "+15085551212"}),
        ("911", {"type": "phone", "number": "911"}),
        ("sip:joe@example.com:5060", {"type": "sip", "sipUri": "sip:joe@example.com:5060"}),
        ("SIPS:joe@example.com", {"type": "sip", "sipUri": "SIPS:joe@example.com"}),
        ("joe@realm.example.com", {"type": "user", "name": "joe@realm.example.com"}),
        ("user:joe", {"type": "user", "name": "joe"}),
        ("teams:+1508", {"type": "teams", "number": "+1508"}),
        ({"type": "phone", "number": "1", "trunk": "t"}, {"type": "phone", "number": "1", "trunk": "t"}),
        ({"type": "sip", "sip_uri": "sip:a@b", "auth": {"username": "u", "password": "p"}},
         {"type": "sip", "sipUri": "sip:a@b", "auth": {"username": "u", "password": "p"}}),
        ({"type": "user", "name": "joe", "overrideTo": "x", "confirm_hook": None},
         {"type": "user", "name": "joe", "overrideTo": "x"}),
        ({"type": "teams", "number": "1", "vmail": True}, {"type": "teams", "number": "1", "vmail": True}),
    ],
)  # fmt: skip
def test_a_target_is_a_number_an_address_a_user_or_an_object(to: Any, expected: dict[str, Any]) -> None:
    assert target(to) == expected


@pytest.mark.parametrize(
    ("to", "says"),
    [
        (15085551212, "to is a number as text.*not int"),
        (None, "not nothing"),
        ("joe", "no phone number: 'joe'"),
        ("", "no phone number"),
        ("sip:", "no phone number"),
        ("²²", "no phone number"),
        ({"type": "fax", "number": "1"}, "to.type is phone, user, sip or teams, not 'fax'"),
        ({"number": "1"}, "to.type"),
        ({"type": "phone", "number": 1508}, "to.number must be given, as text"),
        ({"type": "phone"}, "to.number must be given"),
        ({"type": "sip", "sipUri": ""}, "to.sipUri must be given"),
        ({"type": "phone", "number": "1", "trnk": "x"}, "unknown key of a phone target 'trnk'; did you mean 'trunk'"),
        ({"type": "phone", "number": "1", "headers": "x"}, "to.headers is an object"),
        ({"type": "sip", "sipUri": "sip:a@b", "auth": {"username": "u"}}, "username and password, both"),
        ({"type": "teams", "number": "1", "vmail": "yes"}, "to.vmail is True or False"),
    ],
)
def test_a_target_that_cannot_be_called_is_refused(to: Any, says: str) -> None:
    with pytest.raises(InvalidRequest, match=says):
        target(to)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_target_or_refused(to: str) -> None:
    try:
        made = target(to)
    except InvalidRequest:
        return
    assert made["type"] in ("phone", "sip", "user", "teams")


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["type", "number", "name", "sipUri", "auth", "headers", "vmail"]) | st.text(),
                       st.sampled_from(["phone", "sip", "user", "teams", ""]) | st.none() | st.integers()))  # fmt: skip
def test_any_object_is_a_target_or_refused(to: dict[str, Any]) -> None:
    try:
        made = target(to)
    except InvalidRequest:
        return
    assert None not in made.values()


def test_fields_go_out_under_the_names_of_the_server(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(201, {"sid": SID, "callId": "a@b"}))
    call = client.calls.create(
        from_="1", to="2", application_sid=SID.upper(), caller_name="Joe", from_host="x.example", headers={"X-A": "b"},
        tag={"a": 1}, timeout=30, time_limit=600.5, amd={"action_hook": "/amd", "digitCount": 3}, dual_streams=True,
        sip_request_within_dialog_hook="/sip", refer_hook="/refer", extra={"brandNew": 1},
    )  # fmt: skip
    assert (call, call.call_id) == (SID, "a@b")
    assert api.requests[0].json == {
        "from": "1", "to": {"type": "phone", "number": "2"}, "application_sid": SID, "callerName": "Joe",
        "fromHost": "x.example", "headers": {"X-A": "b"}, "tag": {"a": 1}, "timeout": 30, "timeLimit": 600.5,
        "amd": {"actionHook": "/amd", "digitCount": 3}, "dual_streams": True, "sipRequestWithinDialogHook": "/sip",
        "referHook": "/refer", "brandNew": 1,
    }  # fmt: skip


def test_a_hook_goes_out_as_an_object_for_as_text_it_would_lose_its_password() -> None:
    made = body(**{**HOOKED, "call_hook": "https://user:p%40ss@a.example:8443/x?y=1"})
    assert made["call_hook"] == {
        "url": "https://a.example:8443/x?y=1", "method": "POST", "username": "user", "password": "p@ss",
    }  # fmt: skip
    given_ = {"url": "wss://a.example/x", "method": "GET"}
    assert body(**{**HOOKED, "call_hook": given_})["call_hook"] == given_


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({**APP, "from_": ""}, "from must be text of 1 to 256 characters"),
        ({**APP, "from_": "1" * 257}, "from must be text of 1 to 256"),
        ({**APP, "from_": 1508}, "from must be text"),
        ({**APP, "application_sid": "abc"}, "application_sid is a UUID, not 'abc'"),
        ({**APP, "call_hook": "https://a.example"}, "application_sid decides call_hook: the server would overwrite"),
        ({**APP, "speech_synthesis_voice": "x"}, "application_sid decides speech_synthesis_voice"),
        ({"from_": "1", "to": "2"}, "without application_sid needs call_hook, speech_synthesis_vendor"),
        ({**HOOKED, "speech_recognizer_language": None}, "needs speech_recognizer_language$"),
        ({**HOOKED, "call_hook": "/relative"}, "call_hook is a full http, https, ws or wss url, not '/relative'"),
        ({**HOOKED, "call_hook": " https://a.example"}, "without blanks"),
        ({**HOOKED, "call_hook": 7}, "call_hook is a url or an object with one, not int"),
        ({**HOOKED, "call_hook": {"url": "https://a", "metod": "GET"}}, "'metod'; did you mean 'method'"),
        ({**HOOKED, "call_hook": {"url": "https://a", "method": "PUT"}}, "method of call_hook is GET or POST"),
        ({**HOOKED, "call_status_hook": "nowhere"}, "call_status_hook is a full"),
        (
            {**APP, "timeout": "30"},
            "timeout is a number, the seconds to ring .that of the request: client.with_options",
        ),
        ({**APP, "timeout": (5, 30)}, "client.with_options"),
        ({**APP, "timeout": True}, "timeout is a number"),
        ({**APP, "time_limit": 0}, "timeLimit is a number"),
        ({**APP, "headers": "X: y"}, "headers is an object"),
        ({**APP, "tag": []}, "tag is an object, not list"),
        ({**APP, "dual_streams": 1}, "dual_streams is True or False"),
        ({**APP, "amd": {}}, "amd.action_hook must be given"),
        ({**APP, "amd": {"actionHook": "/x", "digits": 3}}, "unknown key of amd 'digits'; did you mean 'digitCount'"),
        ({**APP, "amd": "on"}, "amd is an object"),
        ({**APP, "caller_name": 3}, "callerName must be text"),
        ({**APP, "refer_hook": 3}, "refer_hook is a url or a hook object"),
    ],
)
def test_a_call_that_the_server_would_fail_is_refused(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequest, match=says):
        body(**fields)


@pytest.mark.parametrize(
    ("name", "nearest", "says"),
    [
        ("call_hok", "call_hook", "a call has no field 'call_hok'; did you mean 'call_hook'?"),
        ("callerName", "caller_name", "did you mean 'caller_name'?"),
        ("from", "from_", "did you mean 'from_'?"),
        ("speech_synthesis_vender", "speech_synthesis_vendor", "did you mean 'speech_synthesis_vendor'?"),
        ("trunk", None, "the carrier belongs in to"),
        ("answerOnBridge", None, "it is an option of the dial verb"),
        ("env_vars", None, "they belong to the application"),
        ("max_retries", None, r"an option of the client: client.with_options\(max_retries=...\)"),
        ("zzz", None, "a call has no field 'zzz'$"),
    ],
)
def test_an_unknown_field_is_refused_with_the_nearest_name(
    api: FakeApi, client: JambonzClient, name: str, nearest: str | None, says: str
) -> None:
    with pytest.raises(InvalidRequest, match=says.replace("?", r"\?")) as caught:
        client.calls.create(**APP, **{name: "x"})  # type: ignore[arg-type]
    assert (caught.value.field, caught.value.nearest) == (name, nearest)
    assert api.requests == []


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["from_", "to", "tag", "timeout", "headers", "amd", "call_hook", "caller_name"]),
                       st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dictionaries(
                           st.text(max_size=3), st.text(max_size=3), max_size=2)))  # fmt: skip
def test_any_fields_make_a_body_or_are_refused(fields: dict[str, Any]) -> None:
    try:
        made = body(**{**APP, **fields})
    except InvalidRequest:
        return
    assert None not in made.values()


# Updates


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"mute_status": "mute"}, {"mute_status": "mute"}),
        ({"call_hook": "/next"}, {"call_hook": {"url": "/next", "method": "POST"}}),
        ({"call_hook": "/a", "child_call_hook": "/b", "call_status_hook": "/c"},
         {name: {"url": url, "method": "POST"} for name, url in
          (("call_hook", "/a"), ("child_call_hook", "/b"), ("call_status_hook", "/c"))}),
        ({"boost_audio_signal": 0}, {"boostAudioSignal": "0 dB"}),
        ({"boost_audio_signal": -3}, {"boostAudioSignal": -3}),
        ({"conf_hold_status": "hold", "wait_hook": "/music"}, {"conf_hold_status": "hold", "wait_hook": "/music"}),
        ({"conference_participant_action": {"action": "coach", "tag": "x"}},
         {"conferenceParticipantAction": {"action": "coach", "tag": "x"}}),
        ({"mute_status": "mute", "whisper": [{"verb": "say", "text": "x"}]},
         {"mute_status": "mute", "whisper": [{"verb": "say", "text": "x"}]}),
        ({"whisper": {"verb": "play", "url": "x"}, "tag": None}, {"whisper": {"verb": "play", "url": "x"}}),
    ],
)  # fmt: skip
def test_an_update_has_the_shape_that_the_server_wants(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    assert update_body(fields) == expected


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "an update needs an action"),
        ({"mute_status": None}, "an update needs an action"),
        ({"mute_status": "mute", "listen_status": "pause"}, "one action per update, not mute_status and listen_status"),
        ({"call_status": "completed", "call_hook": "/x"}, "one action per update"),
        ({"call_status_hook": "/x"}, "call_status_hook only means something beside call_hook"),
        ({"wait_hook": "/x"}, "wait_hook only means something beside conf_hold_status"),
        ({"call_status": "complete"}, "call_status is one of completed, no-answer, not 'complete'; did you mean 'comp"),
        ({"transcribe_status": "stop"}, "transcribe_status is one of pause, resume"),
        ({"tag": {"a": 1}, "whisper": {"verb": "say"}}, "the whisper beside tag would be dropped"),
        ({"whisper": "https://a.example"}, "a url is no longer supported"),
        ({"whisper": []}, "whisper is a say or play verb"),
        ({"whisper": {"verb": "dial"}}, "whisper takes say and play verbs only"),
        ({"tag": [1]}, "tag is an object, not list"),
        ({"dtmf": {"digit": 5}}, "one digit as text"),
        ({"dtmf": {"digit": "55"}}, "one digit as text"),
        ({"dub": {"action": "add", "track": "x"}}, "dub.action is one of addTrack"),
        ({"dub": {"action": "addTrack"}}, "dub needs a track"),
        ({"record": {"action": "stopCallRecording"}}, "for each action"),
        ({"conference_participant_action": {"action": "tag"}}, "the participant action tag needs a tag"),
        ({"conference_participant_action": {"action": "dance"}}, "is one of tag, untag"),
        ({"boost_audio_signal": True}, "a gain is a number of decibels"),
        ({"call_hook": ""}, "call_hook needs a url"),
        ({"call_hook": "ftp://x", "call_status_hook": {"url": "/a", "x": 1}}, "unknown key of call_status_hook 'x'"),
    ],
)
def test_an_update_that_is_refused_ignored_or_dropped_does_not_leave(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequest, match=says):
        update_body(fields)


@pytest.mark.parametrize(
    ("answers", "sent", "ended"),
    [
        ([202], ["completed"], True),
        ([422, 202], ["completed", "no-answer"], True),
        ([422, 422, 202], ["completed", "no-answer", "completed"], True),
        ([422, 422, 422], ["completed", "no-answer", "completed"], False),
    ],
)
def test_hangup_ends_a_call_whether_it_rings_or_talks(
    api: FakeApi, client: JambonzClient, answers: list[int], sent: list[str], ended: bool
) -> None:
    api.next(*(reply(status, text=b"Accepted") for status in answers))
    assert client.calls.hangup(SID) is ended
    assert [request.json["call_status"] for request in api.requests] == sent


def test_actions_send_what_they_say(api: FakeApi, client: JambonzClient) -> None:
    def sent(act: Any, *args: Any, **options: Any) -> Any:
        api.next(reply(202, text=b"Accepted"))
        assert act(SID, *args, **options) is None
        return api.requests[-1].json

    c = client.calls
    assert sent(c.record, "start") == {"record": {"action": "startCallRecording", "type": "cloud"}}
    assert sent(c.record, "stop", siprec_server_url="sip:x", recording_id="r", headers={"A": "b"}) == {
        "record": {"action": "stopCallRecording", "siprecServerURL": "sip:x", "recordingID": "r", "headers": {"A": "b"}}
    }
    assert sent(c.conference_hold, wait_hook="/m") == {"conf_hold_status": "hold", "wait_hook": "/m"}
    assert sent(c.conference_mute, False) == {"conf_mute_status": "unmute"}
    assert sent(c.noise_isolation, "enable", level=80) == {
        "noise_isolation_status": "enable", "noise_isolation_level": 80
    }  # fmt: skip
    assert sent(c.llm_status, "move-to-conference", conference="r") == {
        "llm_status": "move-to-conference", "conference": "r"
    }  # fmt: skip
    assert sent(c.dtmf, "#", duration=100) == {"dtmf": {"digit": "#", "duration": 100}}
    assert sent(c.room_say, "hi", {"replace": True}) == {"room_say": {"text": "hi", "replace": True}}


def test_the_far_ends_answer_to_a_sip_request_is_returned(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(200, {"status": 200, "reason": "OK"}))
    answer = client.calls.sip_request(SID, "INFO", "text/plain", "x", headers={"A": "b"})
    assert (answer.status, answer.reason) == (200, "OK")
    with pytest.raises(InvalidRequest, match="sip_request needs content"):
        client.calls.sip_request(SID, "INFO", "text/plain", "")


def test_an_unknown_action_is_refused_with_the_nearest_name(client: JambonzClient) -> None:
    with pytest.raises(InvalidRequest, match="unknown field 'mute_state'; did you mean 'mute_status'"):
        client.calls.update(SID, mute_state="mute")  # type: ignore[call-arg]


@pytest.mark.parametrize("bad", ["", "x", "0f0e0d0c", 7, None, "0f0e0d0c-0000-4000-8000-00000000000g", "../x?y=1"])
def test_a_sid_is_a_uuid_before_it_goes_into_a_url(client: JambonzClient, bad: Any) -> None:
    with pytest.raises(InvalidRequest, match="call_sid is a UUID"):
        client.calls.get(bad)


def test_a_sid_in_upper_case_is_sent_in_lower_case_for_it_would_find_nothing(
    api: FakeApi, client: JambonzClient
) -> None:
    api.next(reply(200, {"call_sid": SID, "has_recording": "true", "sip_status": 200, "duration": "7", "new": 1}))
    call = client.calls.get(f" {SID.upper()} ")
    assert api.requests[0].path.endswith(SID)
    assert (call.has_recording, call.duration, call.extra, call.ended) == (True, 7, {"new": 1}, False)
