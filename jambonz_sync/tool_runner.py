"""Tool calls beside a call: on a bounded pool of threads, with a timeout each."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, Final

from .callbacks import Timer, spares, watcher
from .errors import JambonzError
from .tools import Outcome, ToolCall, ToolSet, Vendor
from .tools.vendors import known_vendor

__all__ = ["ToolRunner", "answer_in_time"]

log = logging.getLogger("jambonz_sync.tools")

#: seconds that a tool may take, if it does not say otherwise
TIMEOUT: Final = 20.0
#: tools that run at once, in this process
WORKERS: Final = 16
#: tool calls that wait for a thread; further ones are refused
WAITING: Final = 256
#: seconds by which the outcome of a tool that is out of time may be late
_GRACE: Final = 10.0


class _Pool:
    """At most ``WORKERS`` threads, started as they are needed; they end with the process."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._idle = 0
        self._waiting = 0  # jobs that no thread has taken

    def run(self, job: Callable[[], None]) -> bool:
        """Have ``job`` run on a thread. False if too many wait. Does not block."""
        with self._lock:
            if self._waiting >= WAITING:
                return False
            self._waiting += 1
            if self._waiting > self._idle and self._threads < WORKERS:
                self._threads += 1
                threading.Thread(target=self._work, name=f"jambonz-sync-tool-{self._threads}", daemon=True).start()
        self._jobs.put(job)
        return True

    def _work(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            job = self._jobs.get()
            with self._lock:
                self._idle -= 1
                self._waiting -= 1
            try:
                job()
            except BaseException:  # the thread is one of few, and there is nobody above it
                log.exception("a thread of tools goes on after what nothing expected")


_pool = _Pool()


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


class ToolRunner:
    """Runs the tools that the model of one call asks for, several at once, and sends their outputs.

    ``send`` is given the id of the call and the output in the vendor's shape, on a thread of the pool. ``timeout`` is
    in seconds, for tools that have none of their own. A tool that takes longer goes on running (a thread cannot be
    stopped), but the model is told that it took too long, and its late result is dropped. Each tool runs in a
    ``context`` of its own.
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
    ) -> None:
        known_vendor(vendor)
        self._tools = tools
        self._send = send
        self._vendor: Vendor = vendor
        self._server = server
        self._timeout = timeout
        self._call_sid = call_sid
        self._context = context or nullcontext

    def submit(self, payload: Mapping[str, Any]) -> None:
        """A tool hook has come. Does not block."""
        calls = self._tools.calls(payload)
        if not calls:
            log.error("call %s: a tool hook names no tool", self._call_sid)
            return
        tool_call_id = str(payload.get("tool_call_id") or calls[0].id)
        batch = _Batch(calls, partial(self._finish, tool_call_id))
        for index, call in enumerate(calls):
            tool = self._tools.get(call.name)
            timeout = self._timeout if tool is None or tool.timeout is None else tool.timeout
            # sending may block, which the thread of the watcher must not
            expire = partial(spares.run, partial(self._expire, batch, index, call, timeout))
            timer = watcher.call_later(timeout, expire)
            if not _pool.run(partial(self._run, batch, index, call, timer)):
                timer.cancel()
                log.error("call %s: tool %s not run: too many wait", self._call_sid, call.name)
                batch.settle(index, Outcome(call.id, call.name, False, "too busy, try again later"))

    def _run(self, batch: _Batch, index: int, call: ToolCall, timer: Timer) -> None:
        try:
            with self._context():
                outcome = self._tools.run(call, call_sid=self._call_sid)
        except Exception as exc:  # of the context
            log.exception("call %s: tool %s failed", self._call_sid, call.name)
            outcome = Outcome(call.id, call.name, False, f"{call.name} failed: {type(exc).__name__}: {exc}")
        timer.cancel()
        if not batch.settle(index, outcome):
            log.warning("call %s: the result of tool %s came too late", self._call_sid, call.name)

    def _expire(self, batch: _Batch, index: int, call: ToolCall, timeout: float) -> None:
        outcome = Outcome(call.id, call.name, False, f"{call.name} took longer than {timeout:g} s")
        if batch.settle(index, outcome):
            log.error("call %s: tool %s took longer than %g s", self._call_sid, call.name, timeout)

    def _finish(self, tool_call_id: str, outcomes: list[Outcome]) -> None:
        try:
            data = self._tools.output(outcomes, self._vendor, self._server, call_sid=self._call_sid)
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
    if not tools.calls(payload):
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
    )
    runner.submit(payload)
    longest = max([timeout, *(tool.timeout for tool in tools if tool.timeout is not None)])
    return answers.get(timeout=longest + _GRACE)
