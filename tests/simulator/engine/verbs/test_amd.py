"""Answering machine detection, of the caller and of those who are dialled."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Beep, Pressed, Said, Scenario

from ..driver import DrivenCall

HUMAN = "Hello, this is Joe."
GREETING = "You have reached Joe, please leave a message after the tone"
SHORT, LONG = "short greeting", "long greeting"


def told(call: DrivenCall) -> list[str]:
    return [asked["type"].removeprefix("amd_") for asked in call.payloads_of("/amd")]


def of_caller(*turns: Any, hooks: Any = (), seconds: float = 60, **options: Any) -> DrivenCall:
    """A call whose caller is listened to by a ``config``."""
    amd = {"actionHook": "/amd", **options}
    verbs = [{"verb": "config", "amd": amd}, {"verb": "pause", "length": seconds}, {"verb": "hangup"}]
    return DrivenCall(verbs, {"/amd": list(hooks)}, [Said(t, lead=0.0) if isinstance(t, str) else t for t in turns])


def of_callee(*turns: Any, dial: Any = None, hooks: Any = (), **options: Any) -> DrivenCall:
    """A call whose callee is listened to by the ``dial``, and parts after a minute."""
    verb = {"verb": "dial", "target": [{"type": "phone", "number": "+1777"}], "timeLimit": 60, **(dial or {})}
    call = DrivenCall([{"verb": "answer"}], {"/amd": hooks}, scenario=Scenario(callees=("stay",)))

    def act(leg: Any, callee: Any) -> None:
        for turn in turns:
            callee.phone.take(Said(turn, lead=0.0) if isinstance(turn, str) else turn)

    call.state.on_dial = act
    call.machine.replace([{**verb, "amd": {"actionHook": "/amd", **options}}, {"verb": "hangup"}])
    return call.drain()


@pytest.mark.parametrize("place", [of_caller, of_callee])
def test_a_short_greeting_is_that_of_a_person(place: Any) -> None:
    call = place(HUMAN)
    assert told(call) == ["human_detected", "stopped"]
    first = call.payloads_of("/amd")[0]
    assert (first["reason"], first["greeting"], first["language"]) == (SHORT, HUMAN, "en-US")
    assert first["call_sid"] == call.state.leg.call_sid


@pytest.mark.parametrize("place", [of_caller, of_callee])
def test_a_long_greeting_is_that_of_a_machine_whose_end_and_beep_are_told(place: Any) -> None:
    call = place(GREETING, Beep(frequency=800))
    assert told(call) == ["machine_detected", "tone_detected", "machine_stopped_speaking", "stopped"]
    machine, tone = call.payloads_of("/amd")[:2]
    assert (machine["reason"], machine["greeting"]) == (LONG, "You have reached Joe, please leave a message after")
    assert (tone["frequency"], tone["variance"]) == (800, 0)


def test_a_beep_that_comes_late_is_not_heard() -> None:
    assert told(of_callee(GREETING, Beep(lead=3.0))) == ["machine_detected", "machine_stopped_speaking", "stopped"]


def at(call: DrivenCall, text: str) -> float:
    return next(entry.at for entry in call.transcript if entry.text.endswith(text))


@pytest.mark.parametrize(("options", "seconds"), [({}, 2.0), ({"greetingCompletionTimeoutMs": 500}, 0.5)])
def test_the_greeting_is_over_when_nothing_more_is_said_for_a_while(options: Any, seconds: float) -> None:
    call = of_callee(GREETING, timers=options)
    # the last that is heard is the final transcript, after twelve words
    last = at(call, GREETING) + 11 * 0.3 + 0.3
    assert at(call, "amd_machine_stopped_speaking") == pytest.approx(last + seconds)


def test_a_machine_that_has_beeped_before_it_speaks_is_waited_for_a_second() -> None:
    call = of_callee(Beep(), GREETING)
    assert at(call, "amd_machine_stopped_speaking") == pytest.approx(at(call, GREETING) + 11 * 0.3 + 0.3 + 1.0)


def test_digits_in_a_row_are_those_of_a_machine() -> None:
    said = "call 5551234 later"
    assert told(of_caller(said, digitCount=5))[0] == "machine_detected"
    assert told(of_caller(said, digitCount=8))[0] == "human_detected"
    assert of_caller(said, digitCount=5).payloads_of("/amd")[0]["reason"] == "digit count"


def test_words_make_a_machine_as_many_as_the_app_says() -> None:
    assert told(of_caller(HUMAN, thresholdWordCount=3))[0] == "machine_detected"


def test_nobody_says_anything() -> None:
    call = of_callee()
    assert told(call) == ["no_speech_detected", "stopped"]
    assert at(call, "amd_no_speech_detected") - at(call, "caller and callee talk") == 5
    assert told(of_callee(timers={"noSpeechTimeoutMs": 70_000, "decisionTimeoutMs": 1000}))[0] == "decision_timeout"


def test_a_machine_that_speaks_longer_than_a_tone_is_waited_for_is_given_up() -> None:
    call = of_callee(" ".join(["word"] * 100))
    assert told(call) == ["machine_detected", "stopped"]
    assert at(call, "amd_stopped") - at(call, "caller and callee talk") == 20


def test_a_dial_that_ends_before_tells_that_it_listens_no_more() -> None:
    assert told(of_callee(dial={"timeLimit": 2})) == ["stopped"]


def test_a_caller_who_hangs_up_before_is_not_told_of() -> None:
    assert told(of_caller(seconds=2)) == []


def test_a_config_begins_again() -> None:
    amd = {"verb": "config", "amd": {"actionHook": "/amd", "timers": {"noSpeechTimeoutMs": 3000}}}
    call = DrivenCall([amd, amd, {"verb": "pause", "length": 9}, {"verb": "hangup"}], {"/amd": []})
    assert told(call) == ["no_speech_detected", "stopped"]


def test_verbs_of_the_hook_take_the_place_of_the_dial() -> None:
    message = [{"verb": "say", "text": "Nobody is there."}, {"verb": "hangup"}]
    call = of_callee(GREETING, hooks=lambda data: message if data["type"] == "amd_machine_detected" else [])
    assert call.transcript.lines("app") == ["Nobody is there."]


def test_keys_say_nothing_of_who_is_there() -> None:
    assert told(of_callee(Pressed("123"), digitCount=2)) == ["no_speech_detected", "stopped"]
