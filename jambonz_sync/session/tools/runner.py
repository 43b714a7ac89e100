"""Tool calls beside a call: on a bounded pool of threads, with a timeout each."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from ...errors import JambonzError
from ...runtime import Timer, fork, pool
from ...tools import VENDORS, Outcome, ToolCall, ToolSet, Vendor
from ...tools.toolset import MAX_OUTPUT
from ...tools.vendors import known_vendor, shape_of

__all__ = ["ToolRunner", "answer_in_time"]

log = logging.getLogger("jambonz_sync.tools")

#: seconds that a tool may take, if it does not say otherwise
TIMEOUT: Final = 20.0
#: tools that run at once, in this process, besides those that are out of time
WORKERS: Final = 16
#: threads in all: so many tools that are out of time may still be running while ``WORKERS`` others run
THREADS: Final = 64
#: tool calls that wait for a thread; further ones are refused
WAITING: Final = 256
#: seconds by which the outcome of a tool that is out of time may be late
_GRACE: Final = 10.0


class _Pool:
    """Threads, started as they are needed: ``WORKERS``, and one more for each that is stuck in a job that was given
    up, up to ``THREADS`` in all. They end with the process, or when a stuck one comes back to find its place taken."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything: in a forked child the threads are gone."""
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0
        self._waiting = 0  # jobs that no thread has taken
        self._running: set[Callable[[], None]] = set()
        self._stuck: set[Callable[[], None]] = set()  # those of the running ones that were given up

    def run(self, job: Callable[[], None]) -> bool:
        """Have ``job`` run on a thread. False if too many wait. Does not block."""
        with self._lock:
            if self._waiting >= WAITING:
                return False
            self._waiting += 1
            self._staff()
        self._jobs.put(job)
        return True

    def give_up(self, job: Callable[[], None]) -> None:
        """If ``job`` is running, its thread is not to be counted on: another one takes its place. Does not block."""
        with self._lock:
            if job in self._running:
                self._stuck.add(job)
                self._staff()

    def _staff(self) -> None:
        """Start a thread if a job needs one and there may be one more. The lock is held."""
        room = self._threads < THREADS and self._threads - len(self._stuck) < WORKERS
        if room and self._waiting > self._idle:
            self._threads += 1
            threading.Thread(target=self._work, name=f"jambonz-sync-tool-{self._threads}", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            job = self._jobs.get()
            with self._lock:
                self._idle -= 1
                self._waiting -= 1
                self._running.add(job)
            try:
                job()
            except BaseException:  # the thread is one of few, and there is nobody above it
                log.exception("a thread of tools goes on after what nothing expected")
            with self._lock:
                self._running.discard(job)
                self._stuck.discard(job)
                if self._threads - len(self._stuck) > WORKERS:
                    self._threads -= 1
                    return


_pool = _Pool()
fork.reset_in_child(_pool.reset)


class _Batch:
    """The calls of one request, of which the output is sent once, when all are done or out of time."""

    def __init__(self, calls: list[ToolCall], done: Callable[[list[Outcome]], None]) -> None:
        self._lock = threading.Lock()
        self._outcomes: list[Outcome | None] = [None] * len(calls)
        self._left = len(calls)
        self._done = done

    def settle(self, index: int, outcome: Outcome) -> bool:
        """Note an outcome; False if this call has one already."""
        with self._lock:
            if self._outcomes[index] is not None:
                return False
            self._outcomes[index] = outcome
            self._left -= 1
            last = not self._left
        if last:
            self._done([outcome for outcome in self._outcomes if outcome is not None])
        return True


@dataclass(eq=False, slots=True)
class _Job:
    """One call of a request on its way: it waits for a thread, and runs there; or it is out of time before that."""

    batch: _Batch
    index: int
    call: ToolCall
    timeout: float
    run: Callable[[_Job], None]
    timer: Timer | None = None
    _free: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> None:
        self.run(self)

    def take(self) -> bool:
        """True for the first who asks, and for nobody after: who runs it, or who tells that it was not run."""
        return self._free.acquire(blocking=False)

    def settle(self, outcome: Outcome) -> bool:
        """Note what became of it; False if that has been noted already."""
        return self.batch.settle(self.index, outcome)

    def fail(self, text: str) -> bool:
        """As :meth:`settle`, with an error for the model."""
        return self.settle(Outcome(self.call.id, self.call.name, False, text))


class ToolRunner:
    """Runs the tools that the model of one call asks for, several at once, and sends their outputs.

    ``send`` is given the id of the call and the output in the vendor's shape, on a thread of the pool. ``timeout`` is
    in seconds, for tools that have none of their own, and counts from the call of the model. A tool that takes longer
    goes on running (a thread cannot be stopped), but the model is told that it took too long, its late result is
    dropped, and another thread takes its place. A tool that has not begun by then is not run any more. Each tool runs
    in a ``context`` of its own. ``limit`` is that of :meth:`ToolSet.output`.
    ``model`` tells the vendor of the model, if it knows: a warning is logged if that takes outputs of another shape.
    """

    def __init__(
        self,
        tools: ToolSet,
        send: Callable[[str, dict[str, Any]], None],
        *,
        vendor: Vendor = "agent",
        server: str | None = None,
        timeout: float = TIMEOUT,
        call_sid: str | None = None,
        context: Callable[[], AbstractContextManager[Any]] | None = None,
        limit: int | None = MAX_OUTPUT,
        model: Callable[[], str | None] = lambda: None,
    ) -> None:
        known_vendor(vendor, call_sid)
        self._tools = tools
        self._send = send
        self._vendor: Vendor = vendor
        self._server = server
        self._timeout = timeout
        self._call_sid = call_sid
        self._context = context or nullcontext
        self._limit = limit
        self._model = model
        self._warned = False

    def submit(self, payload: Mapping[str, Any]) -> None:
        """A tool hook has come. Does not block. Without an id, by which jambonz would know the output, nothing runs."""
        calls = self._tools.calls(payload)
        if not calls:
            log.error("call %s: a tool hook names no tool", self._call_sid)
            return
        tool_call_id = str(payload.get("tool_call_id") or calls[0].id)
        if tool_call_id:
            self._check_vendor()
            self.start(calls, tool_call_id)
        else:
            names = ", ".join(call.name for call in calls)
            log.error("call %s: tool %s not run: the call of the model has no id to answer to", self._call_sid, names)

    def _check_vendor(self) -> None:
        model = self._model()
        if self._warned or model not in VENDORS or shape_of(model) == shape_of(self._vendor):
            return
        self._warned = True
        log.warning(
            "call %s: tools answer in the shape of %s, which jambonz drops for this model: use_tools(vendor=%r)",
            self._call_sid,
            self._vendor,
            model,
        )

    def start(self, calls: list[ToolCall], tool_call_id: str) -> None:
        """Run ``calls`` and send their outputs in one. Does not block."""
        batch = _Batch(calls, partial(self._finish, tool_call_id))
        for index, call in enumerate(calls):
            tool = self._tools.get(call.name)
            timeout = self._timeout if tool is None or tool.timeout is None else tool.timeout
            job = _Job(batch, index, call, timeout, self._run)
            # sending may block, which the thread of the timers must not
            job.timer = pool.run_later(timeout, partial(self._expire, job), "give up a tool that is out of time")
            if not _pool.run(job):
                job.timer.cancel()
                log.error("call %s: tool %s not run: too many wait", self._call_sid, call.name)
                job.fail("too busy, try again later")

    def _run(self, job: _Job) -> None:
        call = job.call
        if not job.take():
            return
        try:
            with self._context():
                outcome = self._tools.run(call, call_sid=self._call_sid)
        except Exception as exc:  # of the context
            log.exception("call %s: tool %s failed", self._call_sid, call.name)
            outcome = Outcome(call.id, call.name, False, f"{call.name} failed: {type(exc).__name__}: {exc}")
        if job.timer is not None:
            job.timer.cancel()
        if not job.settle(outcome):
            log.warning("call %s: the result of tool %s came too late", self._call_sid, call.name)

    def _expire(self, job: _Job) -> None:
        name = job.call.name
        if job.take():
            log.error("call %s: tool %s not run: no thread was free for %g s", self._call_sid, name, job.timeout)
            job.fail(f"{name} was not run: too busy, try again later")
            return
        _pool.give_up(job)
        if job.fail(f"{name} took longer than {job.timeout:g} s"):
            log.error("call %s: tool %s took longer than %g s", self._call_sid, name, job.timeout)

    def _finish(self, tool_call_id: str, outcomes: list[Outcome]) -> None:
        try:
            data = self._tools.output(outcomes, self._vendor, self._server, call_sid=self._call_sid, limit=self._limit)
            self._send(tool_call_id, data)
        except JambonzError as exc:
            log.info("call %s: tool output not sent: %s", self._call_sid, exc)


def answer_in_time(
    tools: ToolSet,
    payload: Mapping[str, Any],
    *,
    vendor: Vendor = "agent",
    server: str | None = None,
    timeout: float,
    context: Callable[[], AbstractContextManager[Any]] | None = None,
) -> dict[str, Any]:
    """The answer to a tool hook that came over HTTP, as :meth:`ToolSet.answer` gives it; but the tools run several at
    once, each for at most ``timeout`` seconds unless it says otherwise. Blocks until all are done or out of time."""
    calls = tools.calls(payload)
    if not calls:
        return tools.answer(payload, vendor, server)
    answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    runner = ToolRunner(
        tools,
        lambda _, data: answers.put(data),
        vendor=vendor,
        server=server,
        timeout=timeout,
        call_sid=payload.get("call_sid") or "-",  # jambonz 0.9 does not send it here
        context=context,
        limit=None,
    )
    runner.start(calls, str(payload.get("tool_call_id") or ""))
    longest = max([timeout, *(tool.timeout for tool in tools if tool.timeout is not None)])
    return answers.get(timeout=longest + _GRACE)
