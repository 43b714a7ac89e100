"""A forked child can use all that its parent used."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import jambonz_sync

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")

PACKAGE = Path(jambonz_sync.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LOCKS = {"Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier", "SimpleQueue", "Queue"}


def run(script: str) -> str:
    """What a script prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def made_at_import(node: ast.AST) -> list[ast.Call]:
    """The calls that importing a module makes: those outside of functions."""
    calls = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call):
            calls.append(child)
        calls += made_at_import(child)
    return calls


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_lock_that_lives_as_long_as_its_module_is_made_by_the_helper_for_forks(path: Path) -> None:
    wrong = []
    for call in made_at_import(ast.parse(path.read_text())):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        source = (
            call.func.value.id if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) else ""
        )
        if name in LOCKS and source != "fork":
            wrong.append(f"{path.name}:{call.lineno} {ast.unparse(call)}")
    assert wrong == []


def test_no_lock_of_any_object_that_lives_as_long_as_its_module_is_held_in_a_child() -> None:
    script = """
        import importlib, os, pkgutil, threading, types
        import jambonz_sync

        for module in pkgutil.walk_packages(jambonz_sync.__path__, "jambonz_sync."):
            if module.name.rpartition(".")[2] not in ("gunicorn", "__main__"):
                importlib.import_module(module.name)

        KINDS = (type(threading.Lock()), type(threading.RLock()), threading.Condition)

        def attributes(thing):
            names = list(getattr(thing, "__dict__", ()))
            for cls in type(thing).__mro__:
                slots = cls.__dict__.get("__slots__", ())
                names += [slots] if isinstance(slots, str) else slots
            return {name: getattr(thing, name, None) for name in names}

        def locks():
            import sys
            found = {}
            for name, module in sorted(sys.modules.items()):
                if not name.startswith("jambonz_sync"):
                    continue
                for key, value in list(vars(module).items()):
                    if isinstance(value, KINDS):
                        found[f"{name}.{key}"] = value
                    elif type(value).__module__.startswith("jambonz_sync"):
                        for attribute, inner in attributes(value).items():
                            if isinstance(inner, KINDS):
                                found[f"{name}.{key}.{attribute}"] = inner
            return found

        def hold():
            for lock in {id(lock): lock for lock in locks().values()}.values():
                lock.acquire()
            held.set()
            threading.Event().wait(60)

        held = threading.Event()
        threading.Thread(target=hold, daemon=True).start()
        assert held.wait(15)
        names = locks()
        assert len(names) >= 6, names
        child = os.fork()
        if child == 0:
            each = {id(lock): lock for lock in locks().values()}
            free = {number: lock.acquire(blocking=False) for number, lock in each.items()}
            stuck = [name for name, lock in locks().items() if not free[id(lock)]]
            if stuck:
                print(stuck, flush=True)
            os._exit(bool(stuck))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        print("free")
    """
    assert run(script) == "free"


def test_a_lock_condition_or_reentrant_lock_of_the_helper_is_free_in_a_child_and_still_held_in_the_parent() -> None:
    script = """
        import os, threading
        from jambonz_sync.runtime import fork

        locks = [fork.lock(), fork.rlock(), fork.condition()]
        held = threading.Event()
        thread = threading.Thread(target=lambda: ([lock.acquire() for lock in locks], held.set(), os.read(pipe[0], 1)))
        pipe = os.pipe()
        thread.start()
        assert held.wait(15)
        child = os.fork()
        if child == 0:
            os._exit(0 if all(lock.acquire(blocking=False) for lock in locks) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert not any(lock.acquire(blocking=False) for lock in locks)
        os.write(pipe[1], b".")
        print("free")
    """
    assert run(script) == "free"


def test_of_a_hundred_children_that_are_forked_under_contention_none_hangs() -> None:
    script = """
        import multiprocessing, threading
        from jambonz_sync.runtime import CallbackQueues, pool, timers
        from jambonz_sync.runtime.handlers import Handlers
        from jambonz_sync.server.registry import Registry, registries
        from jambonz_sync.session.tools import runner

        handlers, registry = Handlers(), Registry()

        def use():
            for i in range(10):
                handlers.on("a", len)
                handlers.off("a", len)
            registries()
            registry.drain(0)
            for _ in range(10):
                timers.call_later(0, bool)
                pool.run(bool)
                pool.run_later(0, bool, "do it")
            CallbackQueues().run(CallbackQueues().hooks, bool)

        def hammer():
            while True:
                use()

        def child():
            use()
            done = [threading.Event() for _ in range(3)]
            timers.call_later(0, done[0].set)
            pool.run(done[1].set)
            runner.shared_pool.run(done[2].set)
            assert all(event.wait(20) for event in done)

        runner.shared_pool.run(bool)
        for _ in range(4):
            threading.Thread(target=hammer, daemon=True).start()
        context = multiprocessing.get_context("fork")
        hung = 0
        for _ in range(20):
            children = [context.Process(target=child) for _ in range(5)]
            for each in children:
                each.start()
            for each in children:
                each.join(15)
                if each.exitcode != 0:
                    hung += 1
                    each.kill()
            if hung:
                break
        print(hung)
        import os
        os._exit(0)
    """
    assert run(script.replace("print(hung)", "print(hung, flush=True)")) == "0"
