"""A connection and a session of tests: messages are functions that run in a queue."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from jambonz_sync.runtime import CallbackQueues, Reader
from tests.waiting import wait_for

DEADLINE = 15.0


class Feed:
    """A source. Says so if two threads read it at once. ``alone`` is one that needs a thread of its own."""

    check_interval = 60.0
    pending = False

    def __init__(self, *, alone: bool = False) -> None:
        self._changed = threading.Condition()
        self._arrived: deque[Any] = deque()
        self._ended = False
        self._readable, self._written = socket.socketpair()
        self._readable.setblocking(False)
        self._written.setblocking(False)
        self.pollable = None if alone else self._readable.fileno()
        self.readers = 0
        self.most_readers = 0
        self.read_by: list[int] = []  # the threads that came to read, in order
        self.closing = False

    def push(self, *messages: Any) -> None:
        with self._changed:
            self._arrived.extend(messages)
            self._tell()

    def end(self) -> None:
        with self._changed:
            self._ended = self.closing = True
            self._tell()

    def _tell(self) -> None:
        try:
            self._written.send(b"!")
        except BlockingIOError:
            pass  # there is enough to read
        self._changed.notify_all()

    def close(self) -> None:
        self._readable.close()
        self._written.close()

    def receive(self, into: list[Any]) -> bool:
        return self._receive(into, block=True)

    def receive_now(self, into: list[Any]) -> bool:
        return self._receive(into, block=False)

    def _receive(self, into: list[Any], *, block: bool) -> bool:
        with self._changed:
            self.readers += 1
            self.most_readers = max(self.most_readers, self.readers)
            self.read_by.append(threading.get_ident())
            try:
                if block:
                    self._changed.wait_for(lambda: self._arrived or self._ended)
                into.extend(self._arrived)
                self._arrived.clear()
                if not self._ended:
                    self._drain()
                return bool(into) or not self._ended
            finally:
                self.readers -= 1

    def _drain(self) -> None:
        try:
            while self._readable.recv(4096):
                pass
        except BlockingIOError:
            pass

    def timed_out(self) -> bool:
        return False

    def on_timeout(self) -> None:
        raise AssertionError("nothing times out here")

    def gone(self) -> bool:
        return False


class Call:
    """A sink with queues. A message is ``(queue, number, job)``; what ran is written down."""

    def __init__(self) -> None:
        self.queues = CallbackQueues()
        self.handled: list[int] = []
        self.ran: dict[str, list[int]] = {"hooks": [], "notifications": [], "beside": []}
        self.inside: dict[str, int] = {"hooks": 0, "notifications": 0}
        self.overlapped = False
        self.slow_callbacks = 0
        self.ended: list[int] = []  # the threads that told of the end

    @property
    def full(self) -> bool:
        return self.queues.full

    def wait_for_room(self) -> None:
        self.queues.wait_for_room()

    def on_slow_callback(self) -> None:
        self.slow_callbacks += 1

    def over(self) -> None:
        self.ended.append(threading.get_ident())

    def handle(self, message: Any) -> None:
        queue, number, job = message
        self.handled.append(number)
        if queue == "beside":
            self.queues.run_concurrently(self.queues.hooks, lambda: self._run(queue, number, job))
        else:
            self.queues.run(getattr(self.queues, queue), lambda: self._run(queue, number, job))

    def _run(self, queue: str, number: int, job: Callable[[], object]) -> None:
        if queue != "beside":
            self.inside[queue] += 1
            self.overlapped |= self.inside[queue] > 1
        try:
            job()
        finally:
            self.ran[queue].append(number)
            if queue != "beside":
                self.inside[queue] -= 1

    @property
    def count(self) -> int:
        return sum(map(len, self.ran.values()))


class Served:
    """A call that is read until the ``with`` block ends, for a home thread that waits for that. ``alone``: by the home
    thread itself."""

    def __init__(self, *, alone: bool = False) -> None:
        self.feed = Feed(alone=alone)
        self.call = Call()
        self.reader = Reader(self.feed, self.call)
        self.home = threading.Thread(target=self._serve, name="home", daemon=True)
        self.error: BaseException | None = None  # what serving raised
        self.message_count = 0

    def _serve(self) -> None:
        try:
            self.reader.serve()
        except BaseException as exc:
            self.error = exc

    def __enter__(self) -> Served:
        self.home.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.feed.end()
        if kind is None:
            self.home.join(DEADLINE)
            assert not self.home.is_alive(), "the home thread did not come back"
            assert self.error is None
            wait_for(lambda: self.feed.readers == 0, "the end of reading")
            self.feed.close()

    def message(self, queue: str, job: Callable[[], object]) -> tuple[str, int, Callable[[], object]]:
        self.message_count += 1
        return queue, self.message_count, job

    def hook(self, job: Callable[[], object] = bool) -> None:
        self.feed.push(self.message("hooks", job))

    def notification(self, job: Callable[[], object] = bool) -> None:
        self.feed.push(self.message("notifications", job))

    def read_by_another_than(self, thread: int) -> None:
        """Wait until another thread has come to read."""
        wait_for(lambda: self.feed.read_by and self.feed.read_by[-1] != thread, "another thread that reads")

    def all_ran(self) -> None:
        wait_for(lambda: self.call.count == self.message_count, "all callbacks")
