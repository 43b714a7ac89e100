from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from functools import partial

import pytest

from jambonz_sync.errors import SendTimeout
from jambonz_sync.runtime.websocket import Connection
from jambonz_sync.runtime.websocket.frames import PING, close_frame, frame
from jambonz_sync.runtime.websocket.sockets import has_unread
from jambonz_sync.runtime.work import ConnectionWork, Work
from tests.runtime.websocket.pair import Pair, in_thread, joined, tls_sockets
from tests.waiting import wait_for

CLOSE_1000 = (8, b"\x03\xe8")


def fill(pair: Pair) -> int:
    """Queue texts until the peer, which does not read, will take no more of them; their number."""
    sent = 0
    while pair.connection.out.queued < 500_000:  # more than may be on its way in the system
        pair.connection.out.flush(pair.connection.out.enqueue(["x" * 20_000]), wait=False)
        sent += 1
    return sent


def heard(pair: Pair, count: int) -> list[str]:
    texts = []
    for _ in range(count):
        opcode, payload = pair.hear()
        assert opcode == 1
        texts.append(payload.decode())
    return texts


def test_texts_leave_in_the_order_in_which_they_were_queued_whoever_writes_them() -> None:
    with Pair() as pair:
        connection = pair.connection
        order = threading.Lock()
        queued: list[str] = []

        def write(name: int) -> None:
            for i in range(200):
                with order:
                    queued.append(f"{name} {i}")
                    ticket = connection.out.enqueue(queued[-1:])
                assert connection.out.flush(ticket, wait=name % 2 == 0)

        writers = [in_thread(write, name) for name in range(8)]
        texts = heard(pair, 1600)
        joined(*writers)
        assert texts == queued
        assert connection.out.is_written(connection.out.enqueued)


def test_nothing_is_written_until_somebody_flushes_and_then_all_of_it_is() -> None:
    with Pair() as pair:
        connection = pair.connection
        first = connection.out.enqueue(["one", "two"])
        assert connection.out.queued == 6
        assert not connection.out.is_written(1)
        connection.out.enqueue(["three"])
        assert connection.out.flush(first)
        assert heard(pair, 3) == ["one", "two", "three"]
        assert connection.out.queued == 0


def test_a_message_is_sent_behind_what_is_queued() -> None:
    with Pair() as pair:
        pair.connection.out.enqueue(["one", "two"])
        pair.connection.send(b"three")
        assert heard(pair, 2) == ["one", "two"]
        assert pair.hear() == (2, b"three")


class LastMoment:
    """A lock that has something done when the thread that holds it is about to give it back, once."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._lock = threading.Lock()
        self._acts = [act]
        self.acquire = self._lock.acquire
        self.locked = self._lock.locked

    def release(self) -> None:
        while self._acts:
            self._acts.pop()()
        self._lock.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


def test_what_comes_when_a_message_has_just_been_written_leaves_behind_it() -> None:
    for act, comes in [
        (lambda out: out.flush(out.enqueue(["two"]), wait=False), (1, b"two")),
        (lambda out: out.send_control(frame(PING, b"?")), (9, b"?")),
        (lambda out: out.begin_close(close_frame(1000)) and out.flush(wait=False), CLOSE_1000),
    ]:
        with Pair() as pair:
            out = pair.connection.out
            out.turn = LastMoment(partial(act, out))  # type: ignore[assignment]
            assert out.send(b"one")
            assert pair.hear() == (2, b"one")
            assert pair.hear() == comes


@pytest.fixture
def held_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jambonz_sync.runtime.websocket.writer._HOLD", 30.0)


@pytest.mark.usefixtures("held_for_long")
def test_a_message_that_others_follow_is_held_and_leaves_with_the_next_one() -> None:
    with Pair() as pair:
        pair.connection.send(b"one", more=True)
        pair.connection.send(b"two", more=True)
        assert not has_unread(pair.peer)
        pair.connection.send("three")
        assert [pair.hear() for _ in range(3)] == [(2, b"one"), (2, b"two"), (1, b"three")]


def test_a_message_that_none_follows_after_all_is_held_for_a_moment_only() -> None:
    with Pair() as pair:
        for message in (b"one", b"two"):
            pair.connection.send(message, more=True)
            assert pair.hear() == (2, message)


@pytest.mark.usefixtures("held_for_long")
def test_whatever_else_is_written_leaves_behind_what_is_held() -> None:
    for act, comes in [
        (lambda out: out.flush(out.enqueue(["two"])), (1, b"two")),
        (lambda out: out.flush(out.enqueue(["two"]), wait=False), (1, b"two")),
        (lambda out: out.send_control(frame(PING, b"?")), (9, b"?")),
        (lambda out: out.begin_close(close_frame(1000)) and out.flush(wait=False), CLOSE_1000),
    ]:
        with Pair() as pair:
            pair.connection.send(b"one", more=True)
            act(pair.connection.out)
            assert pair.hear() == (2, b"one")
            assert pair.hear() == comes


@pytest.mark.usefixtures("held_for_long")
def test_what_is_queued_leaves_before_a_message_that_is_held() -> None:
    with Pair() as pair:
        pair.connection.out.enqueue(["one"])
        pair.connection.send(b"two", more=True)
        pair.connection.send(b"three")
        assert [pair.hear() for _ in range(3)] == [(1, b"one"), (2, b"two"), (2, b"three")]


@pytest.mark.usefixtures("held_for_long")
def test_no_more_than_some_kilobytes_are_held() -> None:
    with Pair() as pair:
        pair.connection.send(b"x" * 10_000, more=True)
        pair.connection.send(b"y" * 10_000, more=True)
        assert [pair.hear() for _ in range(2)] == [(2, b"x" * 10_000), (2, b"y" * 10_000)]


@pytest.mark.usefixtures("held_for_long")
def test_nothing_is_held_where_the_work_on_a_connection_is_counted() -> None:
    with Pair() as pair:
        pair.connection.work = ConnectionWork(Work())
        pair.connection.send(b"one", more=True)
        assert pair.hear() == (2, b"one")


def test_of_what_several_threads_have_held_nothing_stays() -> None:
    with Pair() as pair:

        def write(name: int) -> None:
            for i in range(200):
                pair.connection.send(f"{name} {i}", more=True)

        writers = [in_thread(write, name) for name in range(4)]
        texts = heard(pair, 800)
        joined(*writers)
        for name in range(4):
            assert [text for text in texts if text[0] == str(name)] == [f"{name} {i}" for i in range(200)]


def test_a_thread_that_does_not_wait_leaves_the_rest_to_the_timers() -> None:
    with Pair("unix") as pair:
        sent = fill(pair)
        ticket = pair.connection.out.enqueued
        assert pair.connection.out.flush(ticket, wait=False)
        assert not pair.connection.out.is_written(ticket)
        assert heard(pair, sent) == ["x" * 20_000] * sent
        wait_for(lambda: pair.connection.out.is_written(ticket))


def test_a_thread_that_does_not_wait_leaves_its_texts_to_one_that_writes() -> None:
    with Pair("unix") as pair:
        big = b"x" * 5_000_000
        writing = in_thread(pair.connection.send, big)
        wait_for(pair.connection.out.turn.locked, "a message under way")
        assert pair.connection.out.flush(pair.connection.out.enqueue(["behind it"]), wait=False)
        assert writing.is_alive()
        assert pair.hear() == (2, big)
        assert heard(pair, 1) == ["behind it"]
        joined(writing)


def test_a_thread_that_waits_writes_what_others_have_left_in_the_middle_of_a_frame() -> None:
    with Pair("unix") as pair:
        sent = fill(pair)
        writing = in_thread(pair.connection.send, b"after all that")
        assert heard(pair, sent) == ["x" * 20_000] * sent
        assert pair.hear() == (2, b"after all that")
        joined(writing)


def test_a_pong_does_not_wait_for_what_is_queued() -> None:
    with Pair("unix") as pair:
        sent = fill(pair)
        pair.say(9, b"there?")
        pair.say(1, b"read")
        assert pair.receive() == ["read"]
        frames = [pair.hear()[0] for _ in range(sent + 1)]
        assert frames.count(10) == 1
        assert frames[-1] == 1


def test_a_peer_that_takes_nothing_for_too_long_has_failed_though_no_thread_waits_for_it() -> None:
    with Pair("unix", send_timeout=0.1) as pair:
        sent = fill(pair)
        assert pair.receive() == []  # it ends the connection
        assert pair.end == (1006, "", False)
        ticket = pair.connection.out.enqueued
        assert not pair.connection.out.flush(ticket)
        unsent = pair.connection.out.take_unsent()
        assert 0 < len(unsent) <= sent
        assert set(unsent) == {"x" * 20_000}
        assert pair.connection.out.take_unsent() == []


def test_what_a_broken_connection_has_not_written_is_given_back_in_order_with_the_text_under_way() -> None:
    with Pair("unix") as pair:
        sent = fill(pair)
        late = pair.connection.out.enqueue(["one", "two"])
        pair.peer.close()
        assert not pair.connection.out.flush(late)
        after = pair.connection.out.enqueue(["three"])
        assert not pair.connection.out.flush(after, wait=False)
        unsent = pair.connection.out.take_unsent()
        assert unsent[-3:] == ["one", "two", "three"]
        assert len(unsent) <= sent + 3


def test_each_text_has_either_left_whole_or_is_given_back() -> None:
    for family in ["unix", "ipv4"] * 5:
        with Pair(family) as pair:
            texts = [f"{n:06} {'x' * 20_000}" for n in range(400)]
            writing = in_thread(pair.connection.out.flush, pair.connection.out.enqueue(texts))
            received = heard(pair, 3)
            pair.connection.out.stop()
            unsent = pair.connection.out.take_unsent()
            joined(writing)
            with contextlib.suppress(EOFError, ConnectionResetError):
                while True:
                    received += heard(pair, 1)
            assert received + unsent == texts


def test_a_thread_that_waits_for_its_text_learns_that_another_one_has_found_the_connection_broken() -> None:
    with Pair("unix", send_timeout=0.2) as pair:
        results: list[bool] = []
        fill(pair)

        def write() -> None:
            results.append(pair.connection.out.flush(pair.connection.out.enqueue(["mine"])))

        joined(*[in_thread(write) for _ in range(10)])
        assert results == [False] * 10
        assert pair.connection.out.take_unsent()[-10:] == ["mine"] * 10


def test_nothing_is_written_once_the_rest_has_been_taken_back() -> None:
    with Pair() as pair:
        ticket = pair.connection.out.enqueue(["one"])
        assert pair.connection.out.take_unsent() == ["one"]
        assert not pair.connection.out.flush(ticket)
        assert pair.connection.closing
        pair.connection.abort()
        assert pair.hear_the_end() == b""


# -- closing


def test_a_close_leaves_behind_what_is_queued_and_nothing_follows_it() -> None:
    with Pair() as pair:
        pair.connection.out.enqueue(["one", "two"])
        assert pair.connection.close(1000)
        assert not pair.connection.out.flush(pair.connection.out.enqueue(["three"]))
        assert heard(pair, 2) == ["one", "two"]
        assert pair.hear() == CLOSE_1000
        pair.say(9, b"nobody answers this")
        pair.say_close()
        assert pair.to_the_end() == []
        assert pair.hear_the_end() == b""
        assert pair.connection.out.take_unsent() == ["three"]


def test_the_answer_to_a_close_does_not_wait_for_what_is_queued_which_is_given_back() -> None:
    with Pair() as pair:
        pair.connection.out.enqueue(["one", "two"])
        pair.say_close(1012)
        assert pair.receive() == []
        assert pair.hear()[0] == 8
        assert pair.hear_the_end() == b""
        assert pair.connection.out.take_unsent() == ["one", "two"]


def test_a_close_within_some_time_blocks_nobody_and_ends_a_peer_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jambonz_sync.runtime.websocket.connection.CLOSE_TIMEOUT", 0.3)
    with Pair("unix") as pair:
        sent = fill(pair)
        assert pair.connection.close_within(1012, "going")
        assert not pair.connection.close_within(1000)
        assert pair.receive() == []  # the peer answers nothing
        assert pair.end == (1012, "going", False)
        assert sent


def test_a_close_within_some_time_leaves_a_peer_that_answers_its_time() -> None:
    with Pair() as pair:
        assert pair.connection.close_within(1000)
        assert pair.hear() == CLOSE_1000
        pair.say_close()
        assert pair.receive() == []
        assert pair.hear_the_end() == b""


def test_a_close_within_some_time_refuses_a_code_that_may_not_be_sent() -> None:
    with Pair() as pair:
        with pytest.raises(ValueError, match="got 1006"):
            pair.connection.close_within(1006)
        assert not pair.connection.closing


# -- where the socket cannot be tried


def test_with_tls_a_thread_that_does_not_wait_leaves_writing_to_another_one() -> None:
    with tls_sockets() as (here, peer):
        connection = Connection(here, send_timeout=1)
        assert connection.out.flush(connection.out.enqueue(["hello"]), wait=False)
        assert peer.recv(100) == b"\x81\x05hello"
        wait_for(lambda: connection.out.is_written(1))
        with pytest.raises(SendTimeout):
            connection.send("x" * 20_000_000)
        assert not connection.out.flush(connection.out.enqueue(["late"]), wait=False)
        assert connection.out.take_unsent() == ["late"]
