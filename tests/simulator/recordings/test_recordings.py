"""The simulator does with each recorded call what the real server did."""

from __future__ import annotations

import pytest

from ...waiting import wait_for
from .data import KNOWN, Recording, known_differences, recordings
from .play import differences, threads

RECORDINGS = recordings()


def test_all_recordings_are_there() -> None:
    assert len(RECORDINGS) == 240
    assert known_differences() <= {recording.id for recording in RECORDINGS}


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.id)
def test_a_recorded_call_plays_the_same(recording: Recording) -> None:
    found = differences(recording)
    if recording.id in known_differences():
        assert found, f"it plays the same now: take it out of {KNOWN.name}"
    else:
        assert not found, "\n".join(found)
    wait_for(lambda: threads() == [], "the end of all threads")
