"""Conferences."""

from __future__ import annotations

from typing import Any

from ..driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}


def test_a_conference_waits_for_its_moderator_and_reports_events() -> None:
    verb = {
        "verb": "conference",
        "name": "room",
        "startConferenceOnEnter": False,
        "waitHook": "/wait",
        "enterHook": "/enter",
        "statusHook": "/status",
        "statusEvents": ["join", "leave"],
        "actionHook": "/over",
    }
    hooks: Any = {"/wait": [{"verb": "say", "text": "Wait."}], "/enter": [SAY], "/status": None, "/over": [SAY]}
    call = DrivenCall([verb], hooks).caller_hangs_up()
    assert call.transcript.lines("app") == ["Wait.", "Wait.", "Hi."]
    assert [message["event"] for message in call.payloads_of("/status")] == ["join"]
    assert call.payloads_of("/over")


def test_an_enter_hook_that_answers_with_its_conference_does_not_run_it_in_itself() -> None:
    verb = {"verb": "conference", "name": "room", "enterHook": "/enter"}
    call = DrivenCall([verb], {"/enter": [verb]}).caller_hangs_up()
    assert "conference cannot run while the caller waits" in call.transcript.errors[0]
    assert len(call.payloads_of("/enter")) == 1


def test_whoever_starts_a_conference_has_it_recorded() -> None:
    verb = {"verb": "conference", "name": "room", "record": {"path": "rooms/room.wav"}}
    call = DrivenCall([verb])
    assert "the conference room is recorded into rooms/room.wav" in call.transcript.lines("event")
