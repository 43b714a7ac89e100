"""Conferences with several members, and the commands that change what they hear."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from jambonz_sync.errors import InvalidVerb
from jambonz_sync.simulator.engine.conference_commands import change_member
from jambonz_sync.simulator.engine.conferences import Conferences, Member
from jambonz_sync.simulator.engine.leg import Leg
from jambonz_sync.simulator.engine.party import Party
from jambonz_sync.simulator.engine.scenario import Scenario
from jambonz_sync.simulator.engine.state import CallState
from jambonz_sync.simulator.engine.transcript import Transcript

GUEST = {"startConferenceOnEnter": False}


class Room:
    """One conference, and all that its members are told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.conferences = Conferences(threading.Lock(), lambda: self.now)
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.call = CallState(Leg(), Scenario(), Transcript(), websocket=True)

    def enter(self, name: str, **verb: Any) -> Member:
        party = Party(Leg(from_=name), lambda action: action() and None, lambda who, text: None)
        member = Member(party, {"name": "room", **verb}, lambda event: self.events.append((name, event)))
        member.tag = verb.get("memberTag")
        self.entered = self.conferences.enter("room", member)
        return member

    def hears(self, member: Member) -> list[str]:
        return [party.number for party in self.conferences.listeners("room", member)]

    def command(self, member: Member, command: str, **data: Any) -> None:
        change_member(self.call, self.conferences, member, command, data)


def test_those_who_wait_join_when_a_moderator_does() -> None:
    room = Room()
    guest = room.enter("guest", **GUEST)
    assert not guest.begun.done
    moderator = room.enter("moderator")
    assert guest.begun.done
    assert moderator.begun.done
    assert room.hears(guest) == ["moderator"]
    assert [(name, event["event"], event["members"]) for name, event in room.events] == [
        ("moderator", "start", 0),
        ("moderator", "join", 1),
        ("moderator", "join", 2),
        ("guest", "join", 2),
    ]


def test_who_has_left_while_they_wait_does_not_join() -> None:
    room = Room()
    guest = room.enter("guest", **GUEST)
    room.conferences.leave("room", guest)
    moderator = room.enter("moderator")
    assert room.hears(moderator) == []
    room.now = 12.5
    room.conferences.leave("room", moderator)
    room.conferences.leave("room", moderator)
    assert room.events[-1] == ("moderator", {"event": "end", "duration": 12, "members": 0})
    assert not room.enter("guest", **GUEST).begun.done


def test_one_who_ends_the_conference_takes_all_out_of_it() -> None:
    room = Room()
    host, guest = room.enter("host", endConferenceOnExit=True), room.enter("guest")
    room.conferences.leave("room", guest)
    assert not host.over.done
    late = room.enter("late", maxParticipants=2)
    assert room.entered
    room.enter("too late", maxParticipants=2)
    assert not room.entered
    room.conferences.leave("room", host)
    assert late.over.value == "the conference has ended"


def test_members_are_muted_held_and_coached() -> None:
    room = Room()
    boss, agent, customer = room.enter("boss"), room.enter("agent", memberTag="agent"), room.enter("customer", **GUEST)
    room.command(boss, "conf:participant-action", action="coach", tag="agent")
    assert room.hears(boss) == ["agent"]
    room.command(customer, "conf:participant-action", action="tag", tag="agent")
    assert room.hears(boss) == ["agent", "customer"]
    room.command(customer, "conf:participant-action", action="untag")
    room.command(boss, "conf:participant-action", action="uncoach")
    assert room.hears(boss) == ["agent", "customer"]
    room.command(agent, "conf:hold-status", conf_hold_status="hold")
    assert room.hears(boss) == ["customer"]
    assert room.hears(agent) == []
    room.command(agent, "conf:hold-status", conf_hold_status="unhold")
    room.command(agent, "mute:status", mute_status="mute")
    assert room.hears(agent) == []
    assert room.hears(boss) == ["agent", "customer"]
    room.command(agent, "mute:status", mute_status="unmute")
    room.command(boss, "conf:mute-status", conf_mute_status="mute")
    assert room.hears(customer) == []
    assert room.hears(agent) == ["boss", "customer"]
    room.command(boss, "conf:mute-status", conf_mute_status="unmute")
    assert room.hears(customer) == ["boss", "agent"]
    room.command(customer, "conf:participant-action", action="kick")
    assert customer.over.value == "kicked"


@pytest.mark.parametrize(
    ("command", "data", "words"),
    [
        ("conf:participant-action", {"action": "dance"}, "action must be one of"),
        ("conf:participant-action", {"action": "coach"}, "coach needs a tag"),
        ("conf:mute-status", {}, "conf_mute_status must be one of mute, unmute"),
        ("mute:status", {"mute_status": 1}, "mute_status must be one of"),
    ],
)
def test_a_command_that_says_nothing_of_use_is_refused(command: str, data: dict[str, Any], words: str) -> None:
    room = Room()
    with pytest.raises(InvalidVerb, match=words):
        room.command(room.enter("member"), command, **data)


def test_the_music_of_a_member_on_hold_is_said_not_to_be_simulated() -> None:
    room = Room()
    room.command(room.enter("member"), "conf:hold-status", conf_hold_status="hold", wait_hook="/music")
    assert "not simulated: conf:hold-status" in room.call.transcript.lines("event")[0]
