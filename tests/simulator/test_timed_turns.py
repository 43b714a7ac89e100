"""A caller who does something at a moment, and not when the app listens."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import ConnectionDrop, HangUp, Pressed, Said, ScriptedCaller, Silence, Timed, Turn

from .peer import App, Wire, placed

SPEECH = "Our opening hours are from nine to five, from Monday to Friday."
GATHER: dict[str, Any] = {
    "verb": "gather",
    "input": ["speech", "digits"],
    "numDigits": 1,
    "bargein": True,
    "timeout": 8,
    "actionHook": "/heard",
}
DIAL = {"verb": "dial", "target": [{"type": "phone", "number": "+15085551213"}]}
BYE = [{"verb": "say", "text": "Bye."}, {"verb": "hangup"}]


def run(app: App, *script: Turn | Timed, verbs: list[dict[str, Any]]) -> tuple[list[tuple[str, float]], list[Any]]:
    """What the caller heard and did, with times, and the turns that the call has told of."""
    app.verbs("/in", verbs)
    app.verbs("/heard", BYE)
    turns: list[Turn | Timed] = []
    transcript = placed(f"{app.http}/in", caller=ScriptedCaller(script), on_turn=turns.append).run()
    return [(entry.text, round(entry.at, 2)) for entry in transcript if entry.who in ("app", "caller")], turns


PROMPT = [{**GATHER, "say": {"text": SPEECH}}]


@pytest.mark.parametrize(
    ("turn", "heard"),
    [
        (Timed(Said("stop", lead=0.0), 1.5), [(SPEECH, 0.0), ("stop", 1.5), ("Bye.", 2.1)]),
        (Timed(Pressed("1", lead=0.0), 2.0), [(SPEECH, 0.0), ("(presses 1)", 2.0), ("Bye.", 2.0)]),
        (Timed(HangUp(), 0.5), [(SPEECH, 0.0)]),
    ],
)
def test_it_happens_so_many_seconds_into_what_the_app_says(
    app: App, turn: Timed, heard: list[tuple[str, float]]
) -> None:
    assert run(app, turn, verbs=PROMPT) == (heard, [turn])


def test_the_utterance_is_counted_from_the_turn_before(app: App) -> None:
    verbs = [{"verb": "say", "text": "Hello."}, {"verb": "say", "text": "Welcome."}, *PROMPT]
    script = [Timed(Said("stop", lead=0.0), 1.0, utterance=3)]
    heard, turns = run(app, *script, verbs=verbs)
    assert [text for text, _ in heard] == ["Hello.", "Welcome.", SPEECH, "stop", "Bye."]
    assert turns == script


def test_two_things_happen_in_one_utterance(app: App) -> None:
    script = [Timed(Pressed("1", lead=0.0), 1.0), Timed(HangUp(), 2.0, utterance=0)]
    heard, turns = run(app, *script, verbs=[{**PROMPT[0], "numDigits": 4, "dtmfBargein": False}])
    assert [text for text, _ in heard] == [SPEECH, "(presses 1)"]
    assert turns == script


def test_somebody_hangs_up_while_a_phone_rings(app: App) -> None:
    script = [Timed(HangUp(), 0.7, utterance=0)]
    assert run(app, *script, verbs=[DIAL]) == ([], script)


def test_an_app_that_says_less_than_that_hears_it_as_a_turn(app: App) -> None:
    heard, turns = run(app, Timed(Said("stop", lead=0.0), 1.0, utterance=2), verbs=PROMPT)
    assert [text for text, _ in heard] == [SPEECH, "stop", "Bye."]
    assert turns == [Said("stop", lead=0.0)]


def test_time_that_passes_without_a_turn_is_told_of_as_silence(app: App) -> None:
    script = [Timed(ConnectionDrop(), 30.0), HangUp()]  # nothing for so long
    assert run(app, *script, verbs=PROMPT)[1][0] == Silence()


def test_a_connection_breaks_before_the_time_goes_on(app: App) -> None:
    @app.calls.append
    def call(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [{"verb": "say", "text": SPEECH}, *BYE])
        wire.until_closed()

    @app.calls.append
    def again(wire: Wire) -> None:
        wire.ack(wire.read("session:reconnect"))
        wire.until_closed()

    dropped = Timed(ConnectionDrop(), 1.0)
    turns: list[Turn | Timed] = []
    call_ = placed(app.ws, caller=ScriptedCaller([dropped]), on_turn=turns.append)
    transcript = call_.run()
    assert turns == [dropped]
    (reconnects,) = (message for message in transcript.messages if message.kind == "session:reconnect")
    assert reconnects.at == pytest.approx(1.5)


@pytest.mark.parametrize(("after", "utterance"), [(-0.1, 1), (0.5, -1)])
def test_there_is_no_moment_before_an_utterance(after: float, utterance: int) -> None:
    with pytest.raises(ValueError, match="a moment is after an utterance"):
        Timed(HangUp(), after, utterance)
