from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import Endpoint, Session, WebhookResponse, create_endpoint, simulator
from jambonz_sync.session import dispatcher_of
from tests.peer import CALL, Peer
from tests.session.conftest import Serve
from tests.waiting import in_thread, wait_for

Dial = Callable[..., Peer]


def test_a_reconnect_resumes_the_same_session_with_its_locals_and_callbacks(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []
    back: list[Session] = []
    svc.on("session:reconnect", back.append)

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.locals["n"] = 1
        session.on("/hook", lambda evt: session.say(text=f"n={session.locals['n']}"))
        session.say(text="hi").send()

    first = dial(svc, call_sid="CA-back")
    first.begin()
    assert first.ask("/hook")[0]["text"] == "n=1"
    first.vanish()
    second = dial(svc, call_sid="CA-back")
    assert second.ack_of(second.open("session:reconnect")) == []
    assert second.ask("/hook")[0]["text"] == "n=1"
    wait_for(lambda: back == sessions)
    assert not sessions[0].closed
    assert sessions[0].reconnected


def test_a_reconnect_that_comes_before_the_drop_is_noticed_takes_the_call_over(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.on("/hook", lambda evt: session.say(text="here"))
        session.say(text="hi").send()

    first = dial(svc, call_sid="CA-half")
    first.begin()
    second = dial(svc, call_sid="CA-half")
    second.ack_of(second.open("session:reconnect"))
    assert second.ask("/hook")[0]["text"] == "here"
    assert first.sock.recv(100) == b""  # the half-open connection is given up
    assert len(sessions) == 1


def test_an_unacked_session_new_is_answered_through_the_reconnect(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve()
    entered = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        entered.set()
        assert gate.wait(15)
        session.say(text="first verbs").send()

    first = dial(svc, call_sid="CA-early")
    first.open()
    assert entered.wait(15)
    first.vanish()
    second = dial(svc, call_sid="CA-early")
    msgid = second.open("session:reconnect")
    gate.set()
    assert second.ack_of(msgid) == [{"verb": "say", "text": "first verbs"}]


def test_first_verbs_that_were_ready_while_jambonz_was_away_are_the_ack_of_the_reconnect(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve()
    entered, sent = threading.Event(), threading.Event()
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        entered.set()
        assert gate.wait(15)
        session.say(text="first verbs").send()
        sent.set()

    first = dial(svc, call_sid="CA-away")
    first.open()
    assert entered.wait(15)
    first.vanish()
    wait_for(lambda: "down" in repr(sessions[0]), "the drop to be noticed")
    gate.set()
    assert sent.wait(15)
    second = dial(svc, call_sid="CA-away")
    assert second.ack_of(second.open("session:reconnect")) == [{"verb": "say", "text": "first verbs"}]


def test_the_reply_to_a_hook_whose_connection_dropped_follows_as_a_command(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve()
    entered = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("/hook")
        def hook(evt: Any) -> None:
            entered.set()
            assert gate.wait(15)
            session.say(text="reply").reply()

        session.say(text="hi").send()

    first = dial(svc, call_sid="CA-hook")
    first.begin()
    first.hook("/hook")
    assert entered.wait(15)
    first.vanish()
    second = dial(svc, call_sid="CA-hook")
    assert second.ack_of(second.open("session:reconnect")) == []
    gate.set()
    assert second.recv() == {"type": "command", "command": "redirect", "data": [{"verb": "say", "text": "reply"}]}


def test_commands_wait_while_jambonz_is_away_and_keep_their_order(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.say(text="hi").send()

    first = dial(svc, call_sid="CA-cmd")
    first.begin()
    first.tell("call:status", {"call_status": "in-progress"})
    first.vanish()
    session = sessions[0]
    wait_for(lambda: "down" in repr(session), "the drop to be noticed")
    session.inject_tag({"n": 1})
    session.inject_tag({"n": 2})
    second = dial(svc, call_sid="CA-cmd")
    second.ack_of(second.open("session:reconnect"))
    assert [second.recv()["data"], second.recv()["data"]] == [{"n": 1}, {"n": 2}]


def test_a_reconnect_of_a_call_that_this_process_does_not_know_goes_to_session_new(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/hook", lambda evt: session.say(text="known"))
        session.say(text=f"reconnected? {session.reconnected}").send()

    peer = dial(svc)
    # an ack that jambonz uses only if it never got one before
    assert peer.ack_of(peer.open("session:reconnect")) == [{"verb": "pause", "length": 60}]
    assert peer.recv() == redirect({"verb": "say", "text": "reconnected? True"})
    assert peer.ask("/hook") == [{"verb": "say", "text": "known"}]


def redirect(*verbs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "command", "command": "redirect", "data": list(verbs)}


@pytest.mark.parametrize("answered", [True, False])
def test_a_call_that_is_taken_over_by_another_process_hears_its_verbs_once(answered: bool) -> None:
    def endpoint(name: str, port: int, *, slow: bool = False) -> Endpoint:
        endpoint = create_endpoint(host="127.0.0.1", port=port)

        @endpoint.service("/").on("session:new")
        def call(session: Session) -> None:
            if slow:
                entered.set()
                session.wait_closed(15)
            session.say(text=f"{name} speaks.")
            if session.reconnected:
                session.hangup()
            session.send()
            entered.set()

        return endpoint.start()

    entered = threading.Event()
    first = endpoint("One", 0, slow=not answered)
    limits = simulator.CallLimits(backoff=0.2, handshake=20.0)
    call = simulator.Call(first.url + "/", caller=simulator.LiveCaller(), limits=limits)
    transcripts: list[simulator.Transcript] = []
    thread = threading.Thread(target=lambda: transcripts.append(call.run()))
    thread.start()
    try:
        assert entered.wait(15)
        if answered:
            wait_for(lambda: "One speaks." in str(call.transcript), "the first words")
        first.stop(0)
        second = endpoint("Two", first.port)
        thread.join(30)
        second.stop(0)
    finally:
        first.stop(0)
    assert transcripts[0].lines("app") == [*["One speaks."] * answered, "Two speaks."]


@pytest.mark.parametrize("known", [True, False])
def test_the_callback_of_a_reconnect_may_give_verbs_whether_the_call_is_known_or_not(
    serve: Serve, dial: Dial, known: bool
) -> None:
    svc = serve()
    svc.on("session:new", lambda session: session.say(text="hi").send())
    returns: list[Any] = [WebhookResponse().say(text="returned")]

    @svc.on("session:reconnect")
    def back(session: Session, evt: Any) -> Any:
        session.on("/queues", lambda: session.say(text=f"from {evt.from_}, {session.reconnected}"))
        return returns[0]

    peer = dial(svc)
    if known:
        peer.begin()
        peer.ask("/jambonz-has-the-first-verbs")
        peer.vanish()
        peer = dial(svc, call_sid=peer.call_sid)
    assert [verb["verb"] for verb in peer.ack_of(peer.open("session:reconnect"))] == ["pause"] * (not known)
    assert peer.recv() == redirect({"verb": "say", "text": "returned"})
    assert peer.ask("/queues")[0]["text"] == f"from {CALL['from']}, True"


@pytest.mark.parametrize("end", ["reply", "send", "queue", "nothing", "failure"])
def test_what_the_callback_of_a_known_call_that_is_back_sends_acts_as_it_does_elsewhere(
    serve: Serve, dial: Dial, end: str
) -> None:
    svc = serve(on_error=[{"verb": "say", "text": "sorry"}])
    told: list[Exception] = []
    svc.on("session:new", lambda session: session.say(text="hi").send())
    svc.on("error", lambda session, exc: told.append(exc))

    @svc.on("session:reconnect")
    def back(session: Session) -> None:
        if end == "failure":
            raise ZeroDivisionError
        if end != "nothing":
            session.say(text="back")
        if end == "reply":
            session.reply()
        elif end != "nothing":
            session.send(queue=end == "queue")

    first = dial(svc)
    first.begin()
    first.ask("/jambonz-has-the-first-verbs")
    first.vanish()
    peer = dial(svc, call_sid=first.call_sid)
    assert peer.ack_of(peer.open("session:reconnect")) == []
    if end in ("nothing", "failure"):  # the call goes on as it is
        assert peer.ask("/h") == []
        wait_for(lambda: len(told) == (end == "failure"))
    else:
        assert peer.recv() == redirect({"verb": "say", "text": "back"}) | (
            {"queueCommand": True} if end == "queue" else {}
        )
        assert peer.ask("/h") == []


@pytest.mark.parametrize("second_ends", [True, False])
def test_two_sessions_of_one_call_sid_keep_their_reconnects(serve: Serve, dial: Dial, second_ends: bool) -> None:
    svc = serve()
    count = itertools.count(1)

    @svc.on("session:new")
    def call(session: Session) -> None:
        number = next(count)
        session.on("/who", lambda evt: session.say(text=f"{number}"))
        session.say(text="hi").send()

    def who(peer: Peer) -> str:
        text: str = peer.ask("/who")[0]["text"]
        return text

    def back() -> Peer:
        peer = dial(svc, call_sid="CA-twin")
        peer.ack_of(peer.open("session:reconnect"))
        return peer

    first, second = dial(svc, call_sid="CA-twin"), dial(svc, call_sid="CA-twin")
    first.begin()
    second.begin()
    assert (who(first), who(second)) == ("1", "2")
    newer, older = svc.registry.sessions_of("CA-twin")
    if second_ends:
        second.close()
        wait_for(lambda: newer.closed)
    first.vanish()
    wait_for(lambda: older.away)
    first = back()
    assert who(first) == "1"
    if not second_ends:
        second.vanish()
        wait_for(lambda: newer.away)
        second = back()
        assert (who(first), who(second)) == ("1", "2")
        second.close()
    first.close()
    wait_for(lambda: svc.registry.sessions == {} and svc.registry._twins == {})


def test_two_sessions_of_one_call_sid_at_two_paths_keep_their_reconnects(serve: Serve, dial: Dial) -> None:
    svc = serve()
    other = svc.endpoint.service("/other")  # type: ignore[attr-defined]
    for name, service in (("first", svc), ("other", other)):

        @service.on("session:new")
        def call(session: Session, *, name: str = name) -> None:
            session.on("/who", lambda evt: session.say(text=name))
            session.say(text="hi").send()

    dial(svc, call_sid="CA-paths").begin()
    redirected = dial(svc, "/other", call_sid="CA-paths")
    redirected.ack_of(redirected.open("session:redirect"))
    for path, name in (("/", "first"), ("/other", "other")):
        back = dial(svc, path, call_sid="CA-paths")
        back.ack_of(back.open("session:reconnect"))
        assert back.ask("/who")[0]["text"] == name


def test_a_call_that_does_not_come_back_is_over_after_the_grace(serve: Serve, dial: Dial) -> None:
    svc = serve(reconnect_grace=0.1)
    sessions: list[Session] = []
    ends: list[int] = []
    svc.on("close", lambda session, code: ends.append(code))

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    peer.vanish()
    wait_for(lambda: sessions[0].closed)
    wait_for(lambda: ends == [1006])
    assert svc.registry.sessions == {}


def test_calls_that_are_away_are_over_when_the_server_goes_down_and_those_that_are_up_go_on(
    serve: Serve, dial: Dial
) -> None:
    svc = serve(reconnect_grace=3600)
    ends: list[tuple[str, int]] = []
    svc.on("close", lambda session, code: ends.append((session.call_sid, code)))
    svc.on("session:new", lambda session: session.say(text="hi").send())
    away = [dial(svc, call_sid=sid) for sid in ("CA-away", "CA-twin", "CA-twin")]
    for peer in away:
        peer.begin()
    up = dial(svc)
    up.begin()
    for peer in away:
        peer.vanish()
    wait_for(lambda: all(session.away for sid in ("CA-away", "CA-twin") for session in svc.registry.sessions_of(sid)))
    drain, outcome = in_thread(lambda: svc.endpoint.stop(30))
    wait_for(lambda: sorted(ends) == [("CA-away", 1006), ("CA-twin", 1006), ("CA-twin", 1006)], "their ends")
    assert list(svc.registry.sessions) == [up.call_sid]
    assert up.ask("/nobody") == []
    up.close()
    drain.join(15)
    assert outcome == [True]


def test_a_call_that_only_a_status_told_of_begins_with_the_reconnect_of_its_connection(
    serve: Serve, dial: Dial
) -> None:
    svc = serve()
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.say(text="hi").send()

    first = dial(svc, call_sid="CA-status")
    first.tell("call:status", {"call_sid": "CA-status", "call_status": "trying"})
    wait_for(lambda: "CA-status" in svc.registry.sessions)
    second = dial(svc, call_sid="CA-status")  # the first one is half open
    second.open("session:reconnect")
    wait_for(lambda: sessions)
    assert sessions[0].account_sid == "acc-1"


@pytest.mark.parametrize("kind", ["session:redirect", "session:adulting"])
def test_a_connection_may_begin_with_a_redirect_or_an_adulting(serve: Serve, dial: Dial, kind: str) -> None:
    svc = serve()
    svc.on("session:new", lambda session: session.say(text="new").send())
    peer = dial(svc)
    expected = [{"verb": "say", "text": "new"}] if kind == "session:redirect" else []
    assert peer.ack_of(peer.open(kind)) == expected


def test_a_redirect_to_another_address_has_its_call_sid_in_the_data(serve: Serve, dial: Dial) -> None:
    svc = serve()
    svc.on("session:redirect", lambda session: session.say(text=session.call_sid).send())
    peer = dial(svc)
    peer.send({"type": "session:redirect", "msgid": "m1", "hook": "/x", "data": {"call_sid": "CA-in-data"}})
    assert peer.ack_of("m1") == [{"verb": "say", "text": "CA-in-data"}]


def test_a_leg_that_becomes_a_call_gets_its_verbs_by_command(serve: Serve, dial: Dial) -> None:
    svc = serve()
    svc.on("session:adulting", lambda session: session.say(text="alone").send())
    peer = dial(svc)
    assert peer.ack_of(peer.open("session:adulting")) == []
    assert peer.recv()["data"] == [{"verb": "say", "text": "alone"}]


def test_an_opening_that_waits_again_after_a_reconnect_is_acked_in_time(
    serve: Serve, dial: Dial, gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve(hook_warning_after=0.05, hook_ack_deadline=0.3)
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        gate.wait(30)

    first = dial(svc, call_sid="CA-waits")
    first.open()
    wait_for(lambda: sessions and dispatcher_of(sessions[0]).deadlines._timer is not None)
    first.vanish()
    wait_for(lambda: dispatcher_of(sessions[0]).deadlines._timer is None, "the first deadline, while jambonz is away")
    second = dial(svc, call_sid="CA-waits")
    assert second.ack_of(second.open("session:reconnect"))[0]["verb"] == "pause"
