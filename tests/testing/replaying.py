"""Calls that are recorded, played again, and written down as tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from jambonz_sync import Endpoint
from jambonz_sync.simulator import Trace, TranscriptEntry
from jambonz_sync.testing import PlaceCall, TestCall, replay_call, source_of_test
from jambonz_sync.testing.replay import compare

__all__ = ["plays_again"]


def plays_again(
    jambonz_call: PlaceCall,
    endpoint: Endpoint,
    folder: Path,
    happens: Callable[[TestCall], None],
    statements: Sequence[str],
) -> None:
    """Let something happen in a call, and again by its trace and by the test that its trace becomes.

    Args:
        jambonz_call: The fixture.
        endpoint: The app.
        folder: A folder for traces.
        happens: Lets it happen.
        statements: Statements that the test has, each up to some place of it.
    """

    def keep(call: TestCall) -> Trace:
        assert call.ended, call
        call.save_trace(folder / "call.jsonl")
        return Trace.load(folder / "call.jsonl")

    call = jambonz_call(endpoint)
    happens(call)
    trace = keep(call)
    replayed = replay_call(trace, call.url)
    assert replayed.same, "\n".join(map(str, replayed.differences))
    assert moments(replayed.transcript) == moments(trace.entries)

    source = source_of_test(trace, "test_it.py")
    for statement in statements:
        assert f"    {statement}" in source, source
    names: dict[str, Any] = {}
    exec(compile(source, "test_it.py", "exec"), names)
    placed: list[TestCall] = []

    def place(*args: Any, **options: Any) -> TestCall:
        placed.append(jambonz_call(*args, **options))
        return placed[-1]

    names["test_it"](place)
    again = keep(placed[0])
    assert not compare(trace, again), "\n".join(map(str, compare(trace, again)))
    assert moments(again.entries) == moments(trace.entries)
    assert source_of_test(again, "test_it.py") == source


def moments(entries: Iterable[TranscriptEntry]) -> list[tuple[str, float]]:
    """Return what has happened when; that somebody kept silent may have been decided, or not."""
    return [
        (entry.text, round(entry.at, 2)) for entry in entries if entry.who != "status" and entry.text != "(silence)"
    ]
