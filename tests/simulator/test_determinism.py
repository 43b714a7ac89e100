"""One script gives one transcript, times and messages included: see :mod:`.determinism`, which does it more often."""

from __future__ import annotations

import pytest

from .determinism import SCRIPTS, transcripts


@pytest.mark.parametrize("kind", SCRIPTS)
def test_one_script_gives_one_transcript(kind: str) -> None:
    (transcript,) = transcripts(kind, 30)
    assert len(transcript.splitlines()) > 10
