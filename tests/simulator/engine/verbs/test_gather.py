"""Everything that can end a gather."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Pressed, Said, Silence, Turn

from ..driver import DrivenCall


def gather(*turns: Turn | str, **options: Any) -> dict[str, Any]:
    """What the action hook of a gather reports."""
    call = DrivenCall(
        [{"verb": "gather", "actionHook": "/g", **options}], {"/g": [{"verb": "hangup"}], "/p": []}, turns
    )
    (report,) = call.payloads_of("/g")
    return {name: report[name] for name in ("reason", "digits", "speech", "verb_id") if name in report}


def transcript_of(report: dict[str, Any]) -> str:
    return str(report["speech"]["alternatives"][0]["transcript"])


def test_words_are_reported_with_their_confidence() -> None:
    report = gather(Said("hello there", 0.7), input=["speech"])
    assert report["reason"] == "speechDetected"
    assert report["speech"] == {
        "language_code": "en-US",
        "channel_tag": 1,
        "is_final": True,
        "alternatives": [{"transcript": "hello there", "confidence": 0.7}],
        "vendor": {"name": "google", "evt": {}},
    }


def test_the_recognizer_of_the_gather_is_the_one_that_hears() -> None:
    report = gather("hallo", input=["speech"], recognizer={"vendor": "deepgram", "language": "de-DE"})
    assert (report["speech"]["vendor"]["name"], report["speech"]["language_code"]) == ("deepgram", "de-DE")


def test_words_below_the_least_confidence_have_a_reason_of_their_own() -> None:
    recognizer = {"vendor": "google", "minConfidence": 0.8}
    assert gather(Said("mumble", 0.5), input=["speech"], recognizer=recognizer)["reason"] == "stt-low-confidence"


def test_silence_is_a_timeout() -> None:
    assert gather(Silence(), input=["speech", "digits"]) == {"reason": "timeout"}


def test_the_id_of_the_verb_is_reported() -> None:
    assert gather(Silence(), id="menu")["verb_id"] == "menu"


@pytest.mark.parametrize(
    ("options", "keys", "digits"),
    [
        ({"numDigits": 4}, "1234", "1234"),
        ({"numDigits": 2}, "1234", "12"),
        ({"maxDigits": 3}, "123", "123"),
        ({"finishOnKey": "#"}, "12#", "12"),
        ({"finishOnKey": "#"}, "#", ""),
        ({"numDigits": 1}, "*", "*"),
        ({"minDigits": 2, "interDigitTimeout": 1}, "12", "12"),
        ({"minDigits": 1}, "12", "12"),
    ],
)
def test_digits_end_the_gather_by_number_key_or_pause(options: dict[str, Any], keys: str, digits: str) -> None:
    assert gather(Pressed(keys), input=["digits"], **options) == {"reason": "dtmfDetected", "digits": digits}


def test_digits_are_what_a_gather_takes_by_default() -> None:
    assert gather("hello", Pressed("1"), numDigits=1) == {"reason": "dtmfDetected", "digits": "1"}


def test_digits_are_dropped_at_the_timeout_without_min_digits() -> None:
    assert gather(Pressed("12"), numDigits=4) == {"reason": "timeout"}
    assert gather(Pressed("12"), interDigitTimeout=1) == {"reason": "timeout"}
    assert gather(Pressed("12"), interDigitTimeout=1, minDigits=3) == {"reason": "timeout"}


def test_digits_may_come_one_after_the_other() -> None:
    assert gather(Pressed("1"), Pressed("2"), numDigits=2)["digits"] == "12"


def test_words_after_a_key_are_for_the_next_gather() -> None:
    verb = {"verb": "gather", "actionHook": "/g", "input": ["speech", "digits"], "numDigits": 4}
    call = DrivenCall([verb, verb], {"/g": []}, [Pressed("12"), "hello"])
    assert [message["reason"] for message in call.payloads_of("/g")] == ["timeout", "speechDetected"]


def test_keys_are_not_heard_by_a_gather_of_speech() -> None:
    assert transcript_of(gather(Pressed("1"), "hello", input=["speech"])) == "hello"


def test_keys_that_come_after_the_last_are_for_whoever_listens_then() -> None:
    verb = {"verb": "gather", "actionHook": "/g", "numDigits": 1}
    call = DrivenCall([verb, verb, {"verb": "hangup"}], {"/g": []}, [Pressed("12")])
    assert [message["digits"] for message in call.payloads_of("/g")] == ["1", "2"]


def test_interim_results_are_hooks_whose_verbs_are_ignored() -> None:
    verb = {"verb": "gather", "input": ["speech"], "actionHook": "/g", "partialResultHook": "/p"}
    call = DrivenCall([verb], {"/g": [], "/p": [{"verb": "say", "text": "Never."}]}, ["one two three"])
    results = [(transcript_of(interim), interim["speech"]["is_final"]) for interim in call.payloads_of("/p")]
    assert results == [("one", False), ("one two", False), ("one two three", False)]
    assert not call.heard("Never.")
    assert "answer-lost" in [finding.code for finding in call.state.findings]


def test_words_that_come_within_the_asr_timeout_are_one_answer() -> None:
    options = {"input": ["speech"], "recognizer": {"vendor": "deepgram", "language": "en-US", "asrTimeout": 2}}
    report = gather("part one.", "part two.", **options)
    assert transcript_of(report) == "part one part two"


def test_a_prompt_is_cut_short_by_who_speaks_if_the_gather_allows_it() -> None:
    prompt = {"verb": "gather", "input": ["speech"], "bargein": True, "say": {"text": "word " * 30}, "actionHook": "/g"}
    call = DrivenCall([{"verb": "config", "notifyEvents": True}, prompt], {"/g": [{"verb": "hangup"}]}, [])
    assert call.state.now > 10

    early = DrivenCall([{"verb": "pause", "length": 1}])
    early.machine.replace([{"verb": "config", "notifyEvents": True}, prompt, {"verb": "hangup"}])
    early.hooks["/g"] = [{"verb": "hangup"}]
    early.state.clock.call_later(0.5, lambda: early.state.phone.take(Said("stop", interim="once", lead=0.0)) and None)
    early.drain()
    events = [message["event"] for message in early.notified("verb:status")]
    assert events[events.index("speech-bargein-detected") :][:4] == [
        "speech-bargein-detected",
        "stop-playback",
        "kill-playback",
        "stop-playback",
    ]
    assert early.state.now < 3
    assert any(line.startswith("cut off after 0.5 s") for line in early.transcript.lines("event"))


def test_the_prompt_is_heard_and_reported_as_playback() -> None:
    verb = {"verb": "gather", "say": {"text": "Speak."}, "actionHook": "/g"}
    call = DrivenCall([{"verb": "config", "notifyEvents": True}, verb], {"/g": [{"verb": "hangup"}]})
    assert call.heard("Speak.")
    assert ("say", "start-playback") in [
        (message.get("verb"), message["event"]) for message in call.notified("verb:status")
    ]


def test_a_recording_can_be_the_prompt() -> None:
    call = DrivenCall(
        [{"verb": "gather", "play": {"url": "menu.wav"}, "actionHook": "/g"}], {"/g": [{"verb": "hangup"}]}
    )
    assert call.heard("menu.wav")


def test_a_gather_without_a_hook_just_ends() -> None:
    call = DrivenCall([{"verb": "gather", "input": ["speech"]}, {"verb": "hangup"}], caller=["hello"])
    assert call.transcript.ok


def test_a_caller_who_has_nothing_to_say_hangs_up_after_three_timeouts() -> None:
    verb = {"verb": "gather", "actionHook": "/g"}
    call = DrivenCall([verb], {"/g": [verb]})
    assert len(call.payloads_of("/g")) == 3
    assert call.transcript.ended_by == "caller"


@pytest.mark.parametrize(
    ("background", "foreground", "skipped"),
    [
        ({}, ["speech"], True),
        ({}, ["digits"], True),
        ({"input": ["speech", "digits"]}, ["speech"], True),
        ({"input": ["digits"]}, ["speech"], False),
        ({"input": ["digits"]}, ["digits"], True),
        ({"enable": False}, ["speech"], False),
    ],
)
def test_a_gather_is_skipped_while_barge_in_hears_as_much(
    background: dict[str, Any], foreground: list[str], skipped: bool
) -> None:
    config = {"verb": "config", "bargeIn": {"enable": True, **background}}
    asks = {"verb": "gather", "input": foreground, "actionHook": "/g"}
    call = DrivenCall([config, asks, {"verb": "hangup"}], {"/g": []}, [Silence()])
    assert (call.payloads_of("/g") == []) is skipped
    assert any("this gather is skipped" in line for line in call.transcript.lines("event")) is skipped


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "one"), (0.5, "one two three"), (0, "one two three")], ids=str)
def test_a_fast_recognition_timeout_takes_the_words_so_far_once_no_more_come(seconds: float, words: str) -> None:
    report = gather(
        Said("one two three", 0.9),
        input=["speech"],
        recognizer={"vendor": "google", "fastRecognitionTimeout": seconds, "minConfidence": 0.85},
    )
    assert transcript_of(report) == words
    assert (report["reason"], report["speech"]["is_final"]) == ("speechDetected", True)


def latency_of(*turns: Turn | str, enabled: bool = True, **options: Any) -> dict[str, Any]:
    """What an action hook tells of the recogniser."""
    config = {"verb": "config", "notifySttLatency": enabled}
    pause, verb = {"verb": "pause", "length": 10}, {"verb": "gather", "actionHook": "/g", **options}
    call = DrivenCall([config, pause, verb], {"/g": [{"verb": "hangup"}]}, turns)
    (report,) = call.payloads_of("/g")
    return {name: value for name, value in report.items() if name.startswith("stt_")}


def test_hooks_tell_how_long_the_recogniser_has_taken_if_a_config_asks_for_it() -> None:
    start = 1_767_225_600 + 10
    assert latency_of("hello there my friend", input=["speech"]) == {
        "stt_latency_ms": "300",
        "stt_talkspurts": f"[[{start},{start + 1}]]",
        "stt_start_time": start,
        "stt_stop_time": start + 1,
        "stt_usage": "1.80",
    }
    assert latency_of("hello", enabled=False, input=["speech"]) == {}


def test_each_part_of_what_the_caller_says_has_its_latency() -> None:
    told = latency_of("hello", "there", input=["speech"], recognizer={"vendor": "google", "asrTimeout": 2})
    assert told["stt_latency_ms"] == "300,300"


def test_nothing_is_told_of_the_recogniser_where_it_has_heard_nothing() -> None:
    assert latency_of(Silence(), input=["speech"], timeout=3)["stt_latency_ms"] == ""
    assert latency_of(Pressed("1"), input=["digits"], numDigits=1) == {}
    assert latency_of(Pressed("1"), input=["speech", "digits"], numDigits=1) == {}
