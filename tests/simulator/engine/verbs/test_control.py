"""Verbs that steer the call."""

from __future__ import annotations

from typing import Any

import pytest

from ..driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}
HANGUP = {"verb": "hangup"}


def test_an_early_media_verb_does_not_answer_the_call() -> None:
    call = DrivenCall([{"verb": "say", "text": "Ringing.", "earlyMedia": True}, {"verb": "sip:decline", "status": 486}])
    statuses = [(message["call_status"], message["sip_status"]) for message in call.notified("call:status")]
    assert statuses == [("trying", 100), ("failed", 486)]
    assert call.transcript.end_reason == "declined (486)"
    assert call.heard("Ringing.")


def test_a_tag_is_in_every_later_hook() -> None:
    call = DrivenCall(
        [{"verb": "tag", "data": {"someKey": 1}}, {"verb": "redirect", "actionHook": "/next"}], {"/next": [SAY, HANGUP]}
    )
    assert call.payloads_of("/next")[0]["customerData"] == {"someKey": 1}


def test_a_redirect_asks_with_session_redirect_and_runs_what_comes_back() -> None:
    call = DrivenCall(
        [{"verb": "redirect", "actionHook": "/next"}, SAY], {"/next": [{"verb": "say", "text": "Next."}, HANGUP]}
    )
    assert call.requests[0].type == "session:redirect"
    assert call.transcript.lines("app") == ["Next."]


def test_verbs_that_do_not_wait_for_their_hook_let_the_next_one_run() -> None:
    def sent(data: dict[str, Any]) -> Any:
        assert data["message_status"] == "success"
        return [{"verb": "say", "text": "Sent."}, HANGUP]

    message = {"verb": "message", "to": "1", "from": "2", "text": "Hey", "actionHook": "/sent"}
    call = DrivenCall([message, {"verb": "gather", "actionHook": "/g"}], {"/sent": sent, "/g": []})
    assert call.heard("Sent.")
    assert call.payloads_of("/g") == []


@pytest.mark.parametrize("name", ["hangup", "sip:refer", "sip:request"])
def test_what_needs_an_answered_call_is_skipped_before_it(name: str) -> None:
    options = {"sip:refer": {"referTo": "sip:a@b"}, "sip:request": {"method": "INFO"}}.get(name, {})
    call = DrivenCall([{"verb": name, **options}, SAY, HANGUP])
    assert f"{name} is skipped: the call has not been answered" in call.transcript.lines("event")
    assert call.heard("Hi.")


def test_a_call_that_has_been_answered_cannot_be_declined() -> None:
    call = DrivenCall([SAY, {"verb": "sip:decline", "status": 486}, HANGUP])
    assert call.transcript.end_reason == "completed"


def test_a_caller_who_is_referred_elsewhere_leaves() -> None:
    refer = {"verb": "sip:refer", "referTo": "sip:a@b", "actionHook": "/referred", "eventHook": "/event"}
    call = DrivenCall([SAY, refer], {"/referred": [], "/event": []})
    assert call.payloads_of("/event")[0]["event"] == "transfer-status"
    assert call.payloads_of("/referred")[0]["refer_status"] == 202
    assert call.machine.finished
