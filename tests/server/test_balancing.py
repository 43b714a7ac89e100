from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from time import monotonic

import pytest

from jambonz_sync.server import balancing
from jambonz_sync.server.balancing import Balancer, WorkerLoads
from tests.waiting import in_thread, wait_for


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        listener.setblocking(False)
        yield listener


@pytest.fixture
def connect(listener: socket.socket) -> Iterator[Callable[[], None]]:
    """Has somebody wait to be accepted."""
    peers: list[socket.socket] = []
    yield lambda: peers.append(socket.create_connection(listener.getsockname(), 15))
    for peer in peers:
        peer.close()


class Worker:
    """One that has so many connections, and takes part."""

    def __init__(self, loads: WorkerLoads, connections: int = 0) -> None:
        place = loads.reserve()
        assert place is not None
        self.loads = loads
        self.place = place
        self.connections = connections
        self.balancer = Balancer(loads, place, lambda: self.connections)
        self.accept = self.balancer.accepting(self._accept)

    def _accept(self, listener: socket.socket) -> bool:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return False
        self.connections += 1
        return True


def workers(*connections: int) -> list[Worker]:
    loads = WorkerLoads(len(connections))
    made = [Worker(loads, number) for number in connections]
    for worker in made:
        loads.counts[worker.place] = worker.connections
    return made


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers wait for as long as it takes."""
    monkeypatch.setattr(balancing, "PATIENCE", 15.0)


@pytest.mark.usefixtures("patient")
def test_a_worker_that_has_more_leaves_a_connection_to_one_that_has_fewer(
    listener: socket.socket, connect: Callable[[], None]
) -> None:
    few, many = workers(1, 2)
    connect()
    waiting, taken = in_thread(lambda: many.accept(listener))
    assert few.accept(listener)
    waiting.join(15)
    assert taken == [False]
    assert (few.connections, many.connections) == (2, 2)


@pytest.mark.usefixtures("patient")
def test_a_worker_that_has_more_goes_on_once_another_one_has_caught_up(
    listener: socket.socket, connect: Callable[[], None]
) -> None:
    few, many = workers(1, 2)
    for _ in range(2):
        connect()
    waiting, taken = in_thread(lambda: many.accept(listener))
    assert few.accept(listener)
    waiting.join(15)
    assert taken == [True]


@pytest.mark.parametrize("others", [[2], [3, 2], [2, 7]])
def test_a_worker_that_has_no_more_than_the_others_takes_a_connection_at_once(
    listener: socket.socket, connect: Callable[[], None], monkeypatch: pytest.MonkeyPatch, others: list[int]
) -> None:
    monkeypatch.setattr("select.poll", None)  # with which it would look whether somebody else takes it
    few, *_ = workers(2, *others)
    connect()
    assert few.accept(listener)


@pytest.mark.parametrize(("mine", "other", "waits"), [(17, 16, False), (18, 16, True), (106, 100, False)])
def test_of_many_connections_a_few_more_are_even_enough(
    listener: socket.socket,
    connect: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    mine: int,
    other: int,
    waits: bool,
) -> None:
    monkeypatch.setattr(balancing, "PATIENCE", 0.0)
    many, _ = workers(mine, other)
    connect()
    many.accept(listener)
    assert (many.balancer._patient_from > 0) is waits


def test_a_worker_that_hangs_keeps_nobody_waiting_for_long(
    listener: socket.socket, connect: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock[0] += seconds

    monkeypatch.setattr(balancing, "monotonic", lambda: clock[0])
    monkeypatch.setattr(balancing.time, "sleep", sleep)
    _, many = workers(0, 1)
    waited = []
    for _ in range(500):  # one a millisecond, if there is nothing to wait for
        connect()
        pauses.clear()
        assert many.accept(listener)
        waited.append(sum(pauses))
        clock[0] += 0.001
    assert max(waited) < 0.0025
    waits = [number for number, seconds in enumerate(waited) if seconds]
    assert waits[:2] == [0, 2]
    assert all(64 <= later - sooner <= 66 for sooner, later in pairwise(waits[7:]))  # less and less often, up to that


@pytest.mark.usefixtures("patient")
def test_a_worker_that_was_let_go_first_in_vain_is_again_once_it_has_gone(
    listener: socket.socket, connect: Callable[[], None]
) -> None:
    few, many = workers(1, 2)
    many.balancer._impatient_for = 0.064
    connect()
    waiting, _ = in_thread(lambda: many.accept(listener))
    assert few.accept(listener)
    waiting.join(15)
    assert many.balancer._impatient_for < 0.064


@pytest.mark.parametrize("gone", ["left", "ended"])
def test_a_worker_that_accepts_no_more_is_not_waited_for(
    listener: socket.socket, connect: Callable[[], None], monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    other, worker = workers(0, 5)
    if gone == "left":
        other.balancer.leave()
        other.accept(listener)  # it may have been about to
    else:
        other.loads.release(other.place)
    monkeypatch.setattr("select.poll", None)  # with which it would look whether somebody else takes it
    connect()
    assert worker.accept(listener)


def test_a_worker_that_starts_waits_for_those_that_start_with_it() -> None:
    loads = WorkerLoads(2)
    first = Worker(loads)
    waiting, begun = in_thread(first.balancer.begin)
    second = Worker(loads)
    assert begun == []
    second.balancer.begin()
    waiting.join(15)
    assert begun == [None]


def test_a_worker_that_starts_waits_a_second_at_most_for_one_that_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balancing, "START_PATIENCE", 0.05)
    began = monotonic()
    Worker(WorkerLoads(2)).balancer.begin()
    assert monotonic() - began >= 0.05


def test_a_worker_that_replaces_another_one_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balancing.time, "sleep", None)
    loads = WorkerLoads(2)
    for place in [loads.reserve(), loads.reserve()]:
        assert place is not None
        loads.counts[place] = 0
    loads.release(0)
    replacement = Worker(loads)
    assert replacement.place == 0
    replacement.balancer.begin()


def test_there_are_places_for_256_workers() -> None:
    loads = WorkerLoads(2)
    assert [loads.reserve() for _ in range(256)] == list(range(256))
    assert loads.reserve() is None


@pytest.mark.usefixtures("patient")
def test_workers_that_accept_at_the_same_time_end_up_even(listener: socket.socket, connect: Callable[[], None]) -> None:
    made = workers(0, 0, 9)
    done = threading.Event()

    def serve(worker: Worker) -> None:
        while not done.is_set():
            worker.accept(listener)

    threads = [in_thread(lambda worker=worker: serve(worker))[0] for worker in made]
    for _ in range(51):
        connect()
    wait_for(lambda: sum(worker.connections for worker in made) == 60, "all connections to be taken")
    done.set()
    for thread in threads:
        thread.join(15)
    assert max(worker.connections for worker in made) - min(worker.connections for worker in made) <= 2
