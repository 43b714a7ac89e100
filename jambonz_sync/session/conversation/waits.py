"""Who waits for what becomes of a call's verbs: one thread of a call at a time.

The thread that reads gives the hook to the thread that waits for it, past the queues of callbacks: it is the one that
answers it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from ...errors import AlreadyWaiting, JambonzError, VerbsReplaced
from ...runtime.work import Rest, Work, begin_rest

if TYPE_CHECKING:
    from ...protocol.control import Hook
    from .events import EventStream


class Wait:
    """One thread that waits for one hook.

    Args:
        hook_name: The name of the hook.
        verb: The verb that is waited for.
        owes_reply: The next verbs of the thread are the reply to the hook. Else it is to be acked at once.
        is_blocking: The thread does nothing else meanwhile. Else other verbs of the call end the wait.
        work: The work of the call, whose clock a limit goes by; None where nobody counts.
    """

    __slots__ = (
        *("_done", "_rest", "_thread", "_work", "came", "data", "failure", "hook", "hook_name"),
        *("is_blocking", "is_done", "owes_reply", "replacing", "verb"),
    )

    def __init__(
        self, hook_name: str, verb: str, *, owes_reply: bool, is_blocking: bool = True, work: Work | None = None
    ) -> None:
        self.hook_name = hook_name
        self.verb = verb
        self.owes_reply = owes_reply
        self.is_blocking = is_blocking
        self.is_done = False
        self.replacing = 0  # threads that are sending verbs in the place of those that are waited for
        self.came: tuple[Hook, dict[str, Any]] | None = None  # a hook that came meanwhile; both guarded by Waits._lock
        self.hook: Hook | None = None
        self.data: dict[str, Any] = {}
        self.failure: JambonzError | None = None
        self._thread = threading.current_thread().name
        self._work = work
        self._rest: Rest | None = None  # of the thread that blocks
        self._done = threading.Lock()  # held until there is an outcome; all else is written before, by one thread
        self._done.acquire()

    def __str__(self) -> str:
        return f"wait() for {self.verb} on thread {self._thread!r}"

    def give(self, hook: Hook, data: dict[str, Any]) -> None:
        """End the wait: the hook has come.

        Args:
            hook: The hook.
            data: Its data.
        """
        self.hook, self.data = hook, data
        self._settle()

    def fail(self, failure: JambonzError) -> None:
        """End the wait: the hook will not come.

        Args:
            failure: The error to raise.
        """
        self.failure = failure
        self._settle()

    def _settle(self) -> None:
        self.is_done = True
        rest = self._rest  # looked at last: a thread that is about to block sets it first
        if rest is not None:
            rest.end()
            rest.wake()
        self._done.release()

    def raise_failure(self) -> None:
        """Raise the error that ended the wait, if one did."""
        failure, self.failure = self.failure, None
        if failure is not None:
            try:
                raise failure
            finally:
                del failure  # with the frame that its traceback has, it would lead in a circle

    def is_over(self, timeout: float | None) -> bool:
        """Block until there is an outcome, or ``timeout`` seconds have passed; say whether there is one.

        Args:
            timeout: Seconds; None for as long as it takes.
        """
        rest = begin_rest()
        if rest is not None and timeout is not None and self._work is not None:
            return self._is_over_in_call(timeout, self._work, rest)
        self._rest = rest
        if rest is not None and not self.is_done:
            rest.begin()
        over = self._done.acquire(timeout=-1 if timeout is None else min(max(timeout, 0.0), threading.TIMEOUT_MAX))
        if rest is not None:
            rest.end()
        if not over:
            return False
        self._done.release()  # it may be asked again
        return True

    def _is_over_in_call(self, timeout: float, work: Work, rest: Rest) -> bool:
        """As :meth:`is_over`, by the clock of a simulated call."""
        woken = threading.Event()
        rest.wake = woken.set
        self._rest = rest
        is_limited = work.limit(rest, timeout, patient=True)
        if not self.is_done:
            rest.begin()
            woken.wait(None if is_limited else timeout)
            rest.end()
        work.forget_limit(rest)
        if self.is_done:
            with self._done:  # which whoever has ended the wait is about to release
                return True
        return is_limited and not rest.is_up and self.is_over(timeout)  # the time of the call is not kept any more


class Waits:
    """The waits of one call. Any thread may call any method; none blocks.

    Args:
        call_sid: The call, for errors.
        work: That of the call; None where nobody counts.
    """

    def __init__(self, call_sid: str, work: Work | None = None) -> None:
        self._call_sid = call_sid
        #: the work of the call; None where nobody counts
        self.work = work
        self._lock = threading.Lock()  # guards what follows
        self._pending: Wait | None = None
        self._count = 0
        #: the iterators over events of this call
        self.streams: WeakSet[EventStream[Any]] = WeakSet()

    def next_number(self) -> int:
        """Return a number that no other hook of the call has."""
        with self._lock:
            self._count += 1
            return self._count

    def begin(self, wait: Wait) -> None:
        """Have a thread wait.

        Args:
            wait: What it waits for. It takes the place of one that no thread blocks in.
        Raises:
            AlreadyWaiting: Another thread blocks in a wait.
        """
        with self._lock:
            other = self._pending
            refused = other is not None and other.is_blocking
            if not refused:
                self._pending = wait
        if refused:
            why = f"one thread of a call waits at a time: {wait}, but {other}"
            raise AlreadyWaiting(why, call_sid=self._call_sid)
        if other is not None:
            other.fail(VerbsReplaced(f"call {self._call_sid}: other verbs were sent", call_sid=self._call_sid))

    @property
    def waited_for(self) -> str | None:
        """The name of the hook that a thread waits for, None if there is none."""
        wait = self._pending
        return None if wait is None else wait.hook_name

    def end(self, wait: Wait) -> bool:
        """Have a thread wait no more.

        Args:
            wait: What it waited for.
        Returns:
            False if another thread has taken the wait, and gives it an outcome.
        """
        with self._lock:
            if self._pending is not wait:
                return False
            self._pending = None
            return True

    def take(self, hook_name: str, hook: Hook, data: dict[str, Any]) -> Wait | None:
        """Return the wait for a hook that has come, if there is one.

        The caller gives it its outcome, unless the wait has kept the hook (``came``): another thread is sending verbs
        in the place of those that are waited for, and decides.

        Args:
            hook_name: The name of the hook.
            hook: The hook.
            data: Its data.
        """
        with self._lock:
            wait = self._pending
            if wait is None or wait.hook_name != hook_name:
                return None
            if wait.replacing:
                wait.came = hook, data
            else:
                self._pending = None
            return wait

    @contextmanager
    def replaced(self) -> Iterator[None]:
        """Verbs that are sent in this block take the place of those that are waited for: that wait fails.

        Their hook may come before this thread gets to say so, as they end when the others begin. It ends the wait only
        if the others could not be sent.
        """
        with self._lock:
            wait = self._pending
            if wait is not None:
                wait.replacing += 1
        try:
            yield
        except BaseException:
            if wait is not None:
                self._go_on(wait)
            raise
        self.fail(VerbsReplaced(f"call {self._call_sid}: other verbs were sent", call_sid=self._call_sid))

    def _go_on(self, wait: Wait) -> None:
        """The verbs that are waited for have not been replaced by one thread."""
        with self._lock:
            wait.replacing -= 1
            came = wait.came
            if came is None or wait.replacing or self._pending is not wait:
                return
            self._pending = None
        wait.give(*came)

    def fail(self, failure: JambonzError) -> None:
        """End the wait that there is, if any, with an error.

        Args:
            failure: The error.
        """
        with self._lock:
            wait, self._pending = self._pending, None
        if wait is not None:
            wait.fail(failure)
