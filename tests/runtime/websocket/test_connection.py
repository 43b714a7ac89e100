from __future__ import annotations

import os
import random
import socket
import ssl
import threading
from time import monotonic

import pytest

from jambonz_sync.errors import SendTimeout, SessionClosed
from jambonz_sync.runtime.websocket import Connection
from tests.runtime.websocket.pair import Pair, in_thread, joined, tls_sockets
from tests.runtime.websocket.test_frames import masked
from tests.waiting import wait_for

CLOSE_1000 = (8, b"\x03\xe8")


# -- messages


@pytest.mark.parametrize("family", ["ipv4", "ipv6", "unix"])
def test_messages_go_both_ways(family: str) -> None:
    with Pair(family) as pair:
        pair.say(1, "grüße 😀".encode())
        pair.say(2, b"\x00\xff")
        received = pair.receive()
        while len(received) < 2:
            received += pair.receive()
        assert received == ["grüße 😀", b"\x00\xff"]
        pair.connection.send("grüße 😀")
        pair.connection.send(b"\x00\xff")
        assert pair.hear() == (1, "grüße 😀".encode())
        assert pair.hear() == (2, b"\x00\xff")
        assert not pair.connection.closing


def test_messages_that_arrive_together_are_received_together_and_in_order() -> None:
    with Pair() as pair:
        pair.peer.sendall(b"".join(masked(1, str(i).encode()) for i in range(100)))
        received = pair.receive()
        while len(received) < 100:
            received += pair.receive()
        assert received == [str(i) for i in range(100)]


def test_frames_stay_whole_though_many_threads_write_to_a_slow_reader() -> None:
    with Pair() as pair:

        def write(name: int) -> None:
            for i in range(3):
                pair.connection.send(bytes([name, i]) + bytes([name]) * 1_000_000)

        writers = [in_thread(write, name) for name in range(8)]
        heard = []
        for _ in range(24):
            opcode, payload = pair.hear()
            assert opcode == 2
            assert payload[2:] == bytes([payload[0]]) * 1_000_000
            heard.append((payload[0], payload[1]))
        joined(*writers)
        assert sorted(heard) == [(name, i) for name in range(8) for i in range(3)]
        for name in range(8):
            assert [i for who, i in heard if who == name] == [0, 1, 2]  # each thread's in its order


# -- pings


def test_a_ping_is_answered_with_its_payload() -> None:
    with Pair() as pair:
        reading = in_thread(pair.receive)
        pair.say(9, b"are you there")
        assert pair.hear() == (10, b"are you there")
        pair.say(10, b"and a pong is no message")
        pair.say(1, b"end")
        joined(reading)
        assert list(pair.inbox) == ["end"]


def test_a_ping_is_answered_right_behind_the_message_that_is_being_written_and_reading_does_not_wait_for_that() -> None:
    with Pair() as pair:
        big = b"x" * 20_000_000
        writing = in_thread(pair.connection.send, big)
        wait_for(pair.connection.out.turn.locked, "a message under way")
        for i in range(100):
            pair.say(9, str(i).encode())
        pair.say(1, b"read all the same")
        assert pair.receive() == ["read all the same"]
        assert writing.is_alive()
        assert pair.hear() == (2, big)
        joined(writing)
        pongs = [pair.hear()]
        while pongs[-1] != (10, b"99"):
            pongs.append(pair.hear())
        numbers = [int(payload) for _, payload in pongs]
        assert numbers == sorted(numbers)
        assert len(numbers) <= 9  # of many, the last ones


def test_pings_that_come_while_many_threads_write_are_all_answered() -> None:
    with Pair() as pair:
        reading = in_thread(pair.to_the_end)
        writers = [in_thread(lambda: [pair.connection.send("x" * 300) for _ in range(300)]) for _ in range(4)]
        pongs = 0
        for i in range(100):
            pair.say(9, str(i).encode())
            while (heard := pair.hear()) != (10, str(i).encode()):
                assert heard[0] == 1
            pongs += 1
        hearing = in_thread(pair.hear_the_end)
        joined(*writers)
        pair.say_close()
        joined(reading, hearing)
        assert pongs == 100
        assert pair.connection.out._control == []


def test_a_silent_peer_is_pinged_and_kept_while_it_answers() -> None:
    with Pair(ping_interval=1) as pair:  # a slow machine has that long to answer
        reading = in_thread(pair.receive)
        assert pair.hear() == (9, b"")
        start = monotonic()
        pair.say(10)
        assert pair.hear() == (9, b"")
        assert monotonic() - start >= 1
        pair.say(10)
        pair.say(1, b"here")
        joined(reading)
        assert list(pair.inbox) == ["here"]


def test_a_peer_that_answers_no_ping_is_given_up() -> None:
    with Pair(ping_interval=0.05) as pair:
        assert pair.receive() == []
        assert pair.end == (1006, "no answer to a ping", False)
        assert pair.hear_the_end() == b"\x89\x00"


def test_a_peer_that_talks_is_not_pinged() -> None:
    with Pair(ping_interval=30) as pair:
        pair.say(1, b"hello")
        assert pair.receive() == ["hello"]
        pair.say_close()
        assert pair.receive() == []
        assert pair.hear() == CLOSE_1000


# -- closing


@pytest.mark.parametrize(
    ("code", "answered", "on_purpose"),
    [
        (1000, 1000, True),
        (None, 1000, True),
        (1001, 1001, True),
        (1009, 1009, False),
        (1011, 1011, False),
        (1012, 1012, False),
        (3000, 3000, False),
        (4999, 4999, False),
    ],
)
def test_the_close_of_the_peer_is_answered_with_its_code(code: int | None, answered: int, on_purpose: bool) -> None:
    with Pair() as pair:
        pair.say(1, b"before")
        pair.say_close(code, "bye" if code else "")
        pair.say(1, b"after")
        assert pair.to_the_end() == ["before"]
        assert pair.end == (code or 1005, "bye" if code else "", on_purpose)
        assert pair.hear_close() == (answered, "")
        assert pair.hear_the_end() == b""


@pytest.mark.parametrize(("code", "on_purpose"), [(1000, True), (1001, False), (1012, False), (4000, False)])
def test_a_close_of_this_side_keeps_its_code_whatever_the_peer_answers(code: int, on_purpose: bool) -> None:
    with Pair() as pair:
        assert pair.connection.close(code, "going") is True
        assert pair.connection.closing
        assert not pair.connection.over
        assert pair.hear_close() == (code, "going")
        pair.say(1, b"nobody could answer this")
        pair.say_close(1000)
        assert pair.to_the_end() == []
        assert pair.end == (code, "going", on_purpose)
        assert pair.hear_the_end() == b""


def test_a_second_close_does_nothing() -> None:
    with Pair() as pair:
        assert pair.connection.close(1012, "first") is True
        assert pair.connection.close(1000, "second") is False
        pair.say_close(1012)
        assert pair.receive() == []
        assert pair.connection.close() is False
        assert pair.end == (1012, "first", False)
        assert pair.hear_close() == (1012, "first")
        assert pair.hear_the_end() == b""


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2000, 2999, 5000, 70_000, -1])
def test_a_code_that_may_not_be_sent_is_refused_and_closes_nothing(code: int) -> None:
    with Pair() as pair:
        with pytest.raises(ValueError, match=f"got {code}"):
            pair.connection.close(code)
        assert not pair.connection.closing
        pair.connection.send("still here")
        assert pair.hear() == (1, b"still here")


def test_a_reason_that_is_too_long_or_no_text_is_sent_as_well_as_it_can_be() -> None:
    with Pair() as pair:
        pair.connection.close(1008, "\ud800" + "ü" * 100)
        assert pair.hear_close() == (1008, "?" + "ü" * 61)


def test_nothing_is_written_after_the_close_frame() -> None:
    with Pair() as pair:
        refused: list[SessionClosed] = []

        def write() -> None:
            try:
                while True:
                    pair.connection.send("x" * 50)
            except SessionClosed as exc:
                refused.append(exc)

        writers = [in_thread(write) for _ in range(4)]
        heard = [pair.hear() for _ in range(100)]
        threading.Timer(0.01, pair.connection.close, (1012, "now")).start()
        while heard[-1][0] != 8:
            heard.append(pair.hear())
        joined(*writers)
        pair.say(9, b"answer this")
        pair.say_close(1012)
        assert pair.to_the_end() == []
        assert pair.hear_the_end() == b""
        assert [(exc.code, exc.reason) for exc in refused] == [(1012, "now")] * 4


def test_two_sides_that_close_at_once_end() -> None:
    with Pair() as pair:
        pair.say_close(1001, "theirs")
        pair.connection.close(1000, "ours")
        assert pair.receive() == []
        assert pair.end == (1000, "ours", True)
        assert pair.hear_close() == (1000, "ours")
        assert pair.hear_the_end() == b""


def test_a_peer_that_does_not_answer_a_close_is_given_up_after_a_while_of_silence() -> None:
    with Pair(ping_interval=0.05) as pair:
        pair.connection.close(1012)
        assert pair.receive() == []
        assert pair.end == (1012, "", False)
        assert pair.hear_close() == (1012, "")
        assert pair.hear_the_end() == b""  # and no ping


def test_a_peer_that_vanishes_ends_the_connection_with_1006() -> None:
    with Pair() as pair:
        pair.say(1, b"last words")
        pair.peer.close()
        assert pair.to_the_end() == ["last words"]
        assert pair.end == (1006, "", False)
        with pytest.raises(SessionClosed) as caught:
            pair.connection.send("too late")
        assert caught.value.code == 1006


def test_a_peer_that_resets_the_connection_ends_it_with_1006() -> None:
    with Pair() as pair:
        pair.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        pair.peer.close()
        assert pair.receive() == []
        assert pair.end == (1006, "", False)
        assert pair.connection.close() is False


def test_sending_to_a_peer_that_has_gone_says_so_and_nothing_can_be_sent_afterwards() -> None:
    with Pair() as pair:
        pair.peer.close()

        def write() -> None:
            for _ in range(1000):
                pair.connection.send("x" * 10_000)

        with pytest.raises(SessionClosed) as caught:
            write()
        assert caught.value.code == 1006
        assert pair.connection.closing
        assert pair.receive() == []
        assert pair.end == (1006, "", False)


def test_closing_where_the_peer_has_gone_is_no_error() -> None:
    with Pair("unix") as pair:
        pair.peer.close()
        assert pair.connection.close(1000) is True
        assert pair.receive() == []
        assert pair.end == (1000, "", True)


def test_abort_wakes_the_thread_that_receives() -> None:
    for _ in range(20):
        with Pair() as pair:
            reading = in_thread(pair.receive)
            pair.connection.abort()
            joined(reading)
            assert pair.end == (1006, "", False)
            pair.connection.abort()
            assert pair.hear_the_end() == b""


def test_abort_wakes_a_thread_that_is_stuck_in_a_send() -> None:
    with Pair(send_timeout=3600) as pair:
        seen: list[Exception] = []

        def write() -> None:
            try:
                pair.connection.send("x" * 20_000_000)
            except SessionClosed as exc:
                seen.append(exc)

        writing = in_thread(write)
        wait_for(pair.connection.out.turn.locked, "a message under way")
        pair.connection.abort()
        joined(writing)
        assert len(seen) == 1


def test_a_socket_that_the_server_has_closed_is_the_end_and_no_error() -> None:
    with Pair() as pair:
        pair.here.close()
        with pytest.raises(SessionClosed):
            pair.connection.send("x")
        assert pair.receive() == []
        pair.connection.abort()


def test_a_connection_that_ends_leaves_its_descriptor_to_the_server() -> None:
    with Pair() as pair:
        pair.say_close()
        pair.receive()
        os.fstat(pair.here.fileno())


# -- peers that take nothing


@pytest.mark.parametrize("family", ["ipv4", "unix"])
def test_a_peer_that_takes_nothing_times_out_and_nothing_can_be_sent_afterwards(family: str) -> None:
    with Pair(family, send_timeout=0.1) as pair:
        start = monotonic()
        with pytest.raises(SendTimeout, match=r"took nothing for 0\.1 s") as caught:
            pair.connection.send("x" * 20_000_000)
        assert monotonic() - start >= 0.1
        assert caught.value.timeout == 0.1
        with pytest.raises(SessionClosed):
            pair.connection.send("more")
        assert pair.connection.close() is False
        assert pair.receive() == []
        assert pair.end == (1006, "", False)
        heard = pair.hear_the_end()
        assert heard.endswith(b"x")
        assert len(heard) < 20_000_000


def test_threads_that_wait_behind_a_stuck_message_do_not_wait_long_each() -> None:
    with Pair("unix", send_timeout=0.2) as pair:
        errors: list[Exception] = []

        def write() -> None:
            try:
                pair.connection.send("x" * 2_000_000)
            except (SendTimeout, SessionClosed) as exc:
                errors.append(exc)

        joined(*[in_thread(write) for _ in range(50)])
        assert sorted(type(exc).__name__ for exc in errors) == ["SendTimeout"] + ["SessionClosed"] * 49


def test_a_reader_that_is_slow_but_takes_something_does_not_time_out() -> None:
    with Pair(send_timeout=0.5) as pair:
        size = 4_000_000
        done = threading.Event()
        writing = in_thread(lambda: (pair.connection.send(b"x" * size), done.set()))
        pause = threading.Event()
        for _ in range(40):
            pair._buffer += pair.peer.recv(100_000)
            pause.wait(0.02)
        assert pair.hear() == (2, b"x" * size)
        joined(writing)
        assert done.is_set()


# -- peers that do not speak the protocol


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (masked(2, b"x" * 2000), 1009),
        (masked(1, b"x" * 600, first=0) + masked(0, b"x" * 600), 1009),
        (b"GET / HTTP/1.1\r\n\r\n", 1002),
        (masked(3, b"?"), 1002),
        (masked(1, b"x", first=0xC0), 1002),
        (masked(1, b"\xff\xfe"), 1007),
        (masked(8, b"\x03"), 1002),
        (masked(8, (1005).to_bytes(2, "big")), 1002),
        (masked(8, (2000).to_bytes(2, "big")), 1002),
        (masked(8, b"\x03\xe8\xff"), 1007),
    ],
)
def test_what_the_protocol_forbids_is_answered_with_its_code_after_the_messages_before_it(
    wrong: bytes, code: int
) -> None:
    with Pair(max_message_size=1000) as pair:
        received: list[str | bytes] = []
        reading = in_thread(lambda: received.extend(pair.to_the_end()))
        pair.peer.sendall(masked(1, b"one") + masked(1, b"two") + wrong + masked(1, b"after"))
        assert pair.hear_close()[0] == code
        pair.peer.shutdown(socket.SHUT_WR)
        assert pair.hear_the_end() == b""
        joined(reading)
        assert received == ["one", "two"]
        assert pair.end[0] == code
        assert not pair.connection.ended_on_purpose


def test_a_peer_that_goes_on_talking_nonsense_hears_its_close_code_and_is_cut_off() -> None:
    with Pair(max_message_size=1000) as pair:
        reading = in_thread(lambda: (pair.receive(), pair.here.close()))  # a peer whose window is full waits for that
        pair.talk_until_cut_off(lambda: masked(2, b"x" * 10_000))
        assert pair.hear_close()[0] == 1009
        joined(reading)
        assert pair.end[0] == 1009


def test_a_peer_that_drips_its_bytes_is_read() -> None:
    with Pair() as pair:
        reading = in_thread(pair.receive)
        for byte in masked(1, "dröp".encode()):
            pair.peer.sendall(bytes([byte]))
        joined(reading)
        assert list(pair.inbox) == ["dröp"]


def test_a_connection_starts_no_thread() -> None:
    before = {*threading.enumerate()}  # some of them other tests have left, and they may end
    with Pair() as pair:
        pair.say_close()
        pair.receive()
        assert {*threading.enumerate()} <= before


@pytest.mark.parametrize("seed", range(3))
def test_bytes_from_a_peer_gone_mad_end_the_connection_and_nothing_else(seed: int) -> None:
    with Pair(max_message_size=1000) as pair:
        reading = in_thread(lambda: (pair.to_the_end(), pair.here.close()))
        hearing = in_thread(pair.hear_the_end)
        chance = random.Random(seed)
        pair.talk_until_cut_off(lambda: chance.randbytes(1000))
        joined(reading, hearing)
        assert pair.end[0] in (1002, 1007, 1009)


# -- TLS, where the server gives its connections that


def test_a_tls_connection_pings_and_times_out_as_others_do() -> None:
    with tls_sockets() as (here, peer):
        connection = Connection(here, ping_interval=1, send_timeout=1)
        inbox: list[str | bytes] = []
        reading = in_thread(connection.receive, inbox)
        assert peer.recv(100) == b"\x89\x00"
        connection.send("beside a thread that receives")
        assert peer.recv(100)[2:] == b"beside a thread that receives"
        peer.sendall(masked(1, b"hello"))
        joined(reading)
        assert list(inbox) == ["hello"]
        with pytest.raises(SendTimeout):
            connection.send("x" * 20_000_000)


# -- where one thread waits for many connections


def test_what_has_come_is_received_without_waiting_for_more() -> None:
    with Pair() as pair:
        inbox: list[str | bytes] = []
        assert pair.connection.receive_now(inbox) is True
        assert not inbox
        pair.say(1, b"hello")
        wait_for(lambda: pair.connection.receive_now(inbox) and inbox, "the message")
        assert list(inbox) == ["hello"]
        pair.say(1, b"last words")
        pair.say_close()
        inbox.clear()
        wait_for(lambda: not pair.connection.receive_now(inbox), "the end")
        assert list(inbox) == ["last words"]
        assert pair.end == (1000, "", True)


def test_a_reset_ends_a_connection_that_is_received_without_waiting() -> None:
    with Pair() as pair:
        pair.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        pair.peer.close()
        wait_for(lambda: not pair.connection.receive_now([]), "the end")
        assert pair.end == (1006, "", False)


def test_a_silent_peer_times_out_until_it_is_pinged_and_again_if_it_does_not_answer() -> None:
    with Pair(ping_interval=0.05) as pair:
        assert not pair.connection.timed_out()
        wait_for(pair.connection.timed_out, "silence")
        pair.connection.on_timeout()
        assert pair.hear() == (9, b"")
        assert not pair.connection.timed_out()
        wait_for(pair.connection.timed_out, "silence after the ping")
        pair.connection.on_timeout()
        assert pair.end == (1006, "no answer to a ping", False)


def test_a_peer_of_which_something_waits_unread_is_not_silent() -> None:
    with Pair(ping_interval=0.05) as pair:
        wait_for(pair.connection.timed_out, "silence")
        pair.connection.on_timeout()
        assert pair.hear() == (9, b"")
        pair.say(10, b"")
        wait_for(pair.connection.timed_out, "silence after the ping")
        pair.connection.on_timeout()  # nobody has read for so long
        assert not pair.connection.over
        assert pair.connection.receive_now([])
        assert not pair.connection.timed_out()


def test_a_peer_that_does_not_answer_a_close_times_out_as_long_as_before() -> None:
    with Pair(ping_interval=0.05) as pair:
        pair.connection.close(1012)
        wait_for(pair.connection.timed_out, "silence")
        pair.connection.on_timeout()
        assert pair.end == (1012, "", False)


def test_a_peer_is_gone_when_it_will_send_no_more_though_what_it_sent_is_not_read() -> None:
    with Pair() as pair:
        pair.say(1, b"unread")
        assert not pair.connection.gone()
        pair.peer.shutdown(socket.SHUT_WR)
        wait_for(pair.connection.gone, "the end")
        assert pair.receive() == ["unread"]
        pair.here.close()
        assert pair.connection.gone()


def test_a_connection_can_be_waited_for_with_others_unless_it_waits_above_its_descriptor() -> None:
    with Pair() as pair:
        assert pair.connection.pollable == pair.here.fileno()
        with ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_socket(
            pair.here, do_handshake_on_connect=False, server_hostname="localhost"
        ) as wrapped:
            assert Connection(wrapped).pollable is None
