"""The tracks of ``dub``."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Scenario

from ..driver import DrivenCall

HANGUP = {"verb": "hangup"}


def dub(action: str, track: str = "music", **options: Any) -> dict[str, Any]:
    return {"verb": "dub", "action": action, "track": track, **options}


def dubbed(*verbs: dict[str, Any], seconds: float = 30) -> DrivenCall:
    return DrivenCall([*verbs, {"verb": "pause", "length": seconds}, HANGUP])


def heard(call: DrivenCall) -> list[tuple[str, float]]:
    return [
        (entry.text.replace(" (on the track music)", ""), entry.at) for entry in call.transcript if entry.who == "app"
    ]


def ignored(call: DrivenCall) -> list[str]:
    assert {finding.code for finding in call.state.findings} <= {"option-ignored-by-server"}
    return [finding.text for finding in call.state.findings]


def test_what_is_queued_on_a_track_is_heard_one_after_the_other_beside_the_verbs() -> None:
    say = {"text": "One minute left."}
    call = dubbed(dub("addTrack", play="http://x/a.wav"), dub("playOnTrack", play="http://x/b.wav"))
    assert heard(call) == [("(plays http://x/a.wav)", 0.0), ("(plays http://x/b.wav)", 1.0)]
    call = dubbed(dub("addTrack", say="Hello."), dub("sayOnTrack", say=say, gain="-10 dB"))
    assert [text for text, _ in heard(call)] == ["Hello.", "One minute left."]
    assert "dub sayOnTrack music at -10 dB" in call.transcript.lines("event")
    assert call.state.phone.playing == 0
    assert not ignored(call)


@pytest.mark.parametrize("action", ["removeTrack", "silenceTrack"])
def test_a_track_that_loops_is_heard_until_it_is_ended(action: str) -> None:
    call = dubbed(dub("addTrack"), dub("playOnTrack", play="http://x/a.wav", loop=True, gain=3), dub("addTrack", "b"))
    assert heard(call) == [("(plays http://x/a.wav)", 0.0)]
    assert "dub playOnTrack music in a loop at 3 dB" in call.transcript.lines("event")
    verbs = [dub("addTrack", play="http://x/a.wav", loop=True), dub("playOnTrack", play="http://x/b.wav"), dub(action)]
    assert [text for text, _ in heard(dubbed(*verbs))] == ["(plays http://x/a.wav)"]


def test_a_track_that_was_silenced_stays_silent_until_it_is_added_again() -> None:
    again = [dub("removeTrack"), dub("addTrack", play="http://x/b.wav")]
    call = dubbed(dub("addTrack"), dub("silenceTrack"), dub("playOnTrack", play="http://x/a.wav"), *again)
    assert [text for text, _ in heard(call)] == ["(plays http://x/b.wav)"]
    assert [text.partition(":")[0] for text in ignored(call)] == ["nothing is heard on music"]


def test_tracks_have_names_of_their_own_and_there_are_two_at_most() -> None:
    call = dubbed(dub("addTrack"), dub("addTrack"), dub("addTrack", "b"), dub("addTrack", "c"), dub("removeTrack", "d"))
    assert [text.partition(":")[0] for text in ignored(call)] == [
        "dub addTrack music",
        "dub addTrack c",
        "dub removeTrack d",
    ]


def test_the_tracks_of_a_dial_are_for_the_callee_and_those_of_a_command_for_whom_it_names() -> None:
    tracks = [{"action": "addTrack", "track": "music", "play": "http://x/a.wav"}]
    verb = {"verb": "dial", "target": [{"type": "phone", "number": "+1777"}], "dub": tracks}
    call = DrivenCall([verb, HANGUP], scenario=Scenario(callees=("stay",)))
    assert call.state.connected_leg is not None
    sid = call.state.connected_leg.call_sid
    call.command("dub", {"action": "sayOnTrack", "track": "music", "say": "For you."}, callSid=sid)
    call.command("dub", {"action": "addTrack", "track": "music", "say": "For the caller."})
    assert [text for text, _ in heard(call)] == [
        "(plays http://x/a.wav) (on the track music, to +1777)",
        "For you. (on the track music, to +1777)",
        "For the caller.",
    ]
    assert "dub sayOnTrack music (for +1777)" in call.transcript.lines("event")
