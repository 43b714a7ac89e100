"""Text that is spoken as it is being made: a session, a real socket, and the model of the server's buffer behind it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from time import monotonic
from typing import Any

import pytest

from jambonz_sync import Session, SessionClosed
from jambonz_sync.protocol.tts import SpeechEnd, TtsFailed, TtsInterrupted, TtsResult, TtsTimeout
from jambonz_sync.session.tts import TtsStream
from jambonz_sync.session.tts.methods import TtsMethods
from tests.peer import Peer
from tests.protocol.tts.model import FLUSH
from tests.session.conftest import Serve
from tests.speaking import Speaking
from tests.waiting import wait_for

Dial = Callable[..., Peer]
SENTENCES = [word for n in range(400) for word in (f"Sentence {n}", " of a", " long", " answer. ")]


Begin = Callable[..., tuple[Session, Speaking]]


@pytest.fixture
def begin(serve: Serve, dial: Dial) -> Iterator[Begin]:
    """A call with a TTS stream; its callbacks by name."""
    peers: list[Speaking] = []

    def start(connected: bool = True, grace: float = 20.0, **callbacks: Any) -> tuple[Session, Speaking]:
        svc = serve(reconnect_grace=grace)
        sessions: list[Session] = []

        @svc.on("session:new")
        def call(session: Session) -> None:
            sessions.append(session)
            for name, callback in callbacks.items():
                session.on(f"/{name}", lambda evt, callback=callback: callback(session))
            session.config(tts_stream={"enable": True}).pause(length=60).send()

        peer = dial(svc)
        peer.begin()
        peers.append(Speaking(peer, connected=connected))
        return sessions[0], peers[-1]

    yield start
    for jambonz in peers:
        jambonz.join()


def test_a_long_answer_arrives_whole_and_in_order_through_every_push_back(begin: Begin) -> None:
    results: list[TtsResult] = []
    session, jambonz = begin(connected=False, heard=lambda session: results.append(session.stream_tts(SENTENCES)))
    jambonz.hook("/heard")
    wait_for(lambda: session.is_tts_paused)
    jambonz.do(jambonz.buffer.connect)
    jambonz.acked()
    assert jambonz.text.rstrip() == "".join(SENTENCES).rstrip()
    wait_for(lambda: jambonz.buffer.taken[-1] is FLUSH)
    assert not results[0].interrupted
    assert results[0].text_sent == "".join(SENTENCES)
    assert session.tts_pending == 0


def test_a_megabyte_at_once_is_sent_in_frames_that_fit(begin: Begin) -> None:
    session, jambonz = begin()
    text = "Nothing but short sentences. " * 36_000
    session.send_tts_tokens(text, wait=True, timeout=50)
    assert jambonz.text == text
    assert max(map(len, jambonz.buffer.taken)) <= 800


def test_no_frame_splits_what_is_one_character_to_the_eye(begin: Begin) -> None:
    session, jambonz = begin()
    family, accent = "👩‍👩‍👧‍👦", "e\u0301"
    texts = [family * 85 + ". ", accent * 450 + ". "] * 5  # more than a frame each, less than the buffer
    for text in texts:
        session.send_tts_tokens(text, wait=True)
    assert jambonz.text == "".join(texts)
    assert len(jambonz.buffer.taken) > len(texts)
    for frame in jambonz.buffer.taken:
        assert frame.replace(family, "").replace(accent, "").strip(". ") == ""


def test_an_interruption_wakes_the_blocked_sender_in_a_callback_and_the_next_one_starts_clean(begin: Begin) -> None:
    raised: list[Exception] = []

    def talk(session: Session) -> None:
        try:
            while True:
                session.send_tts_tokens("and so on and so forth ")
        except TtsInterrupted as exc:
            raised.append(exc)
            with pytest.raises(TtsInterrupted):
                session.send_tts_tokens("more of the same")

    session, jambonz = begin(connected=False, talk=talk, again=lambda session: session.send_tts_tokens("New words."))
    first = jambonz.hook("/talk")
    wait_for(lambda: session.tts_pending > 14_000, "a full queue")
    jambonz.do(jambonz.buffer.interrupt)
    assert jambonz.acked() == first
    assert [type(exc) for exc in raised] == [TtsInterrupted]
    assert session.tts_pending == 0
    before = len(jambonz.text)
    jambonz.do(jambonz.buffer.clear)
    jambonz.do(jambonz.buffer.connect)
    jambonz.hook("/again")
    jambonz.acked()
    wait_for(lambda: jambonz.text[before:] == "New words.")


def test_an_interruption_stops_the_maker_of_the_texts_and_is_told_in_the_result(begin: Begin) -> None:
    closed = threading.Event()
    results: list[TtsResult] = []

    def tokens() -> Iterator[str]:
        try:
            while True:
                yield "for ever and a day. "
        finally:
            closed.set()

    session, jambonz = begin(connected=False, talk=lambda session: results.append(session.stream_tts(tokens())))
    jambonz.hook("/talk")
    wait_for(lambda: session.is_tts_paused)
    jambonz.do(jambonz.buffer.interrupt)
    jambonz.acked()
    assert closed.is_set()
    assert results[0].interrupted
    assert results[0].text_sent == jambonz.text
    assert session.wait_spoken(15) == SpeechEnd(estimated=False, interrupted=False)


@pytest.mark.parametrize("how", ["closed", "vanished"])
def test_fifty_blocked_senders_wake_together_when_the_call_ends(begin: Begin, how: str) -> None:
    session, jambonz = begin(connected=False, grace=0)
    ended: list[float] = []
    woke: list[tuple[type[Exception], float]] = []
    session.on("close", lambda: ended.append(monotonic()))

    def speak() -> None:
        try:
            session.send_tts_tokens("One of fifty. " * 100, wait=True, timeout=40)
        except Exception as exc:
            woke.append((type(exc), monotonic()))

    threads = [threading.Thread(target=speak) for _ in range(50)]
    for thread in threads:
        thread.start()
    wait_for(lambda: session.tts_pending > 14_000, "a full queue")
    began = monotonic()
    if how == "closed":
        jambonz.peer.send_frame(8, (1000).to_bytes(2, "big"))
    else:
        jambonz.peer.sock.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join(20)
    assert [kind for kind, _ in woke] == [SessionClosed] * 50
    wait_for(lambda: ended)
    late = max(at for _, at in woke) - min(began, ended[0])
    assert late < 10  # a tenth of a second where nothing else runs


def test_after_the_end_no_text_is_taken(begin: Begin) -> None:
    session, jambonz = begin(grace=0)
    session.send_tts_tokens("The last words.", wait=True)
    jambonz.peer.sock.shutdown(socket.SHUT_RDWR)
    assert session.wait_closed(15)
    acts: list[Callable[[], None]] = [partial(session.send_tts_tokens, "more"), session.flush_tts_tokens]
    for act in (*acts, session.wait_tts_tokens):
        with pytest.raises(SessionClosed):
            act()


def test_a_server_that_is_full_for_ever_is_a_timeout_in_the_callback_which_is_still_acked(begin: Begin) -> None:
    raised: list[TtsTimeout] = []

    def talk(session: Session) -> None:
        try:
            session.stream_tts(["no end in sight " * 200], timeout=0.2)
        except TtsTimeout as exc:
            raised.append(exc)

    session, jambonz = begin(connected=False, talk=talk)
    assert jambonz.hook("/talk") == jambonz.acked()
    assert raised[0].timeout == 0.2
    assert raised[0].call_sid == session.call_sid


def test_results_that_fit_no_frame_are_ignored_and_one_without_a_status_is_an_error(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []
    svc.on("session:new", sessions.append)
    svc.on("session:new", lambda session: session.config(tts_stream={"enable": True}).send())
    peer = dial(svc)
    peer.begin()
    (session,) = sessions

    def frame() -> dict[str, Any]:
        data: dict[str, Any] = peer.recv()["data"]
        return data

    session.send_tts_tokens("One. ")
    assert frame() == {"id": 1, "tokens": "One. "}
    session.send_tts_tokens("Two. ")
    strange: list[dict[str, Any]] = [{"id": 99}, {"id": "1"}, {"id": None}, {"id": True}, {}, {"id": [1]}]
    for result in strange:
        peer.tell("tts:tokens-result", {**result, "status": "ok"})
    assert session.tts_pending == 10
    peer.tell("tts:tokens-result", {"id": 1, "status": "ok"})
    assert frame() == {"id": 2, "tokens": "Two. "}
    peer.tell("tts:tokens-result", {"id": 1, "status": "failed", "reason": "of the first, once more"})
    peer.tell("tts:tokens-result", {"id": 2, "status": "ok"})
    session.wait_tts_tokens(15)
    session.send_tts_tokens("Three. ")
    assert frame()["id"] == 3
    peer.tell("tts:tokens-result", {"id": 3})
    wait_for(lambda: session.tts_pending == 0)
    with pytest.raises(TtsFailed, match="no TTS stream"):
        session.send_tts_tokens("Four. ")


def test_an_ok_that_crosses_an_interruption_lets_none_of_the_old_text_be_spoken(serve: Serve, dial: Dial) -> None:
    svc = serve()
    interrupted = threading.Event()
    replies: list[bool] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("tts:user_interruption", interrupted.set)
        session.on("/talk", lambda evt: replies.append(session.stream_tts(["Old words."]).interrupted))
        session.on("/again", lambda evt: session.send_tts_tokens("New words."))
        session.config(tts_stream={"enable": True}).send()

    peer = dial(svc)
    peer.begin()
    talk = peer.hook("/talk")
    assert peer.recv()["data"] == {"id": 1, "tokens": "Old words."}
    peer.tell("tts:streaming-event", {"event_type": "user_interruption"})
    peer.ack_of(talk)
    assert interrupted.wait(15)
    peer.ask("/again")  # its text waits: who knows what became of the old one
    peer.tell("tts:tokens-result", {"id": 1, "status": "ok"})
    assert peer.recv()["command"] == "tts:clear"
    assert peer.recv()["data"] == {"id": 2, "tokens": "New words."}
    assert replies == [True]


@pytest.mark.parametrize("held_back", [True, False], ids=["its result comes after all", "its result is lost"])
def test_text_survives_a_reconnect(serve: Serve, dial: Dial, held_back: bool) -> None:
    svc = serve()
    sessions: list[Session] = []
    svc.on("session:new", sessions.append)
    svc.on("session:new", lambda session: session.config(tts_stream={"enable": True}).send())
    first = dial(svc, call_sid=f"CA-tokens-{held_back}")
    first.begin()
    (session,) = sessions
    session.send_tts_tokens("In flight. ")
    assert first.recv()["data"]["tokens"] == "In flight. "
    first.vanish()
    session.send_tts_tokens("Queued while nobody listened. ")
    session.flush_tts_tokens()
    second = dial(svc, call_sid=first.call_sid)
    second.ack_of(second.open("session:reconnect"))
    if held_back:
        second.tell("tts:tokens-result", {"id": 1, "status": "ok"})
    else:
        again = second.recv()["data"]
        assert again["tokens"] == "In flight. "
        second.tell("tts:tokens-result", {"id": again["id"], "status": "ok"})
    behind = second.recv()["data"]
    assert behind["tokens"].rstrip() == "Queued while nobody listened."
    second.tell("tts:tokens-result", {"id": behind["id"], "status": "ok"})
    session.wait_tts_tokens(15)
    assert second.recv()["command"] == "tts:flush"


def test_events_come_by_their_own_name_and_as_any_while_a_callback_streams(begin: Begin) -> None:
    seen: list[str] = []
    session, jambonz = begin(connected=False, talk=lambda session: session.stream_tts(SENTENCES))
    session.on("tts:streaming-event", lambda evt: seen.append(f"any {evt.event_type}"))
    for name in ("stream_open", "stream_paused", "stream_resumed", "user_interruption", "user_interrupt"):
        session.on(f"tts:{name}", partial(seen.append, name))
    streaming = jambonz.hook("/talk")
    wait_for(lambda: "stream_paused" in seen)
    assert jambonz.other.empty()  # the callback has not returned
    jambonz.do(jambonz.buffer.interrupt)
    assert jambonz.acked() == streaming
    wait_for(lambda: "user_interrupt" in seen)
    assert seen == [
        *("any stream_paused", "stream_paused"),
        *("any user_interruption", "user_interruption", "user_interrupt"),
    ]


def test_the_queue_is_as_long_and_as_patient_as_the_endpoint_says(serve: Serve, dial: Dial) -> None:
    svc = serve(tts_capacity=10, tts_timeout=0.05)
    sessions: list[Session] = []
    svc.on("session:new", sessions.append)
    svc.on("session:new", lambda session: session.config(tts_stream={"enable": True}).send())
    dial(svc).begin()
    (session,) = sessions
    session.send_tts_tokens("x" * 10)
    with pytest.raises(TtsTimeout, match="10 characters are queued") as caught:
        session.send_tts_tokens("y")
    assert caught.value.timeout == 0.05


def test_a_callback_for_the_pause_sees_that_it_is_paused(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[Session] = []
    seen: list[tuple[str, bool]] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        sessions.append(session)
        for name in ("stream_paused", "stream_resumed"):
            session.on(f"tts:{name}", lambda evt: seen.append((evt.event_type, session.is_tts_paused)))
        session.config(tts_stream={"enable": True}).send()

    peer = dial(svc)
    peer.begin()
    sessions[0].send_tts_tokens("Words.")
    frame = peer.recv()["data"]
    peer.tell("tts:streaming-event", {"event_type": "stream_paused"})
    wait_for(lambda: seen)
    peer.tell("tts:tokens-result", {"id": frame["id"], "status": "failed", "reason": "full"})
    peer.tell("tts:streaming-event", {"event_type": "stream_resumed"})
    wait_for(lambda: len(seen) == 2)
    assert seen == [("stream_paused", True), ("stream_resumed", False)]


def test_what_is_no_text_is_refused_and_no_text_is_nothing(begin: Begin) -> None:
    session, jambonz = begin()
    nothing: Any
    for nothing in (None, 5, b"bytes", ["a"]):
        with pytest.raises(TypeError):
            session.send_tts_tokens(nothing)
    session.send_tts_tokens("")
    session.send_tts_tokens(" \n ", wait=True)  # held for the text behind it
    session.send_tts_tokens("Words.", wait=True)
    assert jambonz.buffer.taken == [" \n Words."]


def test_threads_that_are_the_first_to_speak_share_one_stream() -> None:
    both = threading.Barrier(2, timeout=15)
    sent: list[dict[str, Any]] = []

    class Call(TtsMethods):
        _may_have_token_stream = True

        def _make_tts(self) -> TtsStream:
            both.wait()  # each of them finds that there is none
            return TtsStream(sent.append)

    call = Call()
    threads = [threading.Thread(target=call.send_tts_tokens, args=(text,)) for text in ("One. ", "Two. ")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(15)
    assert [message["data"]["id"] for message in sent] == [1]  # the other text waits for its result
    assert call.tts_pending == 10
