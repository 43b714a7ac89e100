"""A call on a thread of its own, for a test to wait for what happens in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..simulator import (
    Call,
    CallFailed,
    CallLimits,
    Finding,
    Recorder,
    Transcript,
    TranscriptEntry,
    Turn,
    WireMessage,
    World,
)
from ..simulator.engine.waits import HookRequest
from .app_errors import AppError, AppErrors
from .caller import TestCaller, TimeHold
from .failure import describe_call
from .matching import Wanted, nearest_text

__all__ = ["CallGroup", "RunningCall"]


class CallGroup:
    """The calls of a test that meet each other. Threads: that of the test."""

    def __init__(self) -> None:
        self.world = World()
        self.hold = TimeHold()
        self.calls: list[RunningCall] = []


class RunningCall:
    """A call that runs beside its test. Threads: that of the test, except for what the call itself calls.

    Args:
        url: The URL of the app.
        timeout: Seconds that a wait takes by default.
        app_errors: The exceptions of apps in this process; None for an app elsewhere.
        options: Those of :class:`jambonz_sync.simulator.Call`.
        prepare: Called with the call before it begins.
        group: The calls that it meets; None for a call alone.
        others_may_act: Returns True while other calls are up, whose callbacks may do something on this one.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float,
        app_errors: AppErrors | None,
        options: Mapping[str, Any],
        prepare: Callable[[Call], None] = lambda call: None,
        group: CallGroup | None = None,
        others_may_act: Callable[[], bool] = lambda: False,
    ) -> None:
        # a test runs where there may be no time to spare, and is not about the patience of jambonz
        options = {"limits": CallLimits(handshake=timeout), "timeout": 10 * timeout, **options}
        self.timeout = timeout
        self._app_errors = app_errors
        # guards over, waits_for_caller, _posted and _awaited; notified when the call goes on. _failure is set before
        # over, and read after it
        self._changed = threading.Condition()
        self.over = False
        self._failure: BaseException | None = None
        self.waits_for_caller = False
        # True if something else is due when the call waits for the caller: set in the thread of the call, with the lock
        self._more_is_due = False
        # what the test waits for; None once it has come
        self._awaited: Callable[[], bool] | None = None
        # begun with the next line of the app; used in the thread of the call only
        self._on_next_line: list[Callable[[], None]] = []
        # how many things that the test has asked for are still to be done
        self._posted = 0
        self._group = group
        self._others_may_act = others_may_act
        hold = group.hold if group is not None else TimeHold()
        self._caller = TestCaller(self._on_wait, self._changed, hold, self._look)
        self._recorder = Recorder(url, options)
        self.call = Call(
            url,
            caller=self._caller,
            on_entry=self._on_news,
            on_audio=self._notify,
            on_message=self._on_news,
            on_turn=self._recorder.add,
            world=group.world if group is not None else None,
            **options,
        )
        if group is not None:
            group.calls.append(self)
        self.call.models.answer_alone = False
        prepare(self.call)
        self.transcript: Transcript = self.call.transcript
        self._thread = threading.Thread(target=self._place, name="simulator-call", daemon=True)

    def start(self) -> None:
        """Place the call; its time stands still until the test waits for something."""
        self._caller.hold_time()
        self._thread.start()

    @property
    def title(self) -> str:
        """Who calls whom."""
        return f"call from {self.call.leg.from_} to {self.call.url}"

    # -- the caller

    def queue_turn(self, turn: Turn) -> None:
        """Queue a turn of the caller."""
        with self._changed:
            self._caller.queue_turn(turn)
            self.waits_for_caller = False
        self.call.wake()

    def interrupt(self, turn: Turn, after: float) -> None:
        """Have the caller take a turn so many seconds into what is played to them now, or next."""

        def take() -> None:
            self.call.state.phone.take(turn)

        def begin() -> None:
            self.call.state.clock.call_later(after, take)

        def look() -> None:
            if self.call.state.phone.playing:
                begin()
            else:
                self._on_next_line.append(begin)

        self.post(look)

    def act_later(self, action: Callable[[], object], after: float) -> None:
        """Do something in so many seconds of the call's own time, in which the caller does nothing."""

        def begin() -> None:
            clock = self.call.state.clock
            self._caller.allow_time(max(self._caller.time_allowed(), clock.now + after))
            clock.call_later(after, action)

        self.post(begin)

    def advance(self, seconds: float) -> bool:
        """Let so many seconds of the call's own time pass. Returns False if the call has ended before."""
        passed = threading.Event()

        def end() -> None:
            passed.set()
            self._notify()

        def begin() -> None:
            clock = self.call.state.clock
            self._caller.allow_time(clock.now + seconds)
            clock.call_later(seconds, end)

        self.post(begin)
        return self.wait_for(passed.is_set, max(self.timeout, seconds))

    def post(self, action: Callable[[], None], *, plans: bool = False) -> None:
        """Have something done in the thread of the call, when the app has reacted to what has happened until now.

        Args:
            action: Does it.
            plans: It is a plan for what is to come, and done at once.
        """

        def run() -> None:
            action()
            with self._changed:
                self._posted -= 1
                self.waits_for_caller = False
                self._changed.notify_all()

        with self._changed:
            self._posted += 1
        self.call.post(run if plans else lambda: self.call.state.clock.call_later(0.0, run))

    def ask(self, hook: str, payload: Mapping[str, Any]) -> None:
        """Have the app asked a hook, whose verbs take the place of those that run."""

        def send() -> None:
            state = self.call.state
            state.send_hook(HookRequest(hook, state.leg.describe(**payload)), lambda answer: answer.verbs)

        self.post(send)

    def hang_up(self) -> None:
        """Hang up now."""
        with self._changed:
            self.waits_for_caller = False
        self.post(self.call.hang_up)

    def close(self) -> None:
        """Hang up, and wait until the call has ended."""
        self._caller.release_time()
        self.call.hang_up()
        self._thread.join(self.timeout)

    # -- waiting

    @property
    def is_stuck(self) -> bool:
        """True if nothing can happen before the caller does something."""
        if self._group is not None:
            return False  # those whom it meets may do something, or what they have done is on its way
        if not self.waits_for_caller or self._posted or self.call.awaits_app or self._more_is_due:
            return False
        if self._others_may_act() or self.call.app_may_act:
            return False
        return self._caller.time_allowed() <= self.call.state.clock.now

    def wait_for(self, condition: Callable[[], bool], timeout: float | None = None) -> bool:
        """Wait for something of the call.

        Returns True if it is there, False if the time is up, the call is over, or nothing can happen any more.
        Raises whatever has ended the call.
        """
        __tracebackhide__ = True
        seconds = self.timeout if timeout is None else timeout
        with self._changed:
            if condition():
                self._caller.hold_time()
            else:
                self._caller.release_time()
                self._awaited = condition
                for each in [self] if self._group is None else self._group.calls:
                    each.call.wake()
                self._changed.wait_for(lambda: self.over or condition() or self._nothing_comes(), seconds)
                self._awaited = None
        if isinstance(self._failure, CallFailed):
            raise self._failure.with_traceback(None) from None  # it says all that there is to say
        if self._failure is not None:
            raise self._failure
        return condition()

    def _nothing_comes(self) -> bool:
        """Return True if nothing can happen any more. A model that nobody has scripted answers from now on."""
        models = self.call.models
        if models.unattended is not None and not self._posted:
            self.post(models.let_answer)
        return self.is_stuck

    def _on_wait(self) -> None:
        # called with _changed held, so that a turn which is queued meanwhile is not overlooked
        self.waits_for_caller = True
        self._more_is_due = self.call.more_is_due
        self._changed.notify_all()

    def _on_news(self, news: TranscriptEntry | WireMessage) -> None:
        self._recorder.add(news)
        if isinstance(news, TranscriptEntry) and news.who == "app":
            waiting, self._on_next_line = self._on_next_line, []
            for begin in waiting:
                begin()
        if isinstance(news, WireMessage) and news.sender == "jambonz":
            with self._changed:
                self.waits_for_caller = False  # if it still does, the caller is asked once more
        self._notify()

    def notify(self) -> None:
        """Have the test look again at what it waits for. Threads: that of the call."""
        self._notify()

    def _notify(self, audio: bytes = b"") -> None:
        with self._changed:
            self._hold_if_it_came()
            self._changed.notify_all()

    def _look(self) -> None:
        """Look for what the test waits for, before time goes on: not all that can be waited for is told of."""
        with self._changed:
            if self._hold_if_it_came():
                self._changed.notify_all()

    def _hold_if_it_came(self) -> bool:
        if self._awaited is None or not self._awaited():
            return False
        # here, in the thread of the call: its time stands still before the test has even woken up
        self._caller.hold_time()
        self._awaited = None
        return True

    def _place(self) -> None:
        try:
            self.call.run()
        except BaseException as error:  # raised in the thread of the test, which is where it is seen
            self._failure = error
        with self._changed:
            self.over = True
            self._changed.notify_all()

    # -- what the app got wrong

    @property
    def app_errors(self) -> list[AppError]:
        """The exceptions that callbacks of the app have raised."""
        return [] if self._app_errors is None else list(self._app_errors.of(self.call.leg.call_sid))

    @property
    def findings(self) -> list[Finding]:
        """All that the server holds against the app, and the exceptions of its callbacks, in order."""
        raised = [
            Finding.make("handler-raised", self._time_of(error.clock), error.text, where=error.where or "")
            for error in self.app_errors
        ]
        return sorted([*self.call.findings, *raised], key=lambda finding: finding.at)

    def _time_of(self, clock: float) -> float:
        """Return the call's own time of a moment on the clock of this machine."""
        times = [message.at for message in list(self.transcript.messages) if message.clock <= clock]
        return times[-1] if times else 0.0

    # -- failures

    def save_trace(self, path: Path) -> None:
        """Write the trace of the call into a file."""
        self._recorder.save(path, self.transcript, self.findings)

    def explain(self, what: str, wanted: Wanted | bytes | None, timeout: float | None, so_far: str = "") -> str:
        """Return the text of a failure: what did not come, why the wait has ended, what came instead, the call."""
        if self.over:
            why = "before the call ended"
        elif self.is_stuck:
            why = "and nothing can happen any more: it waits for the caller"
        else:
            why = f"within {self.timeout if timeout is None else timeout:g} s"
        lines = [f"{what} {why}" + (f"; {so_far}" if so_far else "")]
        near = None
        if wanted is not None:
            text = nearest_text(wanted, self.transcript.lines("app"))
            near = next((entry for entry in self.transcript if entry.who == "app" and entry.text == text), None)
            if near is not None:
                lines.append(f"did you mean: {near.text!r}")
        return self.describe("\n".join(lines) + "\n", near)

    def describe(self, head: str = "", mark: TranscriptEntry | None = None) -> str:
        """Return the transcript of the call, and what the app got wrong, below a head."""
        text = describe_call(self.transcript, self.title, self.call.activity, self.findings, self.app_errors, mark)
        return f"{head}\n{text}" if head else text
