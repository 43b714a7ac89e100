"""Peers that are slow: what a thread owes them, and what not."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator

import pytest

from jambonz_sync.server.peer import Leftover, PeerStream


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The server's socket and the peer's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(15)
        yield ours, theirs


def test_a_stream_begins_with_what_has_been_received(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(b"def")
    theirs.shutdown(socket.SHUT_WR)
    assert io.BufferedReader(PeerStream(ours, b"abc")).read() == b"abcdef"


def test_a_peer_that_is_silent_uses_up_the_patience(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jambonz_sync.server.peer.PATIENCE", 0.05)
    with pytest.raises(TimeoutError):
        PeerStream(pair[0]).read(1)


def test_a_peer_that_stands_still_after_taking_a_lot_is_given_up(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jambonz_sync.server.peer.PATIENCE", 0.05)
    with pytest.raises(TimeoutError):
        PeerStream(pair[0]).write(bytes(50_000_000))


def test_a_peer_that_is_quick_enough_has_all_the_time_that_it_needs(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jambonz_sync.server.peer.PATIENCE", 0.5)
    monkeypatch.setattr("jambonz_sync.server.peer.MIN_RATE", 10)
    ours, theirs = pair
    pause = threading.Event()

    def steady() -> None:
        for _ in range(40):  # a second in all
            pause.wait(0.025)
            theirs.sendall(b"xx")

    sender = threading.Thread(target=steady)
    sender.start()
    assert len(io.BufferedReader(PeerStream(ours)).read(80)) == 80
    sender.join(15)


def test_what_is_left_is_read_up_to_a_limit(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jambonz_sync.server.peer.MAX_DISCARDED", 100)
    ours, theirs = pair
    leftover = Leftover(ours)
    for expected in (b"x" * 60, b"y" * 60, b""):
        theirs.sendall(expected or b"z")
        assert leftover.read(10_000_000) == expected


def test_what_is_left_is_waited_for_no_longer_than_a_moment(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jambonz_sync.server.peer.DISCARD_TIME", 0.05)
    assert Leftover(pair[0]).read(1) == b""
