"""What a call in progress is steered with is checked before it leaves, and sent in the shape that the server wants."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.rest import InvalidRequest, JambonzClient, models
from jambonz_sync.rest.call_update import CallUpdate, update_body

from .fake_api import SID, FakeApi, reply


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"mute_status": "mute"}, {"mute_status": "mute"}),
        ({"call_hook": "/next"}, {"call_hook": {"url": "/next", "method": "POST"}}),
        ({"call_hook": models.Hook(url="/next", webhook_sid=SID)}, {"call_hook": {"url": "/next", "method": "POST"}}),
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
        ({"whisper": {"verb": "play", "url": "x"}, "tag": None}, {"whisper": [{"verb": "play", "url": "x"}]}),
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
        (
            {"call_status": "complete"},
            "expected one of completed, no-answer, got 'complete'",
        ),
        ({"transcribe_status": "stop"}, "transcribe_status: expected one of pause, resume"),
        ({"tag": {"a": 1}, "whisper": {"verb": "say"}}, "the whisper beside tag would be dropped"),
        ({"whisper": "https://a.example"}, "expected verbs, got str"),
        ({"whisper": []}, "expected a say or a play"),
        ({"whisper": {"verb": "hangup"}}, "expected say or play, got 'hangup'"),
        ({"tag": [1]}, "tag.data: expected an object, got a list"),
        ({"dtmf": {"digit": 5}}, "dtmf.digit: expected a string"),
        ({"dtmf": {"digit": "5x"}}, "dtmf.digit: expected digits"),
        ({"dub": {"action": "add", "track": "x"}}, "dub.action: expected one of addTrack"),
        ({"dub": {"action": "addTrack"}}, "dub.track: is missing"),
        ({"record": {"action": "stopCallRecording"}}, "for each action"),
        ({"conference_participant_action": {"action": "tag"}}, "tag: is missing: tag needs one"),
        ({"conference_participant_action": {"action": "dance"}}, "expected one of tag, untag"),
        ({"record": {"action": "start"}}, "expected a SIP URI, or type="),
        ({"record": {"action": "stop", "siprecServerURL": ""}}, "for each action"),
        ({"sip_request": {"method": "INFO"}}, "sip_request.content_type: is missing"),
        ({"dtmf": 5}, "dtmf is an object, not int"),
        ({"boost_audio_signal": True}, "gain: expected a number or a string, got True"),
        ({"call_hook": ""}, "call_hook needs a url"),
        ({"call_hook": "ftp://x", "call_status_hook": {"url": "/a", "x": 1}}, "unknown key of call_status_hook 'x'"),
    ],
)
def test_an_update_that_is_refused_ignored_or_dropped_does_not_leave(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequest, match=says):
        update_body(fields)


def test_each_field_of_an_update_asks_for_an_action() -> None:
    examples: dict[str, Any] = {
        "sip_request": {"method": "INFO", "content_type": "text/plain", "content": "x"},
        "record": {"action": "stop", "type": "cloud"},
        "conference_participant_action": {"action": "mute"},
        "dub": {"action": "addTrack", "track": "t"},
        "dtmf": {"digit": "1"},
        "tag": {"a": 1},
        "boost_audio_signal": 3,
        "media_path": "no-media",
        "whisper": {"verb": "say", "text": "x"},
        "call_status": "completed",
        "listen_status": "pause",
        "transcribe_status": "pause",
        "mute_status": "mute",
        "conf_mute_status": "mute",
        "conf_hold_status": "hold",
        "call_hook": "/x",
        "child_call_hook": "/x",
    }
    beside = {"call_status_hook", "wait_hook"}  # mean something beside another only
    assert examples.keys() | beside == CallUpdate.__annotations__.keys()
    for name, value in examples.items():
        assert update_body({name: value})


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
    with pytest.raises(InvalidRequest, match=r"sip_request.content: is missing"):
        client.calls.sip_request(SID, "INFO", "text/plain", "")


@pytest.mark.parametrize("url", ["/next", "https://a.example/next"])
def test_a_hook_may_be_an_object(api: FakeApi, client: JambonzClient, url: str) -> None:
    hook = models.Hook(url=url, username="u", password="p")
    sent = {"url": url, "method": "POST", "username": "u", "password": "p"}
    api.next(*[reply(202, text=b"Accepted")] * 3)
    client.calls.redirect(SID, hook, child_call_hook=hook)
    client.calls.redirect(SID, sent, child=sent)
    client.calls.update(SID, call_hook=hook, child_call_hook=sent)
    assert [request.json for request in api.requests] == [{"call_hook": sent, "child_call_hook": sent}] * 3


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"child_call_hook": "/a", "child": "/b"}, "child: is given twice"),
        ({"child_call_hook": ""}, "child_call_hook needs a url"),
        ({"child": ""}, "child needs a url"),
        ({"child": [{"verb": "hangup"}]}, "child is a url or an object with one, not list"),
    ],
)
def test_a_hook_for_the_child_is_never_dropped(
    api: FakeApi, client: JambonzClient, options: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidRequest, match=says):
        client.calls.redirect(SID, "/x", **options)
    assert not api.requests


def test_a_recording_is_one_in_the_cloud_only_where_no_server_is_named(api: FakeApi, client: JambonzClient) -> None:
    api.next(*[reply(202, text=b"Accepted")] * 3)
    client.calls.record(SID, "stop", {"recordingID": "r"})
    client.calls.record(SID, "stop", {"siprecServerURL": "sip:x"})
    client.calls.record(SID, "stop", siprec_server_url=(uri for uri in ("sip:a", "sip:b")))  # type: ignore[arg-type]
    assert [request.json["record"] for request in api.requests] == [
        {"action": "stopCallRecording", "type": "cloud", "recordingID": "r"},
        {"action": "stopCallRecording", "siprecServerURL": "sip:x"},
        {"action": "stopCallRecording", "siprecServerURL": ["sip:a", "sip:b"]},
    ]
    for empty in ({"siprec_server_url": ""}, {"siprec_server_url": []}, {"options": {"siprecServerURL": ""}}):
        with pytest.raises(InvalidRequest, match="for each action"):
            client.calls.record(SID, "stop", **empty)
    assert len(api.requests) == 3


@pytest.mark.parametrize(
    "act",
    [
        lambda calls: calls.record(SID, "stop", 5),
        lambda calls: calls.agent_update(SID, "generate_reply", 5),
        lambda calls: calls.agent_update(SID, {"type": "generate_reply"}, 5),
        lambda calls: calls.agent_update(SID, "generate_reply", {"type": "update_tools", "tools": []}),
        lambda calls: calls.room_say(SID, "hi", {"text": "ho"}),
        lambda calls: calls.redirect(SID),
        lambda calls: calls.llm_status(SID, "pause"),
    ],
)
def test_whatever_is_wrong_with_an_action_is_an_invalid_request(api: FakeApi, client: JambonzClient, act: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"^\w"):
        act(client.calls)
    assert not api.requests


def test_a_field_of_none_is_not_given(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(202, text=b"Accepted"))
    client.calls.update(SID, mute_status=None, tag={"a": 1})  # type: ignore[arg-type]
    assert api.requests[0].json == {"tag": {"a": 1}}


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
