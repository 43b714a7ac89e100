"""``listen``, as a verb, beside a dial and in the background: what it does to the call, as plain values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jambonz_sync.simulator import Played, Pressed, Said, Scenario, Silence
from jambonz_sync.simulator.media.pcm import is_sound

from ..driver import DrivenCall

HANGUP = {"verb": "hangup"}
AFTER = [{"verb": "say", "text": "After."}, HANGUP]
BOTH_WAYS: dict[str, Any] = {"bidirectionalAudio": {"enabled": True, "streaming": True, "sampleRate": 8000}}


def listen(
    *caller: Any, hooks: Any = None, scenario: Scenario | None = None, streams: bool = True, **options: Any
) -> DrivenCall:
    verb = {"verb": "listen", "url": "/audio", "actionHook": "/done", **options}
    return DrivenCall([verb, *AFTER], {"/done": [], **(hooks or {})}, caller, scenario=scenario, streams=streams)


def first(call: DrivenCall) -> Any:
    return json.loads(call.stream_messages[call.fork][0])


def test_the_first_message_is_about_the_call() -> None:
    call = listen(metadata={"mine": 1}, sampleRate=16000)
    call.state.leg.customer_data = {"some_key": 1}
    leg = call.state.leg
    about = first(call)
    assert (about["sampleRate"], about["mixType"], about["mine"]) == (16000, "mono", 1)
    assert (about["callSid"], about["accountSid"], about["applicationSid"]) == (
        leg.call_sid,
        leg.account_sid,
        leg.application_sid,
    )
    assert (about["from"], about["to"], about["direction"], about["callId"]) == (
        leg.from_,
        leg.to,
        "inbound",
        leg.call_id,
    )
    assert about["callStatus"] == "in-progress"
    assert not [name for name in about if "_" in name]


def test_customer_data_are_passed_through_untouched() -> None:
    tag = {"verb": "tag", "data": {"some_key": 1}}
    assert first(DrivenCall([tag, {"verb": "listen", "url": "/audio"}]))["customerData"] == {"some_key": 1}


def test_what_the_caller_says_takes_its_time_and_is_heard() -> None:
    call = listen("hello there")
    assert call.transcript.lines("caller") == ["hello there"]
    assert call.state.now == pytest.approx(1.2)  # a moment before, and one until the words are known
    assert is_sound(call.audio())
    assert len(call.audio()) == 9600
    assert not call.machine.finished


def test_the_caller_can_be_any_audio() -> None:
    pcm = bytes(range(256)) * 25
    call = listen(Played(pcm))
    assert call.transcript.lines("caller") == ["[audio: 0.4 s]"]
    assert call.audio() == pcm


def test_the_app_ends_it_and_the_call_goes_on() -> None:
    call = listen().tick(125).app_sends({"type": "disconnect"})
    (done,) = call.payloads_of("/done")
    assert done["dial_call_duration"] == 2
    assert "digits" not in done
    assert call.heard("After.")
    assert call.transcript.ok


def test_the_verbs_of_its_hook_run() -> None:
    call = listen(hooks={"/done": [{"verb": "say", "text": "Thanks."}, HANGUP]}).app_sends({"type": "disconnect"})
    assert call.transcript.lines("app") == ["Thanks."]


def test_a_hook_that_fails_does_not_end_the_call() -> None:
    call = listen(actionHook="/gone").app_sends({"type": "disconnect"})
    assert call.transcript.errors == ["/gone is not there"]
    assert call.heard("After.")


def test_an_app_that_closes_the_stream_ends_the_verb() -> None:
    call = listen()
    call.state.streams.dropped(call.fork, 1000)
    call.drain()
    assert call.payloads_of("/done")
    assert call.heard("After.")


def test_a_stream_that_cannot_be_opened_ends_the_verb_and_the_call_goes_on() -> None:
    call = listen("hello", streams=False)
    assert call.transcript.errors == ["the audio stream: it cannot be opened: nobody is there"]
    assert "dial_call_duration" not in call.payloads_of("/done")[0]
    assert call.heard("After.")
    assert call.transcript.lines("caller") == []


@pytest.mark.parametrize(
    "options",
    [{"url": "audio"}, {"url": "ftp://host/a"}, {"sampleRate": 11025}, {"bidirectionalAudio": {"sampleRate": 1}}],
)
def test_what_the_media_server_refuses_is_skipped_without_its_hook(options: Any) -> None:
    call = listen(**options)
    assert call.transcript.errors[0].startswith("listen: ")
    assert call.payloads_of("/done") == []
    assert call.heard("After.")


def test_a_key_ends_it() -> None:
    call = listen(Pressed("12#"), finishOnKey="#", passDtmf=True)
    assert call.payloads_of("/done")[0]["digits"] == "#"
    assert [message["dtmf"] for message in call.events()] == ["1", "2", "#"]
    assert call.heard("After.")


def test_its_length_is_not_waited_for_if_the_caller_has_nothing_more_to_say() -> None:
    call = listen("hello", maxLength=60)
    assert call.transcript.lines("caller") == ["hello", "(silence)"]
    assert call.payloads_of("/done")[0]["dial_call_duration"] == 60
    assert call.state.now >= 60
    assert len(call.audio()) == 4800


def test_a_caller_who_takes_their_time_is_cut_off() -> None:
    call = listen(Played(bytes(16000)), maxLength=0.5)
    assert len(call.audio()) == 8000
    assert call.heard("After.")


def test_a_silence_ends_a_stream_that_has_a_timeout_only() -> None:
    assert listen(Silence(), timeout=5).payloads_of("/done")[0]["dial_call_duration"] == 5
    assert not listen(Silence()).machine.finished


def test_it_may_begin_with_a_beep() -> None:
    assert listen(playBeep=True).transcript.lines("app") == ["(beeps)"]


def test_other_verbs_end_it_and_its_hook_comes_all_the_same() -> None:
    call = listen(hooks={"/done": [{"verb": "say", "text": "Never."}]})
    call.command("redirect", [{"verb": "say", "text": "Other."}, HANGUP])
    assert call.fork.ended
    assert len(call.payloads_of("/done")) == 1
    assert call.transcript.lines("app") == ["Other."]


def test_a_caller_who_hangs_up_ends_it() -> None:
    call = listen().caller_hangs_up()
    assert call.fork.ended
    assert len(call.payloads_of("/done")) == 1
    assert call.machine.finished
    assert call.state.streams.forks == []


def test_the_app_may_hang_up_while_the_caller_talks() -> None:
    call = DrivenCall([{"verb": "listen", "url": "/audio"}])
    call.state.phone.take(Played(bytes(16000)))
    for _ in range(3):
        call.state.tick()
    call.machine.hang_up("app")
    assert call.machine.finished
    assert len(call.collect().audio()) == 960


def test_it_can_be_paused_and_resumed() -> None:
    call = listen().command("listen:status", {"listen_status": "pause"}).tick()
    assert call.audio() == b""
    call.command("stream:status", {"stream_status": "resume"}).tick()
    assert call.audio() == bytes(320)
    call.command("listen:status", {"listen_status": "stop"})
    assert call.transcript.errors == [
        "command listen:status: listen_status must be pause, resume or silence",
    ]


def test_what_is_said_while_it_listens_can_be_transcribed_too() -> None:
    hooks = {"/words": [{"verb": "say", "text": "Words."}, HANGUP]}
    call = listen("hello there", transcribe={"transcriptionHook": "/words"}, hooks=hooks)
    assert call.payloads_of("/words")[0]["speech"]["alternatives"][0]["transcript"] == "hello there"
    # the server does not run the verbs of a transcription that belongs to another verb
    assert not call.heard("Words.")
    assert [finding.code for finding in call.state.findings] == ["answer-lost"]


def ignored(call: DrivenCall) -> list[str]:
    assert {finding.code for finding in call.state.findings} <= {"option-ignored-by-server"}
    return [finding.where for finding in call.state.findings]


def test_what_the_server_does_nothing_about_is_said() -> None:
    auth = {"username": "u", "password": "p"}
    assert ignored(listen("hello", auth=auth, scenario=Scenario(server="0.9"))) == ["listen.auth"]
    other_channel = listen("hello", channel=2)
    assert ignored(other_channel) == ["listen.channel"]
    assert is_sound(other_channel.audio())
    background = {"verb": "config", "listen": {"enable": True, "url": "/audio", "channel": 2}}
    assert ignored(DrivenCall([background])) == ["config.listen.channel"]


def test_what_the_app_plays_is_in_the_transcript() -> None:
    call = listen(**BOTH_WAYS).app_sends(b"\1\2" * 8000).tick(50)
    assert call.transcript.audio == b"\1\2" * 8000
    assert call.transcript.sound_seconds == pytest.approx(1)
    assert call.state.streams.playing
    assert call.tick(25).heard("[audio: 1.0 s]")
    assert not call.state.streams.playing


def test_a_callee_who_is_listened_to_says_nothing() -> None:
    dial = {"verb": "dial", "target": [{"type": "phone", "number": "+1777"}], "confirmHook": "/confirm"}
    call = DrivenCall([dial, *AFTER], {"/confirm": [{"verb": "listen", "url": "/audio"}]})
    assert first(call)["callSid"] != call.state.leg.call_sid
    assert call.heard("After.")


# -- beside a dial


def dial(callee: str, *caller: Any, **options: Any) -> DrivenCall:
    verb = {
        "verb": "dial",
        "target": [{"type": "phone", "number": "+1777"}],
        "listen": {"url": "/audio", "actionHook": "/done", **options},
    }
    return DrivenCall(
        [verb, *AFTER], {"/done": [{"verb": "say", "text": "Never."}]}, caller, scenario=Scenario(callees=(callee,))
    )


def test_a_dial_has_a_stream_while_they_talk() -> None:
    call = dial("stay", "hello", passDtmf=True)
    assert first(call)["to"] == "+1777"
    assert is_sound(call.audio())
    call.command("listen:status", {"listen_status": "pause"})
    assert call.fork.listen_status == "pause"
    call.caller.script.append(Pressed("1"))
    call.drain().tick()
    assert call.events() == [{"event": "dtmf", "dtmf": "1", "duration": "1600"}]
    call.command("redirect", [{"verb": "say", "text": "Parted."}, HANGUP])
    assert call.fork.ended
    assert len(call.payloads_of("/done")) == 1
    assert call.transcript.lines("app") == ["Parted."]


def test_a_stream_that_ends_does_not_end_the_dial() -> None:
    call = dial("stay").app_sends({"type": "disconnect"})
    assert len(call.payloads_of("/done")) == 1
    assert not call.machine.finished
    assert not call.heard("Never.")
    assert call.state.connected_leg is not None


def callee_takes(call: DrivenCall, *turns: Any) -> DrivenCall:
    assert call.state.connected is not None
    for turn in turns:
        call.state.connected.phone.take(turn)
    return call.drain()


def test_the_second_channel_of_a_dial_is_the_leg_of_the_callee() -> None:
    call = dial("stay", "hello", channel=2, passDtmf=True, playBeep=True)
    assert call.transcript.lines("app") == ["(beeps) (to +1777)"]
    assert not is_sound(call.audio())
    callee_takes(call, Said("hi", lead=0.0), Pressed("5", lead=0.0)).tick(20)
    assert is_sound(call.audio())
    call.caller.script.append(Pressed("1"))
    call.drain().tick()
    assert [event["dtmf"] for event in call.events()] == ["5"]


def test_the_other_channel_of_a_stereo_stream_is_whom_the_caller_talks_to() -> None:
    call = dial("stay", mixType="stereo")
    callee_takes(call, Said("hi", lead=0.0)).tick(20)
    samples = memoryview(call.audio()).cast("h")
    assert not any(samples[0::2])
    assert any(samples[1::2])
    mono = dial("stay")
    assert not is_sound(callee_takes(mono, Said("hi", lead=0.0)).tick(20).audio())


def words(call: DrivenCall, hook: str = "/words") -> list[tuple[int, str]]:
    heard = [asked["speech"] for asked in call.payloads_of(hook)]
    return [(speech["channel_tag"], speech["alternatives"][0]["transcript"]) for speech in heard]


@pytest.mark.parametrize(
    ("options", "channels"),
    [
        ({}, [1, 2]),
        ({"channel": 1}, [1]),
        ({"channel": 2}, [2]),
        ({"recognizer": {"vendor": "google", "separateRecognitionPerChannel": False}}, [1]),
    ],
)
def test_a_dial_transcribes_both_parties_unless_one_is_chosen(options: dict[str, Any], channels: list[int]) -> None:
    transcribe = {"transcriptionHook": "/words", **options}
    verb = {"verb": "dial", "target": [{"type": "phone", "number": "+1777"}], "transcribe": transcribe}
    hooks = {"/words": [{"verb": "say", "text": "Never."}]}
    call = DrivenCall([verb, *AFTER], hooks, ["hello"], scenario=Scenario(callees=("stay",)))
    callee_takes(call, Said("hi", lead=0.0))
    assert words(call) == [each for each in [(1, "hello"), (2, "hi")] if each[0] in channels]
    assert {asked["call_sid"] for asked in call.payloads_of("/words")} == {call.state.leg.call_sid}
    assert not call.heard("Never.")


@pytest.mark.parametrize(("options", "heard"), [({}, [(1, "hello")]), ({"channel": 2}, [(1, "hi")])])
def test_the_stream_of_a_dial_is_transcribed_as_long_as_it_lasts(options: dict[str, Any], heard: Any) -> None:
    call = dial("stay", "hello", transcribe={"transcriptionHook": "/words"}, **options)
    callee_takes(call, Said("hi", lead=0.0)).app_sends({"type": "disconnect"})
    callee_takes(call.caller_says("more"), Said("more"))
    assert words(call) == heard


@pytest.mark.parametrize("callee", ["answer", "busy"])
def test_there_is_no_stream_when_the_dial_is_over(callee: str) -> None:
    call = dial(callee)
    assert call.state.streams.forks == []
    assert call.heard("After.")
    assert len(call.stream_messages) == (callee == "answer")


# -- in the background


def test_a_stream_in_the_background_hears_the_verbs_after_it() -> None:
    gather = {"verb": "gather", "input": ["speech", "digits"], "numDigits": 1, "actionHook": "/heard"}
    start = {"verb": "config", "listen": {"enable": True, "url": "/audio", "passDtmf": True}}
    call = DrivenCall([start, gather, gather], {"/heard": []}, ["hello", Pressed("7")])
    assert is_sound(call.audio())
    assert [message["dtmf"] for message in call.collect().events()] == ["7"]
    assert not call.fork.ended
    call.command("config", {"listen": {"enable": False}})
    assert call.fork.ended


def test_a_stream_in_the_background_begins_with_a_beep_if_it_is_to() -> None:
    start = {"verb": "config", "listen": {"enable": True, "url": "/audio", "playBeep": True}}
    assert DrivenCall([start]).transcript.lines("app") == ["(beeps)"]


def test_it_is_over_when_the_call_is() -> None:
    start = {"verb": "config", "stream": {"enable": True, "url": "/audio", "actionHook": "/done"}}
    call = DrivenCall([start, {"verb": "say", "text": "Hi."}], {"/done": []}).tick().caller_hangs_up()
    assert call.state.streams.forks == []
    assert call.fork.ended


def test_the_verbs_of_its_hook_replace_what_runs() -> None:
    start = {"verb": "config", "listen": {"enable": True, "url": "/audio", "actionHook": "/done"}}
    call = (
        DrivenCall([start, {"verb": "transcribe", "transcriptionHook": "/t"}], {"/done": AFTER})
        .tick()
        .app_sends({"type": "disconnect"})
    )
    assert call.heard("After.")
