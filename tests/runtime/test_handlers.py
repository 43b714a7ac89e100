from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from jambonz_sync.runtime.handlers import Handlers, name_of, run


def emit(handlers: Handlers, name: str, *args: Any) -> list[Any]:
    return [run(handler, args, None) for handler in handlers.take(name)]


# -- registering


def test_functions_of_one_event_run_in_the_order_of_registration() -> None:
    handlers = Handlers()
    for i in range(3):
        handlers.on("x", lambda i=i: i)
    assert emit(handlers, "x") == [0, 1, 2]
    assert emit(handlers, "y") == []


def test_on_and_once_are_decorators_too_and_give_the_function_back() -> None:
    handlers = Handlers()

    @handlers.on("x")
    def always() -> str:
        return "always"

    @handlers.once("x")
    def at_first() -> str:
        return "once"

    assert always() == "always"
    assert at_first() == "once"
    assert handlers.on("z", always) is always
    assert emit(handlers, "x") == ["always", "once"]
    assert emit(handlers, "x") == ["always"]


def test_a_function_for_one_event_only_is_forgotten_with_it() -> None:
    handlers = Handlers()
    handlers.once("x", lambda: 1)
    assert "x" in handlers
    assert emit(handlers, "x") == [1]
    assert "x" not in handlers
    assert emit(handlers, "x") == []


def test_a_function_for_one_event_only_runs_once_though_two_come_at_once() -> None:
    for _ in range(50):
        handlers, start, ran = Handlers(), threading.Barrier(4), []
        handlers.on("x", lambda: None)
        handlers.once("x", lambda ran=ran: ran.append(1))

        def come(handlers: Handlers = handlers, start: threading.Barrier = start) -> None:
            start.wait(15)
            emit(handlers, "x")

        threads = [threading.Thread(target=come) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(15)
        assert ran == [1]


def test_functions_are_forgotten_one_at_a_time_or_all_at_once() -> None:
    handlers = Handlers()
    first, second = (lambda: 1), (lambda: 2)
    handlers.on("x", first)
    handlers.on("x", second)
    handlers.on("y", first)
    handlers.off("x", first)
    assert emit(handlers, "x") == [2]
    handlers.off("x", second)
    assert "x" not in handlers
    handlers.on("x", first)
    handlers.on("x", second)
    handlers.off("x")
    assert "x" not in handlers
    assert emit(handlers, "y") == [1]


def test_all_functions_are_forgotten_at_once() -> None:
    handlers = Handlers()
    handlers.on("x", lambda: 1)
    handlers.on("y", lambda: 1)
    assert handlers.names() == ["x", "y"]
    handlers.clear()
    assert handlers.names() == []
    assert emit(handlers, "x") == emit(handlers, "y") == []


def test_forgetting_what_is_not_there_is_no_error() -> None:
    handlers = Handlers()
    handlers.off("x")
    handlers.off("x", print)
    handlers.on("x", lambda: 1)
    handlers.off("x", print)
    assert emit(handlers, "x") == [1]


def test_a_method_is_forgotten_though_python_makes_a_new_object_of_it_each_time() -> None:
    class Bot:
        def heard(self) -> None: ...

    handlers, bot = Handlers(), Bot()
    handlers.on("x", bot.heard)
    handlers.off("x", bot.heard)
    assert "x" not in handlers


def test_a_callback_may_register_and_forget() -> None:
    handlers = Handlers()

    def swap() -> str:
        handlers.off("x", swap)
        handlers.on("x", lambda: "second")
        return "first"

    handlers.on("x", swap)
    assert emit(handlers, "x") == ["first"]
    assert emit(handlers, "x") == ["second"]


def test_functions_registered_by_many_threads_are_all_there() -> None:
    handlers = Handlers()
    threads = [threading.Thread(target=lambda: [handlers.on("x", lambda: None) for _ in range(100)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(15)
    assert len(handlers.take("x")) == 800


def test_whether_a_function_may_run_beside_others_is_kept() -> None:
    handlers = Handlers()
    handlers.on("x", lambda: None, concurrent=True)
    handlers.once("x", concurrent=True)(lambda: None)
    handlers.on("x", lambda: None)
    assert [handler.concurrent for handler in handlers.take("x")] == [True, True, False]


@pytest.mark.parametrize("wrong", ["text", 7, object()])
def test_what_cannot_be_called_is_refused(wrong: Any) -> None:
    handlers = Handlers()
    with pytest.raises(TypeError, match="must be callable"):
        handlers.on("x", wrong)
    with pytest.raises(TypeError, match="must be callable"):
        handlers.once("x", wrong)
    assert "x" not in handlers


async def coroutine(event: object) -> None: ...


async def generator(event: object) -> Any:
    yield


class Async:
    async def __call__(self, event: object) -> None: ...

    async def method(self, event: object) -> None: ...


@pytest.mark.parametrize(
    "fn", [coroutine, generator, Async(), Async().method, functools.partial(coroutine, 1)], ids=lambda fn: repr(fn)[:20]
)
def test_an_async_function_is_refused(fn: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="is an async function"):
        Handlers().on("x", fn)


# -- arguments


class Bot:
    def none(self) -> tuple[Any, ...]:
        return ()

    def one(self, a: Any) -> tuple[Any, ...]:
        return (a,)

    @classmethod
    def of_class(cls, a: Any) -> tuple[Any, ...]:
        return (a,)

    def with_default(self, a: Any, b: Any = 0) -> tuple[Any, ...]:
        return (a, b)

    @staticmethod
    def static(a: Any, b: Any) -> tuple[Any, ...]:
        return (a, b)

    def __call__(self, a: Any) -> tuple[Any, ...]:
        return (a,)


def decorated(fn: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)

    return wrapper


@pytest.mark.parametrize(
    ("fn", "gets"),
    [
        (lambda: (), ()),
        (lambda a: (a,), (1,)),
        (lambda a, b: (a, b), (1, 2)),
        (lambda a, b, c: (a, b, c), (1, 2, 3)),
        (lambda *args: args, (1, 2, 3)),
        (lambda a, *, key=None: (a,), (1,)),
        (lambda a, b=None: (a, b), (1, None)),
        (lambda a=0: (a,), (0,)),
        (lambda a, b=0, *args: (a, b, *args), (1, 2, 3)),
        (Bot().none, ()),
        (Bot().one, (1,)),
        (Bot.of_class, (1,)),
        (Bot.static, (1, 2)),
        (Bot().with_default, (1, 0)),
        (Bot(), (1,)),
        (functools.partial(lambda a, b: (a, b), 0), (0, 1)),
        (functools.partial(lambda a, key: (a, key), key=0), (1, 0)),
        (functools.partial(lambda a, b, c=0: (a, b, c), 0), (0, 1, 0)),
        (decorated(lambda: ()), ()),
        (decorated(lambda a: (a,)), (1,)),
        (decorated(decorated(lambda a, b: (a, b))), (1, 2)),
        (decorated(lambda *args: args), (1, 2, 3)),
        (decorated(Bot().one), (1,)),
    ],
)
def test_a_function_gets_as_many_arguments_as_it_cannot_do_without(
    fn: Callable[..., Any], gets: tuple[int, ...]
) -> None:
    handlers = Handlers()
    handlers.on("x", fn)
    assert emit(handlers, "x", 1, 2, 3) == [gets]


def test_a_builtin_gets_as_many_arguments_as_it_takes() -> None:
    handlers, seen = Handlers(), []
    handlers.on("close", seen.append)
    emit(handlers, "close", 1000, "reason")
    assert seen == [1000]


def test_a_builtin_that_does_not_tell_gets_one_argument() -> None:
    handlers = Handlers()
    handlers.on("x", max)
    assert emit(handlers, "x", [1, 3, 2], "reason") == [3]


def test_a_function_that_takes_more_than_there_is_fails_when_it_is_called() -> None:
    handlers = Handlers()
    handlers.on("x", lambda a, b: None)
    with pytest.raises(TypeError):
        emit(handlers, "x", 1)


def test_a_function_can_take_the_place_of_another() -> None:
    handlers = Handlers()
    seen: list[str] = []
    handlers.on("/a", lambda: seen.append("first"))
    old = handlers.on("/a", lambda: seen.append("old"))
    handlers.replace("/a", lambda: seen.append("new"), lambda fn: fn is old)
    handlers.replace("/b", lambda: seen.append("alone"), lambda fn: fn is old)
    for name in ("/a", "/b"):
        for handler in handlers.take(name):
            run(handler, (), None)
    assert seen == ["first", "new", "alone"]


# -- running


def call(fn: Callable[..., Any], *args: Any, context: Any = None) -> Any:
    handlers = Handlers()
    handlers.on("x", fn)
    return run(handlers.take("x")[0], args, context)


def test_a_function_runs_in_a_context_of_its_own_where_there_is_one() -> None:
    seen: list[str] = []

    @contextmanager
    def context() -> Iterator[None]:
        seen.append("begin")
        yield
        seen.append("end")

    assert call(lambda evt: (seen.append(evt), "result")[1], "event", context=context) == "result"
    assert seen == ["begin", "event", "end"]
    assert call(lambda: "without") == "without"


def raises(error: type[BaseException]) -> Callable[[], None]:
    def fn() -> None:
        raise error("no")

    return fn


@pytest.mark.parametrize("error", [ValueError, RuntimeError])
def test_what_a_function_raises_is_passed_on(error: type[Exception]) -> None:
    with pytest.raises(error, match=r"^no$"):
        call(raises(error))


@pytest.mark.parametrize("error", [asyncio.CancelledError, GeneratorExit, KeyboardInterrupt])
def test_what_no_caller_expects_is_a_failure_like_others(error: type[BaseException]) -> None:
    caught: list[BaseException] = []

    def on_a_thread() -> None:
        try:
            call(raises(error))
        except BaseException as exc:
            caught.append(exc)

    thread = threading.Thread(target=on_a_thread)
    thread.start()
    thread.join(15)
    assert [str(exc) for exc in caught if type(exc) is RuntimeError] == [f"a callback raised {error.__name__}: no"]
    assert type(caught[0].__cause__) is error


def test_an_exit_is_a_failure_that_says_what_to_do_instead() -> None:
    with pytest.raises(RuntimeError, match=r"it ends no call, hangup\(\) does"):
        call(raises(SystemExit))


def test_ctrl_c_on_the_main_thread_is_passed_on() -> None:
    with pytest.raises(KeyboardInterrupt):
        call(raises(KeyboardInterrupt))


def test_a_function_is_named_by_its_code_and_anything_else_is_a_callback() -> None:
    assert name_of(raises.__code__).startswith("raises (")
    assert name_of(None) == "a callback"
