from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import CommandRejected, InvalidVerb, ProtocolError, Session, SessionClosed
from tests.peer import Closed, Peer, Refused
from tests.session.conftest import Serve
from tests.waiting import busy_threads, wait_for

Dial = Callable[..., Peer]


def echo(session: Session) -> None:
    session.on("/echo", lambda evt: session.say(text=evt["n"]))
    session.say(text="hi").send()


def closed_with(peer: Peer) -> int:
    """The code of the close frame that ends what the peer is sent."""
    try:
        while True:
            peer.recv()
    except Closed as exc:
        return exc.code


@pytest.mark.parametrize(
    ("opcode", "payload", "code", "cause"),
    [
        (2, b"\x00\x01", 1003, "a binary message"),
        (1, b"\xff\xfe", 1007, "UTF-8"),
        (1, b"x" * 2_000_000, 1009, "1,048,576"),
        (3, b"", 1002, "opcode"),
    ],
)
def test_what_is_no_text_message_closes_its_connection_and_no_other_and_is_told(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture, opcode: int, payload: bytes, code: int, cause: str
) -> None:
    caplog.set_level("INFO")
    svc = serve(reconnect_grace=0.2)
    told: list[Any] = []
    svc.on("session:new", echo)
    svc.on("error", lambda session, exc: told.append((session.call_sid, type(exc), exc.call_sid, exc.code)))
    svc.on("close", lambda session, code, reason: told.append((session.call_sid, code, cause in reason)))
    bad, good = dial(svc), dial(svc)
    bad.begin()
    good.begin()
    with contextlib.suppress(ConnectionError):  # the answer to a too large message does not wait for its end
        bad.send_frame(opcode, payload)
    assert closed_with(bad) == code
    assert good.ask("/echo", n="1")[0]["text"] == "1"
    wait_for(lambda: len(told) == 2)
    assert told == [(bad.call_sid, ProtocolError, bad.call_sid, code), (bad.call_sid, code, True)]
    lines = [r.getMessage() for r in caplog.records if cause in r.getMessage() and bad.call_sid in r.getMessage()]
    assert any(r.levelname == "ERROR" for r in caplog.records if r.getMessage() in lines)
    assert any(f"the connection dropped ({code} " in line for line in lines)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("{", "not JSON"),
        ("[1]", "no JSON object"),
        ("{}", "without a type"),
        ('{"type": 7}', "without a type"),
        ('{"type": "verb:hook", "hook": "/echo", "data": {}}', "without a msgid"),
        ('{"type": "verb:hook", "msgid": 5, "hook": "/echo", "data": {}}', "without a msgid"),
        ('{"type": "call:status", "data": [1]}', "data is no object"),
        ('{"type": "verb:new", "msgid": "1", "data": {}}', "unknown type 'verb:new'"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_text_that_is_no_message_is_left_out_told_and_the_call_goes_on(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture, text: str, cause: str
) -> None:
    svc = serve()
    svc.on("session:new", echo)
    told: list[Any] = []
    svc.on("error", lambda session, exc: told.append((session.call_sid, exc)))
    peer = dial(svc)
    peer.begin()
    peer.send(text)
    assert peer.ask("/echo", n="1")[0]["text"] == "1"
    (line,) = [r.getMessage() for r in caplog.records if cause in r.getMessage()]
    assert peer.call_sid in line
    assert len(line) < 300
    if "unknown type" not in cause:
        wait_for(lambda: told)
        ((sid, exc),) = told
        assert sid == peer.call_sid
        assert isinstance(exc, ProtocolError)


def test_a_connection_that_does_not_begin_with_a_call_is_closed(serve: Serve, dial: Dial) -> None:
    svc = serve()
    svc.on("session:new", echo)
    first = dial(svc)
    first.send("nonsense")
    assert closed_with(first) == 1007
    second = dial(svc)
    second.tell("tts:tokens-result", {"id": 1})
    assert closed_with(second) == 1008
    third = dial(svc)
    third.send({"type": "session:new", "msgid": "1", "data": {}})
    assert closed_with(third) == 1008


def test_a_call_sid_that_could_forge_a_line_of_the_log_is_refused(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    svc.on("session:new", echo)
    peer = dial(svc, call_sid="CA1\nCRITICAL root all is lost")
    peer.open()
    assert closed_with(peer) == 1008
    (line,) = [r.getMessage() for r in caplog.records if "call_sid is no name" in r.getMessage()]
    assert "\n" not in line
    assert svc.registry.sessions == {}


def test_no_text_and_no_name_of_a_hook_forges_a_line_of_the_log(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("verb:hook", lambda evt: 1 / 0)
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    peer.send("{\nCRITICAL root forged")
    peer.tell("no\nCRITICAL")
    peer.tell("no\nCRITICAL", [1])  # type: ignore[arg-type]
    assert peer.ask("/h\nCRITICAL root forged") == []
    assert not [r.getMessage() for r in caplog.records if "\n" in r.getMessage()]


def test_a_refusal_of_jambonz_is_logged_without_the_message_that_it_repeats(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    told: list[Any] = []
    svc.on("session:new", echo)
    svc.on("error", lambda session, exc: told.append(exc))
    peer = dial(svc)
    peer.begin()
    facts = {"msg": "InvalidMessage", "details": "no verb\nof this name", "content": '{"api_key": "sk-secret"}'}
    peer.tell("jambonz:error", facts)
    wait_for(lambda: told)
    peer.tell("jambonz:error", {})
    wait_for(lambda: len(told) == 2)
    assert [str(exc) for exc in told] == [
        "jambonz refused a message: InvalidMessage: no verb\\nof this name",
        "jambonz refused a message: no reason given",
    ]
    assert isinstance(told[0], CommandRejected)
    assert told[0].details == facts
    assert f"call {peer.call_sid}: {told[0]}" in caplog.text
    assert "secret" not in caplog.text


def test_verbs_that_json_has_no_form_for_raise_and_the_hook_is_acked(serve: Serve, dial: Dial) -> None:
    svc = serve()
    caught: list[Exception] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("error", caught.append)
        session.on("/nan", lambda evt: session.tag(data={"x": float("nan")}))
        session.on("/object", lambda evt: session.tag(data={"x": object()}))
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ask("/nan") == []
    assert peer.ask("/object") == []
    wait_for(lambda: len(caught) == 2)
    assert [type(exc) for exc in caught] == [InvalidVerb, InvalidVerb]


def test_a_hundred_thousand_hooks_are_all_acked_in_order(serve: Serve, dial: Dial, gate: threading.Event) -> None:
    svc = serve(hook_ack_deadline=30)
    first = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("/hook")
        def hook(evt: Any) -> None:
            first.set()
            assert gate.wait(60)

        session.say(text="hi").send()

    peer = dial(svc, timeout=60)
    other = dial(svc)
    peer.begin()
    other.begin()
    count = 100_000
    frames = b"".join(
        b"\x81" + bytes([0x80 | 126]) + len(text).to_bytes(2, "big") + b"\0\0\0\0" + text
        for text in (
            b'{"type":"verb:hook","msgid":"%6d","call_sid":"x","hook":"/hook","data":{"filler":"%s"}}' % (n, b"." * 60)
            for n in range(count)
        )
    )
    sender = threading.Thread(target=peer.sock.sendall, args=(frames,))
    sender.start()
    assert first.wait(30)
    wait_for(lambda: next(iter(svc.registry.sessions.values())).queues.full, "the backlog to fill")
    backlog = next(iter(svc.registry.sessions.values())).queues.backlog
    assert backlog < 2000  # what is read is bounded: the rest waits in the socket
    assert other.ask("/nobody") == []
    gate.set()
    for n in range(count):
        assert int(peer.recv()["msgid"]) == n
    sender.join(30)


def test_two_sessions_of_one_call_sid_are_both_served(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    svc.on("session:new", echo)
    one, two = dial(svc, call_sid="CA-twin"), dial(svc, call_sid="CA-twin")
    one.begin()
    two.begin()
    assert one.ask("/echo", n="1")[0]["text"] == "1"
    assert two.ask("/echo", n="2")[0]["text"] == "2"
    assert "CA-twin: a second session" in caplog.text
    one.close()
    assert two.ask("/echo", n="3")[0]["text"] == "3"


@pytest.mark.parametrize(
    ("options", "status"),
    [({"protocol": "graphql-ws"}, 400), ({"auth": ("user", "wrong")}, 401), ({}, 401), ({"auth": ("u", "p")}, None)],
)
def test_a_wrong_handshake_is_answered_with_its_status(
    serve: Serve, dial: Dial, options: dict[str, Any], status: int | None
) -> None:
    svc = serve(auth=("u", "p")) if "protocol" not in options else serve()
    svc.on("session:new", echo)
    if status is None:
        assert dial(svc, **options).begin()
        return
    with pytest.raises(Refused) as caught:
        dial(svc, **options)
    assert caught.value.status == status


def test_a_client_that_names_no_subprotocol_is_served(serve: Serve, dial: Dial) -> None:
    svc = serve()
    svc.on("session:new", echo)
    assert dial(svc, protocol=None).begin()


def test_a_handshake_that_drips_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jambonz_sync.server.listener.REQUEST_TIMEOUT", 0.3)
    svc = serve()
    endpoint = svc.endpoint  # type: ignore[attr-defined]
    with socket.create_connection(("127.0.0.1", endpoint.port), 15) as sock:
        dripping = threading.Event()

        def drip() -> None:
            with contextlib.suppress(OSError):
                while not dripping.wait(0.05):
                    sock.sendall(b"X")

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            assert sock.recv(4096).startswith(b"HTTP/1.1 408 ")
            assert sock.recv(1) == b""
        except ConnectionError:
            pass
        finally:
            dripping.set()
            thread.join(15)


def open_fds() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_peers_that_vanish_leave_no_thread_and_no_descriptor(serve: Serve, dial: Dial) -> None:
    svc = serve(reconnect_grace=0.05)
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.on("/block", lambda evt: session.wait_closed(30) and None)
        session.say(text="hi").send()

    warm = dial(svc)
    warm.begin()
    warm.vanish()
    wait_for(lambda: sessions[0].closed and len(svc.registry) == 0)
    fds = open_fds()
    for _ in range(20):
        peer = dial(svc)
        peer.begin()
        peer.hook("/block")
        peer.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset, no goodbye
        peer.vanish()
    wait_for(lambda: all(session.closed for session in sessions), "all calls to be over")
    wait_for(lambda: open_fds() <= fds, "the descriptors to be closed")
    wait_for(lambda: busy_threads() <= 1, "all threads but the one that leads to be idle")
    assert len(sessions) == 21


def test_a_blocked_wait_wakes_when_the_caller_is_gone(serve: Serve, dial: Dial) -> None:
    svc = serve(reconnect_grace=0)
    woken: list[bool] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.say(text="hi").send()
        woken.append(session.wait_closed(30))
        with pytest.raises(SessionClosed):
            session.say(text="x").send()

    peer = dial(svc)
    peer.begin()
    peer.vanish()
    wait_for(lambda: woken == [True])


def test_unicode_is_carried_as_it_is(serve: Serve, dial: Dial) -> None:
    svc = serve()
    svc.on("session:new", echo)
    peer = dial(svc)
    peer.begin()
    for text in ("Grüße", "日本語", "👩‍👩‍👧", "\u202e", json.loads('"\\ud83d"')):
        assert peer.ask("/echo", n=text)[0]["text"] == text


def test_a_callback_that_calls_sys_exit_ends_neither_call_nor_server(
    serve: Serve, dial: Callable[..., Peer], caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve(on_error=[{"verb": "say", "text": "sorry"}])

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/exit", lambda evt: sys.exit(1))
        session.on("/next", lambda evt: session.say(text="still here"))
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ask("/exit") == [{"verb": "say", "text": "sorry"}]
    assert peer.ask("/next") == [{"verb": "say", "text": "still here"}]
    assert "a callback called sys.exit()" in caplog.text
