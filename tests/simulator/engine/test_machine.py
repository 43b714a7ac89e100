"""The stack, as plain values."""

from __future__ import annotations

from typing import Any

import pytest

from .driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}
HANGUP = {"verb": "hangup"}


def test_verbs_run_one_after_the_other_and_hangup_ends_the_call() -> None:
    call = DrivenCall([SAY, {"verb": "say", "text": ["One.", "Two."]}, HANGUP, {"verb": "say", "text": "Never."}])
    assert call.transcript.lines("app") == ["Hi.", "One.", "Two."]
    assert (call.transcript.end_reason, call.transcript.ended_by) == ("completed", "app")
    assert call.machine.finished
    assert call.transcript.ok


@pytest.mark.parametrize("first", [[], None, {}, "hello"])
def test_a_first_answer_without_verbs_rejects_the_call(first: object) -> None:
    call = DrivenCall(first)
    assert call.transcript.end_reason == "rejected (480)"
    assert not call.transcript.ok
    assert call.machine.finished


def test_an_http_call_ends_with_its_verbs_and_a_websocket_call_waits_for_commands() -> None:
    assert DrivenCall([SAY], websocket=False).transcript.end_reason == "completed"
    call = DrivenCall([SAY])
    assert not call.machine.finished
    call.command("redirect", [{"verb": "say", "text": "More."}, HANGUP])
    assert call.heard("More.")
    assert call.machine.finished


def test_a_call_that_nothing_has_answered_is_declined_at_the_end() -> None:
    call = DrivenCall([{"verb": "tag", "data": {"a": 1}}, HANGUP], websocket=False)
    assert call.transcript.end_reason == "rejected (603)"


def test_call_status_tells_how_far_the_call_is() -> None:
    call = DrivenCall([SAY, HANGUP])
    assert [message["call_status"] for message in call.notified("call:status")] == [
        "trying",
        "in-progress",
        "completed",
    ]
    last = call.notified("call:status")[-1]
    assert (last["duration"], last["call_termination_by"]) == (0, "jambonz")


def test_the_caller_who_hangs_up_is_named() -> None:
    call = DrivenCall([SAY]).caller_hangs_up()
    assert call.notified("call:status")[-1]["call_termination_by"] == "caller"
    assert call.transcript.ended_by == "caller"


def test_an_empty_answer_lets_the_verbs_on_the_stack_run() -> None:
    call = DrivenCall([{"verb": "gather", "actionHook": "/g", "input": ["speech"]}, SAY, HANGUP], {"/g": []}, ["hello"])
    assert call.transcript.lines("app") == ["Hi."]


def test_a_hook_that_fails_ends_the_call_but_that_of_a_gather_does_not() -> None:
    call = DrivenCall([{"verb": "play", "url": "a.wav", "actionHook": "/gone"}, SAY])
    assert call.heard("Hi.")  # nor does that of a play
    answer = {"verb": "answer"}
    call = DrivenCall([answer, {"verb": "redirect", "actionHook": "/gone"}, SAY])
    assert call.machine.finished
    assert not call.heard("Hi.")
    assert call.transcript.errors == ["/gone is not there"]
    call = DrivenCall([{"verb": "gather", "input": ["speech"], "actionHook": "/gone"}, SAY, HANGUP], caller=["hello"])
    assert call.heard("Hi.")
    assert call.notified("jambonz:error")[0]["msg"] == "invalid actionHook response"
    assert call.notified("call:status")[-2]["error"] == "invalid actionHook response"


@pytest.mark.parametrize(
    "verb",
    [
        {"verb": "llm", "vendor": "openai", "model": "gpt", "llmOptions": {}},
        {"verb": "openai_s2s", "model": "gpt", "llmOptions": {}},
        {"verb": "agent", "llm": {"vendor": "openai", "model": "gpt"}},
        {"verb": "transcribe", "transcriptionHook": "/t"},
        {"verb": "conference", "name": "room"},
        {"verb": "listen", "url": "/audio"},
    ],
)
def test_a_verb_without_an_end_of_its_own_stays_until_told(verb: dict[str, Any]) -> None:
    call = DrivenCall([SAY, verb, {"verb": "say", "text": "Never."}], {"/t": []})
    assert not call.machine.finished
    call.command("redirect", [{"verb": "say", "text": "Other."}, HANGUP])
    assert call.transcript.lines("app") == ["Hi.", "Other."]
    assert call.machine.finished


def test_leave_outside_of_a_wait_hook_ends_the_call() -> None:
    call = DrivenCall([SAY, {"verb": "leave"}, {"verb": "say", "text": "Never."}])
    assert (call.transcript.lines("app"), call.machine.finished) == (["Hi."], True)


def test_verbs_that_replace_each_other_without_end_end_the_call() -> None:
    again = {"verb": "redirect", "actionHook": "/again"}
    call = DrivenCall([{"verb": "answer"}, again], {"/again": [again]})
    assert call.machine.finished
    assert "redirect-loop" in [finding.code for finding in call.state.findings]


@pytest.mark.parametrize(
    "verb",
    [
        {"verb": "alert", "message": "Queued"},
        {"verb": "answer"},
        {"verb": "dtmf", "dtmf": "12#"},
        {"verb": "dub", "action": "addTrack", "track": "music"},
        {"verb": "pause", "length": 3},
        {"verb": "play", "url": ["a.wav", "b.wav"]},
        {"verb": "sip:refer", "referTo": "sip:a@b", "actionHook": "/more"},
        {"verb": "sip:request", "method": "INFO", "actionHook": "/more"},
        {"verb": "listen", "url": "/audio", "maxLength": 5, "actionHook": "/more"},
        {"verb": "transcribe", "enable": False},
        {"verb": "dequeue", "name": "q", "actionHook": "/more"},
        {"verb": "dequeue", "name": "q"},
        {"verb": "config", "record": {"action": "startCallRecording", "siprecServerURL": "sip:r@s"}},
    ],
)
def test_every_other_verb_comes_to_its_end(verb: dict[str, Any]) -> None:
    call = DrivenCall([SAY, verb, {"verb": "say", "text": "After."}, HANGUP], {"/more": []})
    assert call.transcript.lines("app")[-1] == "After."
    assert call.transcript.ok, call.transcript.errors


def test_many_verbs_that_take_no_time_are_no_loop() -> None:
    call = DrivenCall([{"verb": "tag", "data": {"n": 1}}] * 200 + [{"verb": "say", "text": "Hi."}, {"verb": "hangup"}])
    assert call.heard("Hi.")
