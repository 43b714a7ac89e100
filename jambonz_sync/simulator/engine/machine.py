"""The call as the server runs it: one verb at a time off a stack that hooks and commands replace.

No sockets, no threads, no clock. Time passes as fast as the app answers: what would take a while only
moves ``CallState.now``. The shell (:mod:`.call`) sends what is in ``CallState.out`` and brings answers,
commands and the caller's turns; :attr:`Machine.waiting` says what the call waits for.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...errors import InvalidVerb
from ..errors import HookFailed
from .stack import Session, VerbTask
from .state import CallState
from .validate import judge
from .waits import (
    Answer,
    Ask,
    Effect,
    Hear,
    HungUp,
    Idle,
    Killed,
    Replaced,
    Steps,
    StreamEnd,
    Until,
    Verb,
)

__all__ = ["Machine"]


class Machine:
    """Runs one call. Not thread-safe: the shell calls it from one thread."""

    def __init__(self, call: CallState, tasks: Mapping[str, VerbTask]) -> None:
        """``tasks`` has what is done for each verb."""
        self.call = call
        self.main = Session(call, call.leg, tasks)
        #: what the verb that runs waits for
        self.waiting: Effect | None = None
        #: the call has ended, and so has its last verb
        self.over = False
        self._steps: Steps | None = None
        self._pending: Killed | None = None
        self._is_empty = False
        call.streams.on_progress = self._look

    # -- what the shell calls

    def begin(self, answer: object) -> None:
        """Start the call with the app's first answer."""
        call = self.call
        try:
            verbs = judge([] if answer is None else answer, call.world.server)
        except InvalidVerb as error:
            return self.reject(f"the first answer is void: {error}")
        if not verbs:
            return self.reject("the first answer has no verbs")
        call.status(call.leg, "trying")
        self.main.stack = verbs
        self._steps = self._run()
        return self._resume()

    def reject(self, why: str, code: int = 480) -> None:
        """Let the call fail before it has begun."""
        self.call.error(why)
        self.call.end("jambonz", f"rejected ({code})", "failed", code)
        self.over = True

    def decline(self, code: int) -> None:
        """End a call that the app does not want, and that has not been answered."""
        self.call.decline(code)
        self._kill(HungUp())

    def answer(self, ask: Ask, data: object = None, error: str | None = None) -> None:
        """Go on with what the app answered to a hook, or with the reason why it did not."""
        reply = self._judge(ask, data, error)
        asides = self.call.asides
        if ask in asides:
            follow = asides.pop(ask)
            verbs = [] if follow is None or self.call.ended else follow(reply)
            if verbs:
                self.replace(verbs)
        elif self.waiting is ask:
            pending, self._pending = self._pending, None
            self._resume(reply, pending)

    def turn(self, turn: object) -> None:
        """Go on with what the caller did, or with None when the wait is over."""
        self._resume(turn)

    def hang_up(self, by: str, reason: str = "completed") -> None:
        """End the call, from either side or by jambonz itself."""
        if not self.call.ended:
            self.call.hang_up(by, reason)
            self._kill(HungUp())

    def replace(self, verbs: list[Verb]) -> None:
        """Put other verbs in the place of those on the stack; the one that runs is stopped."""
        if self.call.ended:
            return
        self.main.stack = verbs
        self._kill(Replaced())

    def append(self, verbs: list[Verb]) -> None:
        """Put more verbs behind those on the stack."""
        self.main.stack += verbs
        self.wake()

    def wake(self) -> None:
        """Let a call with an empty stack look again at what it waits for."""
        if self._is_empty and isinstance(self.waiting, Idle | Hear):
            self._resume()

    def settle(self) -> bool:
        """Speak the text that is left over when a second has passed without more. False if there was none."""
        said = self.call.spoken(self.call.tokens.settle())
        self.stream_ended()
        return said

    def stream_ended(self) -> None:
        """Let a ``say`` that streams go on if all its text has been spoken."""
        if isinstance(self.waiting, StreamEnd) and self.call.tokens.done:
            self._resume()

    # -- the run

    def _run(self) -> Steps:
        call, main = self.call, self.main
        while not call.ended:
            try:
                while main.stack and not call.ended:
                    yield from main.execute(main.stack.pop(0))
                if call.ended or not call.websocket or call.app_gone:
                    break
                yield from self._await_commands()
            except Replaced:
                continue
            except HungUp:
                break
            except HookFailed as failed:
                # a hook that fails outside of a gather or dial ends the call: the server leaves its loop
                call.note("event", f"jambonz ends the call: {failed}")
                break
        if not call.ended:
            if call.answered_at is None:
                call.note("event", "the verbs are done and none of them has answered the call")
                call.end("jambonz", "rejected (603)", "failed", 603)
            else:
                call.end("jambonz", "completed", "completed")

    def _await_commands(self) -> Steps:
        self._is_empty = True
        try:
            while not self.main.stack and not self.call.app_gone:
                if self.call.configuration.get("bargeIn", {}).get("enable"):
                    yield from self.main.barge_in(Hear(optional=True))
                else:
                    yield Idle()
        finally:
            self._is_empty = False

    # -- inside

    def _judge(self, ask: Ask, data: object, error: str | None) -> Answer:
        if error is None:
            try:
                return Answer(judge(data, self.call.world.server) if isinstance(data, list) else [])
            except InvalidVerb as invalid:
                error = f"the answer to {_where(ask)} is void: {invalid}"
        self.call.error(error)
        return Answer(error=error)

    def _kill(self, kill: Killed) -> None:
        if isinstance(self.waiting, Ask):
            # an action hook that waits for its answer ends its verb anyway; others stop when it has come
            if not self.waiting.action:
                self._pending = kill
        elif self.waiting is not None:
            self._resume(kill=kill)

    def _look(self) -> None:
        """Let a verb go on if the audio stream that it waits for has come so far."""
        waiting = self.waiting
        if isinstance(waiting, Until):
            done = waiting.done()
        else:
            done = isinstance(waiting, Hear) and waiting.stream is not None and waiting.stream.over
        if done:
            self._resume()

    def _resume(self, value: object = None, kill: Killed | None = None) -> None:
        steps = self._steps
        if steps is None:
            return
        self.waiting = None
        try:
            effect: Effect = steps.send(value) if kill is None else steps.throw(kill)
        except StopIteration:
            self.over = True
            self.call.streams.end(*self.call.streams.forks)
            return
        self.waiting = effect
        if isinstance(effect, Ask):
            self.call.out.append(effect)
        elif (isinstance(effect, StreamEnd) and self.call.tokens.done) or (isinstance(effect, Until) and effect.done()):
            self._resume()


def _where(ask: Ask) -> str:
    """How people know this hook."""
    hook = ask.hook
    return str(hook["url"] if isinstance(hook, Mapping) else hook or ask.type)
