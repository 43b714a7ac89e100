"""The deadline of an answer, as a plain value. What else connections do is in test_never_dials_twice."""

from __future__ import annotations

import io
from typing import Any

import pytest

from jambonz_sync.rest.http.adapter import _Deadlined


class Pipe(io.RawIOBase):
    """A reading end that gives a byte at a time, and notes the time-outs that it was given."""

    def __init__(self) -> None:
        self.timeouts: list[float] = []

    def settimeout(self, seconds: float) -> None:
        self.timeouts.append(seconds)

    def readinto(self, buffer: Any) -> int:
        buffer[0] = 0
        return 1


def test_each_piece_of_an_answer_has_what_is_left_of_the_time_for_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("jambonz_sync.rest.http.adapter.monotonic", lambda: now[0])
    pipe = Pipe()
    reader = _Deadlined(pipe, pipe, 10.0)
    buffer = bytearray(8)
    for gap in (0.0, 6.0, 3.5):
        now[0] += gap
        assert reader.readinto(buffer) == 1
    assert pipe.timeouts == [10.0, 4.0, 0.5]
    now[0] += 0.5
    with pytest.raises(TimeoutError):
        reader.readinto(buffer)
    reader.by_the_piece()
    for _ in range(2):
        now[0] += 9.0
        reader.readinto(buffer)
    assert pipe.timeouts[3:] == [10.0, 10.0]
    reader.close()
    assert pipe.closed
