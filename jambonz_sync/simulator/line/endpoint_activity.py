"""What an endpoint in this process is doing on one call: the runtime counts that, and the rest is judged here."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Collection, Iterable
from enum import Enum
from itertools import count
from types import FrameType
from typing import Any
from weakref import WeakValueDictionary

from ...runtime.work import WORK, ConnectionWork, Limit, Work, resting_threads

__all__ = ["WORK_HEADER", "EndpointActivity", "Occupation", "counting"]

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

#: by this the request for a connection says which it is; :func:`counting` takes it off before the app sees it
WORK_HEADER = "X-Simulator-Connection"
_NAME_IN_ENVIRON = "HTTP_X_SIMULATOR_CONNECTION"
#: what the names of threads begin with that act for nobody else: those of the runtime, and those of the simulator
_OWN_THREADS = ("jambonz-sync-", "simulator-")

_numbers = count(1)
#: connections whose request is on its way, by what it says
_requested: WeakValueDictionary[str, ConnectionWork] = WeakValueDictionary()


class Occupation(Enum):
    """What an app does, as far as can be known."""

    WORKS = "something is done, or is on its way"
    QUIET = "nothing is done, and nothing is on its way"
    UNKNOWN = "threads of the app's own may do something, or not"


class EndpointActivity:
    """Knows what an endpoint does on one call, to be given to :class:`~jambonz_sync.simulator.Call`.

    The endpoint must be served as :func:`counting` says. Its callbacks, its tools, and the messages on their way are
    counted; a thread that waits for the call does nothing. Of threads that the app has started itself nothing is known,
    nor of a callback that waits for another thread.

    Threads: any.
    """

    def __init__(self) -> None:
        self._work = Work()
        # the thread that places the call, and the main one, act for the test
        self._testers = {threading.get_ident(), threading.main_thread().ident}
        # guarded by the lock of the work
        self._connections: list[ConnectionWork] = []

    def on_done(self, call: Callable[[], object]) -> None:
        """Have something called when the app is done, on any thread; it must not block."""
        self._work.on_done = call

    def keep_time(self, clock: Callable[[], float]) -> None:
        """Have limits and estimates of the app go by the clock of the call, which calls :meth:`end_rest`."""
        self._work.keep_time(clock)

    def leave_time(self) -> None:
        """Keep the time of the app no more: the call is over."""
        self._work.leave_time()

    @property
    def next_limit(self) -> Limit | None:
        """The time of the call at which the time of a wait of the app is up."""
        return self._work.next_limit

    def end_rest(self) -> None:
        """End the wait whose time is up first."""
        self._work.end_rest()

    def connect(self) -> tuple[ConnectionWork, str]:
        """Begin a connection. Returns what counts its work, and the value of :data:`WORK_HEADER` in its request."""
        connection, name = ConnectionWork(self._work), str(next(_numbers))
        with self._work.lock:
            self._connections = [each for each in self._connections if not each.gone] + [connection]
        _requested[name] = connection
        return connection, name

    @property
    def changed_at(self) -> float:
        """When the app has begun or ended anything last, in monotonic seconds."""
        return self._work.changed_at

    @property
    def works(self) -> bool:
        """True while anything is done, or is on its way."""
        return self._work.count > 0

    def look(self) -> Occupation:
        """Return what the app does at this moment."""
        work = self._work
        if any(owes() for owes in list(work.owes)):
            return Occupation.WORKS
        with work.lock:
            total, running = work.count, dict(work.running)
            attached = all(each.attached or each.gone for each in self._connections)
        if total:
            return Occupation.UNKNOWN if sum(running.values()) == total and _all_wait(running) else Occupation.WORKS
        return Occupation.QUIET if attached and not _has_threads(self._testers) else Occupation.UNKNOWN


def _all_wait(idents: Iterable[int]) -> bool:
    """Return True if each of these threads waits for another one, by what ``threading`` has for that."""
    frames = sys._current_frames()
    return all(_is_in(frames.get(ident), threading.__file__) and not _starts(frames.get(ident)) for ident in idents)


def _is_in(frame: FrameType | None, file: str | None) -> bool:
    return frame is not None and frame.f_code.co_filename == file


def _starts(frame: FrameType | None) -> bool:
    """Return True if a thread that is within ``threading`` starts another one, and waits there until that has begun."""
    while frame is not None and _is_in(frame, threading.__file__):
        # by its name, as tools that watch threads put a function of their own in the place of the method
        if frame.f_code.co_qualname == "Thread.start":
            return True
        frame = frame.f_back
    return False


def _has_threads(testers: Collection[int | None]) -> bool:
    """Return True if there are threads that may be the app's, and may do something for it."""
    strangers = [
        thread.ident
        for thread in threading.enumerate()
        if not (thread.name.startswith(_OWN_THREADS) or thread.ident in testers or thread.ident in resting_threads)
    ]
    if not strangers:
        return False
    frames, executors = sys._current_frames(), sys.modules.get("concurrent.futures.thread")
    # a worker of an executor that has nothing to do is in the module that made it
    return not all(_is_in(frames.get(ident or 0), getattr(executors, "__file__", None)) for ident in strangers)


def counting(app: WSGIApp) -> WSGIApp:
    """Return an app, to be served in its place, that counts its work on the connections of :class:`EndpointActivity`.

    Args:
        app: An endpoint's, or any other WSGI application of this process.
    """

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        connection = _requested.pop(environ.pop(_NAME_IN_ENVIRON, ""), None)
        if connection is not None:
            environ[WORK] = connection
        return app(environ, start_response)

    return serve
