from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync import LlmError
from jambonz_sync.llm.events import EventDecoder


def decoded(*pieces: bytes) -> list[Any]:
    decoder = EventDecoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    return [*events, *decoder.end()]


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text()), min_size=1), st.integers(1, 9), st.booleans())
def test_events_are_the_same_however_they_are_cut_and_end_their_lines(
    events: list[dict[str, str]], size: int, crlf: bool
) -> None:
    end = "\r\n" if crlf else "\n"
    body = "".join(f": ping{end}event: x{end}data: {json.dumps(event)}{end}{end}" for event in events).encode()
    assert decoded(*(body[start : start + size] for start in range(0, len(body), size))) == events


def test_an_event_of_several_lines_is_one_and_the_last_needs_no_blank_line() -> None:
    assert decoded(b'data: {"a":\ndata: 1}\n\ndata:{"b": 2}') == [{"a": 1}, {"b": 2}]


def test_nothing_is_read_behind_the_end_that_the_server_tells() -> None:
    decoder = EventDecoder()
    assert list(decoder.feed(b"data: [DONE]\n\ndata: nonsense\n\n")) == []
    assert decoder.done
    assert list(decoder.end()) == []


@given(st.lists(st.binary()))
def test_nonsense_is_a_typed_error_or_nothing(pieces: list[bytes]) -> None:
    with suppress(LlmError):
        decoded(*pieces)


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        ([b"data: {nope\n\n"], "is no JSON"),
        ([b'{"choices": []}'], "expected a stream"),
        ([], "got 'nothing'"),
        ([b"x" * 1_000_000] * 5, "larger than"),
        ([b"data: " + b"x" * 1_000_000 + b"\n"] * 5, "larger than"),
    ],
)
def test_what_is_no_stream_of_events_is_named(pieces: list[bytes], message: str) -> None:
    with pytest.raises(LlmError, match=message):
        decoded(*pieces)
