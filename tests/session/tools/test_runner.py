"""Tools that run beside a call: several at once, with a deadline each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from jambonz_sync.errors import BackPressure, InvalidVerb, SessionClosed
from jambonz_sync.session.tools.pool import WORKERS, ToolPool
from jambonz_sync.session.tools.runner import ToolRunner
from jambonz_sync.tools import ToolSet
from tests.waiting import wait_for

DEADLINE = 15.0


class Gate:
    """A tool that stays in until it is let out."""

    def __init__(self) -> None:
        self.inside = 0
        self.out = threading.Event()
        self._lock = threading.Lock()

    def wait(self, name: str = "x") -> str:
        with self._lock:
            self.inside += 1
        self.out.wait(DEADLINE)
        return name


@pytest.fixture
def sent() -> list[tuple[str, dict[str, Any]]]:
    return []


def make(tools: ToolSet, sent: list[tuple[str, dict[str, Any]]], **options: Any) -> ToolRunner:
    return ToolRunner(tools, lambda id, data: sent.append((id, data)), call_sid="call-1", **options)


def test_the_output_of_a_tool_is_sent_with_the_id_of_its_call(sent: list[tuple[str, dict[str, Any]]]) -> None:
    def greet(name: str) -> str:
        return f"Hello {name}"

    runner = make(ToolSet([greet]), sent, vendor="openai")
    runner.submit({"tool_call_id": "c1", "name": "greet", "args": {"name": "Ann"}})
    wait_for(lambda: sent)
    item = {"type": "function_call_output", "call_id": "c1", "output": "Hello Ann"}
    assert sent == [("c1", {"type": "conversation.item.create", "item": item})]


def test_several_tools_run_at_once(sent: list[tuple[str, dict[str, Any]]]) -> None:
    gate = Gate()
    runner = make(ToolSet([gate.wait]), sent)
    for number in range(5):
        runner.submit({"tool_call_id": str(number), "name": "wait", "args": {"name": str(number)}})
    wait_for(lambda: gate.inside == 5)
    assert not sent
    gate.out.set()
    wait_for(lambda: len(sent) == 5)
    assert sorted(sent) == [(str(number), {"result": str(number)}) for number in range(5)]


def test_a_tool_that_takes_too_long_is_an_error_for_the_model_and_its_late_result_is_dropped(
    sent: list[tuple[str, dict[str, Any]]], caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate()
    tools = ToolSet()
    tools.tool(timeout=0.3)(gate.wait)
    make(tools, sent).submit({"tool_call_id": "c1", "name": "wait", "args": {}})
    wait_for(lambda: sent)
    assert sent == [("c1", {"error": "wait took longer than 0.3 s"})]
    gate.out.set()
    wait_for(lambda: "came too late" in caplog.text)
    assert len(sent) == 1


def test_several_calls_of_one_request_are_answered_in_one_output(sent: list[tuple[str, dict[str, Any]]]) -> None:
    def double(number: int) -> int:
        return number * 2

    calls = [{"id": f"f{number}", "name": "double", "args": {"number": number}} for number in (1, 2)]
    calls.append({"id": "f3", "name": "nothing", "args": {}})
    payload = {"tool_call_id": "function_call_id", "type": "toolCall", "functionCalls": calls}
    make(ToolSet([double]), sent, vendor="google").submit(payload)
    wait_for(lambda: sent)
    [(call_id, data)] = sent
    assert call_id == "function_call_id"
    responses = data["toolResponse"]["functionResponses"]
    assert [response["id"] for response in responses] == ["f1", "f2", "f3"]
    assert [response["response"] for response in responses[:2]] == [{"result": 2}, {"result": 4}]
    assert "no tool 'nothing'" in responses[2]["response"]["error"]


@pytest.mark.parametrize(
    ("model", "shape", "warned"),
    [
        ("openai", "conversation.item.create", False),
        ("voiceagent", "FunctionCallResponse", False),
        ("agent", None, False),
        (None, None, False),
        ("nova", None, True),
    ],
)
def test_without_a_vendor_the_shape_is_that_of_the_model_that_has_asked(
    sent: list[tuple[str, dict[str, Any]]],
    model: str | None,
    shape: str | None,
    warned: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def greet(name: str) -> str:
        return f"Hello {name}"

    runner = make(ToolSet([greet]), sent, vendor=None, model=lambda: model)
    for number in range(2):
        runner.submit({"tool_call_id": str(number), "name": "greet", "args": {"name": "Ann"}})
    wait_for(lambda: len(sent) == 2)
    for _, data in sent:
        assert data.get("type") == shape
    assert [record.getMessage() for record in caplog.records] == [
        "call call-1: how nova takes the outputs of tools is not known here: send_tool_output() in its own shape, or "
        "use_tools(vendor=...) with one whose shape it takes"
    ] * warned


def test_when_too_many_wait_the_model_is_told_to_try_again(
    sent: list[tuple[str, dict[str, Any]]],
) -> None:
    gate = Gate()
    runner = make(ToolSet([gate.wait]), sent, threads=ToolPool(workers=1, waiting=2))
    runner.submit({"tool_call_id": "0", "name": "wait", "args": {}})
    wait_for(lambda: gate.inside == 1)
    for number in (1, 2, 3):
        runner.submit({"tool_call_id": str(number), "name": "wait", "args": {}})
    wait_for(lambda: sent)
    assert sent == [("3", {"error": "too busy, try again later"})]
    gate.out.set()
    wait_for(lambda: len(sent) == 4)


@pytest.fixture
def pool() -> ToolPool:
    """A pool of 2 threads, and 2 more for those that are stuck."""
    return ToolPool(workers=2, threads=4)


def tools_that(gate: Gate, ran: list[int]) -> ToolSet:
    """``wait``, which hangs and is out of time soon, and ``book``, of which it matters whether it has run."""
    tools = ToolSet()
    tools.tool(timeout=0.3)(gate.wait)

    @tools.tool
    def book(number: int) -> str:
        ran.append(number)
        return "booked"

    return tools


def hang(runner: ToolRunner, gate: Gate, times: int, pool: ToolPool | None = None) -> None:
    """Have that many more tools hang, one after the other since the pool may have few threads.

    With a ``pool``, each waits until the one before is out of time and made up for: it may be late on a busy machine.
    """
    for number in range(times):
        inside, stuck = gate.inside, pool.stuck if pool is not None else -1
        runner.submit({"tool_call_id": f"w{number}", "name": "wait", "args": {}})
        wait_for(lambda inside=inside: gate.inside > inside)  # type: ignore[misc]
        wait_for(lambda stuck=stuck: pool is None or pool.stuck > stuck)  # type: ignore[misc]


def book(number: int) -> dict[str, Any]:
    return {"tool_call_id": f"b{number}", "name": "book", "args": {"number": number}}


def test_a_tool_that_the_model_was_told_has_not_run_does_not_run_later(
    sent: list[tuple[str, dict[str, Any]]], pool: ToolPool, caplog: pytest.LogCaptureFixture
) -> None:
    gate, ran = Gate(), list[int]()
    tools = ToolSet([gate.wait])
    tools.tool(name="book", timeout=0.05)(lambda: ran.append(1))
    runner = make(tools, sent, threads=pool)
    hang(runner, gate, 2)
    runner.submit({"tool_call_id": "b1", "name": "book", "args": {}})
    wait_for(lambda: sent)
    assert sent == [("b1", {"error": "book was not run: too busy, try again later"})]
    assert "tool book not run: no thread was free for 0.05 s" in caplog.text
    gate.out.set()
    wait_for(lambda: len(sent) == 3)
    runner.submit({"tool_call_id": "w3", "name": "wait", "args": {}})  # behind the one that is out of time
    wait_for(lambda: len(sent) == 4)
    assert not ran


def test_tools_that_hang_leave_threads_for_others_once_they_are_out_of_time(
    sent: list[tuple[str, dict[str, Any]]], pool: ToolPool
) -> None:
    gate, ran = Gate(), list[int]()
    runner = make(tools_that(gate, ran), sent, threads=pool)
    hang(runner, gate, 2, pool)
    runner.submit(book(1))
    wait_for(lambda: ran)
    gate.out.set()
    wait_for(lambda: len(sent) == 3)


def test_the_threads_that_hanging_tools_are_made_up_for_are_bounded(
    sent: list[tuple[str, dict[str, Any]]], pool: ToolPool
) -> None:
    gate, ran = Gate(), list[int]()
    tools = tools_that(gate, ran)
    runner = make(tools, sent, threads=pool)
    hang(runner, gate, 4, pool)
    wait_for(lambda: len(sent) == 4)
    make(tools, sent, timeout=0.05, threads=pool).submit(book(1))
    wait_for(lambda: len(sent) == 5)
    assert sent[-1] == ("b1", {"error": "book was not run: too busy, try again later"})
    assert (pool.threads, ran) == (4, [])
    gate.out.set()
    runner.submit(book(2))
    wait_for(lambda: ran == [2])


def test_a_thread_that_comes_back_from_a_hanging_tool_counts_again_or_ends(
    sent: list[tuple[str, dict[str, Any]]], pool: ToolPool
) -> None:
    gate, ran = Gate(), list[int]()
    runner = make(tools_that(gate, ran), sent, threads=pool)
    hang(runner, gate, 4, pool)
    wait_for(lambda: pool.stuck == 4)
    gate.out.set()
    wait_for(lambda: (pool.threads, pool.stuck) == (2, 0))
    for number in range(5):
        runner.submit(book(number))
    wait_for(lambda: len(ran) == 5)
    assert pool.threads == 2


def test_a_request_that_names_no_tool_is_logged(
    sent: list[tuple[str, dict[str, Any]]], caplog: pytest.LogCaptureFixture
) -> None:
    make(ToolSet(), sent).submit({"tool_call_id": "c1"})
    assert "names no tool" in caplog.text
    assert not sent


@pytest.mark.parametrize(
    "payload",
    [
        {"name": "book", "args": {"number": 1}},
        {"tool_call_id": "", "name": "book", "args": {"number": 1}},
        {"type": "toolCall", "functionCalls": [{"name": "book", "args": {"number": 1}}]},
    ],
)
def test_a_tool_whose_output_would_have_no_id_to_go_to_is_not_run(
    sent: list[tuple[str, dict[str, Any]]], caplog: pytest.LogCaptureFixture, payload: dict[str, Any]
) -> None:
    ran = list[int]()
    runner = make(tools_that(Gate(), ran), sent)
    runner.submit(payload)
    [record] = caplog.records
    assert record.levelname == "ERROR"
    assert record.getMessage() == "call call-1: tool book not run: the call of the model has no id to answer to"
    runner.submit(book(2))
    wait_for(lambda: sent)
    assert ran == [2]


@pytest.mark.parametrize(
    ("error", "level"), [(SessionClosed("gone", call_sid="call-1"), "INFO"), (BackPressure("too many wait"), "ERROR")]
)
def test_an_output_that_cannot_be_sent_is_dropped_with_a_log_line(
    caplog: pytest.LogCaptureFixture, error: Exception, level: str
) -> None:
    def fails(id: str, data: dict[str, Any]) -> None:
        raise error

    def greet() -> str:
        return "Hello"

    caplog.set_level("INFO", "jambonz_sync.session")
    ToolRunner(ToolSet([greet]), fails, call_sid="call-1").submit({"tool_call_id": "c1", "name": "greet"})
    wait_for(lambda: caplog.records)
    [record] = caplog.records
    assert (record.levelname, record.getMessage()) == (level, f"call call-1: tool output not sent: {error}")


def test_a_tool_that_raises_what_ends_programs_is_answered_at_once(sent: list[tuple[str, dict[str, Any]]]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    make(ToolSet([interrupted]), sent).submit({"tool_call_id": "c1", "name": "interrupted"})
    wait_for(lambda: sent)
    assert sent == [("c1", {"error": "interrupted failed: KeyboardInterrupt: "})]


def test_an_unknown_vendor_is_refused_before_any_call() -> None:
    vendor: Any = "opena1"
    with pytest.raises(InvalidVerb, match="opena1"):
        ToolRunner(ToolSet(), lambda id, data: None, vendor=vendor)


def test_a_context_that_fails_is_an_error_for_the_model_and_costs_no_thread(
    sent: list[tuple[str, dict[str, Any]]], caplog: pytest.LogCaptureFixture
) -> None:
    @contextmanager
    def failing() -> Iterator[None]:
        yield
        raise RuntimeError("teardown")

    tools = ToolSet()
    tools.tool(name="fine")(lambda: "done")
    runner = ToolRunner(tools, lambda id, data: sent.append((id, data)), context=failing)
    for number in range(2 * WORKERS):
        runner.submit({"tool_call_id": str(number), "name": "fine", "args": {}})
    wait_for(lambda: len(sent) == 2 * WORKERS)
    assert {str(data["error"]) for _, data in sent} == {"fine failed: RuntimeError: teardown"}
    assert "teardown" in caplog.text
