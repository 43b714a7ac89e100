from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

import pytest

from jambonz_sync import BackPressure, Session, SessionClosed
from jambonz_sync.runtime import pool
from jambonz_sync.session import current as current_callback
from jambonz_sync.session import dispatcher_of
from jambonz_sync.session.outbox import SETTLE, Outbox
from tests.peer import Closed, Peer
from tests.session.conftest import Serve, fill, narrow
from tests.waiting import wait_for

Dial = Callable[..., Peer]


class Begun:
    """A call that jambonz listens to, and its session."""

    def __init__(self, dial: Dial, svc: Any, sessions: list[Session]) -> None:
        self.peer = dial(svc)
        self.peer.begin()
        self.peer.ask("/jambonz-listens")
        wait_for(lambda: sessions)
        (self.session,) = sessions
        self.outbox: Outbox = dispatcher_of(self.session).outbox
        narrow(self.session)


def begun(dial: Dial, svc: Any) -> Begun:
    """A call whose session has no callbacks."""
    sessions: list[Session] = []

    @svc.on("session:new")
    def begin(session: Session) -> None:
        session.say(text="hi").send()
        sessions.append(session)

    return Begun(dial, svc, sessions)


def without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let jobs have no thread from now on, but for the urgent ones: for these the pool has a reserve."""
    run = pool.run

    def no_thread(job: Any, *, urgent: bool = False) -> None:
        if not urgent:
            raise RuntimeError("can't start new thread")
        run(job, urgent=True)

    monkeypatch.setattr(pool, "run", no_thread)


def messages(peer: Peer, count: int) -> list[dict[str, Any]]:
    """So many messages, without those that filled the connection."""
    received: list[dict[str, Any]] = []
    while len(received) < count:
        message = peer.recv()
        if message.get("command") != "dub":
            received.append(message)
    return received


@pytest.mark.parametrize("late", [False, True])
def test_each_reply_has_its_place_when_it_is_given_though_jambonz_takes_no_data(
    serve: Serve, dial: Dial, gate: threading.Event, caplog: pytest.LogCaptureFixture, late: bool
) -> None:
    svc = serve(hook_ack_deadline=1.0 if late else 60.0, hook_warning_after=60.0)
    sessions: list[Session] = []
    waiting = threading.Semaphore(0)
    replying = threading.Barrier(11)

    @svc.on("session:new")
    def begin(session: Session) -> None:
        @session.on("/hook", concurrent=True)
        def hook(evt: Any) -> None:
            waiting.release()
            assert gate.wait(15)
            replying.wait(15)
            session.say(text=str(evt["n"])).reply()

        session.say(text="hi").send()
        sessions.append(session)

    call = Begun(dial, svc, sessions)
    fill(call.session)
    if not late:
        gate.set()
    msgids = [call.peer.hook("/hook", n=n) for n in range(10)]
    for _ in msgids:
        assert waiting.acquire(timeout=15)
    if late:
        wait_for(lambda: caplog.text.count("took over 1.0 s") == 10, "the acks in place of the replies")
        gate.set()
    replying.wait(15)
    received = messages(call.peer, 20 if late else 10)
    acks = [message["msgid"] for message in received if message["type"] == "ack"]
    assert sorted(acks) == sorted(msgids)
    for n, msgid in enumerate(msgids):
        (ack,) = [i for i, message in enumerate(received) if message.get("msgid") == msgid]
        replies = [i for i, message in enumerate(received) if message["data"] == [{"verb": "say", "text": str(n)}]]
        assert len(replies) == 1
        assert replies[0] > ack if late else replies == [ack]


def test_a_reply_that_comes_just_as_its_hook_is_acked_for_it_comes_once_and_never_before_the_ack(
    serve: Serve, dial: Dial
) -> None:
    svc = serve(hook_ack_deadline=0.1, hook_warning_after=60)
    started = monotonic()

    @svc.on("session:new")
    def begin(session: Session) -> None:
        @session.on("/hook", concurrent=True)
        def hook(evt: Any) -> None:
            while monotonic() - started < evt["at"]:
                pass
            session.say(text=str(evt["n"])).reply()

        session.say(text="hi").send()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        peer = dial(svc)
        peer.begin()
        for turn in range(10):
            now = monotonic() - started
            msgids = [peer.hook("/hook", n=n, at=now + 0.095 + n * 5e-4) for n in range(20)]
            places: dict[str, int] = {}
            while not all(str(n) in places for n in range(20)):
                message = peer.recv()
                if message["type"] == "ack":
                    assert message["msgid"] not in places
                    places[message["msgid"]] = len(places)
                for verb in message["data"]:
                    assert verb["text"] not in places
                    places[verb["text"]] = len(places)
            assert all(places[msgid] < places[str(n)] for n, msgid in enumerate(msgids)), f"turn {turn}"
    finally:
        sys.setswitchinterval(interval)


def test_an_ack_waits_for_no_thread_that_waits_for_jambonz(serve: Serve, dial: Dial) -> None:
    svc = serve()
    call = begun(dial, svc)
    fill(call.session)
    blocked = threading.Thread(target=partial(call.session.inject_tag, {"a": 1}))
    blocked.start()
    msgid = call.peer.hook("/nobody")
    other = dial(svc)
    other.begin()
    assert other.ask("/nobody") == []  # the thread that reads has not been held up
    assert blocked.is_alive()
    received = messages(call.peer, 2)
    assert {message["type"] for message in received} == {"command", "ack"}
    assert msgid in (message.get("msgid") for message in received)
    blocked.join(15)


def test_acks_deadlines_and_the_end_of_the_grace_need_no_thread(
    serve: Serve, dial: Dial, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    svc = serve(hook_ack_deadline=0.5, reconnect_grace=0.2)
    sessions: list[Session] = []
    entered = threading.Event()

    @svc.on("session:new")
    def begin(session: Session) -> None:
        @session.on("/stuck")
        def stuck(evt: Any) -> None:
            entered.set()
            assert gate.wait(30)

        session.on("tts:stream_open", lambda: gate.wait(30) and None)
        session.say(text="hi").send()
        sessions.append(session)

    call = Begun(dial, svc, sessions)
    fresh = dial(svc)
    stuck = call.peer.hook("/stuck")
    assert entered.wait(15)
    assert call.peer.ask("/nobody") == []  # another thread reads by now

    without_threads(monkeypatch)
    waiting = call.peer.hook("/stuck")
    assert {call.peer.recv()["msgid"] for _ in range(2)} == {stuck, waiting}
    assert call.peer.ask("/nobody") == []
    call.peer.send_frame(9, b"pong, please")
    assert call.peer.recv_frame() == (10, b"pong, please")
    call.peer.vanish()
    wait_for(lambda: call.session.closed, "the end of the grace")
    monkeypatch.undo()
    fresh.begin()


def test_a_held_command_leaves_after_a_moment_without_a_thread(
    serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    svc = serve()
    svc.on("session:new", lambda session: session.say(text="hi").send() or session.inject_tag({"a": 1}))
    peer = dial(svc)
    peer.tell("call:status", {"call_sid": peer.call_sid, "call_status": "trying"})
    wait_for(lambda: svc.registry.sessions)

    without_threads(monkeypatch)
    peer.begin()
    assert peer.recv()["command"] == "tag"


# -- what could not be written


def test_what_a_broken_connection_has_not_taken_leaves_by_the_next_one_in_its_order(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []

    @svc.on("session:new")
    def begin(session: Session) -> None:
        session.on("/hook", lambda evt: session.say(text=str(evt["n"])))
        session.say(text="hi").send()
        sessions.append(session)

    call = Begun(dial, svc, sessions)
    fill(call.session)
    ticket = call.outbox.connection.out.enqueued
    blocked = []
    for n in range(5):
        thread = threading.Thread(target=partial(call.session.inject_tag, {"n": n}))
        thread.start()
        blocked.append(thread)
        wait_for(lambda n=n: call.outbox.connection.out.enqueued == ticket + 1 + n, "the command to be queued")
    call.peer.vanish()
    for thread in blocked:
        thread.join(15)
        assert not thread.is_alive()
    back = dial(svc, call_sid=call.peer.call_sid)
    back.ack_of(back.open("session:reconnect"))
    assert [message["data"]["n"] for message in messages(back, 5)] == list(range(5))


def test_the_verbs_of_an_ack_that_a_broken_connection_has_not_taken_follow_as_a_command_in_its_place(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve()
    sessions: list[Session] = []
    replied = threading.Event()

    @svc.on("session:new")
    def begin(session: Session) -> None:
        @session.on("/hook")
        def hook(evt: Any) -> None:
            replied.set()
            session.say(text="reply").reply()

        session.say(text="hi").send()
        sessions.append(session)

    call = Begun(dial, svc, sessions)
    fill(call.session)
    call.outbox.command({"type": "command", "command": "tag", "data": {"n": 1}}, wait=False)
    ticket = call.outbox.connection.out.enqueued
    call.peer.hook("/hook")
    wait_for(lambda: call.outbox.connection.out.enqueued > ticket, "the ack to be queued")
    call.outbox.command({"type": "command", "command": "tag", "data": {"n": 2}}, wait=False)
    call.peer.vanish()
    back = dial(svc, call_sid=call.peer.call_sid)
    back.ack_of(back.open("session:reconnect"))
    assert [message["data"] for message in messages(back, 3)] == [
        {"n": 1},
        [{"verb": "say", "text": "reply"}],
        {"n": 2},
    ]


def test_commands_that_are_too_many_while_jambonz_is_away_are_refused_and_the_call_goes_on(
    serve: Serve, dial: Dial
) -> None:
    svc = serve()
    call = begun(dial, svc)
    call.peer.vanish()
    wait_for(lambda: call.session.away)
    numbers = itertools.count()

    def send_without_end() -> None:
        while True:
            call.session.inject_tag({"n": next(numbers), "filler": "x" * 20_000})

    with pytest.raises(BackPressure, match="commands wait for jambonz") as caught:
        send_without_end()
    taken = next(numbers) - 1
    assert caught.value.call_sid == call.session.call_sid
    assert not call.session.closed
    back = dial(svc, call_sid=call.peer.call_sid)
    back.ack_of(back.open("session:reconnect"))
    assert [back.recv()["data"]["n"] for _ in range(taken)] == list(range(taken))
    call.session.inject_tag({"n": "and on"})
    assert back.recv()["data"] == {"n": "and on"}


def test_commands_that_are_too_many_for_a_connection_that_takes_no_data_are_refused(
    serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    svc = serve()
    call = begun(dial, svc)
    fill(call.session)
    monkeypatch.setattr("jambonz_sync.session.outbox.MAX_QUEUED", 100_000)
    with pytest.raises(BackPressure, match="takes no data"):
        call.session.inject_tag({"a": 1})
    msgid = call.peer.hook("/nobody")  # an ack is never refused
    assert [message["msgid"] for message in messages(call.peer, 1)] == [msgid]
    call.session.inject_tag({"a": 1})
    assert messages(call.peer, 1)[0]["data"] == {"a": 1}


def test_a_peer_that_takes_no_data_for_too_long_has_dropped(serve: Serve, dial: Dial) -> None:
    svc = serve(send_timeout=0.2)
    call = begun(dial, svc)
    fill(call.session)  # by threads that do not wait: the timers notice
    wait_for(lambda: call.session.away, "the drop to be noticed")


@pytest.mark.parametrize("kind", ["unheard", "notification"])
def test_a_peer_that_goes_on_asking_and_takes_no_answers_is_not_read_on(
    serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("jambonz_sync.session.outbox.READER_WAITS", 10_000)
    svc = serve(hook_ack_deadline=60, hook_warning_after=60)
    sessions: list[Session] = []

    @svc.on("session:new")
    def begin(session: Session) -> None:
        if kind != "unheard":
            session.on("/hook", lambda evt: None)
        session.say(text="hi").send()
        sessions.append(session)

    call = Begun(dial, svc, sessions)
    out = call.outbox.connection.out
    data = {"event": "join"} if kind == "notification" else {}
    enough = threading.Event()
    asked: list[int] = []

    def ask() -> None:  # the system has room for some tens of thousands of answers
        while not enough.is_set() and len(asked) < 200_000:
            asked.append(1)
            call.peer.hook("/hook", **data)

    asking = threading.Thread(target=ask)
    asking.start()
    looks: list[tuple[bool, int]] = []

    def stuck() -> bool:
        looks.append((out.turn.locked(), out.enqueued))
        waits = len(looks) >= 50 and all(locked for locked, _ in looks[-50:])
        # or the system has no room for what is under way either, and nothing arrives here
        return waits or (len(looks) >= 500 and len({enqueued for _, enqueued in looks[-500:]}) == 1)

    wait_for(lambda: stuck() or out.queued > 200_000, "the thread that reads to wait for the peer")
    enough.set()
    most, answered = out.queued, 0
    while asking.is_alive() or answered < len(asked):
        if answered == len(asked):
            asking.join(0.01)
            continue
        most = max(most, out.queued)
        assert call.peer.recv()["type"] == "ack"
        answered += 1
    assert most < 200_000


# -- the end of the grace


class LaterCalls:
    """Timers that fire when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[tuple[float, Callable[[], object]]] = []
        monkeypatch.setattr("jambonz_sync.session.outbox.timers", self)

    def call_later(self, delay: float, call: Callable[[], object]) -> LaterCalls:
        self.calls.append((delay, call))
        return self

    def cancel(self) -> None:
        """Too late: it is about to fire."""

    def fire(self, delay: float) -> None:
        due = [call for when, call in self.calls if when == delay]
        self.calls = [(when, call) for when, call in self.calls if when != delay]
        for call in due:
            call()


@pytest.mark.parametrize("first", ["reconnect", "end"])
def test_at_the_end_of_the_grace_a_call_is_back_or_over_and_never_both(
    serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    timers = LaterCalls(monkeypatch)
    svc = serve(reconnect_grace=77.0)
    sessions: list[Session] = []

    @svc.on("session:new")
    def begin(session: Session) -> None:
        number = len(sessions)
        session.on("/who", lambda evt: session.say(text=str(number)))
        session.say(text="hi").send()
        sessions.append(session)

    peer = dial(svc)
    peer.begin()
    peer.ask("/jambonz-listens")
    peer.vanish()
    wait_for(lambda: sessions[0].away)
    if first == "end":
        timers.fire(77.0)
    back = dial(svc, call_sid=peer.call_sid)
    back.ack_of(back.open("session:reconnect"))
    if first == "reconnect":
        timers.fire(77.0)
    assert sessions[0].closed is (first == "end")
    if first == "reconnect":
        assert back.ask("/who") == [{"verb": "say", "text": "0"}]
    else:
        wait_for(lambda: len(sessions) == 2, "the call to begin anew")


def test_calls_that_come_back_just_as_their_grace_ends_are_all_answered(serve: Serve, dial: Dial) -> None:
    svc = serve(reconnect_grace=0.05)

    @svc.on("session:new")
    def begin(session: Session) -> None:
        session.on("/who", lambda evt: session.say(text="here"))
        session.say(text="hi").send()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for n in range(40):
            peer = dial(svc)
            peer.begin()
            peer.ask("/who")
            back = dial(svc, call_sid=peer.call_sid)
            dropped = monotonic()
            peer.vanish()
            while monotonic() - dropped < 0.05 + (n - 20) * 1e-4:
                pass  # to the tenth of a millisecond
            back.ack_of(back.open("session:reconnect"))
            msgid = back.hook("/who")
            while (message := back.recv())["type"] != "ack":
                assert message["data"] == [{"verb": "say", "text": "hi"}]
            assert message["msgid"] == msgid
    finally:
        sys.setswitchinterval(interval)


def test_commands_settle_from_when_the_ack_has_left_and_not_from_when_it_was_queued(
    serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    timers = LaterCalls(monkeypatch)
    svc = serve()
    sessions: list[Session] = []
    svc.on("call:status", sessions.append)
    svc.on("session:new", lambda session: session.inject_tag({"a": 1}))
    peer = dial(svc)
    peer.tell("call:status", {"call_sid": peer.call_sid, "call_status": "trying"})
    wait_for(lambda: sessions)
    narrow(sessions[0])
    out = dispatcher_of(sessions[0]).outbox.connection.out
    while out.queued < 200_000:
        out.flush(out.enqueue(['{"command": "dub", "filler": "%s"}' % ("x" * 20_000)]), wait=False)
    msgid = peer.open("session:reconnect")  # acked at once, with what holds the call
    wait_for(lambda: timers.calls, "the time to settle")
    queued = out.enqueued
    timers.fire(SETTLE)
    assert out.enqueued == queued
    assert messages(peer, 1)[0]["msgid"] == msgid
    wait_for(lambda: out.is_written(queued))
    timers.fire(SETTLE)  # found it under way when it was set
    assert out.enqueued == queued
    timers.fire(SETTLE)
    assert peer.recv()["command"] == "tag"


def quiet_call(
    serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> tuple[Peer, Session, LaterCalls, list[float]]:
    """A call whose opening has just been answered, its timers, and the clock of its outbox."""
    timers, clock = LaterCalls(monkeypatch), [1000.0]
    monkeypatch.setattr("jambonz_sync.session.outbox.monotonic", lambda: clock[0])
    svc = serve()
    sessions: list[Session] = []

    @svc.on("session:new")
    def begin(session: Session) -> None:
        session.say(text="hi").send()
        sessions.append(session)

    peer = dial(svc)
    peer.begin()
    wait_for(lambda: sessions)
    return peer, sessions[0], timers, clock


def test_a_command_that_follows_the_ack_too_soon_leaves_when_the_moment_is_over(
    serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer, session, timers, clock = quiet_call(serve, dial, monkeypatch)
    clock[0] += SETTLE / 4
    session.inject_tag({"a": 1})
    session.inject_tag({"a": 2})
    assert [delay for delay, _ in timers.calls] == [pytest.approx(SETTLE * 3 / 4)]
    peer.send_frame(9, b"nothing but this has left")
    assert peer.recv_frame() == (10, b"nothing but this has left")
    timers.fire(timers.calls[0][0])
    assert [message["data"] for message in messages(peer, 2)] == [{"a": 1}, {"a": 2}]


def test_a_command_of_later_leaves_at_once_though_no_timer_was_set(
    serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    peer, session, timers, clock = quiet_call(serve, dial, monkeypatch)
    clock[0] += SETTLE
    session.say(text="more").send()
    assert peer.recv()["data"] == [{"verb": "say", "text": "more"}]
    assert timers.calls == []
    assert "lost" not in caplog.text  # jambonz has begun what was sent first


# -- the end of the call


class Witness:
    """Whether callbacks ran while a lock of the application was held."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.got_it: list[bool] = []

    def __call__(self) -> None:
        got_it = self.lock.acquire(timeout=5)
        if got_it:
            self.lock.release()
        self.got_it.append(got_it)


def test_close_callbacks_do_not_run_under_the_locks_of_whoever_closes(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []
    witness = Witness()

    @svc.on("session:new")
    def begin(session: Session) -> None:
        session.on("close", witness)
        session.say(text="hi").send()
        sessions.append(session)

    call = Begun(dial, svc, sessions)
    call.peer.vanish()
    wait_for(lambda: call.session.away)
    with witness.lock:
        call.session.close()
        assert call.session.wait_closed(15)
    wait_for(lambda: witness.got_it)
    assert witness.got_it == [True]


def test_close_callbacks_do_not_run_under_the_locks_of_whoever_sends_while_the_server_goes_down(
    serve: Serve, dial: Dial
) -> None:
    svc = serve(send_timeout=0.2)
    sessions: list[Session] = []
    witness = Witness()

    @svc.on("session:new")
    def begin(session: Session) -> None:
        session.on("close", witness)
        session.say(text="hi").send()
        sessions.append(session)

    def send_without_end() -> None:
        while True:
            call.session.inject_tag({"filler": "x" * 20_000})

    call = Begun(dial, svc, sessions)
    svc.registry.draining = True
    try:
        with witness.lock, pytest.raises(SessionClosed) as caught:
            send_without_end()
        assert caught.value.call_sid == call.session.call_sid
        wait_for(lambda: witness.got_it)
        assert witness.got_it == [True]
    finally:
        svc.registry.draining = False


def test_a_close_waits_for_nobody_though_jambonz_takes_no_data(serve: Serve, dial: Dial) -> None:
    svc = serve()
    call = begun(dial, svc)
    filled = fill(call.session)
    call.session.close()
    assert call.session.closed
    for _ in range(filled):
        assert call.peer.recv()["command"] == "dub"
    with pytest.raises(Closed) as caught:
        call.peer.recv()
    assert caught.value.code == 1000


def test_a_code_that_may_not_be_sent_changes_nothing(serve: Serve, dial: Dial) -> None:
    svc = serve()
    call = begun(dial, svc)
    with pytest.raises(ValueError, match="got 1006"):
        call.session.close(1006)
    assert not call.session.closed
    assert call.peer.ask("/nobody") == []


@pytest.mark.parametrize(
    ("sends", "lost"),
    [
        ([("hello", False), ("how are you", False), ("goodbye", False)], ["say, hangup", "say, hangup"]),
        ([("hello", False), ("how are you", True), ("goodbye", True)], []),
        ([("hello", False), ("how are you", True), ("goodbye", False)], ["say, hangup, say, hangup"]),
        ([("hello", False)], []),
    ],
)
@pytest.mark.usefixtures("slow_to_settle")
def test_verbs_that_are_replaced_before_jambonz_has_begun_them_are_named(
    serve: Serve, dial: Dial, sends: list[tuple[str, bool]], lost: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    done = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        for text, queue in sends:
            session.say(text).pause(1).hangup().send(queue=queue)
        done.set()

    peer = dial(svc)
    assert peer.begin()[0]["text"] == "hello"
    assert done.wait(15)
    peer.tell("verb:status", {"event": "starting"})
    commands = [peer.recv() for _ in sends[1:]]
    assert [(command["data"][0]["text"], command.get("queueCommand", False)) for command in commands] == sends[1:]
    assert [r.getMessage() for r in caplog.records if r.levelname == "WARNING"] == [
        f"call {peer.call_sid}: verbs are sent before jambonz has begun those that were sent before ({names}), which "
        "are lost: send all of them at once, or the later ones with send(queue=True)"
        for names in lost
    ]


def test_verbs_that_replace_what_jambonz_may_have_begun_are_nothing_to_warn_of(
    serve: Serve, dial: Dial, gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.play("https://example.com/music.mp3").send()
        session.on("verb:status", gate.set)
        gate.wait(15)
        session.say("Found it").send()

    peer = dial(svc)
    assert peer.begin()[0]["verb"] == "play"
    peer.tell("verb:status", {"event": "start-playback", "verb": "play"})
    assert peer.recv()["data"][0]["text"] == "Found it"
    assert [r.getMessage() for r in caplog.records if r.levelname == "WARNING"] == []


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


def send_in_a_hook(serve: Serve, dial: Dial, callback: Callable[[Session], Any]) -> tuple[Peer, list[Any]]:
    """A call whose callback of /heard does this, and all that jambonz gets from then on until a hook has been acked."""
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/heard", lambda: callback(session))
        session.on("/quiet", session.reply)
        session.say("hello").send()

    peer = dial(svc)
    peer.begin()
    peer.ask("/quiet")
    peer.hook("/heard")
    last, messages = peer.hook("/quiet"), []
    while (message := peer.recv()).get("msgid") != last:
        messages.append(message)
    return peer, messages


def say_and_send(session: Session, text: str, **options: Any) -> None:
    session.say(text).pause(1).send(**options)


def say_and_reply(session: Session, text: str) -> None:
    session.say(text).reply()


@pytest.mark.parametrize(
    ("callback", "lost"),
    [
        (lambda session: (say_and_reply(session, "one"), say_and_send(session, "two")), ["say"]),
        (lambda session: (say_and_send(session, "one"), say_and_send(session, "two")), ["say"]),
        (lambda session: (say_and_send(session, "one"), say_and_reply(session, "two")), ["say"]),
        (lambda session: (say_and_send(session, "one"), session.say("two")), ["say"]),
        (
            lambda session: (
                say_and_reply(session, "one"),
                say_and_send(session, "two", queue=True),
                say_and_send(session, "three"),
            ),
            ["say, say"],
        ),
        (lambda session: (say_and_reply(session, "one"), say_and_send(session, "two", queue=True)), []),
        (lambda session: (say_and_send(session, "one"), session.reply()), []),
        (lambda session: (session.reply(), say_and_send(session, "one")), []),
        (lambda session: (session.pause(1).reply(), say_and_send(session, "one")), []),
    ],
)
def test_verbs_that_one_callback_sends_behind_its_own_are_told_to_replace_them(
    serve: Serve,
    dial: Dial,
    callback: Callable[[Session], Any],
    lost: list[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(current_callback, "UNSTARTED_FOR", 15.0)  # a machine that is busy may take long between the two
    peer, _ = send_in_a_hook(serve, dial, lambda session: (callback(session), None)[1])
    wait_for(lambda: len(warnings(caplog)) >= len(lost))
    assert warnings(caplog) == [
        f"call {peer.call_sid}: verbs are sent before jambonz has begun those that were sent before ({names}), which "
        "are lost: send all of them at once, or the later ones with send(queue=True)"
        for names in lost
    ]


def test_what_a_callback_sends_when_its_reply_has_been_heard_is_nothing_to_warn_of(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    def look_up(session: Session) -> None:
        say_and_reply(session, "one moment")
        replied = monotonic()
        wait_for(lambda: monotonic() - replied > current_callback.UNSTARTED_FOR)
        say_and_send(session, "found")

    _, messages = send_in_a_hook(serve, dial, look_up)
    assert [message["data"][0]["text"] for message in messages] == ["one moment", "found"]
    assert warnings(caplog) == []


@pytest.mark.usefixtures("slow_to_settle")
def test_of_many_verbs_that_are_lost_the_first_are_named(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    done = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        for _ in range(500):
            session.say("x")
        session.send()
        session.hangup().send()
        done.set()

    peer = dial(svc)
    assert len(peer.begin()) == 500
    assert done.wait(15)
    peer.tell("verb:status", {"event": "starting"})
    assert peer.recv()["data"] == [{"verb": "hangup"}]
    (warning,) = warnings(caplog)
    assert "(say, say, say, say, say, and 495 more)" in warning
