"""The threads that tools run on: where the system has none for a while, and in a forked child."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import Any

import pytest

from jambonz_sync.session.tools.pool import WORKERS, ToolPool
from jambonz_sync.session.tools.runner import ToolRunner
from jambonz_sync.tools import ToolSet
from tests.waiting import wait_for


def no_thread(self: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_threads_that_the_system_did_not_start_are_not_counted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pool, ran = ToolPool(), list[int]()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_thread)
        assert [pool.run(lambda: ran.append(0)) for _ in range(2 * WORKERS)] == [False] * 2 * WORKERS
    assert pool.threads == 0
    assert caplog.text.count("the system has no more: can't start new thread") == 1
    assert pool.run(lambda: ran.append(1))
    wait_for(lambda: ran)
    assert ran == [1]


def test_where_the_system_has_no_more_threads_jobs_wait_for_those_that_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool, ran, out, inside = ToolPool(), list[int](), threading.Event(), threading.Event()

    def hang() -> None:
        inside.set()
        out.wait(30)

    pool.run(hang)
    assert inside.wait(15)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_thread)
        pool.give_up(hang)
        assert pool.run(lambda: ran.append(1))
    assert ran == []
    out.set()
    wait_for(lambda: ran == [1])


def test_a_tool_for_which_there_is_no_thread_is_answered_at_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[tuple[str, dict[str, Any]]] = []
    tools = ToolSet()
    tools.tool(name="greet")(lambda: "Hello")
    runner = ToolRunner(tools, lambda id, data: sent.append((id, data)), call_sid="call-1", threads=ToolPool())
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_thread)
        runner.submit({"tool_call_id": "1", "name": "greet"})
    assert sent == [("1", {"error": "too busy, try again later"})]
    assert "call call-1: tool greet not run" in caplog.text
    runner.submit({"tool_call_id": "2", "name": "greet"})
    wait_for(lambda: sent[1:] == [("2", {"result": "Hello"})])


_FORK = """
import os, queue, sys, threading, warnings
warnings.simplefilter("ignore")  # of Python 3.12, about forks of processes that have threads
from jambonz_sync.session.tools.runner import answer_in_time
from jambonz_sync.tools import ToolSet

tools = ToolSet()
entered, leave = threading.Event(), threading.Event()

@tools.tool
def hang() -> str:
    entered.set()
    leave.wait(30)
    return "late"

@tools.tool
def greet() -> str:
    return "Hello"

def answer(name):
    return answer_in_time(tools, {"tool_call_id": "1", "name": name}, timeout=10)

print(answer("greet"))
threading.Thread(target=answer, args=("hang",), daemon=True).start()
entered.wait(30)
sys.stdout.flush()
child = os.fork()
if not child:
    print(answer("greet"), flush=True)
    os._exit(0)
os.waitpid(child, 0)
leave.set()
print(answer("greet"))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_tools_run_in_a_forked_child_whose_parent_has_run_some() -> None:
    run = subprocess.run([sys.executable, "-c", _FORK], check=False, capture_output=True, text=True, timeout=50)
    assert run.stdout.splitlines() == ["{'result': 'Hello'}"] * 3
    assert run.stderr == ""
