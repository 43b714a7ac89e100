"""``conference``: the caller joins a room, or waits until it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from ...media.fork import AudioFork
from ..clock import BEGINNING
from ..conferences import Conference, Conferences, Member, RoomStream
from ..flow import Flow, Killed, first_of
from ..party import Party
from ..stack import VerbStack
from ..turns import REQUEST_METHODS, Sound
from ..waits import HookRequest, Replaced, Steps, Verb
from .queue import CONFERENCE_VERBS, may_run, run_wait_hook
from .talk import talk_until

__all__ = ["conference"]

#: the options of a stream that a conference does without: it has one channel, and nobody hears what the app sends
_OF_A_ROOM: Mapping[str, Any] = {"mixType": "mono", "disableBidirectionalAudio": True, "bidirectionalAudio": None}


def conference(stack: VerbStack, verb: Verb) -> Steps:
    """Join a room, after waiting for its moderator if the verb says so, and stay until something else comes."""
    stack.pick_up(verb)
    call = stack.call
    if call.configuration.get("sipRequestWithinDialogHook"):
        call.request_methods = REQUEST_METHODS
    try:
        yield from _stay(stack, verb)
    except Killed as killed:
        yield from stack.run_action_hook(verb, use_answer=not isinstance(killed, Replaced))
        raise
    finally:
        # as on the server, nothing is listened for after a conference
        call.request_methods = frozenset()
    yield from stack.run_action_hook(verb)


def _stay(stack: VerbStack, verb: Verb) -> Steps:
    """Stay in the room until it ends for all, or somebody ends it for the caller."""
    call, name, meeting = stack.call, verb["name"], stack.call.meeting
    if meeting is None:
        room = Conferences(nullcontext(), lambda: call.now).named(name)
        party = Party(stack.leg, _do_at_once, call.note)
    else:
        room, party = meeting.conferences.named(name), meeting.party
    music = _HoldMusic(stack)
    member = Member(party, verb, on_hold=music.play)
    member.on_event = partial(_tell_event, stack, room, member)
    member.end_after = lambda seconds: _end_later(stack, member, seconds)
    member.muted, member.tag = bool(verb.get("joinMuted")), verb.get("memberTag")
    member.heard_by = verb.get("speakOnlyTo")
    entered = room.enter(member)
    if entered == "full":
        call.note("event", f"the conference {name} is full")
        return
    try:
        if entered == "waits":
            yield from _wait_to_begin(stack, verb, room, member)
        call.note("event", f"joins the conference {name}")
        yield from _run_enter_hook(stack, verb)
        room.join(member)
        call.room = room, member
        _start_recording(stack, verb, room, member)
        yield from talk_until(
            call,
            member.over,
            lambda: room.listeners(member),
            keys=bool(verb.get("distributeDtmf")),
            on_voice=partial(_hear, room, member),
        )
        call.note("event", f"leaves the conference {name}: {member.over.value}")
    finally:
        call.room = None
        music.play(None)
        room.leave(member)


def _do_at_once(action: Callable[[], object]) -> None:
    action()


def _wait_to_begin(stack: VerbStack, verb: Verb, room: Conference, member: Member) -> Steps:
    """Wait for somebody who starts the conference."""
    call, name = stack.call, verb["name"]
    call.note("event", f"waits for the conference {name}")
    wait = Flow(run_wait_hook(stack, verb, None), call.wait_of)
    wait.start()
    try:
        yield first_of(member.begun, wait)
    finally:
        wait.kill()
    if wait.error is not None:
        raise wait.error
    if call.meeting is None:
        room.let_in(member)
    yield member.begun


def _end_later(stack: VerbStack, member: Member, seconds: float) -> None:
    stack.call.clock.call_later(seconds, partial(member.over.set, "the conference has ended"))


def _hear(room: Conference, member: Member, sound: Sound | None) -> None:
    room.talk(member, begins=sound is not None)
    if sound is not None:
        room.speak(member, sound)


def _run_enter_hook(stack: VerbStack, verb: Verb) -> Steps:
    if verb.get("enterHook"):
        verbs = yield from stack.ask_app(verb["enterHook"], stack.leg.describe())
        if may_run(stack, verbs, verb["enterHook"], CONFERENCE_VERBS):
            yield from stack.nested(stack.leg).run_verbs(verbs)


class _HoldMusic:
    """What a member hears on hold: the verbs of a hook, asked again and again.

    Args:
        stack: The stack of the member.
    """

    def __init__(self, stack: VerbStack) -> None:
        self._stack = stack
        self._flow: Flow | None = None

    def play(self, hook: object) -> None:
        """Ask a hook from now on, and no other; None asks none."""
        flow, self._flow = self._flow, None
        if flow is not None:
            flow.kill()
        if hook is not None:
            self._flow = self._stack.call.start(run_wait_hook(self._stack, {"waitHook": hook}, None))


def _tell_event(stack: VerbStack, room: Conference, member: Member, event: Mapping[str, Any]) -> None:
    """Tell the statusHook of an event that it wants to know."""
    verb = member.verb
    if verb.get("statusHook") and event["event"] in (verb.get("statusEvents") or []):
        time = datetime.fromtimestamp(BEGINNING + room.now(), UTC).isoformat(timespec="milliseconds")
        about = {
            "time": time.replace("+00:00", "Z"),
            "conference_sid": f"conf:{stack.leg.account_sid}:{verb['name']}",
            "friendly_name": verb["name"],
        }
        stack.call.send_hook(HookRequest(verb["statusHook"], stack.leg.describe(**event, **about)))


# -- recordings


def _start_recording(stack: VerbStack, verb: Verb, room: Conference, member: Member) -> None:
    """Begin what whoever starts the conference wants of it: a recording, and an audio stream."""
    call, name = stack.call, verb["name"]
    path = (verb.get("record") or {}).get("path")
    if path and room.started_by(member):
        call.note("event", f"the conference {name} is recorded into {path}")
    options = verb.get("listen") or verb.get("stream")
    if not isinstance(options, dict):
        return
    if call.scenario.server == "0.9":
        text = "the server 0.9 does nothing about it: only calls have audio streams"
        call.find("option-ignored-by-server", text, where="conference.listen")
    else:
        _stream(stack, room, member.party, cast("Verb", options))


def _stream(stack: VerbStack, room: Conference, party: Party, options: Verb) -> None:
    """Open the audio stream of the conference, unless it has one. It ends with the conference, or with this call."""
    streams = stack.call.streams
    opened: list[AudioFork] = []
    stream = RoomStream(party, lambda sound: stack.call.sound(sound, "room"), lambda: streams.end(*opened))
    if not room.stream(stream):
        return
    fork = streams.open({**options, **_OF_A_ROOM}, {}, lambda fork: room.stream_ended(stream), of="room")
    if fork is None:
        room.stream_ended(stream)
    else:
        opened.append(fork)
