from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import InvalidVerb, MessageTooLarge, ReplyError, Session, SessionClosed, WebhookResponse, simulator
from jambonz_sync.events import TokensResult
from jambonz_sync.verbs import VERBS
from tests.peer import CALL, Peer
from tests.session.conftest import Serve
from tests.waiting import wait_for

Dial = Callable[..., Peer]
SAY = {"verb": "say", "text": "hi"}


def test_the_first_send_is_the_ack_of_session_new(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.say(text="Hello").gather(input=["speech"], action_hook="/heard").send()

    peer = dial(svc)
    assert peer.headers.get("sec-websocket-extensions") is None
    assert peer.headers["sec-websocket-protocol"] == "ws.jambonz.org"
    assert peer.begin() == [
        {"verb": "say", "text": "Hello"},
        {"verb": "gather", "input": ["speech"], "actionHook": "/heard"},
    ]


def test_a_session_tells_who_calls_whom(serve: Serve, dial: Dial) -> None:
    svc = serve()
    seen: list[Any] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        seen.append(session)
        session.hangup().send()

    peer = dial(svc, call_sid="CA1")
    data = {**CALL, "call_sid": "CA1", "sip": {"headers": {"X-Trunk": "7"}}}
    peer.ack_of(peer.tell("session:new", data, b3="80f1-1"))
    (session,) = seen
    assert (session.call_sid, session.from_, session.to) == ("CA1", CALL["from"], CALL["to"])
    assert (session.direction, session.account_sid, session.application_sid) == ("inbound", "acc-1", "app-1")
    assert (session.call_id, session.b3) == ("sip-1@example.com", "80f1-1")
    assert session.data["sip"]["headers"] == {"X-Trunk": "7"}
    assert session.data.call_status == "trying"


def test_a_reply_carries_the_msgid_of_its_own_hook_however_many_are_in_flight(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve()
    entered = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.say(text="hi").send()

        @session.on("/slow")
        def slow(evt: Any) -> None:
            entered.set()
            assert gate.wait(15)
            session.say(text="slow").reply()

        @session.on("/status", concurrent=True)
        def status(evt: Any) -> None:
            session.say(text="status").reply()

    peer = dial(svc)
    peer.begin()
    first = peer.hook("/slow")
    assert entered.wait(15)
    second = peer.hook("/status")
    assert peer.ack_of(second) == [{"verb": "say", "text": "status"}]
    gate.set()
    assert peer.ack_of(first) == [{"verb": "say", "text": "slow"}]


@pytest.mark.parametrize(
    ("returned", "acked"),
    [
        (None, []),
        (WebhookResponse().say(text="hi"), [SAY]),
        ([{"say": {"text": "hi"}}], [{"say": {"text": "hi"}}]),
        (SAY, [SAY]),
    ],
)
def test_what_a_callback_returns_is_its_reply(serve: Serve, dial: Dial, returned: Any, acked: Any) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/hook", lambda evt: returned)
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    got = peer.ask("/hook")
    assert [dict(verb) for verb in got] == acked or (acked == [{"say": {"text": "hi"}}] and got == [SAY])


def test_verbs_queued_and_not_sent_are_the_reply_and_so_is_a_returned_chain(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> Any:
        @session.on("/queued")
        def queued(evt: Any) -> None:
            session.say(text="hi")

        session.on("/chained", lambda evt: session.say(text="hi"))
        return session.say(text="hi")

    peer = dial(svc)
    assert peer.begin() == [SAY]
    assert peer.ask("/queued") == [SAY]
    assert peer.ask("/chained") == [SAY]


def test_a_hook_that_nobody_listens_to_is_acked_at_once(serve: Serve, dial: Dial) -> None:
    svc = serve()
    svc.on("session:new", lambda session: session.say(text="hi").send())
    peer = dial(svc)
    peer.begin()
    assert peer.ask("/nobody") == []


def test_verb_hook_catches_what_has_no_callback_of_its_own(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("verb:hook", lambda evt: session.say(text="any"))
        session.on("/own", lambda evt: session.say(text="own"))
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ask("/own")[0]["text"] == "own"
    assert peer.ask("/other")[0]["text"] == "any"
    assert peer.ask("https://example.com/own?x=1")[0]["text"] == "own"


def test_a_hook_with_a_query_finds_its_own_callback_or_that_of_its_path(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("verb:hook", lambda evt: session.say(text="any"))
        session.on("/h", lambda evt: session.say(text="path"))
        session.on("/h?x=2", lambda evt: session.say(text="exact"))
        session.on("http://a/named", lambda evt: session.say(text="named"))
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    names = ("/h?x=1", "/h?x=2", "/h#rc=1", "https://example.com/h?x=2", "http://a/named", "//[h", "?", "/H?x=1")
    assert [peer.ask(name)[0]["text"] for name in names] == [*("path", "exact", "path", "path"), "named", *["any"] * 3]
    assert peer.ack_of(peer.tell("session:redirect", {}, hook="/h?y"))[0]["text"] == "path"


def test_a_hook_that_nobody_listens_to_is_warned_about_once_with_the_nearest_name(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/heard", lambda evt: None)
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    for name in ("/herad", "/herad", "/heart?x=1", "/nothing-like-it", "/heard"):
        assert peer.ask(name) == []
    assert peer.ask("/status", event="join") == []  # a notification: its answer is not used
    peer.tell("llm:event", {}, hook="/llm")
    peer.tell("llm:event", {}, hook=["/llm"])
    for n in range(200):
        peer.ask(f"/hook/{n}/0123456789")
    lines = [r.getMessage() for r in caplog.records if r.levelname != "INFO"]
    assert lines[:3] == [
        f"call {peer.call_sid}: nobody listens to /herad (did you mean /heard?), and it was answered without verbs: "
        'session.on("/heard", fn)',
        f"call {peer.call_sid}: nobody listens to /heart?x=1 (did you mean /heard?), and it was answered without "
        'verbs: session.on("/heard", fn)',
        f"call {peer.call_sid}: nobody listens to /nothing-like-it, and it was answered without verbs: "
        'session.on("/nothing-like-it", fn)',
    ]
    assert len(lines) == 100


def test_once_is_once_and_off_is_off(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.once("/once", lambda evt: session.say(text="once"))
        session.on("/off", lambda evt: session.say(text="off"))
        session.off("/off")
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ask("/once")[0]["text"] == "once"
    assert peer.ask("/once") == []
    assert peer.ask("/off") == []


def test_send_in_the_middle_of_a_call_is_a_redirect_command(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    peer.tell("call:status", {"call_status": "in-progress"})
    sessions[0].say(text="now").send()
    assert peer.recv() == {"type": "command", "command": "redirect", "data": [{"verb": "say", "text": "now"}]}
    sessions[0].say(text="later").send(queue=True)
    assert peer.recv() == {
        "type": "command",
        "command": "redirect",
        "queueCommand": True,
        "data": [{"verb": "say", "text": "later"}],
    }


@pytest.mark.usefixtures("slow_to_settle")
def test_the_first_command_is_held_back_until_jambonz_listens(serve: Serve, dial: Dial) -> None:
    svc = serve()
    done = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.say(text="hi").send()
        session.inject_tag({"a": 1})
        session.inject_dtmf("1")
        done.set()

    peer = dial(svc)
    peer.begin()
    assert done.wait(15)
    peer.send_frame(9, b"nothing but this has left")
    assert peer.recv_frame() == (10, b"nothing but this has left")
    peer.tell("verb:status", {"event": "starting"})  # it has the verbs, so it listens
    assert [peer.recv()["command"], peer.recv()["command"]] == ["tag", "dtmf"]


@pytest.mark.usefixtures("slow_to_settle")
def test_a_status_that_was_on_its_way_before_the_ack_does_not_let_the_first_command_go(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve()
    done = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("call:status", gate.set, concurrent=True)
        assert gate.wait(15)
        session.say(text="hi").send()
        session.notify_events()
        done.set()

    peer = dial(svc)
    msgid = peer.open()
    peer.tell("call:status", {"call_sid": peer.call_sid, "call_status": "trying"})
    assert peer.ack_of(msgid) == [SAY]
    assert done.wait(15)
    peer.send_frame(9, b"nothing but this has left")
    assert peer.recv_frame() == (10, b"nothing but this has left")
    peer.tell("verb:status", {"event": "starting"})
    assert peer.recv()["command"] == "config"


def test_a_held_command_leaves_by_itself_after_a_moment(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.say(text="hi").send()
        session.notify_events()

    peer = dial(svc)
    peer.begin()
    assert peer.recv() == {"type": "command", "command": "config", "data": {"notifyEvents": True}}


def test_reply_twice_is_an_error_and_the_second_has_no_effect(serve: Serve, dial: Dial) -> None:
    svc = serve()
    errors: list[Exception] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("/hook")
        def hook(evt: Any) -> None:
            session.say(text="one").reply()
            with pytest.raises(ReplyError, match="/hook has been replied to") as caught:
                session.say(text="two").reply()
            errors.append(caught.value)

        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ask("/hook") == [{"verb": "say", "text": "one"}]
    assert peer.ask("/nobody") == []
    assert errors[0].call_sid == peer.call_sid  # type: ignore[attr-defined]


def test_reply_outside_of_a_callback_is_an_error(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.say(text="hi").send()

    dial(svc).begin()
    with pytest.raises(ReplyError, match="no callback of one runs here"):
        sessions[0].say(text="x").reply()


def test_verbs_of_one_thread_do_not_mix_with_those_of_another(serve: Serve, dial: Dial, gate: threading.Event) -> None:
    svc = serve()
    built = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("/hook")
        def hook(evt: Any) -> None:
            session.say(text="of the hook")
            built.set()
            assert gate.wait(15)
            session.reply()

        @session.on("call:status")
        def status(evt: Any) -> None:
            session.say(text="of the status").send()
            gate.set()

        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    msgid = peer.hook("/hook")
    assert built.wait(15)
    peer.tell("call:status", {"call_status": "in-progress"})
    assert peer.recv()["data"] == [{"verb": "say", "text": "of the status"}]
    assert peer.ack_of(msgid) == [{"verb": "say", "text": "of the hook"}]


def test_verbs_that_a_thread_never_sent_go_with_it(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.say(text="hi").send()

    def leaves_verbs() -> None:
        sessions[0].say(text="left over")

    peer = dial(svc)
    peer.begin()
    for work in (leaves_verbs, lambda: sessions[0].say(text="mine").send()):
        thread = threading.Thread(target=work)
        thread.start()  # as a rule with the identity of the one before
        thread.join(15)
    assert peer.recv()["data"] == [{"verb": "say", "text": "mine"}]


def test_verbs_that_a_callback_leaves_on_another_call_are_dropped_with_a_warning(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.on("/leaves", lambda evt: sessions[0].say(text="left over") and None)
        session.on("/sends", lambda evt: sessions[0].say(text="for the other").send())
        session.on("verb:status", lambda evt: sessions[0].say(text="left over") and None)
        session.say(text="hi").send()

    peer, other = dial(svc), dial(svc)
    peer.begin()
    other.begin()
    for _ in range(3):  # whichever thread it is that runs it
        assert other.ask("/leaves") == []
        other.tell("verb:status", {"event": "starting"})
        assert other.ask("/sends") == []
        assert peer.recv()["data"] == [{"verb": "say", "text": "for the other"}]
    assert caplog.text.count(f"call {peer.call_sid}: a callback of another call left 1 verbs unsent") == 6


def test_a_notification_is_seen_while_the_callback_of_a_hook_blocks(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/busy", lambda evt: gate.wait(15) and session.say(text="woken"))
        session.on("tts:streaming-event", lambda evt: gate.set())
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    msgid = peer.hook("/busy")
    peer.tell("tts:streaming-event", {"event_type": "user_interruption"})
    assert peer.ack_of(msgid) == [{"verb": "say", "text": "woken"}]


def test_hooks_run_one_at_a_time_in_the_order_of_their_arrival(serve: Serve, dial: Dial) -> None:
    svc = serve()
    order: list[int] = []
    inside = threading.Lock()
    pause = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("/hook")
        def hook(evt: Any) -> None:
            assert inside.acquire(blocking=False)
            if evt["n"] % 7 == 0:
                pause.wait(0.01)  # long enough for reading to go elsewhere
            order.append(evt["n"])
            inside.release()

        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    msgids = [peer.hook("/hook", n=n) for n in range(200)]
    assert [peer.recv()["msgid"] for _ in msgids] == msgids
    assert order == list(range(200))


def test_a_failed_callback_is_answered_with_on_error_and_told_once(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve(on_error=[SAY])
    told: list[Exception] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("error", told.append)

        @session.on("/hook")
        def hook(evt: Any) -> None:
            session.pause(length=1)
            raise ZeroDivisionError("oh")

        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ask("/hook") == [SAY]
    assert peer.ask("/nobody") == []  # the call goes on
    assert [type(exc) for exc in told] == [ZeroDivisionError]
    records = [r for r in caplog.records if r.exc_info]
    assert len(records) == 1
    assert peer.call_sid in records[0].getMessage()


def test_on_error_may_be_a_function_of_session_and_exception(serve: Serve, dial: Dial) -> None:
    svc = serve(on_error=lambda session, exc: WebhookResponse().say(text=f"{session.to}: {exc}"))

    @svc.on("session:new")
    def call(session: Session) -> None:
        raise ValueError("no")

    assert dial(svc).begin() == [{"verb": "say", "text": f"{CALL['to']}: no"}]


def test_a_failing_on_error_still_leaves_an_ack(serve: Serve, dial: Dial) -> None:
    svc = serve(on_error=lambda session, exc: 1 / 0)
    svc.on("session:new", lambda session: 1 / 0)
    peer = dial(svc)
    assert peer.begin() == []
    assert peer.ask("/nobody") == []


def test_invalid_verbs_raise_at_the_call_with_the_call_sid_nowhere_sent(serve: Serve, dial: Dial) -> None:
    svc = serve()
    caught: list[InvalidVerb] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        try:
            session.say(txet="Hello")  # type: ignore[call-arg]
        except InvalidVerb as exc:
            caught.append(exc)
        session.hangup().send()

    assert dial(svc).begin() == [{"verb": "hangup"}]
    assert caught[0].nearest == "text"


def test_an_answer_over_24_kib_is_refused_before_it_is_sent(serve: Serve, dial: Dial) -> None:
    svc = serve()
    caught: list[MessageTooLarge] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        with pytest.raises(MessageTooLarge) as info:
            session.say(text="short").say(text="x" * 25_000).send()
        caught.append(info.value)
        session.clear()
        session.say(text="short").send()

    peer = dial(svc)
    assert peer.begin() == [{"verb": "say", "text": "short"}]
    assert caught[0].limit == 24_576
    assert (caught[0].largest or "").startswith("say (25,0")
    assert caught[0].call_sid == peer.call_sid


def test_a_split_answer_is_an_ack_and_queued_commands(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        for n in range(60):
            session.say(text=f"{n} " + "y" * 1000)
        session.send(split=True)

    peer = dial(svc)
    verbs = peer.begin()
    while len(verbs) < 60:
        message = peer.recv()
        assert (message["command"], message["queueCommand"]) == ("redirect", True)
        assert len(str(message)) < 24_576
        verbs += message["data"]
    assert [verb["text"].split()[0] for verb in verbs] == [str(n) for n in range(60)]


def test_notifications_with_an_event_are_acked_before_their_callback(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve()
    seen: list[str] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("/status")
        def status(evt: Any) -> None:
            assert gate.wait(15)
            seen.append(evt["event"])

        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ask("/status", event="join") == []
    gate.set()
    wait_for(lambda: seen == ["join"])


def test_env_is_typed_defaulted_and_there_in_every_later_hook(serve: Serve, dial: Dial) -> None:
    svc = serve(
        env_vars={
            "TRIES": {"type": "number", "description": "how often", "default": 3},
            "GREETING": {"type": "string", "description": "first words", "default": "Hello!"},
        }
    )

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/hook", lambda evt: session.say(text=f"{session.env('TRIES') + 1}"))
        session.say(text=session.env()["GREETING"]).send()

    peer = dial(svc)
    assert peer.begin(env_vars={"TRIES": "4"})[0]["text"] == "Hello!"
    assert peer.ask("/hook")[0]["text"] == "5"


def test_legs_learns_the_dialled_leg_from_call_status(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/hook", lambda evt: session.say(text=" ".join(session.legs)))
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    peer.tell("call:status", {"call_sid": "leg-2", "direction": "outbound", "call_status": "ringing"})
    peer.tell("call:status", {"call_sid": peer.call_sid, "call_status": "in-progress"})
    assert peer.ask("/hook")[0]["text"] == "leg-2"


def test_a_call_status_that_comes_first_finds_its_session(serve: Serve, dial: Dial) -> None:
    svc = serve()
    seen: list[Any] = []
    svc.on("call:status", lambda session, evt: seen.append((session, evt.call_status)))

    @svc.on("session:new")
    def call(session: Session) -> None:
        seen.append(session)
        session.say(text="hi").send()

    peer = dial(svc)
    peer.tell("call:status", {"call_sid": peer.call_sid, "call_status": "ringing"})
    peer.begin()
    assert seen == [(seen[1], "ringing"), seen[1]]


def test_the_tracing_context_is_that_of_the_message_or_of_its_data_if_there_is_one(serve: Serve, dial: Dial) -> None:
    svc = serve()
    seen: list[str | None] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        seen.append(session.b3)
        session.hangup().send()

    dial(svc).begin(b3="of-the-data")
    dial(svc).begin()
    endpoint = svc.endpoint  # type: ignore[attr-defined]
    simulator.Call(endpoint.url + "/").run()
    assert seen[:2] == ["of-the-data", None]
    assert seen[2]


def test_the_data_of_a_call_are_those_of_its_opening_though_a_status_came_first(serve: Serve, dial: Dial) -> None:
    svc = serve(env_vars={"G": {"type": "string", "description": "words", "default": "default"}})
    seen: list[Any] = []
    svc.on("call:status", lambda session, evt: seen.append((session.from_, session.account_sid, session.env("G"))))

    @svc.on("session:new")
    def call(session: Session) -> None:
        seen.append((session.from_, session.account_sid, session.env("G"), session.data["sip"], session.b3))
        session.hangup().send()

    peer = dial(svc)
    peer.tell("call:status", {"call_sid": peer.call_sid, "call_status": "trying", "from": "1"})
    data = {**CALL, "call_sid": peer.call_sid, "env_vars": {"G": "set"}, "sip": {}}
    peer.ack_of(peer.tell("session:new", data, b3="b"))
    assert seen == [("1", "", "default"), (CALL["from"], "acc-1", "set", {}, "b")]


def test_close_is_told_with_its_code_and_ends_every_wait(serve: Serve, dial: Dial) -> None:
    svc = serve()
    ends: list[Any] = []
    sessions: list[Session] = []
    svc.on("close", lambda session, code, reason: ends.append(("service", session.call_sid, code)))

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.on("close", lambda code: ends.append(("session", code)))
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    session = sessions[0]
    assert not session.wait_closed(0)
    peer.close()
    assert session.wait_closed(15)
    assert session.closed
    wait_for(lambda: len(ends) == 2)
    assert ends == [("session", 1000), ("service", peer.call_sid, 1000)]
    with pytest.raises(SessionClosed) as caught:
        session.say(text="too late").send()
    assert (caught.value.call_sid, caught.value.code) == (peer.call_sid, 1000)


def test_the_application_may_close_and_nothing_follows_the_close_frame(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.say(text="hi").send()
        session.close()

    peer = dial(svc)
    msgid = peer.open()
    assert peer.ack_of(msgid)
    assert peer.recv_frame() == (8, b"\x03\xe8")
    peer.hook("/after")
    peer.send_frame(8, b"\x03\xe8")
    assert peer.sock.recv(100) == b""
    wait_for(lambda: f"call {peer.call_sid}: 1 messages came after the close" in caplog.text)


def test_a_session_is_closed_as_soon_as_nothing_can_be_sent_and_a_callback_that_tries_has_not_failed(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    svc = serve(on_error=[SAY])
    seen: list[Any] = []
    closed = threading.Event()
    svc.on("error", lambda session, exc: seen.append(exc))

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.say(text="hi").send()

        @session.on("/bye")
        def bye(evt: Any) -> None:
            session.close()
            seen.append(session.closed)
            closed.set()
            session.say(text="too late").send()

        @session.on("verb:status")
        def status(evt: Any) -> None:
            seen.append("status")
            assert closed.wait(15)
            session.say(text="too late").send()

    peer = dial(svc)
    peer.begin()
    peer.tell("verb:status", {"event": "starting"})
    wait_for(lambda: seen == ["status"])
    peer.hook("/bye")
    assert peer.recv_frame() == (8, b"\x03\xe8")  # and the peer keeps its own back
    wait_for(lambda: caplog.text.count("stopped, the call is over") == 2)
    assert seen == ["status", True]
    assert not [r for r in caplog.records if r.exc_info]


def test_a_session_that_closes_so_that_jambonz_comes_back_is_not_over(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    sessions[0].close(1012)
    assert not sessions[0].closed
    sessions[0].say(text="later").send()
    back = dial(svc, call_sid=peer.call_sid)
    back.ack_of(back.open("session:reconnect"))
    assert back.recv()["data"] == [{"verb": "say", "text": "later"}]


def test_sending_after_a_close_does_not_cut_the_close_short(serve: Serve, dial: Dial) -> None:
    svc = serve()
    caught: list[SessionClosed] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.say(text="hi").send()
        session.close()
        for late in (session.notify_events, session.say(text="more").send):
            with pytest.raises(SessionClosed) as info:
                late()
            caught.append(info.value)

    peer = dial(svc)
    peer.begin()
    assert peer.recv_frame() == (8, b"\x03\xe8")
    wait_for(lambda: len(caught) == 2)
    peer.send_frame(8, b"\x03\xe8")
    assert peer.sock.recv(100) == b""  # the end of the stream, not a reset
    assert [(exc.code, exc.call_sid) for exc in caught] == [(1000, peer.call_sid)] * 2


def test_what_is_sent_after_a_close_with_another_code_waits_for_the_new_connection(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.say(text="hi").send()
        session.close(1012)
        session.inject_tag({"n": 1})

    first = dial(svc, call_sid="CA-again")
    first.begin()
    assert first.recv_frame() == (8, b"\x03\xf4")
    first.send_frame(8, b"\x03\xf4")
    second = dial(svc, call_sid="CA-again")
    assert second.ack_of(second.open("session:reconnect")) == [SAY]  # it is not known that the first ack arrived
    assert second.recv()["data"] == {"n": 1}


def test_a_jambonz_error_is_reported(serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture) -> None:
    svc = serve()
    told: list[Any] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("jambonz:error", lambda evt: told.append(evt["msg"]))
        session.on("error", lambda exc: told.append(exc.details))
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    peer.tell("jambonz:error", {"msg": "bad verb"})
    wait_for(lambda: len(told) == 2)
    assert told == [{"msg": "bad verb"}, "bad verb"]
    assert peer.call_sid in caplog.text


def test_a_redirect_that_begins_the_call_anew_forgets_its_callbacks_and_one_with_a_callback_of_its_own_does_not(
    serve: Serve, dial: Dial
) -> None:
    svc = serve()
    heard: list[int] = []
    begun: list[int] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        begun.append(len(begun))
        number = begun[-1]
        session.on("/h", lambda evt: heard.append(number))
        if number == 0:
            session.on("/first", lambda evt: session.say(text="old"))
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    peer.ack_of(peer.tell("session:redirect", {}, hook="/elsewhere"))
    assert begun == [0, 1]
    assert peer.ask("/h") == []
    assert heard == [1]
    assert peer.ask("/first") == []
    svc.on("session:redirect", lambda session: session.say(text="redirected"))
    assert peer.ack_of(peer.tell("session:redirect", {}, hook="/elsewhere"))[0]["text"] == "redirected"
    peer.ask("/h")
    assert heard == [1, 1]


def test_a_redirect_in_the_middle_of_a_call_leads_to_the_hook_that_it_names(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/flow", lambda evt: session.say(text=f"flow of {evt['from']}"))
        session.say(text="begin").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ack_of(peer.tell("session:redirect", {"from": "+1"}, hook="/flow"))[0]["text"] == "flow of +1"
    assert peer.ack_of(peer.tell("session:redirect", {"from": "+1"}, hook="/other"))[0]["text"] == "begin"
    svc.on("session:redirect", lambda session: session.say(text="redirected").reply())
    assert peer.ack_of(peer.tell("session:redirect", {"from": "+1"}, hook="/other"))[0]["text"] == "redirected"


def test_a_session_is_true_whether_it_has_verbs_or_not(serve: Serve, dial: Dial) -> None:
    svc = serve()
    truths: list[bool] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        truths.append(bool(session))
        session.say(text="hi").send()

    dial(svc).begin()
    assert truths == [True]


def test_an_async_callback_is_refused_with_words(serve: Serve) -> None:
    svc = serve()

    async def call(session: Session) -> None: ...

    with pytest.raises(TypeError, match="async"):
        svc.on("session:new", call)


def test_a_callback_that_the_caller_cut_short_has_not_failed(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve(on_error=[{"verb": "say", "text": "sorry"}])

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("/heard")
        def heard(evt: Any) -> None:
            session.say(text="so far")
            session.send_tts_tokens("a long story", wait=True, timeout=15)

        session.config(tts_stream={"enable": True}).send()

    peer = dial(svc)
    peer.begin()
    msgid = peer.hook("/heard")
    assert peer.recv()["command"] == "tts:tokens"
    peer.tell("tts:streaming-event", {"event_type": "user_interruption"})
    assert peer.ack_of(msgid) == [{"verb": "say", "text": "so far"}]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_the_refusal_of_text_without_an_id_is_logged_and_told(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    results: list[TokensResult] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("tts:tokens-result", results.append)
        session.say(stream=True).send()
        session.inject_command("tts:tokens", {"tokens": "no id"})

    peer = dial(svc)
    peer.begin()
    assert peer.recv()["data"] == {"tokens": "no id"}
    peer.tell("tts:tokens-result", {"status": "failed", "reason": "missing id"})
    wait_for(lambda: results, "the result")
    assert (results[0].id, results[0].status, results[0].reason) == (None, "failed", "missing id")
    assert f"call {peer.call_sid}: jambonz refused text to speak: missing id" in caplog.text


#: what a user may call besides the verbs and ``inject_...``
NAMES = {
    *("account_sid", "application_sid", "b3", "call_id", "call_sid", "data", "direction", "from_", "to"),
    *("env", "legs", "locals", "url_vars", "server", "escape_urls"),
    *("away", "closed", "reconnected", "wait_closed", "close"),
    *("on", "once", "off", "notify_events"),
    *("ask", "start", "wait", "events", "chat"),
    *("send", "reply", "add_verbs", "clear", "to_json"),
    *("send_tts_tokens", "flush_tts_tokens", "clear_tts_tokens", "stream_tts", "wait_tts_tokens", "wait_spoken"),
    *("is_tts_paused", "tts_pending"),
    *("use_tools", "send_tool_output", "update_llm", "update_agent", "update_instructions", "update_tools"),
    "generate_reply",
}


def test_completion_offers_what_a_user_may_call_and_nothing_else(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.config(tts_stream={"enable": True}).send_tts_tokens("made, so that all that there is shows")
        session.send()
        sessions.append(session)

    dial(svc).begin()
    wait_for(lambda: sessions)
    offered = {name for name in dir(sessions[0]) if not name.startswith("_")}
    assert {name for name in offered - set(VERBS) if not name.startswith("inject_")} == NAMES


def test_an_ended_call_is_gone_without_the_garbage_collector(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[weakref.ref[Session]] = []
    ended: list[int] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/again", lambda event: WebhookResponse().pause(length=1))
        session.say(stream=True).send()
        session.send_tts_tokens("Hello.")
        sessions.append(weakref.ref(session))

    @svc.on("close")
    def over(session: Session, code: int, reason: str) -> None:
        ended.append(code)

    gc.disable()
    try:
        peer = dial(svc)
        peer.begin()
        assert peer.recv()["command"] == "tts:tokens"
        peer.ask("/again")
        peer.close()
        wait_for(lambda: ended == [1000], "the close callback")
        wait_for(lambda: sessions[0]() is None, "the session to be gone")
    finally:
        gc.enable()
