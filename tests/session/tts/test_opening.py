"""Text for a call that has no token stream is refused, where that is certain: nobody would hear it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import JambonzError, Session, TtsError, TtsNotEnabled
from jambonz_sync.session.tts.opening import command_may_open, verb_may_open
from jambonz_sync.verbs import VERBS
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.waiting import wait_for

Dial = Callable[..., Peer]
Call = Callable[[Session], Any]


@pytest.fixture
def begin(serve: Serve, dial: Dial) -> Callable[[Call], tuple[Session, Peer]]:
    """A call whose callback does this; the session, and jambonz."""

    def start(conduct: Call) -> tuple[Session, Peer]:
        svc = serve()
        sessions: list[Session] = []

        @svc.on("session:new")
        def call(session: Session) -> None:
            sessions.append(session)
            conduct(session)

        peer = dial(svc)
        peer.ack_of(peer.tell("session:new", {"call_sid": "abc"}, call_sid="abc"))
        return sessions[0], peer

    return start


@pytest.mark.parametrize(
    ("speak", "method"),
    [
        (lambda session: session.stream_tts(["Hello"]), "stream_tts()"),
        (lambda session: session.send_tts_tokens("Hello"), "send_tts_tokens()"),
    ],
)
def test_text_for_a_call_without_a_token_stream_is_refused_at_once(begin: Any, speak: Call, method: str) -> None:
    session, _ = begin(lambda session: session.say("Hi").gather(input=["speech"], say={"text": "x"}).pause(9))
    with pytest.raises(TtsNotEnabled) as caught:
        speak(session)
    assert str(caught.value) == (
        f"{method}: call abc has no token stream, and nobody would hear this: "
        'config(tts_stream={"enable": True}) or say(stream=True) first'
    )
    assert caught.value.call_sid == "abc"
    assert isinstance(caught.value, TtsError | JambonzError | RuntimeError)


@pytest.mark.parametrize(
    "opens",
    [
        lambda session: session.config(tts_stream={"enable": True}),
        lambda session: session.config(auto_stream_tts=True),
        lambda session: session.config(extra={"ttsStream": {"enable": True}}),
        lambda session: session.say(stream=True),
        lambda session: session.gather(input=["speech"], say={"stream": True}),
        lambda session: session.add_verbs([{"config": {"ttsStream": {"enable": True}}}]),
        lambda session: session.add_verbs([{"config": {"ttsStream": {"enable": True}}}], validate=False),
        lambda session: session.agent(llm={"vendor": "openai"}),
    ],
)
def test_a_verb_that_opens_a_token_stream_lets_text_through(begin: Any, opens: Call) -> None:
    session, _ = begin(lambda session: opens(session).send())
    session.send_tts_tokens("Hello")


def test_verbs_that_a_callback_returns_or_on_error_gives_count_too(serve: Serve, dial: Dial) -> None:
    for callback in (lambda session: [{"verb": "say", "stream": True}], lambda session: 1 / 0):
        sessions: list[Session] = []
        svc = serve(on_error=[{"verb": "say", "stream": True}])
        svc.on("session:new", sessions.append)
        svc.on("session:new", lambda session, callback=callback: callback(session))
        peer = dial(svc)
        peer.begin()
        sessions[0].send_tts_tokens("Hello")


def test_commands_that_carry_verbs_count_too(begin: Any) -> None:
    session, _ = begin(lambda session: session.pause(9))
    session.inject_redirect([{"verb": "say", "stream": True}])
    session.send_tts_tokens("Hello")


@pytest.mark.parametrize("kind", ["session:redirect", "session:adulting", "session:reconnect"])
def test_a_call_that_was_somebody_else_s_may_have_a_token_stream(serve: Serve, dial: Dial, kind: str) -> None:
    svc = serve()
    sessions: list[Session] = []
    svc.on(kind, lambda session: sessions.append(session) or session.pause(9))
    peer = dial(svc)
    peer.ack_of(peer.tell(kind, {"call_sid": "abc"}, call_sid="abc"))
    wait_for(lambda: sessions)
    sessions[0].send_tts_tokens("Hello")


def test_an_event_of_a_token_stream_tells_that_there_is_one(begin: Any) -> None:
    session, peer = begin(lambda session: session.pause(9))
    peer.tell("tts:streaming-event", {"event_type": "stream_open"})
    wait_for(lambda: session._may_have_token_stream)
    session.send_tts_tokens("Hello")


def test_every_verb_is_known_to_open_a_stream_or_not() -> None:
    may = {name for name in VERBS if verb_may_open({"verb": name.replace("sip_", "sip:")})}
    assert may == {"agent", "llm", "dialogflow", *(name for name in VERBS if name.endswith("s2s"))}
    assert verb_may_open({"verb": "newer"})
    assert not command_may_open({"command": "dub", "data": "stream"})
