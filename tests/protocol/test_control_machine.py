"""ControlProtocol against a small model of jambonz: whatever happens in whatever order, no ack is doubled, no command
leaves where jambonz would not hear it, none is lost, doubled or overtaken, and first verbs arrive."""

from __future__ import annotations

import json
import logging
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from jambonz_sync.errors import ReplyError, SessionClosed
from jambonz_sync.protocol.call_states import Phase, State
from jambonz_sync.protocol.control import HOLDING, ControlProtocol, Hook


class Jambonz:
    """What the server knows. Frames on the wire that it has not read are lost with the connection."""

    def __init__(self) -> None:
        self.connected = True
        self.wire: list[dict[str, Any]] = []
        self.opening = ""  # the msgid of the opening message of this connection
        self.opening_acked = False  # by what has been written
        self.has_ack = False  # it has read that
        self.may_listen = False  # this side can know it: by a message that follows the ack, or the time to settle
        self.asked: set[str] = set()  # msgids of this connection that want an ack
        self.first: list[dict[str, Any]] | None = None  # verbs that the call began with
        self.used: list[str] = []  # numbers of the verbs that it has run
        self.commands: list[int] = []  # numbers of the commands that were written, ever

    def write(self, frames: list[str]) -> None:
        for frame in map(json.loads, frames):
            assert self.connected, "written to a connection that is gone"
            if frame["type"] == "ack":
                assert frame["msgid"] in self.asked, "an ack that nobody waits for"
                self.asked.remove(frame["msgid"])
                if frame["msgid"] == self.opening:
                    self.opening_acked = True
            else:
                assert self.opening_acked, "a command before the ack of the opening"
                assert self.may_listen, "a command that jambonz does not hear"
                self.commands += [int(verb["text"]) for verb in frame["data"] if verb["verb"] == "say"]
            self.wire.append(frame)

    def read(self) -> None:
        frame = self.wire.pop(0)
        verbs = frame.get("data") or []
        if frame["type"] == "ack" and frame["msgid"] == self.opening:
            self.has_ack = True
            if self.first is not None:
                return  # the answer to a reconnect is used only where session:new had none
            self.first = verbs
        self.used += [verb["text"] for verb in verbs if verb["verb"] == "say"]


class Misses(logging.Handler):
    """What happened that the table of the protocol does not know."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []
        logging.getLogger("jambonz_sync.protocol").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class Calls(RuleBasedStateMachine):
    hooks = Bundle("hooks")

    def __init__(self) -> None:
        super().__init__()
        self.protocol = ControlProtocol()
        self.misses = Misses()
        self.jambonz = Jambonz()
        self.issued: list[int] = []  # numbers of the commands, in the order in which they were given
        self.count = 0
        self.over = False
        self.first: list[dict[str, Any]] | None = None  # the answer to session:new, if it was there in time

    # -- jambonz

    def msgid(self) -> str:
        self.count += 1
        return f"m{self.count}"

    def heard(self, kind: str) -> None:
        """A message that jambonz sends only when it has had the ack."""
        self.jambonz.may_listen = True
        self.jambonz.write(self.protocol.heard(kind))

    @precondition(lambda self: self.jambonz.connected and not self.jambonz.opening and not self.over)
    @rule(target=hooks, before=st.sampled_from([None, "unanswered", "answered"]))
    def opens(self, before: str | None) -> Hook:
        """The call is new, or it began ``before`` this process did."""
        kind = "session:reconnect" if self.protocol.begun or before else "session:new"
        if before == "answered" and not self.protocol.begun:
            self.jambonz.first = [{"verb": "say", "text": "earlier"}]
        msgid = self.jambonz.opening = self.msgid()
        self.jambonz.asked.add(msgid)
        begins = not self.protocol.begun
        hook, frames = self.protocol.receive(kind, msgid, kind, 0.0)
        assert (hook.opening, hook.begins) == (True, begins)
        self.jambonz.write(frames)
        return hook

    @precondition(lambda self: self.jambonz.connected and not self.over)
    @rule(kind=st.sampled_from(["call:status", "jambonz:error"]))
    def reports(self, kind: str) -> None:
        self.jambonz.write(self.protocol.heard(kind))  # at any time, also before anything else

    @precondition(lambda self: self.jambonz.has_ack and not self.over)
    @rule(kind=st.sampled_from(["verb:status", "tts:streaming-event", "llm:event"]))
    def tells(self, kind: str) -> None:
        self.heard(kind)

    @precondition(lambda self: self.jambonz.has_ack and not self.over)
    @rule(target=hooks, kind=st.sampled_from(["verb:hook", "dial:confirm"]), notification=st.booleans())
    def asks(self, kind: str, notification: bool) -> Hook:
        self.heard(kind)
        msgid = self.msgid()
        self.jambonz.asked.add(msgid)
        hook, frames = self.protocol.receive(kind, msgid, "/h", 0.0, notification=notification)
        self.jambonz.write(frames)
        assert bool(frames) is notification
        return hook

    @precondition(lambda self: self.jambonz.wire and self.jambonz.connected)
    @rule()
    def reads(self) -> None:
        self.jambonz.read()

    @precondition(lambda self: self.jambonz.connected)
    @rule()
    def drops(self) -> None:
        jambonz = self.jambonz
        jambonz.connected = jambonz.opening_acked = jambonz.has_ack = jambonz.may_listen = False
        jambonz.opening = ""
        jambonz.wire.clear()
        jambonz.asked.clear()
        self.protocol.dropped()

    @precondition(lambda self: not self.jambonz.connected and not self.over)
    @rule()
    def connects(self) -> None:
        self.jambonz.connected = True
        self.protocol.connected()

    # -- time and the application

    @precondition(lambda self: self.protocol.phase is Phase.SETTLING)
    @rule()
    def settles(self) -> None:
        self.jambonz.may_listen = True
        self.jambonz.write(self.protocol.settled())

    @rule()
    @precondition(lambda self: self.count > 3)
    def ends(self) -> None:
        self.over = True
        self.protocol.closed()

    def give(self) -> list[dict[str, Any]]:
        self.count += 1
        return [{"verb": "say", "text": str(self.count)}]

    @rule()
    def sends(self) -> None:
        verbs = self.give()
        try:
            frames = self.protocol.send(verbs)
        except SessionClosed:
            assert self.over
            return
        self.issued.append(self.count)
        self.jambonz.write(frames)

    @rule(hook=hooks)
    def expires(self, hook: Hook) -> None:
        self.jambonz.write(self.protocol.expire(hook))

    @rule(hook=consumes(hooks), empty=st.booleans())
    def answers(self, hook: Hook, empty: bool) -> None:
        was, first = hook.state, hook is self.protocol.opening
        verbs = [] if empty else self.give()
        try:
            frames = self.protocol.answer(hook, verbs)
        except SessionClosed:
            assert self.over
            return
        except ReplyError:
            # a hook comes a second time only where a reconnect gave the same one out again
            assert was is State.REPLIED or (verbs and (was is State.NOTIFIED or hook.kind == "dial:confirm"))
            return
        by_command = was in (State.EXPIRED, State.LOST) and not (first and was is State.LOST and not self.listening)
        if verbs and by_command:
            self.issued.append(self.count)
        if first and not by_command:
            self.first = verbs
        self.jambonz.write(frames)
        assert hook.state is State.REPLIED

    @property
    def listening(self) -> bool:
        return self.jambonz.connected and bool(self.jambonz.opening)

    def teardown(self) -> None:
        logging.getLogger("jambonz_sync.protocol").removeHandler(self.misses)

    # -- what must hold

    @invariant()
    def nothing_happens_that_the_table_does_not_know(self) -> None:
        assert self.misses.lines == []

    @invariant()
    def every_command_leaves_once_and_in_order(self) -> None:
        written = self.jambonz.commands
        assert written == self.issued[: len(written)]
        if self.protocol.phase is Phase.OPEN:
            assert written == self.issued
        elif not self.over:
            assert len(written) + len([text for text in self.protocol.pending_commands if '"say"' in text]) == len(
                self.issued
            )

    @invariant()
    def nothing_runs_twice(self) -> None:
        assert len(set(self.jambonz.used)) == len(self.jambonz.used)

    @invariant()
    def what_is_owed_is_what_jambonz_waits_for(self) -> None:
        assert {hook.msgid for hook in self.protocol.unacked} == self.jambonz.asked or self.over

    @invariant()
    def a_call_begins_with_its_first_verbs(self) -> None:
        if self.first is not None:
            assert self.jambonz.first in (None, self.first)
        else:
            assert self.jambonz.first in (None, list(HOLDING)) or "say" in str(self.jambonz.first)


TestCalls = Calls.TestCase
TestCalls.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
