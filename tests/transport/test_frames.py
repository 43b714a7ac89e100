from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.errors import ProtocolError
from jambonz_sync.transport.frames import (
    BINARY,
    PING,
    PONG,
    TEXT,
    Close,
    FrameReader,
    Item,
    Ping,
    Pong,
    close_frame,
    frame,
)


def masked(opcode: int, payload: bytes, *, first: int = 0x80, key: bytes = b"\x01\x82\x03\x84") -> bytes:
    """A frame as a client sends it."""
    head = bytes([first | opcode])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    elif len(payload) < 65_536:
        head += bytes([0x80 | 126]) + len(payload).to_bytes(2, "big")
    else:
        head += bytes([0x80 | 127]) + len(payload).to_bytes(8, "big")
    return head + key + bytes(b ^ key[i % 4] for i, b in enumerate(payload))


def read(chunks: list[bytes], *, max_size: int = 1 << 20, slow: bool = False) -> tuple[list[Item], int | None]:
    """What the chunks read as, and the close code that they earned."""
    reader = FrameReader(max_size)
    if slow:
        reader._feed_slow(b"", [])  # from here on, wsproto reads
    items: list[Item] = []
    for chunk in chunks:
        try:
            reader.feed(chunk, items)
        except ProtocolError as exc:
            return items, exc.code
    return items, None


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_001])
def test_a_message_of_any_length_is_read_as_it_was_sent(size: int) -> None:
    text = "a" * size
    payload = bytes(random.Random(size).randbytes(size))
    assert read([masked(TEXT, text.encode()) + masked(BINARY, payload)]) == ([text, payload], None)


def test_bytes_that_come_one_at_a_time_read_the_same() -> None:
    stream = masked(TEXT, "häl😀lo".encode()) + masked(PING, b"x") + masked(BINARY, b"\0" * 300) + masked(PONG, b"")
    assert read([bytes([b]) for b in stream]) == (["häl😀lo", Ping(b"x"), b"\0" * 300, Pong(b"")], None)


def test_fragments_are_joined_with_a_ping_between_them() -> None:
    stream = masked(TEXT, b"one ", first=0) + masked(PING, b"?") + masked(0, b"two", first=0x80) + masked(TEXT, b"next")
    assert read([stream]) == ([Ping(b"?"), "one two", "next"], None)


def test_a_close_frame_gives_its_code_and_reason() -> None:
    assert read([masked(8, (1001).to_bytes(2, "big") + b"bye")]) == ([Close(1001, "bye")], None)
    assert read([masked(8, b"")]) == ([Close(1005, "")], None)


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (masked(TEXT, b"\xff\xfe"), 1007),
        (masked(TEXT, b"\xff", first=0) + masked(0, b"\xfe"), 1007),
        (masked(TEXT, b"x", first=0xC0), 1002),  # a reserved bit: nobody agreed on compression
        (masked(3, b"x"), 1002),
        (frame(TEXT, b"unmasked"), 1002),
        (masked(PING, b"x" * 126), 1002),
        (bytes([0x81, 0x80 | 126, 0, 5]) + b"\0\0\0\0hello", 1002),  # five bytes in the long form
        (masked(TEXT, b"x" * 2000), 1009),
        (masked(TEXT, b"x" * 600, first=0) + masked(0, b"x" * 600), 1009),
        (bytes([0x82, 0x80 | 127]) + (1 << 40).to_bytes(8, "big") + b"\0\0\0\0", 1009),  # judged by its head alone
    ],
)
def test_what_the_protocol_forbids_earns_its_close_code(stream: bytes, code: int) -> None:
    assert read([masked(TEXT, b"before") + stream], max_size=1000) == (["before"], code)


frames = st.builds(
    masked,
    st.sampled_from([TEXT, BINARY, PING, PONG, 0, 8, 3]),
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=80).map(str.encode),
        st.integers(120, 130).map(lambda n: b"a" * n),
        st.just(b"\x03\xe8bye"),
    ),
    first=st.sampled_from([0x80, 0x80, 0x80, 0, 0xC0]),
    key=st.binary(min_size=4, max_size=4),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(frames, st.binary(max_size=12)), max_size=6).map(b"".join), st.data())
def test_the_quick_way_and_wsproto_read_any_byte_stream_alike(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    quick, quick_code = read(chunks, max_size=150)
    slow, slow_code = read(chunks, max_size=150, slow=True)
    # wsproto judges the first bytes of a frame that is not whole yet, so it may have failed already
    if quick_code != slow_code:
        assert quick_code is None
        assert slow_code in (1007, 1009)
        assert quick == slow
    else:
        assert quick == slow


def test_a_close_reason_is_cut_at_a_character() -> None:
    whole = close_frame(1011, "ü" * 100)
    assert len(whole) <= 127
    assert whole[4:].decode() == "ü" * 61
