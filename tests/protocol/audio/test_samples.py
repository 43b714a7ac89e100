"""Samples on their way: whole ones, as many as are kept, and the silence behind the last."""

from __future__ import annotations

from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.protocol import audio as proto


@given(st.lists(st.binary(max_size=50)), st.sampled_from([2, 4]))
def test_samples_are_never_cut_and_no_byte_is_lost(parts: list[bytes], size: int) -> None:
    aligner = proto.Aligner(size)
    out = [aligner.feed(part) for part in parts]
    assert all(len(part) % size == 0 for part in out)
    joined = b"".join(parts)
    assert b"".join(out) == joined[: len(joined) - len(joined) % size]


@given(st.lists(st.one_of(st.binary(min_size=1, max_size=30), st.none(), st.integers(1, 40))), st.integers(1, 100))
def test_the_queue_keeps_the_newest_as_much_as_its_limit_and_counts_the_rest(ops: list[Any], limit: int) -> None:
    queue = proto.FrameQueue(limit)
    put = taken = 0
    for op in ops:
        if isinstance(op, bytes):
            queue.put(op)
            put += len(op)
        elif op is None:
            taken += len(queue.get() or b"")
        else:
            got = queue.take(op)
            assert len(got) <= op
            taken += len(got)
        assert queue.size < limit + 30
        assert queue.size + taken >= min(put, limit)
        assert queue.size + taken + queue.dropped_bytes == put


def test_the_oldest_audio_goes_first() -> None:
    queue = proto.FrameQueue(4)
    assert queue.put(b"ab")
    assert queue.put(b"cd")
    assert not queue.put(b"ef")
    assert (queue.dropped_frames, queue.dropped_bytes) == (1, 2)
    assert [queue.get(), queue.get(), queue.get()] == [b"cd", b"ef", None]


@pytest.mark.parametrize(
    ("rate", "sent", "samples"),
    [(8000, 0, 0), (8000, 160, 1120), (8000, 1280, 640), (8000, 9999, 640), (16000, 320, 2240), (24000, 48000, 1920)],
)
def test_the_end_of_a_speech_is_padded_until_all_of_it_is_played(rate: int, sent: int, samples: int) -> None:
    tail = proto.Tail(rate)
    tail.sent(2 * sent)
    assert len(tail.silence()) == 2 * samples
    assert tail.silence() == b""


def test_nothing_is_padded_after_the_audio_was_killed() -> None:
    tail = proto.Tail(8000)
    tail.sent(320)
    tail.killed()
    assert tail.silence() == b""


@given(st.lists(st.integers(-32768, 32767)))
def test_samples_that_the_server_takes_for_marks_are_made_silent_and_no_others(values: list[int]) -> None:
    out = array("h", proto.without_markers(array("h", values).tobytes()))
    assert list(out) == [0 if value == -1 else value for value in values]
