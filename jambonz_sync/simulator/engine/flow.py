"""What runs beside each other in a call: generators that wait for futures, one step at a time and in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from .clock import Clock

__all__ = ["Flow", "Future", "Killed", "first_of", "sleep"]


class Killed(Exception):
    """Stops a flow; thrown into it where it waits."""


class Future:
    """Something that will be known later: a value, or an error. Not thread-safe."""

    __slots__ = ("_callbacks", "cancelled", "done", "error", "value")

    def __init__(self) -> None:
        self.done = False
        #: True if nobody wants to know it any more
        self.cancelled = False
        self.value: Any = None
        self.error: BaseException | None = None
        self._callbacks: list[Callable[[Future], None]] = []

    def set(self, value: Any = None) -> None:
        """Make the value known; does nothing if something is known already."""
        if not self.done:
            self.done, self.value = True, value
            self._tell()

    def fail(self, error: BaseException) -> None:
        """Make the error known; does nothing if something is known already."""
        if not self.done:
            self.done, self.error = True, error
            self._tell()

    def cancel(self) -> None:
        """Let nobody who waits for this go on."""
        if not self.done:
            self.done = self.cancelled = True
            self._tell()

    def on_done(self, callback: Callable[[Future], None]) -> None:
        """Have a function called with this future once it is known, which may be at once."""
        if self.done:
            callback(self)
        else:
            self._callbacks.append(callback)

    def _tell(self) -> None:
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback(self)


def sleep(clock: Clock, seconds: float, *, patient: bool = False) -> Future:
    """Return a future that is known in so many seconds."""
    future = Future()
    clock.call_later(seconds, future.set, patient=patient)
    return future


def first_of(*futures: Future) -> Future:
    """Return a future whose value is the first of these that is known."""
    first = Future()
    for future in futures:
        future.on_done(lambda known: None if known.cancelled else first.set(known))
    return first


class Flow(Future):
    """A generator at work: it yields futures, and is sent their values; its own value is what it returns.

    One that is killed has no value. A kill does nothing while it waits for something that is ``held``.
    """

    __slots__ = ("_generation", "_held", "_pending_kill", "_running", "_steps", "_wait_of")

    def __init__(self, steps: Generator[Any, Any, Any], wait_of: Callable[[Any], Future]) -> None:
        """Make a flow, which :meth:`start` starts.

        Args:
            steps: The generator.
            wait_of: Makes the future of what the generator yields.
        """
        super().__init__()
        self._steps = steps
        self._wait_of = wait_of
        self._running = False
        self._pending_kill: Killed | None = None
        # counts the waits: a future of a wait that was cut short says nothing any more
        self._generation = 0
        self._held = False

    def start(self) -> Flow:
        """Run to the first wait. Returns the flow."""
        self._step(None, None)
        return self

    def kill(self, kill: Killed | None = None) -> None:
        """Stop the flow where it waits; does nothing if it is done."""
        kill = kill or Killed()
        if self.done or self._held:
            return
        if self._running:
            self._pending_kill = kill
        else:
            self._step(None, kill)

    def _step(self, value: Any, error: BaseException | None) -> None:
        steps, self._running = self._steps, True
        # whatever it has waited for says nothing any more
        self._generation += 1
        try:
            while True:
                if self._pending_kill is not None and error is None:
                    error, self._pending_kill = self._pending_kill, None
                wait = steps.send(value) if error is None else steps.throw(error)
                value = error = None
                future = self._wait_of(wait)
                if self._pending_kill is not None and not future.done:
                    continue
                if not future.done:
                    break
                value, error = future.value, future.error
        except StopIteration as stop:
            self._running = False
            self.set(stop.value)
            return
        except Killed:
            self._running = False
            self.set(None)
            return
        except Exception as failure:
            self._running = False
            self.fail(failure)
            return
        self._running = False
        self._held = getattr(wait, "held", False)
        generation = self._generation

        def resume(known: Future) -> None:
            if generation == self._generation and not self.done and not known.cancelled:
                self._held = False
                self._step(known.value, known.error)

        future.on_done(resume)
