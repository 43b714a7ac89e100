from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import AlreadyWaiting, CallEnded, HookTimeout, Session, VerbsReplaced
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.session.conversation.test_wait import SPEECH, conduct, hook_of, session_of
from tests.speaking import Speaking
from tests.waiting import wait_for

Dial = Callable[..., Peer]


def test_verbs_run_while_the_function_goes_on_and_are_waited_for_later(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> None:
        listening = session.gather(input=["speech"]).start()
        assert gate.wait(15)
        name = listening.wait().transcript
        assert listening.ended
        session.say(text=name).hangup()

    peer = dial(svc)
    verbs = peer.begin()
    gate.set()
    assert peer.ask(hook_of(verbs), **SPEECH) == [{"verb": "say", "text": "Ann"}, {"verb": "hangup"}]


def test_a_hook_that_comes_before_it_is_waited_for_is_answered_with_the_next_verbs(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> None:
        listening = session.gather(input=["speech"]).start()
        wait_for(lambda: listening.ended, "the hook")
        session.ask(f"Hello {listening.wait().transcript}?")
        session.hangup()

    peer = dial(svc)
    verbs = peer.ask(hook_of(peer.begin()), **SPEECH)
    assert verbs[0]["say"] == {"text": "Hello Ann?"}
    assert peer.ask(hook_of(verbs)) == [{"verb": "hangup"}]


@pytest.mark.parametrize("ending", ["send", "return", "raise", "reply"])
def test_a_hook_that_nobody_waits_for_is_answered_with_the_next_verbs_too(
    serve: Serve, dial: Dial, ending: str
) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> Any:
        listening = session.gather(input=["speech"]).start()
        wait_for(lambda: listening.ended, "the hook")
        if ending == "raise":
            raise LookupError
        session.hangup()
        return None if ending == "return" else getattr(session, ending)()

    peer = dial(svc)
    assert peer.ask(hook_of(peer.begin()), **SPEECH) == [{"verb": "hangup"}]


def test_the_hook_of_verbs_that_a_function_has_left_running_is_acked_without_verbs(serve: Serve, dial: Dial) -> None:
    svc = serve()
    outcomes = conduct(svc, lambda session: session.gather(input=["speech"]).start() and None)
    peer = dial(svc)
    verbs = peer.begin()
    wait_for(lambda: outcomes, "the end of the function")
    assert peer.ask(hook_of(verbs), **SPEECH) == []


def test_a_time_out_can_be_waited_for_again(serve: Serve, dial: Dial) -> None:
    svc = serve()
    timed_out = threading.Event()

    @svc.call
    def call(session: Session) -> None:
        listening = session.gather(input=["speech"], timeout=0).start()
        with pytest.raises(HookTimeout):
            listening.wait(timeout=0.01)
        assert not listening.ended
        timed_out.set()
        session.say(text=listening.wait().transcript).hangup()

    peer = dial(svc)
    verbs = peer.begin()
    assert timed_out.wait(15)
    assert peer.ask(hook_of(verbs), **SPEECH) == [{"verb": "say", "text": "Ann"}, {"verb": "hangup"}]


@pytest.mark.parametrize("other", ["ask", "send", "start"])
def test_other_verbs_take_the_place_of_those_that_were_started(serve: Serve, dial: Dial, other: str) -> None:
    svc = serve()
    timed_out = threading.Event()

    @svc.call
    def call(session: Session) -> None:
        listening = session.gather(input=["speech"], timeout=0).start()
        with pytest.raises(HookTimeout):
            listening.wait(timeout=0.01)
        timed_out.set()
        if other == "ask":
            session.ask("Hello?")
        else:
            getattr(session.say(text="Hello?"), other)()
        for _ in range(2):
            with pytest.raises(VerbsReplaced):
                listening.wait()
        session.hangup()

    peer = dial(svc)
    verbs = peer.begin()
    assert timed_out.wait(15)
    peer.tell("verb:status", {"event": "starting"})
    command = peer.recv()
    if other == "ask":
        assert peer.ask(hook_of(command["data"]), **SPEECH) == [{"verb": "hangup"}]
    else:
        assert peer.recv()["data"] == [{"verb": "hangup"}]
    assert peer.ask(hook_of(verbs), **SPEECH) == []


def test_another_thread_is_refused_while_one_blocks_in_it(serve: Serve, dial: Dial) -> None:
    svc = serve()
    refused: list[BaseException] = []

    @svc.call
    def call(session: Session) -> None:
        @session.on("call:status")
        def status(evt: Any) -> None:
            with pytest.raises(AlreadyWaiting) as caught:
                session.say(text="x").start()
            session.clear()
            refused.append(caught.value)

        listening = session.gather(input=["speech"]).start()
        waits.set()
        session.say(text=listening.wait().transcript).hangup()

    waits = threading.Event()
    peer = dial(svc)
    verbs = peer.begin()
    assert waits.wait(15)
    session = session_of(svc)
    wait_for(lambda: session._waits._pending.is_blocking, "the wait to block")  # type: ignore[union-attr]
    peer.tell("call:status", {"call_sid": peer.call_sid, "call_status": "in-progress"})
    wait_for(lambda: refused, "the refusal")
    assert "wait() for gather on thread" in str(refused[0])
    assert peer.ask(hook_of(verbs), **SPEECH) == [{"verb": "say", "text": "Ann"}, {"verb": "hangup"}]


def test_a_thread_of_the_application_may_start_verbs_and_their_hook_is_acked_at_once(serve: Serve, dial: Dial) -> None:
    svc = serve()
    svc.on("session:new", lambda session: session.pause(length=9))
    peer = dial(svc)
    peer.begin()
    listening = session_of(svc).gather(input=["speech"]).start()
    peer.tell("verb:status", {"event": "starting"})
    assert peer.ask(hook_of(peer.recv()["data"]), **SPEECH) == []
    assert listening.wait(timeout=15).transcript == "Ann"


def test_the_end_of_the_call_ends_it(serve: Serve, dial: Dial) -> None:
    svc = serve()
    over = threading.Event()
    svc.on("close", lambda session: over.set())

    def converse(session: Session) -> None:
        listening = session.gather(input=["speech"]).start()
        assert over.wait(15)
        listening.wait()

    outcomes = conduct(svc, converse)
    peer = dial(svc)
    peer.begin()
    peer.close(1000)
    wait_for(lambda: outcomes, "the end of the function")
    assert isinstance(outcomes[0], CallEnded)


def test_a_caller_who_cuts_into_streamed_text_is_heard_by_the_gather_behind_it(serve: Serve, dial: Dial) -> None:
    svc = serve()
    told: list[Any] = []
    pace = threading.Event()  # of a model that has a lot to say

    @svc.call
    def call(session: Session) -> None:
        session.config(tts_stream={"enable": True})
        while not told or told[-1] != "Stop":
            listening = session.gather(input=["speech"], bargein=True, timeout=0).start()
            texts = (f"{n} " for n in range(100_000) if not pace.wait(0.001))
            told.append(session.stream_tts(texts).interrupted)
            told.append(listening.wait().transcript)
        session.hangup()

    peer = dial(svc)
    verbs = peer.begin()
    call_ = Speaking(peer)
    try:
        for words in ("Wait", "Stop"):
            before = len(call_.text)
            wait_for(lambda before=before: len(call_.text) > before, "text")  # type: ignore[misc]
            call_.do(call_.buffer.interrupt)
            speech = {"is_final": True, "alternatives": [{"transcript": words}]}
            msgid = call_.hook(hook_of(verbs), reason="speechDetected", speech=speech)
            ack = call_.other.get(timeout=15)
            assert ack["msgid"] == msgid
            verbs = ack["data"]
        assert verbs == [{"verb": "hangup"}]
        assert told == [True, "Wait", True, "Stop"]
    finally:
        call_.join()


def test_a_caller_who_speaks_before_the_text_begins_is_not_spoken_over(serve: Serve, dial: Dial) -> None:
    svc = serve()
    told: list[Any] = []
    texts = iter(["one ", "two "])

    @svc.call
    def call(session: Session) -> None:
        session.config(tts_stream={"enable": True})
        listening = session.gather(input=["speech"], bargein=True, timeout=0).start()
        wait_for(lambda: listening.ended, "the words of the caller")
        result = session.stream_tts(texts)
        told.extend([result.interrupted, result.text_sent, listening.wait().transcript])
        session.hangup()

    peer = dial(svc)
    verbs = peer.begin()
    call_ = Speaking(peer)
    try:
        call_.do(call_.buffer.interrupt)
        call_.hook(hook_of(verbs), **SPEECH)
        assert call_.other.get(timeout=15)["data"] == [{"verb": "hangup"}]
        assert told == [True, "", "Ann"]
        assert call_.text == ""
    finally:
        call_.join()


def test_words_that_have_been_waited_for_do_not_cut_off_the_text_that_answers_them(serve: Serve, dial: Dial) -> None:
    svc = serve()
    told: list[Any] = []

    @svc.call
    def call(session: Session) -> None:
        words = session.config(tts_stream={"enable": True}).ask("What is your name?").transcript
        result = session.stream_tts(["Hello ", words, "."])
        told.append(result.interrupted)
        session.hangup()

    peer = dial(svc)
    verbs = peer.begin()
    call_ = Speaking(peer)
    try:
        call_.hook(hook_of(verbs), **SPEECH)
        wait_for(lambda: told == [False], "the end of the text")
        assert call_.text == "Hello Ann."
    finally:
        call_.join()


def test_words_that_jambonz_reports_while_text_is_streamed_end_it(serve: Serve, dial: Dial) -> None:
    svc = serve()
    told: list[Any] = []
    pace = threading.Event()

    @svc.call
    def call(session: Session) -> None:
        session.config(tts_stream={"enable": True})
        listening = session.gather(input=["speech"]).start()
        while not told:
            told.append(session.stream_tts(f"{n} " for n in range(100_000) if not pace.wait(0.001)).interrupted)
        told.append(listening.wait().transcript)
        session.hangup()

    peer = dial(svc)
    verbs = peer.begin()
    call_ = Speaking(peer)
    try:
        wait_for(lambda: call_.text, "text")
        call_.hook(hook_of(verbs), **SPEECH)
        assert call_.other.get(timeout=15)["data"] == [{"verb": "hangup"}]
        assert told == [True, "Ann"]
    finally:
        call_.join()
