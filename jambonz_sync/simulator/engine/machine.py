"""The call as the server runs it: one verb at a time off a stack that hooks and commands replace.

No sockets, no threads, no clock. Time passes as fast as the app answers: a verb that would take a while only moves
``CallState.now``. The shell (:class:`Call`) sends what is in ``CallState.out`` and brings answers, commands and the
caller's turns; :attr:`Machine.waiting` says what the call waits for.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...errors import InvalidVerb
from ..errors import HookFailed
from .stack import VerbStack, VerbTask
from .state import CallState
from .turns import Turn
from .validate import validate
from .waits import (
    AudioWait,
    CallerWait,
    HookAnswer,
    HookRequest,
    HungUp,
    IdleWait,
    Killed,
    Replaced,
    Steps,
    TextWait,
    Verb,
    Wait,
)

__all__ = ["Machine"]


class Machine:
    """Runs one call. Not thread-safe: the shell calls it from one thread."""

    def __init__(self, call: CallState, tasks: Mapping[str, VerbTask]) -> None:
        """Make a machine for a call that has not begun.

        Args:
            call: The state of the call.
            tasks: Name of a verb -> the function that runs it.
        """
        self.call = call
        #: the stack of the call itself
        self.main = VerbStack(call, call.leg, tasks)
        #: the wait of the verb that runs
        self.waiting: Wait | None = None
        #: True once the call has ended, and its last verb with it
        self.finished = False
        self._steps: Steps | None = None
        # stops a verb as soon as the hook has been answered that it waits for
        self._pending_kill: Killed | None = None
        self._awaits_commands = False
        call.streams.on_progress = self._resume_if_ready
        call.replace_verbs = self.replace

    # -- what the shell calls

    def start(self, answer: object) -> None:
        """Start the call with the app's first answer."""
        call = self.call
        try:
            verbs = validate([] if answer is None else answer, call.scenario.server)
        except InvalidVerb as error:
            return self.reject(f"the first answer is void: {error}")
        if not verbs:
            return self.reject("the first answer has no verbs")
        call.set_status(call.leg, "trying")
        self.main.verbs = verbs
        self._steps = self._run()
        return self._resume()

    def reject(self, why: str, code: int = 480) -> None:
        """Reject a call that has not begun."""
        self.call.note_error(why)
        self.call.end("jambonz", f"rejected ({code})", "failed", code)
        self.finished = True

    def decline(self, code: int) -> None:
        """End a call that the app declines before it has been answered."""
        self.call.decline(code)
        self._kill(HungUp())

    def answer(self, request: HookRequest, data: object = None, error: str | None = None) -> None:
        """Take the answer of the app to a hook, or the reason why there is none."""
        answer = self._validate(request, data, error)
        background = self.call.background_hooks
        if request in background:
            on_answer = background.pop(request)
            verbs = [] if on_answer is None or self.call.ended else on_answer(answer)
            if verbs:
                self.replace(verbs)
        elif self.waiting is request:
            kill, self._pending_kill = self._pending_kill, None
            self._resume(answer, kill)

    def caller_turn(self, turn: Turn | None) -> None:
        """Take a turn of the caller, or None when the wait is over without one."""
        self._resume(turn)

    def hang_up(self, by: str, reason: str = "completed") -> None:
        """End the call: ``by`` is ``app``, ``caller`` or ``jambonz``. Does nothing if it has ended."""
        if not self.call.ended:
            self.call.hang_up(by, reason)
            self._kill(HungUp())

    def replace(self, verbs: list[Verb]) -> None:
        """Put verbs in the place of those on the stack, and stop the one that runs."""
        if self.call.ended:
            return
        self.main.verbs = verbs
        self._kill(Replaced())

    def append(self, verbs: list[Verb]) -> None:
        """Put verbs behind those on the stack."""
        self.main.verbs += verbs
        self.wake()

    def wake(self) -> None:
        """Let a call with an empty stack look again at what it waits for."""
        if self._awaits_commands and isinstance(self.waiting, IdleWait | CallerWait):
            self._resume()

    def text_timeout(self) -> bool:
        """Speak streamed text that has waited a second for more. Returns False if there was none."""
        any_spoken = self.call.speak_streamed(self.call.tokens.text_timeout())
        self.resume_streamed_say()
        return any_spoken

    def resume_streamed_say(self) -> None:
        """Let a ``say`` that streams go on if all its text has been spoken."""
        if isinstance(self.waiting, TextWait) and self.call.tokens.all_spoken:
            self._resume()

    # -- the run

    def _run(self) -> Steps:
        call, main = self.call, self.main
        while not call.ended:
            try:
                while main.verbs and not call.ended:
                    yield from main.execute(main.verbs.pop(0))
                if call.ended or not call.websocket or call.app_gone:
                    break
                yield from self._await_commands()
            except Replaced:
                continue
            except HungUp:
                break
            except HookFailed as error:
                # a hook that fails outside of a gather or dial ends the call: the server leaves its loop
                call.note("event", f"jambonz ends the call: {error}")
                break
        if not call.ended:
            if call.answered_at is None:
                call.note("event", "the verbs are done and none of them has answered the call")
                call.end("jambonz", "rejected (603)", "failed", 603)
            else:
                call.end("jambonz", "completed", "completed")

    def _await_commands(self) -> Steps:
        self._awaits_commands = True
        try:
            while not self.main.verbs and not self.call.app_gone:
                if self.call.configuration.get("bargeIn", {}).get("enable"):
                    yield from self.main.barge_in(CallerWait(optional=True))
                else:
                    yield IdleWait()
        finally:
            self._awaits_commands = False

    # -- inside

    def _validate(self, request: HookRequest, data: object, error: str | None) -> HookAnswer:
        if error is None:
            try:
                has_verbs = isinstance(data, list) and not request.type.endswith(":tool-call")
                return HookAnswer(validate(data, self.call.scenario.server) if has_verbs else [], data=data)
            except InvalidVerb as invalid:
                error = f"the answer to {request.name} is void: {invalid}"
        self.call.note_error(error)
        return HookAnswer(error=error)

    def _kill(self, kill: Killed) -> None:
        if isinstance(self.waiting, HookRequest):
            # a verb that waits for the answer to its action hook ends anyway; any other stops when it has come
            if not self.waiting.ends_verb:
                self._pending_kill = kill
        elif self.waiting is not None:
            self._resume(kill=kill)

    def _resume_if_ready(self) -> None:
        """Let a verb go on if the audio streams have come as far as it waits for."""
        waiting = self.waiting
        if isinstance(waiting, AudioWait):
            done = waiting.done()
        else:
            done = isinstance(waiting, CallerWait) and waiting.stream is not None and waiting.stream.ended
        if done:
            self._resume()

    def _resume(self, value: object = None, kill: Killed | None = None) -> None:
        steps = self._steps
        if steps is None:
            return
        self.waiting = None
        try:
            wait: Wait = steps.send(value) if kill is None else steps.throw(kill)
        except StopIteration:
            self.finished = True
            self.call.streams.end(*self.call.streams.forks)
            return
        self.waiting = wait
        if isinstance(wait, HookRequest):
            self.call.out.append(wait)
        elif isinstance(wait, TextWait):
            self.resume_streamed_say()
        elif isinstance(wait, AudioWait) and wait.done():
            self._resume()
