"""The page on calls from top to bottom shows code that runs, and what it says of it is so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from jambonz_sync import CallEnded, Endpoint, JambonzBlueprint, Session, create_endpoint
from jambonz_sync.simulator import Scenario
from jambonz_sync.testing import PlaceCall
from tests.pages import python_blocks
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.session.conftest import dial as dial
from tests.session.conftest import serve as serve
from tests.waiting import wait_for

TEXT = (Path(__file__).parent.parent / "docs" / "howto" / "conversations.rst").read_text()


def block_with(text: str) -> str:
    (block,) = [block for block in python_blocks(TEXT) if text in block]
    return block


def run(text: str) -> dict[str, Any]:
    """Run the block that ``text`` is in, and return its names."""
    scope: dict[str, Any] = {"__name__": "page"}
    exec(compile(block_with(text), "docs/howto/conversations.rst", "exec", dont_inherit=True), scope)
    return scope


def app(text: str) -> Endpoint:
    """Return the endpoint that the block with ``text`` makes."""
    endpoint: Endpoint = run(text)["endpoint"]
    return endpoint


@pytest.mark.parametrize(
    ("callee", "last"), [("busy", "Nobody is free. We will call you about order 123456."), ("answer", None)]
)
def test_the_call_that_it_begins_with(jambonz_call: PlaceCall, callee: str, last: str | None) -> None:
    call = jambonz_call(app("What is your name?"), scenario=Scenario(callees=(callee,)))
    call.says("Ann")
    assert call.heard("Key in your order number, Ann.")
    call.presses("123456")
    assert last is None or call.heard(last)
    assert call.ended
    assert call.errors == []


def test_a_caller_who_gives_no_name(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(app("What is your name?"))
    assert call.heard("What is your name?")
    call.is_silent()
    assert call.heard("Goodbye.")
    assert call.ended


def test_what_a_caller_has_answered_before_they_hang_up_is_saved(jambonz_call: PlaceCall) -> None:
    page = run("How was the food?")
    call = jambonz_call(page["endpoint"])
    call.says("Fine")
    assert call.heard("And the service?")
    call.hangs_up()
    assert call.ended
    wait_for(lambda: [*page["saved"].values()] == [["Fine"]], "the answers")


def test_the_bot_is_interrupted_and_hears_why(jambonz_call: PlaceCall) -> None:
    asked: list[str] = []

    def answer(words: str) -> list[str]:
        asked.append(words)
        return ["Well, that is a long story. "] * 20 if words == "Talk" else ["Well. "]

    page = run("How can I help?")
    page["answer"] = answer
    call = jambonz_call(page["endpoint"])
    for words in ("Talk", "Stop", "Bye"):
        call.says(words)
    wait_for(lambda: asked == ["Talk", "Stop", "Bye"], "the answers")
    call.hangs_up()
    assert call.ended
    assert call.errors == []


def test_callbacks_run_beside_the_function(jambonz_call: PlaceCall, capsys: pytest.CaptureFixture[str]) -> None:
    call = jambonz_call(app("partial_result_hook"))
    call.says("a blue car")
    assert call.started("agent")
    call.hangs_up()
    assert call.ended
    assert "a blue" in capsys.readouterr().out


def test_the_progress_of_a_dial_is_heard_while_it_runs(
    jambonz_call: PlaceCall, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    outcomes: list[Any] = []

    @endpoint.call("/")
    def call(session: Session) -> None:
        scope: dict[str, Any] = {"session": session}
        exec(compile(block_with("dialling = "), "docs/howto/conversations.rst", "exec"), scope)
        outcomes.append(scope["outcome"].dial_call_status)
        session.hangup()

    placed = jambonz_call(endpoint)
    assert placed.ended
    assert outcomes == ["completed"]
    assert "in-progress" in capsys.readouterr().out


def test_a_hangup_that_is_waited_for_ends_with_the_call(jambonz_call: PlaceCall) -> None:
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    ends: list[CallEnded] = []

    @endpoint.call("/")
    def call(session: Session) -> None:
        with pytest.raises(CallEnded) as caught:
            session.say(text="Bye.").hangup().wait()
        ends.append(caught.value)

    placed = jambonz_call(endpoint)
    assert placed.ended
    wait_for(lambda: ends, "the end of the function")


def test_a_blueprint_has_the_same_form(jambonz_call: PlaceCall) -> None:
    blueprint = JambonzBlueprint("voice", __name__, url_prefix="/voice")

    @blueprint.call("/ws")
    def call(session: Session, event: Any) -> None:
        session.say(text=f"Hello {session.ask('Your name?').transcript} at {event.from_}.").hangup()

    flask = Flask("voice")
    flask.register_blueprint(blueprint)
    placed = jambonz_call(flask, "/voice/ws", websocket=True, from_="+15085550001")
    placed.says("Ann")
    assert placed.heard("Hello Ann at +15085550001.")
    assert placed.ended


def test_a_call_that_another_process_takes_over_begins_anew(serve: Serve, dial: Callable[..., Peer]) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> None:
        words = session.ask("Where were we?" if session.reconnected else "Hello?").transcript
        session.say(text=words).hangup()

    peer = dial(svc)
    assert peer.ack_of(peer.open("session:reconnect")) == [{"verb": "pause", "length": 60}]
    peer.tell("verb:status", {"event": "starting"})
    gather = peer.recv()["data"][0]
    assert gather["say"] == {"text": "Where were we?"}
    speech = {"is_final": True, "alternatives": [{"transcript": "Here."}]}
    assert peer.ask(gather["actionHook"], speech=speech) == [{"verb": "say", "text": "Here."}, {"verb": "hangup"}]
