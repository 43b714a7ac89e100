"""Tool calls beside a call: on the threads for tools, with a timeout each, their outputs sent when they are there."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, cast

from ...errors import JambonzError, SessionClosed
from ...logs.context import call_sid as current_call_sid
from ...runtime import Timer, pool
from ...runtime.work import current_work
from ...tools import VENDORS, Outcome, ToolCall, ToolSet, Vendor
from ...tools.toolset import MAX_OUTPUT, call_sid_of
from ...tools.vendors import known_vendor, shape_of
from .pool import ToolPool, shared_pool

__all__ = ["ToolRunner", "answer_in_time"]

log = logging.getLogger("jambonz_sync.session")

#: seconds that a tool may take, if it does not say otherwise
TIMEOUT: Final = 20.0
#: seconds by which the outcome of a tool that is out of time may be late
_GRACE: Final = 10.0
#: names of tools that a line of the log shows
_NAMES_SHOWN: Final = 8


class _Batch:
    """The calls of one request, of which the output is sent once, when all are done or out of time."""

    def __init__(self, calls: list[ToolCall], done: Callable[[list[Outcome]], None]) -> None:
        self._lock = threading.Lock()  # guards the two below: calls end on threads of their own, and in time or not
        self._outcomes: list[Outcome | None] = [None] * len(calls)
        self._unsettled = len(calls)
        self._done = done

    def settle(self, index: int, outcome: Outcome) -> bool:
        """Note an outcome; False if this call has one already."""
        with self._lock:
            if self._outcomes[index] is not None:
                return False
            self._outcomes[index] = outcome
            self._unsettled -= 1
            is_last = not self._unsettled
        if is_last:
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

    A tool that is out of time goes on running (a thread cannot be stopped), but the model is told that it took too
    long, its late result is dropped, and another thread takes its place. A tool that has not begun by then is not run
    any more.

    Args:
        tools: The tools.
        send: Is given the id of the call and the output in the vendor's shape, on a thread of the pool.
        vendor: The vendor whose shape the outputs have; None takes that of the model.
        server: Version of the feature server, None if it is not known.
        timeout: Seconds for tools that have none of their own; they count from the call of the model.
        call_sid: The call, for the log.
        context: Makes a context for each tool to run in.
        limit: Bytes of an output, as in :meth:`ToolSet.output`.
        model: Tells the vendor of the model, if it knows: a warning is logged if that takes outputs of another shape,
            or of one that is not known.
        threads: Where the tools run.
    """

    def __init__(
        self,
        tools: ToolSet,
        send: Callable[[str, dict[str, Any]], None],
        *,
        vendor: Vendor | None = "agent",
        server: str | None = None,
        timeout: float = TIMEOUT,
        call_sid: str | None = None,
        context: Callable[[], AbstractContextManager[Any]] | None = None,
        limit: int | None = MAX_OUTPUT,
        model: Callable[[], str | None] = lambda: None,
        threads: ToolPool = shared_pool,
    ) -> None:
        if vendor is not None:
            known_vendor(vendor, call_sid)
        self._tools = tools
        self._send = send
        self._vendor: Vendor | None = vendor
        self._server = server
        self._timeout = timeout
        self._call_sid = call_sid
        self._context = context or nullcontext
        self._limit = limit
        self._model = model
        self._threads = threads
        self._warned = False

    def submit(self, payload: Mapping[str, Any]) -> None:
        """Run what a tool hook asks for. Without an id, by which jambonz would know the output, nothing runs.

        Args:
            payload: The data of the hook.
        """
        calls = self._tools.calls(payload)
        if not calls:
            log.error("call %s: a tool hook names no tool", self._call_sid)
            return
        tool_call_id = str(payload.get("tool_call_id") or calls[0].id)
        if tool_call_id:
            self.start(calls, tool_call_id, self._vendor_of_model())
        else:
            names = ", ".join(call.label for call in calls[:_NAMES_SHOWN])
            log.error("call %s: tool %s not run: the call of the model has no id to answer to", self._call_sid, names)

    def _vendor_of_model(self) -> Vendor:
        """The vendor whose shape the output has of what the model has just asked for."""
        model = self._model()
        if self._vendor is None:
            if model is not None and model not in VENDORS:
                self._warn(
                    f"how {model} takes the outputs of tools is not known here: send_tool_output() in its own shape, "
                    "or use_tools(vendor=...) with one whose shape it takes"
                )
            return cast("Vendor", model) if model in VENDORS else "agent"
        if model in VENDORS and shape_of(model) != shape_of(self._vendor):
            self._warn(
                f"tools answer in the shape of {self._vendor}, which jambonz drops for this model: leave vendor= of "
                f"use_tools() out, or use_tools(vendor={model!r})"
            )
        return self._vendor

    def _warn(self, text: str) -> None:
        """Tell the log, once in a call."""
        if not self._warned:
            self._warned = True
            log.warning("call %s: %s", self._call_sid, text)

    def start(self, calls: list[ToolCall], tool_call_id: str, vendor: Vendor) -> None:
        """Run ``calls``, and send their outputs in one.

        Args:
            calls: The calls of one request.
            tool_call_id: By which jambonz knows the request.
            vendor: The vendor whose shape the outputs have.
        """
        self._start(_Batch(calls, partial(self._finish, tool_call_id, vendor)), calls)

    def run_all(self, calls: list[ToolCall]) -> list[Outcome]:
        """Run ``calls``, several at once, and wait for them. Nothing is sent.

        Args:
            calls: The calls of one answer of a model.
        Returns:
            An outcome for each, in order.
        Blocks: until all are done or out of time.
        """
        if not calls:
            return []
        outcomes: queue.SimpleQueue[list[Outcome]] = queue.SimpleQueue()
        self._start(_Batch(calls, outcomes.put), calls)
        return outcomes.get(timeout=_longest(self._tools, self._timeout) + _GRACE)

    def _start(self, batch: _Batch, calls: list[ToolCall]) -> None:
        work = current_work()
        for index, call in enumerate(calls):
            tool = self._tools.get(call.name)
            timeout = self._timeout if tool is None or tool.timeout is None else tool.timeout
            job = _Job(batch, index, call, timeout, self._run if work is None else partial(work.run, self._run))
            if work is not None:
                work.begin()
            # sending may block, which the thread of the timers must not
            job.timer = pool.run_later(timeout, partial(self._expire, job), "give up a tool that is out of time")
            if not self._threads.run(job):
                if work is not None:
                    work.end()
                job.timer.cancel()
                log.error("call %s: tool %s not run: no thread is free and too many wait", self._call_sid, call.label)
                job.fail("too busy, try again later")

    def _run(self, job: _Job) -> None:
        call = job.call
        if not job.take():
            return
        token = current_call_sid.set(self._call_sid)
        try:
            with self._context():
                outcome = self._tools.run(call, call_sid=self._call_sid)
        except BaseException as exc:  # of the context
            log.exception("call %s: tool %s failed", self._call_sid, call.label)
            outcome = Outcome(call.id, call.name, False, f"{call.name} failed: {type(exc).__name__}: {exc}")
        finally:
            current_call_sid.reset(token)
        if job.timer is not None:
            job.timer.cancel()
        if not job.settle(outcome):
            log.warning("call %s: the result of tool %s came too late", self._call_sid, call.label)

    def _expire(self, job: _Job) -> None:
        name, label = job.call.name, job.call.label
        if job.take():
            log.error("call %s: tool %s not run: no thread was free for %g s", self._call_sid, label, job.timeout)
            job.fail(f"{name} was not run: too busy, try again later")
            return
        self._threads.give_up(job)
        if job.fail(f"{name} took longer than {job.timeout:g} s"):
            log.error("call %s: tool %s took longer than %g s", self._call_sid, label, job.timeout)

    def _finish(self, tool_call_id: str, vendor: Vendor, outcomes: list[Outcome]) -> None:
        try:
            data = self._tools.output(outcomes, vendor, self._server, call_sid=self._call_sid, limit=self._limit)
            self._send(tool_call_id, data)
        except JambonzError as exc:
            level = logging.INFO if isinstance(exc, SessionClosed) else logging.ERROR  # the model waits for it in vain
            log.log(level, "call %s: tool output not sent: %s", self._call_sid, exc)


def answer_in_time(
    tools: ToolSet,
    payload: Mapping[str, Any],
    *,
    vendor: Vendor = "agent",
    server: str | None = None,
    timeout: float,
    context: Callable[[], AbstractContextManager[Any]] | None = None,
) -> dict[str, Any]:
    """Answer a tool hook that came over HTTP, as :meth:`ToolSet.answer` does, but with a time limit.

    Args:
        tools: The tools, which run several at once.
        payload: The data of the hook.
        vendor: The vendor whose shape the output has.
        server: Version of the feature server, None if it is not known.
        timeout: Seconds for tools that have none of their own.
        context: Makes a context for each tool to run in.
    Returns:
        The JSON body of the answer.
    Blocks: until all tools are done or out of time.
    """
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
        call_sid=call_sid_of(payload),
        context=context,
        limit=None,
    )
    runner.start(calls, str(payload.get("tool_call_id") or ""), vendor)
    return answers.get(timeout=_longest(tools, timeout) + _GRACE)


def _longest(tools: ToolSet, timeout: float) -> float:
    """The seconds that the slowest tool may take."""
    return max([timeout, *(tool.timeout for tool in tools if tool.timeout is not None)])
