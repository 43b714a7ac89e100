"""A conversation with a model: a session over a real socket, the clients of vendors, a server of models on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest
import requests

from jambonz_sync import Chat, LlmError, Session, ToolSet
from jambonz_sync.protocol.tts import TtsResult
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.speaking import Speaking
from tests.vendors.models import (
    ModelServer,
    anthropic_call,
    anthropic_text,
    chat_chunk,
    google_call,
    google_text,
    openai_call,
    openai_text,
    responses_call,
    responses_text,
)
from tests.waiting import wait_for

Begin = Callable[..., tuple[Session, Speaking]]
tools = ToolSet()


@tools.tool
def stock(article: str) -> dict[str, Any]:
    """How many of an article there are."""
    return {"count": {"apples": 12}[article]}


@pytest.fixture
def begin(serve: Serve, dial: Callable[..., Peer]) -> Iterator[Begin]:
    """A call with a TTS stream, and ``talk`` as the callback of ``/heard``."""
    peers: list[Speaking] = []

    def start(talk: Callable[[Session], object]) -> tuple[Session, Speaking]:
        svc = serve()
        sessions: list[Session] = []

        @svc.on("session:new")
        def call(session: Session) -> None:
            sessions.append(session)
            session.on("/heard", lambda evt: talk(session))
            session.config(tts_stream={"enable": True}).pause(length=60).send()

        peer = dial(svc)
        peer.begin()
        peers.append(Speaking(peer))
        return sessions[0], peers[-1]

    yield start
    for jambonz in peers:
        jambonz.join()


def openai_create(models: ModelServer) -> Any:
    return models.openai().chat.completions.create


def anthropic_create(models: ModelServer) -> Any:
    return models.anthropic().messages.create


def http_create(models: ModelServer) -> Any:
    return lambda **body: requests.post(models.url, json=body, stream=True, timeout=20)


def responses_create(models: ModelServer) -> Any:
    return models.openai().responses.create


def google_create(models: ModelServer) -> Any:
    """A function with the arguments of the one of Google's client."""

    def generate_content_stream(*, model: str, contents: Any, config: Any = None) -> Any:
        body = {"model": model, "contents": contents, "config": config}
        return requests.post(models.url, json=body, stream=True, timeout=20)

    generate_content_stream.__module__ = "google.genai.models"
    return generate_content_stream


CREATES = [openai_create, responses_create, anthropic_create, google_create, http_create]
#: the name of the history in a request
MESSAGES = {responses_create: "input", google_create: "contents"}
SCRIPTS = {
    responses_create: (responses_text, responses_call),
    anthropic_create: (anthropic_text, anthropic_call),
    google_create: (google_text, google_call),
}
Create = Callable[[ModelServer], Any]


def scripted(create: Create) -> tuple[Any, Any]:
    """The functions that make answers in the shape of the vendor: a text, and a call of a tool."""
    return SCRIPTS.get(create, (openai_text, openai_call))


@pytest.mark.parametrize("create", CREATES)
def test_an_answer_is_spoken_and_the_next_request_has_the_history(
    models: ModelServer, begin: Begin, create: Create
) -> None:
    text, _ = scripted(create)
    models.answers += [text("I am ", "fine. "), text("Bye. ")]
    results: list[TtsResult] = []

    def talk(session: Session) -> None:
        chat = session.chat(create(models), model="m", system="Be brief.")
        results.append(chat.answer("How are you?"))
        results.append(chat.answer("Bye."))

    _, jambonz = begin(talk)
    jambonz.hook("/heard")
    jambonz.acked()
    wait_for(lambda: len(results) == 2, "two answers")
    assert jambonz.text.split() == ["I", "am", "fine.", "Bye."] or jambonz.text == "I am fine.Bye. "
    assert [result.text_sent for result in results] == ["I am fine. ", "Bye. "]
    assert not results[0].interrupted
    assert results[0].text_spoken == "I am fine. "
    first, second = models.requests
    assert first["model"] == "m"
    assert "tools" not in first
    asked: dict[str, Any] = {"role": "user", "content": "How are you?"}
    history = [{"role": "assistant", "content": "I am fine. "}, {"role": "user", "content": "Bye."}]
    if create is google_create:
        assert first["config"] == {"system_instruction": "Be brief."}
        asked = {"role": "user", "parts": [{"text": "How are you?"}]}
        history = [{"role": "model", "parts": [{"text": "I am fine. "}]}, {"role": "user", "parts": [{"text": "Bye."}]}]
    elif create is responses_create:
        assert first["instructions"] == "Be brief."
    elif create is anthropic_create:
        assert (first["system"], first["max_tokens"]) == ("Be brief.", 1024)
    else:
        assert first["messages"].pop(0) == {"role": "system", "content": "Be brief."}
    name = MESSAGES.get(create, "messages")
    assert first[name] == [asked]
    assert second[name][-2:] == history


@pytest.mark.parametrize("create", CREATES)
def test_a_tool_runs_where_the_model_calls_it_and_the_model_goes_on(
    models: ModelServer, begin: Begin, create: Create
) -> None:
    text, call = scripted(create)
    models.answers += [call("stock", '{"article": "apples"}', "Let me look."), text("There are twelve. ")]
    chats: list[Chat] = []

    def talk(session: Session) -> None:
        chats.append(session.chat(create(models), model="m", tools=tools))
        chats[0].answer("Apples?")

    _, jambonz = begin(talk)
    jambonz.hook("/heard")
    jambonz.acked()
    wait_for(lambda: "twelve." in jambonz.text, "the answer")
    assert jambonz.text.rstrip() == "Let me look. There are twelve."
    first, second = models.requests
    [schema] = first["config"]["tools"] if create is google_create else first["tools"]
    assert "How many of an article there are." in str(schema)
    outcome = second[MESSAGES.get(create, "messages")][-1]
    assert '"count":12' in str(outcome) or "'count': 12" in str(outcome)
    wait_for(lambda: len(chats[0].messages) == (5 if create is responses_create else 4), "the history")
    assert chats[0].messages[-1]["role"] in ("assistant", "model")


def test_several_tools_of_one_answer_run_at_once_and_their_errors_are_told_to_the_model(
    models: ModelServer, begin: Begin
) -> None:
    meet = threading.Barrier(2)
    pair = ToolSet()

    @pair.tool
    def first() -> str:
        meet.wait(20)
        raise LookupError("none left")

    @pair.tool(timeout=0.2)
    def second() -> str:
        meet.wait(20)
        threading.Event().wait(20)
        return "too late"

    calls = [*openai_call("first", "{}", id="t1")[:-2], *openai_call("second", "{}", id="t2", index=1)]
    models.answers += [calls, openai_text("Sorry. ")]
    _, jambonz = begin(lambda session: session.chat(openai_create(models), model="m", tools=pair).answer("Both?"))
    jambonz.hook("/heard")
    jambonz.acked()
    wait_for(lambda: jambonz.text.rstrip() == "Sorry.", "the answer")
    told = [message["content"] for message in models.requests[1]["messages"] if message["role"] == "tool"]
    assert "LookupError: none left" in told[0]
    assert "second took longer than 0.2 s" in told[1]


@pytest.mark.parametrize("create", [openai_create, http_create])
def test_a_caller_who_cuts_in_ends_the_request_and_the_history_has_what_they_heard(
    models: ModelServer, begin: Begin, create: Create
) -> None:
    models.answers.append([chat_chunk({"content": "Once upon a time. "}), models.left])
    chats: list[Chat] = []
    results: list[TtsResult] = []

    def talk(session: Session) -> None:
        chats.append(session.chat(create(models), model="m"))
        results.append(chats[0].answer("Tell me."))

    _, jambonz = begin(talk)
    jambonz.hook("/heard")
    wait_for(lambda: len(jambonz.text) > 100, "a good part of the answer")
    jambonz.peer.tell("tts:streaming-event", {"event_type": "tts_spoken", "text": "Once upon "})
    jambonz.do(jambonz.buffer.interrupt)
    jambonz.acked()
    models.wait_until_left()
    assert results[0].interrupted
    assert not results[0].estimated
    assert chats[0].messages[-1] == {"role": "assistant", "content": "Once upon"}


def test_a_caller_who_cuts_in_when_all_was_accepted_is_noticed_and_the_history_is_an_estimate(
    models: ModelServer, begin: Begin
) -> None:
    models.answers.append(openai_text("A very long story. " * 20))
    chats: list[Chat] = []
    results: list[TtsResult] = []

    def talk(session: Session) -> None:
        chats.append(session.chat(openai_create(models), model="m"))
        results.append(chats[0].answer("Tell me."))

    session, jambonz = begin(talk)
    jambonz.hook("/heard")
    wait_for(lambda: len(jambonz.text) >= 379 and session.tts_pending == 0, "all of the text")
    jambonz.do(jambonz.buffer.interrupt)
    jambonz.acked()
    wait_for(lambda: results, "the end of the answer")
    assert results[0].interrupted
    assert results[0].estimated
    assert len(results[0].text_spoken) < 380
    assert results[0].text_sent.startswith(results[0].text_spoken)
    kept = chats[0].messages[1:]
    assert [message["content"] for message in kept] == ([results[0].text_spoken.rstrip()] if kept else [])


def test_a_model_that_is_silent_is_left_when_the_caller_cuts_in(models: ModelServer, begin: Begin) -> None:
    silent = chat_chunk({"reasoning_content": "hm"})
    models.answers.append([chat_chunk({"content": "Well. "}), models.pause, *[silent] * 50, models.left])
    results: list[TtsResult] = []

    def talk(session: Session) -> None:
        results.append(session.chat(openai_create(models), model="m").answer("Tell me."))

    _, jambonz = begin(talk)
    jambonz.hook("/heard")
    wait_for(lambda: jambonz.text.rstrip() == "Well.", "the first text")
    jambonz.do(jambonz.buffer.interrupt)
    models.pause.set()
    models.wait_until_left()
    jambonz.acked()
    wait_for(lambda: results, "the end of the answer")
    assert results[0].interrupted


def test_an_error_of_the_server_is_raised_and_the_conversation_goes_on(models: ModelServer, begin: Begin) -> None:
    models.answers += [(429, {"error": {"message": "slow down"}}), openai_text("Here I am. ")]
    errors: list[LlmError] = []

    def talk(session: Session) -> None:
        chat = session.chat(http_create(models), model="m")
        try:
            chat.answer("Hello?")
        except LlmError as error:
            errors.append(error)
        chat.answer("Hello again?")

    _, jambonz = begin(talk)
    jambonz.hook("/heard")
    jambonz.acked()
    wait_for(lambda: jambonz.text.rstrip() == "Here I am.", "the answer")
    assert errors[0].status == 429
    assert [message["content"] for message in models.requests[1]["messages"]] == ["Hello?", "Hello again?"]


def test_a_model_that_calls_tools_without_an_end_is_stopped(models: ModelServer, begin: Begin) -> None:
    models.answers += [openai_call("stock", '{"article": "apples"}')] * 3
    errors: list[Exception] = []

    def talk(session: Session) -> None:
        try:
            session.chat(openai_create(models), model="m", tools=tools, max_rounds=3).answer("Apples?")
        except LlmError as error:
            errors.append(error)

    session, jambonz = begin(talk)
    jambonz.hook("/heard")
    jambonz.acked()
    wait_for(lambda: errors, "the error")
    assert "called tools in each of 3 answers" in str(errors[0])
    assert errors[0].call_sid == session.call_sid  # type: ignore[attr-defined]


def test_mistakes_are_named_before_anything_is_asked(models: ModelServer, begin: Begin) -> None:
    session, _ = begin(lambda session: None)
    with pytest.raises(TypeError, match=r"create makes the requests.*not OpenAI"):
        session.chat(models.openai())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="async client"):
        session.chat(openai.AsyncOpenAI(base_url=models.url, api_key="k").chat.completions.create)
    with pytest.raises(ValueError, match="no such vendor of requests: 'ollama'"):
        session.chat(print, vendor="ollama")  # type: ignore[arg-type]
    for nothing in ("", None):
        with pytest.raises(ValueError, match="takes the words of the caller"):
            session.chat(openai_create(models), model="m").answer(nothing)  # type: ignore[arg-type]
    assert models.requests == []
