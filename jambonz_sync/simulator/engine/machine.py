"""The call as the server runs it: one verb at a time off a stack that hooks and commands replace.

No sockets, no threads, no real time. The shell (:class:`Call`) sends what is in ``CallState.out``, brings answers,
commands and the caller's turns, and decides when the clock goes on.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...errors import InvalidVerb
from ..errors import HookFailed
from . import in_dialog
from .flow import Flow, Future, Killed
from .stack import VerbStack, VerbTask
from .state import CallState
from .validate import validate, void_code
from .waits import HookAnswer, HookRequest, HungUp, Replaced, Steps, Verb

__all__ = ["Machine"]

#: redirects in a row that lead to nothing that the caller hears, until the call is given up
_MOST_REDIRECTS = 50
#: seconds of the call's own time that a verb takes, of which something has come
_PROGRESS = 1.0


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
        #: True once the call has ended, and its last verb with it
        self.finished = False
        #: True once the app has answered the first message
        self.begun = False
        #: True while the stack is empty, and the call waits for commands
        self.awaits_commands = False
        self._flow: Flow | None = None
        self._news = Future()
        self._last_progress = (0.0, 0)
        self._replacements = 0
        call.replace_verbs = self.replace
        call.hang_up_call = self.hang_up
        call.interrupt_verbs = self.interrupt_verbs
        call.phone.on_request = lambda request: in_dialog.send(call, call.leg, request)

    # -- what the shell calls

    def start(self, answer: object) -> None:
        """Start the call with the app's first answer."""
        call = self.call
        try:
            verbs = validate(answer, call.scenario.server)
        except InvalidVerb as error:
            code = void_code(answer, call.scenario.server)
            return self.reject(f"the first answer is void: {error}", code, sip_reason=str(error))
        if not verbs:
            text = "no application provided"
            return self.reject("the first answer has no verbs", "answer-empty", sip_reason=text)
        if call.answered_at is None:
            call.set_status(call.leg, "trying")
        self.main.verbs = verbs
        self.begun = True
        self._flow = Flow(self._run(), call.wait_of)
        self._flow.on_done(lambda _: self._finish())
        self._flow.start()
        return None

    def reject(self, why: str, code: str = "hook-unanswered", sip: int = 480, sip_reason: str = "") -> None:
        """Reject a call that has not begun; the app is not told."""
        self.call.note_error(why, code)
        self.call.end("jambonz", f"rejected ({sip})", "failed", sip, sip_reason or None, tell=False)
        self.finished = True

    def decline(self, code: int) -> None:
        """End a call that the app declines before it has been answered."""
        self.call.decline(code)
        self._kill(HungUp())

    def answer(
        self,
        request: HookRequest,
        data: object = None,
        error: str | None = None,
        details: str | None = None,
        code: str = "hook-unanswered",
    ) -> None:
        """Take the answer of the app to a hook, or the reason why there is none."""
        future = self.call.hooks.pop(request, None)
        if future is not None:
            future.set(self._validate(request, data, error, details, code))

    def hang_up(self, by: str, reason: str = "completed") -> None:
        """End the call: ``by`` is ``app``, ``caller`` or ``jambonz``. Does nothing if it has ended."""
        if not self.call.ended:
            self.call.hang_up(by, reason)
            self._kill(HungUp())

    def replace(self, verbs: list[Verb]) -> None:
        """Put verbs in the place of those on the stack, and stop the one that runs."""
        if self.call.ended or self._loops():
            return
        self.main.verbs = verbs
        self._kill(Replaced())

    def stop_verb(self) -> None:
        """Stop the verb that runs; those behind it go on."""
        if not self.call.ended:
            self._kill(Replaced())

    def append(self, verbs: list[Verb]) -> None:
        """Put verbs behind those on the stack."""
        self.main.verbs += verbs
        self.wake()

    def wake(self) -> None:
        """Let a call with an empty stack look again at what it waits for."""
        news, self._news = self._news, Future()
        news.set()

    def interrupt_verbs(self) -> None:
        """Stop all verbs because the caller cuts in, up to a ``config`` that switches that off."""
        verbs = self.main.verbs
        while verbs:
            barge_in = verbs[0].get("bargeIn") if verbs[0]["verb"] == "config" else None
            if isinstance(barge_in, dict) and barge_in.get("enable") is False:
                break
            verbs.pop(0)
        self.stop_verb()

    # -- the run

    def _run(self) -> Steps:
        call, main = self.call, self.main
        while not call.ended:
            try:
                while main.verbs and not call.ended:
                    verb, rest = main.verbs.pop(0), main.verbs
                    yield from main.execute(verb)
                    self._replacements = 0 if self._made_progress() else self._replacements
                    if main.verbs is not rest and self._loops():
                        break
                if call.ended or not call.websocket or call.app_gone:
                    break
                yield from self._await_commands()
            except Replaced:
                continue
            except HungUp:
                break
            except HookFailed as error:
                # the server leaves its loop of verbs
                call.note("event", f"jambonz ends the call: {error}")
                break
        if not call.ended:
            if call.answered_at is None:
                call.note_error("the verbs are done and none of them has answered the call", "never-answered")
                call.end("jambonz", "rejected (603)", "failed", 603, tell=False)
            else:
                call.end("jambonz", "completed", "completed")

    def _await_commands(self) -> Steps:
        self.awaits_commands = True
        try:
            while not self.main.verbs:
                yield self._news
        finally:
            self.awaits_commands = False

    # -- inside

    def _made_progress(self) -> bool:
        """Return True if time has passed or something was heard since this was asked last.

        The moments that a slow app takes for its answers are not such a time.
        """
        entries = self.call.transcript.entries
        (was, known), self._last_progress = self._last_progress, (self.call.now, len(entries))
        return self.call.now - was >= _PROGRESS or any(entry.who == "app" for entry in entries[known:])

    def _loops(self) -> bool:
        """Return True, having ended the call, if verbs replace verbs without end and nothing comes of it."""
        self._replacements += 1
        if self._replacements <= _MOST_REDIRECTS or self._made_progress():
            return False
        text = f"verbs have been replaced {_MOST_REDIRECTS} times in a row, and the caller has heard nothing"
        self.call.note_error(text, "redirect-loop", where=str(self.call.running_verb or ""))
        self.hang_up("jambonz", "redirect loop")
        return True

    def _validate(
        self, request: HookRequest, data: object, error: str | None, details: str | None, code: str
    ) -> HookAnswer:
        if error is None:
            if not isinstance(data, list) or request.type.endswith(":tool-call"):
                return HookAnswer(data=data)
            try:
                return HookAnswer(validate(data, self.call.scenario.server), data=data)
            except InvalidVerb as invalid:
                error, details = f"the answer to {request.name} is void: {invalid}", str(invalid)
                code = void_code(data, self.call.scenario.server)
        self.call.note_error(error, code, where=request.name, wire=data)
        return HookAnswer(error=error, details=details)

    def _kill(self, kill: Killed) -> None:
        if self._flow is not None:
            self._flow.kill(kill)

    def _finish(self) -> None:
        self.finished = True
        error = self._flow.error if self._flow is not None else None
        call = self.call
        call.streams.end(*call.streams.forks)
        call.speech.end()
        if error is not None:
            raise error
