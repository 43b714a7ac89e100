"""The call as the server runs it: one verb at a time off a stack that hooks and commands replace.

No sockets, no threads, no clock. Time passes as fast as the app answers: what would take a while only
moves :attr:`Machine.now`. The shell (:mod:`.call`) sends what is in :attr:`Machine.out` and brings answers,
commands and the caller's turns; :attr:`Machine.waiting` says what the call waits for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidVerb
from .effects import (
    Answer,
    Ask,
    Effect,
    Hear,
    HookFailed,
    HungUp,
    Idle,
    Killed,
    Notice,
    Replaced,
    Steps,
    StreamEnd,
    Until,
    Verb,
)
from .judge import judge
from .leg import Leg
from .session import Session
from .streams import Streams
from .tokens import TokenBuffer
from .transcript import Entry, Transcript, Who
from .verbs import TASKS

__all__ = ["Machine", "World"]


@dataclass(frozen=True)
class World:
    """How everyone but the app and the caller behaves.

    ``callees``: what happens to the first, second ... ``dial``: ``answer`` (and hangs up after a moment), ``stay``
    (answers and stays until the caller or the app ends it), ``busy``, ``no-answer`` or ``failed``; the last is used
    again. ``callee_presses``: the keys that callees press when a confirmHook asks them, in order.
    ``queue_rounds``: how often a waitHook is asked before somebody takes the caller out of the queue, or lets them
    into the conference; None: never. ``queue_waiting``: how many callers wait in the queues that a ``dequeue`` takes
    them from. ``server``: the version of jambonz whose options are known (``"0.9"``), None for all of them.
    """

    callees: tuple[str, ...] = ("answer",)
    callee_presses: tuple[str, ...] = ()
    queue_rounds: int | None = 2
    queue_waiting: int = 1
    server: str | None = None


class Machine:
    """One call. Not thread-safe: the shell calls it from one thread."""

    def __init__(self, leg: Leg, world: World, transcript: Transcript, *, websocket: bool) -> None:
        self.world = world
        self.transcript = transcript
        self.main = Session(self, leg)
        #: the app is reached over a WebSocket: the call waits for commands when the stack is empty
        self.websocket = websocket
        #: the app has closed its connection for good
        self.app_gone = False
        self.tokens = TokenBuffer()
        #: the audio streams that listen verbs have opened
        self.streams = Streams(self)
        self.out: list[Ask | Notice] = []
        self.waiting: Effect | None = None
        self.over = False
        self.now = 0.0
        self.answered_at: float | None = None
        #: the verb that runs, and the leg that a dial has connected
        self.current: str | None = None
        self.bridged: Leg | None = None
        #: what ``config`` has set for the rest of the call
        self.config: Verb = {}
        #: a status hook set by ``redirect``
        self.status_hook: Any = None
        self.dials = 0
        self.queue_waiting = world.queue_waiting
        self.callee_keys = list(world.callee_presses)
        self._steps: Steps | None = None
        self._pending: Killed | None = None
        self._is_empty = False
        self._aside: dict[Ask, Callable[[Answer], None] | None] = {}

    # -- what the shell calls

    def begin(self, answer: object) -> None:
        """Start the call with the app's first answer."""
        try:
            verbs = judge([] if answer is None else answer, self.world.server)
        except InvalidVerb as error:
            return self.reject(f"the first answer is void: {error}")
        if not verbs:
            return self.reject("the first answer has no verbs")
        self.status(self.main.leg, "trying")
        self.main.stack = verbs
        self._steps = self._run()
        return self._resume()

    def reject(self, why: str, code: int = 480) -> None:
        """The call fails before it has begun."""
        self.error(why)
        self._end("jambonz", f"rejected ({code})", "failed", code)
        self.over = True

    def decline(self, code: int, reason: str | None = None) -> None:
        """The app does not want a call that has not been answered."""
        self._end("app", f"declined ({code})", "failed", code, reason)
        self._kill(HungUp())

    def answer(self, ask: Ask, data: object = None, error: str | None = None) -> None:
        """What the app answered to a hook, or why it did not."""
        reply = self._judge(ask, data, error)
        if ask in self._aside:
            then = self._aside.pop(ask)
            if then is not None and not self.main.gone:
                then(reply)
        elif self.waiting is ask:
            pending, self._pending = self._pending, None
            self._resume(reply, pending)

    def turn(self, turn: object) -> None:
        """What the caller did, or None: the wait is over."""
        self._resume(turn)

    def hang_up(self, by: str, reason: str = "completed") -> None:
        """End the call, from either side or by jambonz itself."""
        if self.main.gone:
            return
        if self.answered_at is None:
            self._end(by, reason, "no-answer" if by == "caller" else "failed", 487 if by == "caller" else 603)
        else:
            self._end(by, reason, "completed", None)
        self._kill(HungUp())

    def replace(self, verbs: list[Verb]) -> None:
        """Other verbs for those on the stack; the one that runs is stopped."""
        if self.main.gone:
            return
        self.main.stack = verbs
        self._kill(Replaced())

    def append(self, verbs: list[Verb]) -> None:
        """More verbs behind those on the stack."""
        self.main.stack += verbs
        self.wake()

    def wake(self) -> None:
        """Something has changed: a call with an empty stack looks again at what it waits for."""
        if self._is_empty and isinstance(self.waiting, Idle | Hear):
            self._resume()

    def settle(self) -> bool:
        """A second has passed without new text: speak what is left over. False if there was nothing to do."""
        said = self.spoken(self.tokens.settle())
        self.stream_ended()
        return said

    # -- what verbs and commands call

    def aside(self, ask: Ask, then: Callable[[Answer], None] | None = None) -> None:
        """Ask the app without waiting: the verbs of the answer go to ``then``, nowhere without it."""
        self._aside[ask] = then
        self.out.append(ask)

    def tell(self, type: str, data: Mapping[str, Any], hook: str | None = None) -> None:
        self.out.append(Notice(type, data, hook))

    def status(self, leg: Leg, status: str, sip_status: int | None = None, reason: str | None = None) -> None:
        """A leg has got so far: the app is told by ``call:status``."""
        leg.become(status, sip_status, reason)
        more: dict[str, Any] = {}
        if status == "completed":
            started = self.answered_at
            more["duration"] = int(self.now - started) if started is not None else 0
        self.tell("call:status", leg.describe(**more))
        side = "" if leg is self.main.leg else f" ({leg.to})"
        self.note("status", f"call:status {status}{side}")

    def verb_status(self, event: str, verb: Verb, *, by: str = "verb") -> None:
        if self.config.get("notifyEvents") and self.websocket:
            data = {"event": event, by: verb["verb"]} | ({"id": verb["id"]} if "id" in verb else {})
            self.tell("verb:status", data)
            self.note("status", f"verb:status {verb['verb']} {event}")

    def note(self, who: Who, text: str) -> None:
        self.transcript.add(Entry(who, text, self.now))

    def error(self, text: str) -> None:
        """The app got something wrong."""
        self.note("error", text)

    def complain(self, message: str, details: str, **more: Any) -> None:
        """Tell the app by ``jambonz:error`` what it got wrong."""
        self.tell("jambonz:error", {"msg": message, "details": details, **more})

    def spoken(self, texts: list[str]) -> bool:
        """Say streamed text, and pass on what the buffer has to tell."""
        for text in texts:
            self.note("app", text)
        for event in self.tokens.events():
            self.tell("tts:streaming-event", {"event_type": event})
            self.note("status", f"tts:streaming-event {event}")
        return bool(texts)

    def stream_ended(self) -> None:
        """Let a ``say`` that streams go on if all its text has been spoken."""
        if isinstance(self.waiting, StreamEnd) and self.tokens.done:
            self._resume()

    # -- the run

    def _run(self) -> Steps:
        main = self.main
        while not main.gone:
            try:
                while main.stack and not main.gone:
                    yield from self.execute(main, main.stack.pop(0))
                if main.gone or not self.websocket or self.app_gone:
                    break
                yield from self._await_commands()
            except Replaced:
                continue
            except HungUp:
                break
            except HookFailed as failed:
                # a hook that fails outside of a gather or dial ends the call: the server leaves its loop
                self.note("event", f"jambonz ends the call: {failed}")
                break
        if not main.gone:
            if self.answered_at is None:
                self.note("event", "the verbs are done and none of them has answered the call")
                self._end("jambonz", "rejected (603)", "failed", 603)
            else:
                self._end("jambonz", "completed", "completed", None)

    def execute(self, session: Session, verb: Verb) -> Steps:
        """Run one verb, of the call itself or of a session inside it."""
        self.transcript.verbs.append(verb)
        outer, self.current = self.current, verb["verb"]
        self.verb_status("starting", verb, by="name")
        try:
            steps = TASKS[verb["verb"]](session, verb)
            if steps is not None:
                yield from steps
        finally:
            self.current = outer
            self.verb_status("finished", verb, by="name")

    def _await_commands(self) -> Steps:
        self._is_empty = True
        try:
            while not self.main.stack and not self.app_gone:
                if self.config.get("bargeIn", {}).get("enable"):
                    yield from self.main.barge_in(Hear(optional=True))
                else:
                    yield Idle()
        finally:
            self._is_empty = False

    # -- inside

    def _judge(self, ask: Ask, data: object, error: str | None) -> Answer:
        if error is None:
            try:
                return Answer(judge(data, self.world.server) if isinstance(data, list) else [])
            except InvalidVerb as invalid:
                error = f"the answer to {_where(ask)} is void: {invalid}"
        self.error(error)
        return Answer(error=error)

    def _kill(self, kill: Killed) -> None:
        if isinstance(self.waiting, Ask):
            # an action hook that waits for its answer ends its verb anyway; others stop when it has come
            if not self.waiting.action:
                self._pending = kill
        elif self.waiting is not None:
            self._resume(kill=kill)

    def _resume(self, value: object = None, kill: Killed | None = None) -> None:
        steps = self._steps
        if steps is None:
            return
        self.waiting = None
        try:
            effect: Effect = steps.send(value) if kill is None else steps.throw(kill)
        except StopIteration:
            self.over = True
            self.streams.end(*self.streams.forks)
            return
        self.waiting = effect
        if isinstance(effect, Ask):
            self.out.append(effect)
        elif (isinstance(effect, StreamEnd) and self.tokens.done) or (isinstance(effect, Until) and effect.done()):
            self._resume()

    def _end(self, by: str, reason: str, status: str, sip_status: int | None, why: str | None = None) -> None:
        self.main.gone = True
        self.main.stack = []
        self.main.leg.terminated_by = "caller" if by == "caller" else "jambonz"
        self.status(self.main.leg, status, sip_status, why)
        self.transcript.ended_by = by
        self.transcript.end_reason = reason


def _where(ask: Ask) -> str:
    """How people know this hook."""
    hook = ask.hook
    return str(hook["url"] if isinstance(hook, Mapping) else hook or ask.type)
