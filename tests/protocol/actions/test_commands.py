"""Commands that change a running call: plain values in, the wire message out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.errors import InvalidVerb
from jambonz_sync.protocol import actions as commands

SAY = {"verb": "say", "text": "The customer is a VIP."}


@pytest.mark.parametrize(
    ("message", "command", "data"),
    [
        (commands.mute("mute"), "mute:status", {"mute_status": "mute"}),
        (commands.whisper(SAY), "whisper", {"whisper": [SAY]}),
        (
            commands.whisper([SAY, {"play": {"url": "a.mp3"}}]),
            "whisper",
            {"whisper": [SAY, {"play": {"url": "a.mp3"}}]},
        ),
        (commands.noise_isolation("disable"), "noiseIsolation:status", {"noise_isolation_status": "disable"}),
        (
            commands.noise_isolation("enable", vendor="krisp", level=80),
            "noiseIsolation:status",
            {"noise_isolation_status": "enable", "vendor": "krisp", "level": 80},
        ),
        (
            commands.record("startCallRecording", siprec_server_url="sip:rec@example.com", recording_id="r1"),
            "record",
            {"action": "startCallRecording", "siprecServerURL": "sip:rec@example.com", "recordingID": "r1"},
        ),
        (
            commands.record("startCallRecording", type="cloud"),
            "record",
            {"action": "startCallRecording", "type": "cloud"},
        ),
        (commands.record("pauseCallRecording"), "record", {"action": "pauseCallRecording"}),
        (commands.listen_status("silence"), "listen:status", {"listen_status": "silence"}),
        (commands.transcribe_status("pause"), "transcribe:status", {"transcribe_status": "pause"}),
        (
            commands.dub("sayOnTrack", "t1", say="Bonjour", gain="-10 dB"),
            "dub",
            {"action": "sayOnTrack", "track": "t1", "say": "Bonjour", "gain": "-10 dB"},
        ),
        (commands.config({"verb": "config", "notifyEvents": True}), "config", {"notifyEvents": True}),
        (commands.media_path("no-media"), "media:path", "no-media"),
        (commands.boost_audio(-6), "boostAudioSignal", -6),
        (commands.boost_audio("+3 dB"), "boostAudioSignal", "+3 dB"),
        (commands.stt_reconfigure(["en", "es"]), "stt:reconfigure", {"languageHints": ["en", "es"]}),
        (commands.stt_reconfigure([]), "stt:reconfigure", {"languageHints": []}),
        (commands.conference_mute("unmute"), "conf:mute-status", {"conf_mute_status": "unmute"}),
        (
            commands.conference_hold("hold", wait_hook="/music"),
            "conf:hold-status",
            {"conf_hold_status": "hold", "wait_hook": "/music"},
        ),
        (
            commands.conference_action("coach", tag="agent"),
            "conf:participant-action",
            {"action": "coach", "tag": "agent"},
        ),
        (commands.say_in_room("Hello", id="a"), "room:say", {"text": "Hello", "id": "a"}),
        (commands.play_in_room("tone.wav", replace=True), "room:play", {"url": "tone.wav", "replace": True}),
        (commands.tag({"priority": "high"}), "tag", {"priority": "high"}),
        (
            commands.sip_request("INFO", content_type="text/plain", content="hi", headers={"X-A": "1"}),
            "sip:request",
            {"sip_request": {"method": "INFO", "content_type": "text/plain", "content": "hi", "headers": {"X-A": "1"}}},
        ),
        (commands.hangup(), "call:status", {"call_status": "completed"}),
        (commands.llm_update({"type": "response.cancel"}), "llm:update", {"type": "response.cancel"}),
        (
            commands.update_instructions("You are a pirate."),
            "agent:update",
            {"type": "update_instructions", "instructions": "You are a pirate."},
        ),
        (
            commands.inject_context([{"role": "user", "content": "Gold tier."}]),
            "agent:update",
            {"type": "inject_context", "messages": [{"role": "user", "content": "Gold tier."}]},
        ),
        (commands.update_tools([]), "agent:update", {"type": "update_tools", "tools": []}),
        (
            commands.generate_reply(interrupt=True, user_input="Flash sale"),
            "agent:update",
            {"type": "generate_reply", "interrupt": True, "user_input": "Flash sale"},
        ),
        (commands.generate_reply(), "agent:update", {"type": "generate_reply"}),
        (
            commands.dial(
                to={"type": "phone", "number": "+15085551212"},
                from_="+15085551213",
                call_hook="/outbound",
                options={"timeout": 20},
            ),
            "dial",
            {
                "to": {"type": "phone", "number": "+15085551212"},
                "from": "+15085551213",
                "call_hook": "/outbound",
                "timeout": 20,
            },
        ),
        (commands.redirect_hook("/new"), "redirect", {"call_hook": "/new"}),
        (
            commands.redirect_hook({"url": "/new", "method": "GET"}, child_hook="/child"),
            "redirect",
            {"call_hook": {"url": "/new", "method": "GET"}, "child_call_hook": "/child"},
        ),
        (commands.redirect_legs([SAY], [SAY]), "redirect", {"parent_call": [SAY], "child_call": [SAY]}),
        (commands.command("future:thing"), "future:thing", {}),
    ],
)
def test_a_command_has_the_shape_that_the_server_reads(message: dict[str, Any], command: str, data: object) -> None:
    assert message == {"type": "command", "command": command, "data": data}


def test_verbs_for_this_leg_are_the_data_itself_and_may_be_queued() -> None:
    expected = {"type": "command", "command": "redirect", "data": [SAY], "queueCommand": True}
    assert commands.redirect_verbs([SAY], queue=True) == expected


def test_dtmf_is_readable_by_server_0_9_and_by_10() -> None:
    data = commands.dtmf("12#", duration=300)["data"]
    assert data == {"digit": "12#", "duration": 300, "dtmf": {"digit": "12#", "duration": 300}}


def test_a_gain_of_zero_is_not_taken_for_a_command_without_data() -> None:
    assert commands.boost_audio(0)["data"] == "0 dB"


def test_another_leg_is_named_beside_the_command() -> None:
    assert commands.mute("mute", call_sid="leg-2")["callSid"] == "leg-2"


def test_tool_output_that_is_no_object_is_wrapped() -> None:
    message = commands.tool_output("call_1", "21 degrees")
    assert message == {
        "type": "command",
        "command": "llm:tool-output",
        "tool_call_id": "call_1",
        "data": {"result": "21 degrees"},
    }
    assert commands.tool_output("call_1", {"a": 1})["data"] == {"a": 1}
    assert commands.tool_output("call_1", None)["data"] == {"result": None}


def test_a_flush_carries_no_data() -> None:
    assert commands.command("tts:flush") == {"type": "command", "command": "tts:flush"}


@pytest.mark.parametrize(
    ("build", "path"),
    [
        (lambda: commands.mute("quiet"), "mute:status.mute_status"),  # type: ignore[arg-type]
        (lambda: commands.mute("mute", call_sid=""), "mute:status.call_sid"),
        (lambda: commands.whisper({"verb": "dial"}), "whisper.whisper.verb"),
        (lambda: commands.whisper([]), "whisper.whisper"),
        (lambda: commands.noise_isolation("enable", level=101), "noiseIsolation:status.level"),
        (lambda: commands.record("start"), "record.action"),  # type: ignore[arg-type]
        (lambda: commands.record("startCallRecording"), "record.siprecServerURL"),
        (lambda: commands.dtmf(""), "dtmf.digit"),
        (lambda: commands.dtmf("1x"), "dtmf.digit"),
        (lambda: commands.dtmf(5), "dtmf.digit"),  # type: ignore[arg-type]
        (lambda: commands.dtmf("5", duration=0), "dtmf.duration"),
        (lambda: commands.dtmf("5", duration=True), "dtmf.duration"),
        (lambda: commands.dub("playOnTrack", "t"), "dub.play"),
        (lambda: commands.dub("addTrack", ""), "dub.track"),
        (lambda: commands.boost_audio("loud"), "boostAudioSignal.gain"),
        (lambda: commands.boost_audio("5"), "boostAudioSignal.gain"),
        (lambda: commands.boost_audio(float("nan")), "boostAudioSignal.gain"),
        (lambda: commands.media_path("half-media"), "media:path.data"),  # type: ignore[arg-type]
        (lambda: commands.stt_reconfigure("en"), "stt:reconfigure.languageHints"),
        (lambda: commands.conference_action("coach"), "conf:participant-action.tag"),
        (lambda: commands.say_in_room(""), "room:say.text"),
        (lambda: commands.say_in_room([]), "room:say.text"),
        (lambda: commands.tag({}), "tag.data"),
        (lambda: commands.sip_request("INFO", content="x"), "sip:request.content_type"),
        (lambda: commands.hangup("busy"), "call:status.call_status"),  # type: ignore[arg-type]
        (lambda: commands.llm_update({}), "llm:update.data"),
        (lambda: commands.agent_update("reset"), "agent:update.type"),  # type: ignore[arg-type]
        (lambda: commands.inject_context([]), "agent:update.messages"),
        (lambda: commands.inject_context([{"role": "boss", "content": ""}]), "agent:update.messages.role"),
        (lambda: commands.inject_context([{"role": "user"}]), "agent:update.messages.content"),
        (lambda: commands.dial(to={"type": "fax"}, from_="1", call_hook="/x"), "dial.to.type"),
        (lambda: commands.dial(to={"type": "user"}, from_="1"), "dial.call_hook"),
        (commands.redirect_hook, "redirect.call_hook"),
        (lambda: commands.redirect_hook({"method": "POST"}), "redirect.call_hook.url"),
        (lambda: commands.redirect_verbs([]), "redirect"),
        (lambda: commands.redirect_verbs("say"), "redirect"),  # type: ignore[arg-type]
        (commands.redirect_legs, "redirect.parent_call"),
        (lambda: commands.tool_output("", 1), "llm:tool-output.tool_call_id"),
        (lambda: commands.command("x", 0), "x.data"),
        (lambda: commands.command("x", ""), "x.data"),
        (lambda: commands.command(""), "command.name"),
    ],
)
def test_what_the_server_would_refuse_or_drop_names_the_command_and_the_option(build: Any, path: str) -> None:
    with pytest.raises(InvalidVerb) as caught:
        build()
    assert caught.value.path == path
    assert caught.value.verb == path.split(".")[0]
    assert path in str(caught.value)


def test_a_misspelt_value_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(InvalidVerb, match="did you mean 'startCallRecording'") as caught:
        commands.record("startcallrecording")  # type: ignore[arg-type]
    assert caught.value.nearest == "startCallRecording"
    assert caught.value.expected is not None
    assert "stopCallRecording" in caught.value.expected


def test_a_long_wrong_value_does_not_fill_the_message() -> None:
    with pytest.raises(InvalidVerb) as caught:
        commands.dtmf("x" * 10_000)
    assert len(str(caught.value)) < 300


def test_what_the_builder_was_given_is_not_changed_and_not_shared() -> None:
    verbs = [dict(SAY)]
    message = commands.redirect_verbs(verbs)
    message["data"][0]["text"] = "changed"
    assert verbs == [SAY]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_tool_output_becomes_an_object_that_json_can_carry(value: object) -> None:
    data = json.loads(json.dumps(commands.tool_output("id", value)))["data"]
    assert data == (value if isinstance(value, dict) else {"result": value})
