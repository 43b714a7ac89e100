"""A connection and a session of tests: messages are functions that run in a lane."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from jambonz_sync.callbacks import Lanes, Reader
from tests.waiting import wait_for

DEADLINE = 15.0


class Feed:
    """A source. Says so if two threads read it at once."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._arrived: deque[Any] = deque()
        self._ended = False
        self.readers = 0
        self.most_readers = 0
        self.read_by: list[str] = []  # the threads that came to read, in order
        self.closing = False

    def push(self, *messages: Any) -> None:
        with self._changed:
            self._arrived.extend(messages)
            self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self._ended = self.closing = True
            self._changed.notify_all()

    def receive(self, into: deque[Any]) -> bool:
        with self._changed:
            self.readers += 1
            self.most_readers = max(self.most_readers, self.readers)
            self.read_by.append(threading.current_thread().name)
            try:
                self._changed.wait_for(lambda: self._arrived or self._ended)
                into.extend(self._arrived)
                self._arrived.clear()
                return bool(into)
            finally:
                self.readers -= 1


class Call:
    """A sink with lanes. A message is ``(lane, number, job)``; what ran is written down."""

    def __init__(self) -> None:
        self.lanes = Lanes()
        self.handled: list[int] = []
        self.ran: dict[str, list[int]] = {"hooks": [], "notifications": [], "beside": []}
        self.inside: dict[str, int] = {"hooks": 0, "notifications": 0}
        self.overlapped = False
        self.times_held = 0
        self.ended: list[str] = []

    @property
    def full(self) -> bool:
        return self.lanes.full

    def wait_for_room(self) -> None:
        self.lanes.wait_for_room()

    def held(self) -> None:
        self.times_held += 1

    def over(self) -> None:
        self.ended.append(threading.current_thread().name)

    def handle(self, message: Any) -> None:
        lane, number, job = message
        self.handled.append(number)
        if lane == "beside":
            self.lanes.beside(lambda: self._run(lane, number, job))
        else:
            self.lanes.run(getattr(self.lanes, lane), lambda: self._run(lane, number, job))

    def _run(self, lane: str, number: int, job: Callable[[], object]) -> None:
        if lane != "beside":
            self.inside[lane] += 1
            self.overlapped |= self.inside[lane] > 1
        try:
            job()
        finally:
            self.ran[lane].append(number)
            if lane != "beside":
                self.inside[lane] -= 1

    @property
    def count(self) -> int:
        return sum(map(len, self.ran.values()))


class Served:
    """A call that is read by a home thread, until the ``with`` block ends."""

    def __init__(self) -> None:
        self.feed = Feed()
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
            assert self.error is None or isinstance(self.error, SystemExit)
            wait_for(lambda: self.feed.readers == 0, "the end of reading")

    def message(self, lane: str, job: Callable[[], object]) -> tuple[str, int, Callable[[], object]]:
        self.message_count += 1
        return lane, self.message_count, job

    def hook(self, job: Callable[[], object] = bool) -> None:
        self.feed.push(self.message("hooks", job))

    def notification(self, job: Callable[[], object] = bool) -> None:
        self.feed.push(self.message("notifications", job))

    def all_ran(self) -> None:
        wait_for(lambda: self.call.count == self.message_count, "all callbacks")
