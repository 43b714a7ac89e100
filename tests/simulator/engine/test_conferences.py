"""Conferences with several members, and the commands that change what they hear."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from jambonz_sync.errors import InvalidVerb
from jambonz_sync.simulator.engine.conference_commands import change_member, say_in_room
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
        self.heard: list[tuple[str, str]] = []
        self.music: list[object] = []
        self.conference = Conferences(threading.RLock(), lambda: self.now).named("room")
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.call = CallState(Leg(), Scenario(), Transcript(), websocket=True)

    def enter(self, name: str, **verb: Any) -> Member:
        party = Party(
            Leg(from_=name), lambda action: action() and None, lambda who, text: self.heard.append((name, text))
        )
        member = Member(party, {"name": "room", **verb}, lambda event: self.events.append((name, event)))
        member.on_hold = self.music.append
        member.end_after = member.over.set
        member.tag = verb.get("memberTag")
        self.entered = self.conference.enter(member)
        if self.entered == "in":
            self.conference.join(member)
        elif self.entered == "waits":
            member.begun.on_done(lambda _: self.conference.join(member))
        return member

    def hears(self, member: Member) -> list[str]:
        return [party.number for party in self.conference.listeners(member)]

    def command(self, member: Member, command: str, **data: Any) -> None:
        change_member(self.call, self.conference, member, command, data)

    def told(self, *names: str) -> list[tuple[str, str, int]]:
        return [(name, event["event"], event["members"]) for name, event in self.events if name in (names or (name,))]


def test_those_who_wait_join_when_a_moderator_does() -> None:
    room = Room()
    guest = room.enter("guest", **GUEST)
    assert not guest.begun.done
    moderator = room.enter("moderator", beep=True)
    assert guest.begun.done
    assert room.hears(guest) == ["moderator"]
    assert room.heard == [("moderator", "(beeps)")]
    assert room.told() == [("moderator", "start", 0), ("moderator", "join", 1), ("guest", "join", 2)]
    assert room.hears(moderator) == ["guest"]


def test_the_status_hook_of_who_starts_a_conference_is_that_of_those_who_join_later() -> None:
    room, hook = Room(), {"statusHook": "/mine", "statusEvents": ["join"]}
    waiting = room.enter("waiting", **GUEST, **hook)
    room.enter("first", statusHook="/all", statusEvents=["leave"])
    joining = room.enter("joining", **hook)
    assert (waiting.verb["statusHook"], joining.verb["statusHook"]) == ("/mine", "/all")
    assert joining.verb["statusEvents"] == ["leave"]
    assert room.conference.started_by(joining) is False


def test_who_has_left_while_they_wait_does_not_join() -> None:
    room = Room()
    guest = room.enter("guest", **GUEST)
    room.conference.leave(guest)
    moderator = room.enter("moderator")
    assert room.hears(moderator) == []
    room.now = 12.5
    room.conference.leave(moderator)
    room.conference.leave(moderator)
    assert room.events[-1] == ("moderator", {"event": "end", "duration": 12.5, "members": 0})
    assert not room.enter("guest", **GUEST).begun.done


def test_the_last_one_who_ends_a_conference_takes_all_out_of_it_after_a_while() -> None:
    room = Room()
    host, guest = room.enter("host", endConferenceOnExit=True), room.enter("guest")
    room.conference.leave(guest)
    assert not host.over.done
    late = room.enter("late", maxParticipants=3)
    second = room.enter("second", endConferenceOnExit=True, endConferenceDuration=5)
    room.enter("too late")
    assert room.entered == "full"
    room.conference.leave(host)
    assert not late.over.done
    room.conference.leave(second)
    assert late.over.value == 5


def test_a_member_who_talks_is_told_of_unless_nobody_can_hear_them() -> None:
    room = Room()
    ann = room.enter("ann")
    room.conference.talk(ann, begins=True)
    room.conference.talk(ann, begins=False)
    room.command(ann, "mute:status", mute_status="mute")
    room.conference.talk(ann, begins=True)
    assert room.told()[2:] == [("ann", "start-talking", 1), ("ann", "stop-talking", 1)]


def test_members_are_muted_held_and_coached() -> None:
    room = Room()
    boss, agent, customer = (
        room.enter("boss", startConferenceOnEnter=True),
        room.enter("agent", memberTag="agent"),
        room.enter("customer"),
    )
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
    assert room.hears(agent) == []  # the app has not said of them that they may start the conference
    assert room.hears(boss) == ["agent", "customer"]
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


def test_a_member_on_hold_hears_the_last_hook_that_was_given_for_that() -> None:
    room = Room()
    member = room.enter("member")
    room.command(member, "conf:hold-status", conf_hold_status="hold")
    room.command(member, "conf:participant-action", action="hold", wait_hook="/music")
    room.command(member, "conf:hold-status", conf_hold_status="unhold")
    room.command(member, "conf:hold-status", conf_hold_status="hold")
    assert room.music == [None, "/music", None, "/music"]


def test_what_is_said_in_the_room_is_heard_by_all_who_are_not_on_hold() -> None:
    room = Room()
    room.enter("ann")
    room.command(room.enter("bob"), "conf:hold-status", conf_hold_status="hold")
    say_in_room(room.conference, "room:say", {"text": ["Hello.", "Hi."]})
    say_in_room(room.conference, "room:play", {"url": "gong.wav"})
    assert room.heard == [("ann", "Hello."), ("ann", "(plays gong.wav)")]
    for text in (None, "", [], 1):
        with pytest.raises(InvalidVerb, match="room:say needs text"):
            say_in_room(room.conference, "room:say", {"text": text})
