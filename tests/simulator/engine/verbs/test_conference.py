"""Conferences."""

from __future__ import annotations

import json
from typing import Any

from jambonz_sync.simulator import Scenario
from jambonz_sync.simulator.engine.conferences import RoomStream
from jambonz_sync.simulator.engine.leg import Leg
from jambonz_sync.simulator.engine.party import Party

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
        "statusEvents": ["start", "join", "leave", "end"],
        "actionHook": "/over",
    }
    hooks: Any = {"/wait": [{"verb": "say", "text": "Wait."}], "/enter": [SAY], "/status": None, "/over": [SAY]}
    call = DrivenCall([verb], hooks).caller_hangs_up()
    assert call.transcript.lines("app") == ["Wait.", "Wait.", "Hi."]
    # somebody else has started it, and stays in it
    assert [(message["event"], message["members"]) for message in call.payloads_of("/status")] == [
        ("join", 2),
        ("leave", 1),
    ]
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


def events_of(call: DrivenCall) -> list[str]:
    return [message["event"] for message in call.payloads_of("/status")]


STATUS: dict[str, Any] = {
    "statusHook": "/status",
    "statusEvents": ["start", "join", "leave", "end", "start-talking", "stop-talking"],
}


def test_a_caller_who_is_alone_in_a_conference_starts_it_talks_and_ends_it() -> None:
    verb = {"verb": "conference", "name": "room", "enterHook": "/enter", **STATUS}
    call = DrivenCall([verb], {"/enter": [SAY], "/status": None}, caller=["hello there"]).caller_hangs_up()
    assert events_of(call) == ["start", "join", "start-talking", "stop-talking", "leave", "end"]
    join = call.payloads_of("/status")[1]
    assert join["conference_sid"] == f"conf:{call.state.leg.account_sid}:room"
    # the prompt of the enterHook comes before
    assert join["duration"] > 0
    assert join["time"].startswith("2026-01-01T00:00:0")
    assert join["friendly_name"] == "room"


def test_a_member_on_hold_hears_the_verbs_of_the_wait_hook() -> None:
    call = DrivenCall([{"verb": "conference", "name": "room"}], {"/music": [SAY], "/other": [{"verb": "leave"}]})
    call.command("conf:hold-status", {"conf_hold_status": "hold", "wait_hook": "/music"})
    assert call.transcript.lines("app") == ["Hi.", "Hi."]
    call.command("conf:participant-action", {"action": "hold", "wait_hook": "/other"})
    assert "leave cannot run while the caller waits, only pause, play, say" in call.transcript.errors[0]
    call.command("conf:participant-action", {"action": "unhold"})
    call.command("room:say", {"text": "All of you."})
    assert call.transcript.lines("app")[-1] == "All of you."
    call.command("conf:participant-action", {"action": "kick"})
    call.command("room:say", {"text": "Nobody."})
    assert "room:say is ignored: no conference runs" in call.transcript.lines("event")


LISTEN = {"url": "/fork", "mixType": "mixed", "metadata": {"conference": "7"}}


def test_the_audio_of_a_conference_goes_to_the_app_with_nothing_but_the_metadata_of_the_verb() -> None:
    verb = {"verb": "conference", "name": "room", "listen": LISTEN}
    call = DrivenCall([verb], caller=["hello there"])
    fork = call.fork
    call.tick(10)
    assert json.loads(str(call.stream_messages[fork][0])) == {"conference": "7"}
    assert any(call.audio())
    call.app_sends({"type": "playAudio", "data": {}})
    assert "bidirectional audio is disabled" in call.transcript.errors[0]
    call.caller_hangs_up()
    assert fork.ended


def test_a_conference_has_one_audio_stream_at_a_time_and_the_server_0_9_has_none() -> None:
    verb = {"verb": "conference", "name": "room"}
    call = DrivenCall([{**verb, "stream": LISTEN}])
    call.state.streams.dropped(call.fork, 1000)
    assert call.state.room is not None
    room, _ = call.state.room
    stream = RoomStream(Party(Leg(), lambda action: None, lambda who, text: None), print, print)
    assert room.stream(stream)
    assert not room.stream(stream)
    old = DrivenCall([{**verb, "listen": LISTEN}], scenario=Scenario(server="0.9"))
    assert [(each.code, each.where) for each in old.state.findings] == [
        ("option-ignored-by-server", "conference.listen")
    ]
    assert not old.stream_messages


def test_a_stream_of_a_conference_that_cannot_be_opened_is_no_stream() -> None:
    call = DrivenCall([{"verb": "conference", "name": "room", "listen": {"url": "nonsense"}}])
    assert "'nonsense' is no URL" in call.transcript.errors[0]
    assert call.state.room is not None
    assert call.state.room[0].stream(RoomStream(call.state.room[1].party, print, print))
