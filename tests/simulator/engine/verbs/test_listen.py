"""``listen``, as a verb, beside a dial and in the background: what it does to the call, as plain values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jambonz_sync.simulator import Played, Pressed, Scenario, Silence
from jambonz_sync.simulator.media.pcm import is_sound

from ..driver import Run

HANGUP = {"verb": "hangup"}
AFTER = [{"verb": "say", "text": "After."}, HANGUP]
BOTH_WAYS: dict[str, Any] = {"bidirectionalAudio": {"enabled": True, "streaming": True, "sampleRate": 8000}}


def listen(
    *caller: Any, hooks: Any = None, scenario: Scenario | None = None, streams: bool = True, **options: Any
) -> Run:
    verb = {"verb": "listen", "url": "/audio", "actionHook": "/done", **options}
    return Run([verb, *AFTER], {"/done": [], **(hooks or {})}, caller, scenario=scenario, streams=streams)


def first(run: Run) -> Any:
    return json.loads(run.got[run.fork][0])


def test_the_first_message_is_about_the_call() -> None:
    run = listen(metadata={"mine": 1}, sampleRate=16000)
    run.call.leg.customer_data = {"some_key": 1}
    leg = run.call.leg
    about = first(run)
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
    assert first(Run([tag, {"verb": "listen", "url": "/audio"}]))["customerData"] == {"some_key": 1}


def test_what_the_caller_says_takes_its_time_and_is_heard() -> None:
    run = listen("hello there")
    assert run.transcript.lines("caller") == ["hello there"]
    assert run.call.now == pytest.approx(0.6)
    assert is_sound(run.audio())
    assert len(run.audio()) == 9600
    assert not run.machine.finished


def test_the_caller_can_be_any_audio() -> None:
    pcm = bytes(range(256)) * 25
    run = listen(Played(pcm))
    assert run.transcript.lines("caller") == ["[audio: 0.4 s]"]
    assert run.audio() == pcm


def test_the_app_ends_it_and_the_call_goes_on() -> None:
    run = listen().beat(125).app_sends({"type": "disconnect"})
    (done,) = run.asks("/done")
    assert done["dial_call_duration"] == 2
    assert "digits" not in done
    assert run.heard("After.")
    assert run.transcript.ok


def test_the_verbs_of_its_hook_run() -> None:
    run = listen(hooks={"/done": [{"verb": "say", "text": "Thanks."}, HANGUP]}).app_sends({"type": "disconnect"})
    assert run.transcript.lines("app") == ["Thanks."]


def test_a_hook_that_fails_does_not_end_the_call() -> None:
    run = listen(actionHook="/gone").app_sends({"type": "disconnect"})
    assert run.transcript.errors == ["/gone is not there"]
    assert run.heard("After.")


def test_an_app_that_closes_the_stream_ends_the_verb() -> None:
    run = listen()
    run.call.streams.dropped(run.fork, 1000)
    run.drain()
    assert run.asks("/done")
    assert run.heard("After.")


def test_a_stream_that_cannot_be_opened_ends_the_verb_and_the_call_goes_on() -> None:
    run = listen("hello", streams=False)
    assert run.transcript.errors == ["the audio stream: it cannot be opened: nobody is there"]
    assert "dial_call_duration" not in run.asks("/done")[0]
    assert run.heard("After.")
    assert run.transcript.lines("caller") == []


@pytest.mark.parametrize(
    "options",
    [{"url": "audio"}, {"url": "ftp://host/a"}, {"sampleRate": 11025}, {"bidirectionalAudio": {"sampleRate": 1}}],
)
def test_what_the_media_server_refuses_is_skipped_without_its_hook(options: Any) -> None:
    run = listen(**options)
    assert run.transcript.errors[0].startswith("listen: ")
    assert run.asks("/done") == []
    assert run.heard("After.")


def test_a_key_ends_it() -> None:
    run = listen(Pressed("12#"), finishOnKey="#", passDtmf=True)
    assert run.asks("/done")[0]["digits"] == "#"
    assert [one["dtmf"] for one in run.events()] == ["1", "2", "#"]
    assert run.heard("After.")


def test_its_length_is_not_waited_for_if_the_caller_has_nothing_more_to_say() -> None:
    run = listen("hello", maxLength=60)
    assert run.transcript.lines("caller") == ["hello", "(silence)"]
    assert run.asks("/done")[0]["dial_call_duration"] == 60
    assert run.call.now >= 60
    assert len(run.audio()) == 4800


def test_a_caller_who_takes_their_time_is_cut_off() -> None:
    run = listen(Played(bytes(16000)), maxLength=0.5)
    assert len(run.audio()) == 8000
    assert run.heard("After.")


def test_a_silence_ends_a_stream_that_has_a_timeout_only() -> None:
    assert listen(Silence(), timeout=5).asks("/done")[0]["dial_call_duration"] == 5
    assert not listen(Silence()).machine.finished


def test_it_may_begin_with_a_beep() -> None:
    assert listen(playBeep=True).transcript.lines("app") == ["(beeps)"]


def test_other_verbs_end_it_and_its_hook_comes_all_the_same() -> None:
    run = listen(hooks={"/done": [{"verb": "say", "text": "Never."}]})
    run.command("redirect", [{"verb": "say", "text": "Other."}, HANGUP])
    assert run.fork.ended
    assert len(run.asks("/done")) == 1
    assert run.transcript.lines("app") == ["Other."]


def test_a_caller_who_hangs_up_ends_it() -> None:
    run = listen().hangs_up()
    assert run.fork.ended
    assert len(run.asks("/done")) == 1
    assert run.machine.finished
    assert run.call.streams.forks == []


def test_the_app_may_hang_up_while_the_caller_talks() -> None:
    run = Run([{"verb": "listen", "url": "/audio"}])
    run.caller.script.append(Played(bytes(16000)))
    run.machine.caller_turn(run.caller.script.popleft())
    for _ in range(3):
        run.call.tick()
    run.machine.hang_up("app")
    assert run.machine.finished
    assert len(run.collect().audio()) == 960


def test_it_can_be_paused_and_resumed() -> None:
    run = listen().command("listen:status", {"listen_status": "pause"}).beat()
    assert run.audio() == b""
    run.command("stream:status", {"stream_status": "resume"}).beat()
    assert run.audio() == bytes(320)
    run.command("listen:status", {"listen_status": "stop"})
    assert run.transcript.errors == [
        "command listen:status: listen_status must be pause, resume or silence",
    ]


def test_what_is_said_while_it_listens_can_be_transcribed_too() -> None:
    hooks = {"/words": [{"verb": "say", "text": "Words."}, HANGUP]}
    run = listen("hello there", transcribe={"transcriptionHook": "/words"}, hooks=hooks)
    assert run.asks("/words")[0]["speech"]["alternatives"][0]["transcript"] == "hello there"
    assert run.heard("Words.")


def test_what_the_app_plays_is_in_the_transcript() -> None:
    run = listen(**BOTH_WAYS).app_sends(b"\1\2" * 8000).beat(50)
    assert run.transcript.audio == b"\1\2" * 8000
    assert run.transcript.sound_seconds == pytest.approx(1)
    assert run.call.streams.playing
    assert run.beat(25).heard("[audio: 1.0 s]")
    assert not run.call.streams.playing


def test_a_callee_who_is_listened_to_says_nothing() -> None:
    dial = {"verb": "dial", "target": [{"type": "phone", "number": "+1777"}], "confirmHook": "/confirm"}
    run = Run([dial, *AFTER], {"/confirm": [{"verb": "listen", "url": "/audio"}]})
    assert first(run)["callSid"] != run.call.leg.call_sid
    assert run.heard("After.")


# -- beside a dial


def dial(callee: str, *caller: Any, **options: Any) -> Run:
    verb = {
        "verb": "dial",
        "target": [{"type": "phone", "number": "+1777"}],
        "listen": {"url": "/audio", "actionHook": "/done", **options},
    }
    return Run(
        [verb, *AFTER], {"/done": [{"verb": "say", "text": "Never."}]}, caller, scenario=Scenario(callees=(callee,))
    )


def test_a_dial_has_a_stream_while_they_talk() -> None:
    run = dial("stay", "hello", passDtmf=True)
    assert first(run)["to"] == "+1777"
    assert is_sound(run.audio())
    run.command("listen:status", {"listen_status": "pause"})
    assert run.fork.listen_status == "pause"
    run.caller.script.append(Pressed("1"))
    run.drain().beat()
    assert run.events() == [{"event": "dtmf", "dtmf": "1", "duration": "1600"}]
    run.command("redirect", [HANGUP])
    assert run.fork.ended
    assert len(run.asks("/done")) == 1
    assert not run.heard("Never.")


def test_a_stream_that_ends_does_not_end_the_dial() -> None:
    run = dial("stay").app_sends({"type": "disconnect"})
    assert len(run.asks("/done")) == 1
    assert not run.machine.finished
    assert run.call.connected_leg is not None


@pytest.mark.parametrize("callee", ["answer", "busy"])
def test_there_is_no_stream_when_the_dial_is_over(callee: str) -> None:
    run = dial(callee)
    assert run.call.streams.forks == []
    assert run.heard("After.")
    assert len(run.got) == (callee == "answer")


# -- in the background


def test_a_stream_in_the_background_hears_the_verbs_after_it() -> None:
    gather = {"verb": "gather", "input": ["speech", "digits"], "numDigits": 1, "actionHook": "/heard"}
    start = {"verb": "config", "listen": {"enable": True, "url": "/audio", "passDtmf": True}}
    run = Run([start, gather, gather], {"/heard": []}, ["hello", Pressed("7")])
    assert is_sound(run.audio())
    assert [one["dtmf"] for one in run.collect().events()] == ["7"]
    assert not run.fork.ended
    run.command("config", {"listen": {"enable": False}})
    assert run.fork.ended


def test_it_is_over_when_the_call_is() -> None:
    start = {"verb": "config", "stream": {"enable": True, "url": "/audio", "actionHook": "/done"}}
    run = Run([start, {"verb": "say", "text": "Hi."}], {"/done": []}).beat().hangs_up()
    assert run.call.streams.forks == []
    assert run.fork.ended


def test_the_verbs_of_its_hook_replace_what_runs() -> None:
    start = {"verb": "config", "listen": {"enable": True, "url": "/audio", "actionHook": "/done"}}
    run = Run([start, {"verb": "leave"}], {"/done": AFTER}).beat().app_sends({"type": "disconnect"})
    assert run.heard("After.")
