"""Actions on a running call: options in, both forms of the wire out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.errors import InvalidVerb
from jambonz_sync.protocol import actions
from jambonz_sync.protocol.actions import command, command_of, update_of
from tests.verbs.facts import LINES, Line

SAY = {"verb": "say", "text": "The customer is a VIP."}
PLAY = {"verb": "play", "url": "a.mp3"}

#: action, options, command, data, body of the REST update (None: not there)
FORMS: list[tuple[Any, dict[str, Any], str, Any, Any]] = [
    (actions.Mute, {"status": "mute"}, "mute:status", {"mute_status": "mute"}, {"mute_status": "mute"}),
    (actions.Whisper, {"verbs": SAY}, "whisper", {"whisper": [SAY]}, {"whisper": [SAY]}),
    (actions.Whisper, {"verbs": [SAY, PLAY]}, "whisper", {"whisper": [SAY, PLAY]}, {"whisper": [SAY, PLAY]}),
    (
        actions.NoiseIsolation,
        {"status": "enable", "vendor": "krisp", "level": 80},
        "noiseIsolation:status",
        {"noise_isolation_status": "enable", "vendor": "krisp", "level": 80},
        {"noise_isolation_status": "enable", "noise_isolation_vendor": "krisp", "noise_isolation_level": 80},
    ),
    (
        actions.Record,
        {"action": "startCallRecording", "siprec_server_url": "sip:rec@example.com", "recording_id": "r1"},
        "record",
        {"action": "startCallRecording", "siprecServerURL": "sip:rec@example.com", "recordingID": "r1"},
        {"record": {"action": "startCallRecording", "siprecServerURL": "sip:rec@example.com", "recordingID": "r1"}},
    ),
    (
        actions.Record,
        {"action": "pause", "type": "cloud"},
        "record",
        {"action": "pauseCallRecording", "type": "cloud"},
        {"record": {"action": "pauseCallRecording", "type": "cloud"}},
    ),
    (
        actions.Listen,
        {"status": "silence"},
        "listen:status",
        {"listen_status": "silence"},
        {"listen_status": "silence"},
    ),
    (
        actions.Transcribe,
        {"status": "pause"},
        "transcribe:status",
        {"transcribe_status": "pause"},
        {"transcribe_status": "pause"},
    ),
    (
        actions.Dub,
        {"action": "sayOnTrack", "track": "t1", "say": "Bonjour", "gain": "-10 dB"},
        "dub",
        {"action": "sayOnTrack", "track": "t1", "say": "Bonjour", "gain": "-10 dB"},
        {"dub": {"action": "sayOnTrack", "track": "t1", "say": "Bonjour", "gain": "-10 dB"}},
    ),
    (
        actions.Dtmf,
        {"digit": "12#", "duration": 300},
        "dtmf",
        {"digit": "12#", "duration": 300, "dtmf": {"digit": "12#", "duration": 300}},  # for 0.9 and for 10
        {"dtmf": {"digit": "12#", "duration": 300}},
    ),
    (actions.Config, {"notify_events": True}, "config", {"notifyEvents": True}, None),
    (actions.MediaPath, {"path": "no-media"}, "media:path", "no-media", {"media_path": "no-media"}),
    (actions.BoostAudio, {"gain": -6}, "boostAudioSignal", -6, {"boostAudioSignal": -6}),
    (actions.BoostAudio, {"gain": "+3 dB"}, "boostAudioSignal", "+3 dB", {"boostAudioSignal": "+3 dB"}),
    (actions.BoostAudio, {"gain": 0}, "boostAudioSignal", "0 dB", {"boostAudioSignal": "0 dB"}),
    (actions.SttReconfigure, {"language_hints": ["en"]}, "stt:reconfigure", {"languageHints": ["en"]}, None),
    (actions.SttReconfigure, {"language_hints": []}, "stt:reconfigure", {"languageHints": []}, None),
    (
        actions.MuteOthers,
        {"status": "unmute"},
        "conf:mute-status",
        {"conf_mute_status": "unmute"},
        {"conf_mute_status": "unmute"},
    ),
    (
        actions.MuteOthers,
        {"status": True},
        "conf:mute-status",
        {"conf_mute_status": "mute"},
        {"conf_mute_status": "mute"},
    ),
    (
        actions.Hold,
        {"status": "hold", "wait_hook": "/music"},
        "conf:hold-status",
        {"conf_hold_status": "hold", "wait_hook": "/music"},
        {"conf_hold_status": "hold", "wait_hook": "/music"},
    ),
    (
        actions.Participant,
        {"action": "coach", "tag": "agent"},
        "conf:participant-action",
        {"action": "coach", "tag": "agent"},
        {"conferenceParticipantAction": {"action": "coach", "tag": "agent"}},
    ),
    (
        actions.RoomSay,
        {"text": "Hello", "id": "a"},
        "room:say",
        {"text": "Hello", "id": "a"},
        {"room_say": {"text": "Hello", "id": "a"}},
    ),
    (
        actions.RoomPlay,
        {"url": "tone.wav", "replace": True},
        "room:play",
        {"url": "tone.wav", "replace": True},
        {"room_play": {"url": "tone.wav", "replace": True}},
    ),
    (actions.Tag, {"data": {"priority": "high"}}, "tag", {"priority": "high"}, {"tag": {"priority": "high"}}),
    (
        actions.SipRequest,
        {"method": "INFO", "content_type": "text/plain", "content": "hi", "headers": {"X-A": "1"}},
        "sip:request",
        {"sip_request": {"method": "INFO", "content_type": "text/plain", "content": "hi", "headers": {"X-A": "1"}}},
        {"sip_request": {"method": "INFO", "content_type": "text/plain", "content": "hi", "headers": {"X-A": "1"}}},
    ),
    (
        actions.Hangup,
        {"status": "completed"},
        "call:status",
        {"call_status": "completed"},
        {"call_status": "completed"},
    ),
    (
        actions.LlmUpdate,
        {"data": {"type": "response.cancel"}},
        "llm:update",
        {"type": "response.cancel"},
        {"llm_update": {"type": "response.cancel"}},
    ),
    (
        actions.AgentUpdate,
        {"type": "inject_context", "messages": [{"role": "user", "content": "Gold tier."}]},
        "agent:update",
        {"type": "inject_context", "messages": [{"role": "user", "content": "Gold tier."}]},
        {"agent_update": {"type": "inject_context", "messages": [{"role": "user", "content": "Gold tier."}]}},
    ),
    (
        actions.AgentUpdate,
        {"type": "generate_reply", "interrupt": True, "user_input": "Flash sale", "newer": 1},
        "agent:update",
        {"type": "generate_reply", "interrupt": True, "user_input": "Flash sale", "newer": 1},
        {"agent_update": {"type": "generate_reply", "interrupt": True, "user_input": "Flash sale", "newer": 1}},
    ),
    (
        actions.AgentUpdate,
        {"type": "update_tools", "tools": []},
        "agent:update",
        {"type": "update_tools", "tools": []},
        {"agent_update": {"type": "update_tools", "tools": []}},
    ),
    (
        actions.Dial,
        {"to": {"type": "phone", "number": "+1"}, "from_": "+2", "call_hook": "/outbound", "timeout": 20},
        "dial",
        {"to": {"type": "phone", "number": "+1"}, "from": "+2", "call_hook": "/outbound", "timeout": 20},
        None,
    ),
    (
        actions.LlmStatus,
        {"status": "move-to-conference", "conference": "room"},
        "llm:status",
        {"llm_status": "move-to-conference", "conference": "room"},
        {"llm_status": "move-to-conference", "conference": "room"},
    ),
    (
        actions.LlmStatus,
        {"status": "stop"},
        "llm:status",
        {"llm_status": "stop"},
        {"llm_status": "stop"},
    ),
    (
        actions.Stream,
        {"status": "move-to-room", "room": "demo"},
        "stream:status",
        {"stream_status": "move-to-room", "room": "demo"},
        None,
    ),
    (actions.Stream, {"status": "pause"}, "stream:status", {"stream_status": "pause"}, None),
    (actions.Redirect, {"call_hook": "/new"}, "redirect", {"call_hook": "/new"}, {"call_hook": "/new"}),
    (
        actions.Redirect,
        {"call_hook": {"url": "/new", "method": "GET"}, "child_call_hook": "/child"},
        "redirect",
        {"call_hook": {"url": "/new", "method": "GET"}, "child_call_hook": "/child"},
        {"call_hook": {"url": "/new", "method": "GET"}, "child_call_hook": "/child"},
    ),
]


@pytest.mark.parametrize(("action", "options", "name", "data", "body"), FORMS)
def test_an_action_has_the_shape_that_the_server_reads_on_either_way(
    action: Any, options: dict[str, Any], name: str, data: Any, body: Any
) -> None:
    assert command_of(action, options) == {"type": "command", "command": name, "data": data}
    assert action.rest is (body is not None)
    if body is not None:
        assert update_of(action, options) == body


def test_every_action_is_in_the_table() -> None:
    named = {value for name in actions.__all__ if isinstance(value := getattr(actions, name), type)}
    declared = {cls for cls in named if issubclass(cls, actions.Action) and cls is not actions.Action}
    elsewhere = {actions.ToolOutput, actions.Transfer}  # below
    assert declared == {row[0] for row in FORMS} | elsewhere


@pytest.mark.parametrize(("action", "options", "name", "data", "body"), FORMS)
def test_options_may_be_spelled_as_on_the_wire(
    action: Any, options: dict[str, Any], name: str, data: Any, body: Any
) -> None:
    wire = {option.name: option.wire for option in actions.base.declared_options(action)}
    spelled = {wire.get(option, option): value for option, value in options.items()}
    assert command_of(action, spelled)["data"] == data


@pytest.mark.parametrize(
    ("action", "options"),
    [
        (actions.Record, {"action": "stop"}),
        (actions.Record, {"action": "stop", "siprec_server_url": ""}),
        (actions.Record, {"action": "stop", "siprec_server_url": []}),
        (actions.SipRequest, {"method": "INFO"}),
        (actions.SipRequest, {"method": "INFO", "content_type": "text/plain", "content": ""}),
        (actions.Redirect, {"child_call_hook": "/a", "call_status_hook": "/b"}),
    ],
)
def test_the_api_server_asks_for_more_than_the_control_connection(action: Any, options: dict[str, Any]) -> None:
    assert command_of(action, options)["command"] == action.command
    with pytest.raises(InvalidVerb):
        update_of(action, options)


@pytest.mark.parametrize("gain", ["3dB", "+3 db", "-10.5 dB", " 0 DB ", -6, 2.5])
def test_a_gain_that_the_server_can_read_is_passed_on(gain: Any) -> None:
    assert command_of(actions.BoostAudio, {"gain": gain})["data"] == gain
    assert command_of(actions.Dub, {"action": "addTrack", "track": "t", "gain": gain})["data"]["gain"] == gain


def test_an_option_of_none_is_not_given_even_where_any_option_is_passed_on() -> None:
    dial = {"to": {"type": "user"}, "from_": "1", "call_hook": "/x", "tag": None}
    assert "tag" not in command_of(actions.Dial, dial)["data"]
    assert update_of(actions.AgentUpdate, {"type": "generate_reply", "newer": None}) == {
        "agent_update": {"type": "generate_reply"}
    }


def test_actions_of_the_rest_api_alone() -> None:
    assert update_of(actions.Transfer, {"data": {"mode": "blind"}}) == {"transfer": {"mode": "blind"}}


def test_verbs_for_this_leg_are_the_data_itself_and_those_of_both_legs_are_named() -> None:
    assert command_of(actions.Redirect, {"parent_call": [SAY]})["data"] == [SAY]
    assert command_of(actions.Redirect, {"child_call": [SAY]})["data"] == {"child_call": [SAY]}
    both = {"parent_call": [SAY], "child_call": [SAY]}
    assert command_of(actions.Redirect, both)["data"] == both


def test_verbs_go_to_a_call_by_its_own_connection_only() -> None:
    with pytest.raises(InvalidVerb, match="by its own connection only"):
        update_of(actions.Redirect, {"parent_call": [SAY]})


def test_a_status_hook_goes_beside_a_hook_of_this_leg() -> None:
    for hooks in ({}, {"child_call_hook": "/child"}):
        with pytest.raises(InvalidVerb, match="call_status_hook: expected a call_hook beside it"):
            update_of(actions.Redirect, {"call_status_hook": "/status", **hooks})


def test_another_leg_is_named_beside_the_command() -> None:
    assert command_of(actions.Mute, {"status": "mute"}, call_sid="leg-2")["callSid"] == "leg-2"


def test_tool_output_that_is_no_object_is_wrapped_and_its_id_stands_beside_it() -> None:
    assert command_of(actions.ToolOutput, {"tool_call_id": "call_1", "data": "21 degrees"}) == {
        "type": "command",
        "command": "llm:tool-output",
        "tool_call_id": "call_1",
        "data": {"result": "21 degrees"},
    }


def test_a_command_without_data_has_an_empty_object_but_for_those_that_take_none() -> None:
    assert command("tts:flush") == {"type": "command", "command": "tts:flush"}
    assert command("future:thing") == {"type": "command", "command": "future:thing", "data": {}}


def test_verbs_within_are_checked_for_the_server_of_the_call() -> None:
    agent = {"verb": "agent", "llm": {"vendor": "openai", "model": "gpt-4.1"}}
    assert command_of(actions.Redirect, {"parent_call": [agent]})["data"] == [agent]
    with pytest.raises(InvalidVerb, match="needs jambonz"):
        command_of(actions.Redirect, {"parent_call": [agent]}, server="0.9")


@pytest.mark.parametrize(
    ("action", "options", "path"),
    [
        (actions.Mute, {"status": "quiet"}, "mute:status.status"),
        (actions.Mute, {}, "mute:status.mute_status"),
        (actions.Whisper, {"verbs": {"verb": "hangup"}}, "whisper.verbs"),
        (actions.Whisper, {"verbs": []}, "whisper.verbs"),
        (actions.NoiseIsolation, {"status": "enable", "level": 101}, "noiseIsolation:status.level"),
        (actions.Record, {"action": "begin"}, "record.action"),
        (actions.Record, {"action": "start"}, "record.siprec_server_url"),
        (actions.Dtmf, {"digit": ""}, "dtmf.digit"),
        (actions.Dtmf, {"digit": "1x"}, "dtmf.digit"),
        (actions.Dtmf, {"digit": 5}, "dtmf.digit"),
        (actions.Dtmf, {"digit": "5", "duration": 0}, "dtmf.duration"),
        (actions.Dtmf, {"digit": "5", "duration": True}, "dtmf.duration"),
        (actions.Dub, {"action": "playOnTrack", "track": "t"}, "dub.play"),
        (actions.Dub, {"action": "sayOnTrack", "track": "t"}, "dub.say"),
        (actions.Dub, {"action": "addTrack", "track": ""}, "dub.track"),
        (actions.Dub, {"action": "addTrack", "track": "t", "gain": "loud"}, "dub.gain"),
        (actions.BoostAudio, {"gain": "loud"}, "boostAudioSignal.gain"),
        (actions.BoostAudio, {"gain": "5"}, "boostAudioSignal.gain"),
        (actions.BoostAudio, {"gain": "nan dB"}, "boostAudioSignal.gain"),
        (actions.BoostAudio, {"gain": float("nan")}, "boostAudioSignal.gain"),
        (actions.MediaPath, {"path": "half-media"}, "media:path.path"),
        (actions.SttReconfigure, {"language_hints": "en"}, "stt:reconfigure.language_hints"),
        (actions.Participant, {"action": "coach"}, "conf:participant-action.tag"),
        (actions.RoomSay, {"text": ""}, "room:say.text"),
        (actions.RoomSay, {"text": []}, "room:say.text"),
        (actions.RoomPlay, {"url": ""}, "room:play.url"),
        (actions.Tag, {"data": {}}, "tag.data"),
        (actions.SipRequest, {"method": ""}, "sip:request.method"),
        (actions.SipRequest, {"method": "INFO", "content": "x"}, "sip:request.content_type"),
        (actions.Hangup, {"status": "busy"}, "call:status.status"),
        (actions.LlmUpdate, {"data": {}}, "llm:update.data"),
        (actions.AgentUpdate, {"type": "reset"}, "agent:update.type"),
        (actions.AgentUpdate, {"type": "generate_reply", "user_input": ""}, "agent:update.user_input"),
        (actions.AgentUpdate, {"type": "generate_reply", "instructions": ""}, "agent:update.instructions"),
        (actions.Config, {}, "config"),
        (actions.Dial, {"to": {"type": "user"}, "from_": "", "call_hook": "/x"}, "dial.from_"),
        (actions.Dial, {"to": {"type": "user"}, "from_": "1", "application_sid": ""}, "dial.application_sid"),
        (actions.Dial, {"to": {"type": "user"}, "from_": "1", "call_hook": ""}, "dial.call_hook"),
        (actions.Redirect, {"call_hook": ""}, "redirect.call_hook"),
        (actions.Redirect, {"child_call_hook": {"url": ""}}, "redirect.child_call_hook"),
        (actions.Redirect, {"target": "/a", "call_hook": "/b"}, "redirect.target"),
        (actions.Redirect, {"child": "/a", "child_call_hook": "/b"}, "redirect.child"),
        (actions.Redirect, {"call_hook": "/a", "parent_call": [SAY]}, "redirect"),
        (actions.Redirect, {"parent_call": 5}, "redirect.parent_call"),
        (actions.Whisper, {"verbs": 5}, "whisper.verbs"),
        (actions.SttReconfigure, {"language_hints": ["en", ""]}, "stt:reconfigure.language_hints"),
        (actions.BoostAudio, {"gain": ".5 dB"}, "boostAudioSignal.gain"),
        (actions.BoostAudio, {"gain": "1e3 dB"}, "boostAudioSignal.gain"),
        (actions.BoostAudio, {"gain": "1_0 dB"}, "boostAudioSignal.gain"),
        (actions.BoostAudio, {"gain": "\uff11 dB"}, "boostAudioSignal.gain"),
        (actions.AgentUpdate, {"type": "inject_context", "messages": []}, "agent:update.messages"),
        (
            actions.AgentUpdate,
            {"type": "inject_context", "messages": [{"role": "boss", "content": ""}]},
            "agent:update.messages[0].role",
        ),
        (
            actions.AgentUpdate,
            {"type": "inject_context", "messages": [{"role": "user"}]},
            "agent:update.messages[0].content",
        ),
        (actions.Dial, {"to": {"type": "fax"}, "from_": "1", "call_hook": "/x"}, "dial.to.type"),
        (actions.Dial, {"to": {"type": "user"}, "from_": "1"}, "dial.call_hook"),
        (actions.Redirect, {}, "redirect"),
        (actions.Redirect, {"call_hook": {"method": "POST"}}, "redirect.call_hook.url"),
        (actions.Redirect, {"parent_call": []}, "redirect"),
        (actions.ToolOutput, {"tool_call_id": "", "data": 1}, "llm:tool-output.tool_call_id"),
    ],
)
def test_what_the_server_would_refuse_or_drop_names_the_command_and_the_option(
    action: Any, options: dict[str, Any], path: str
) -> None:
    with pytest.raises(InvalidVerb) as caught:
        command_of(action, options)
    assert caught.value.path == path
    assert caught.value.verb == path.split(".")[0]
    assert path in str(caught.value)


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: command("x", 0), "x.data"),
        (lambda: command("x", ""), "x.data"),
        (lambda: command(""), "command.name"),
        (lambda: command(5), "command.name"),  # type: ignore[arg-type]
        (lambda: command_of(actions.Mute, {"status": "mute"}, call_sid=""), "mute:status.call_sid"),
    ],
)
def test_a_command_that_jambonz_refuses_is_refused(make: Any, path: str) -> None:
    with pytest.raises(InvalidVerb) as caught:
        make()
    assert caught.value.path == path


def test_a_misspelt_value_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(InvalidVerb, match="did you mean startCallRecording") as caught:
        command_of(actions.Record, {"action": "startcallrecording"})
    assert caught.value.nearest == "startCallRecording"
    assert caught.value.expected is not None
    assert "stopCallRecording" in caught.value.expected


def test_a_long_wrong_value_does_not_fill_the_message() -> None:
    with pytest.raises(InvalidVerb) as caught:
        command_of(actions.Dtmf, {"digit": "x" * 10_000})
    assert len(str(caught.value)) < 300
    assert len(str(actions.refused("x", None, "y", "z" * 10_000))) < 300


def test_what_an_action_was_given_is_not_changed_and_not_shared() -> None:
    options = {"parent_call": [dict(SAY)]}
    message = command_of(actions.Redirect, options)
    message["data"][0]["text"] = "changed"
    assert options == {"parent_call": [SAY]}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_tool_output_becomes_an_object_that_json_can_carry(value: object) -> None:
    message = command_of(actions.ToolOutput, {"tool_call_id": "id", "data": value})
    data = json.loads(json.dumps(message))["data"]
    assert data == (value if isinstance(value, dict) else {"result": value})


def test_a_conversation_moves_into_a_room_by_the_connection_of_its_call_only() -> None:
    move = {"status": "move-to-room", "room": "demo"}
    assert command_of(actions.LlmStatus, move)["data"] == {"stream_status": "move-to-room", "room": "demo"}
    assert command_of(actions.LlmStatus, {"status": "stop"})["data"] == {"llm_status": "stop"}
    with pytest.raises(InvalidVerb, match=r"^llm:status\.room: expected a conference: a call moves into a room by"):
        update_of(actions.LlmStatus, move)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.server)
def test_every_command_that_a_schema_describes_is_an_action(line: Line) -> None:
    known = {getattr(actions, name).command for name in actions.__all__ if hasattr(getattr(actions, name), "command")}
    described = {facts["properties"]["command"] for facts in line.schema["commands"].values()}
    assert {command.removeprefix('const("').removesuffix('")') for command in described} <= known


@pytest.mark.parametrize(
    ("action", "options", "message"),
    [
        (actions.LlmStatus, {"status": "move-to-room"}, "llm:status.room: is missing: a move needs one"),
        (actions.Stream, {"status": "move-to-room"}, "stream:status.room: is missing: a move needs one"),
        (actions.Stream, {"status": "move-to-room", "room": ""}, "stream:status.room: expected a string that is not"),
        (actions.LlmStatus, {"status": "stop", "room": "x"}, "llm:status.room: goes with move-to-room only, not with"),
        (actions.Stream, {"status": "pause", "room": "x"}, "stream:status.room: goes with move-to-room only, not with"),
        (actions.LlmStatus, {"status": "pause"}, "llm:status.status: expected one of move-to-conference, "),
        (actions.Stream, {"status": "stop"}, "stream:status.status: expected one of pause, silence, resume, move-to"),
    ],
)
def test_a_move_names_its_room_and_nothing_else_does(action: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidVerb) as caught:
        command_of(action, options)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("action", "options", "message"),
    [
        (actions.Tag, {"data": {"a": 1}}, "tag: needs jambonz v10, and the server is 0.9"),
        (actions.NoiseIsolation, {"status": "enable"}, "noiseIsolation:status: needs jambonz v10"),
        (actions.AgentUpdate, {"type": "generate_reply"}, "agent:update: needs jambonz v10"),
        (actions.SttReconfigure, {"language_hints": ["en"]}, "stt:reconfigure: needs jambonz v10"),
        (actions.RoomSay, {"text": "x"}, "room:say: needs jambonz v10"),
        (actions.RoomPlay, {"url": "x"}, "room:play: needs jambonz v10"),
        (actions.LlmStatus, {"status": "stop"}, "llm:status: needs jambonz v10"),
        (
            actions.Stream,
            {"status": "move-to-room", "room": "x"},
            "stream:status.status: 'move-to-room' needs jambonz v10, and the server is 0.9",
        ),
    ],
)
def test_a_server_is_not_sent_a_command_that_it_would_drop(action: Any, options: dict[str, Any], message: str) -> None:
    for server in ("0.9", "0.9.8"):
        with pytest.raises(InvalidVerb) as caught:
            command_of(action, options, server=server)
        assert str(caught.value).startswith(message)
    assert command_of(action, options, server="10") == command_of(action, options)


def test_kugelaudio_takes_noise_out_for_jambonz_11() -> None:
    options = {"status": "enable", "vendor": "kugelaudio"}
    with pytest.raises(InvalidVerb, match=r"^noiseIsolation:status\.vendor: 'kugelaudio' needs jambonz v11"):
        command_of(actions.NoiseIsolation, options, server="10")
    assert command_of(actions.NoiseIsolation, options, server="11")["data"]["vendor"] == "kugelaudio"
