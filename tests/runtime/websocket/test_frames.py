from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.errors import ProtocolError
from jambonz_sync.runtime.websocket.frames import (
    BINARY,
    PING,
    PONG,
    TEXT,
    Close,
    FrameReader,
    Item,
    Ping,
    Pong,
    apply_mask,
    apply_mask_slowly,
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
        reader._feed_wsproto(b"", [])  # from here on, wsproto reads
    items: list[Item] = []
    for chunk in chunks:
        try:
            reader.feed(chunk, items)
            while reader.pending:
                reader.feed(b"", items)
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
    "payload",
    [
        b"",
        b"\x03\xe8",
        b"\x03\xe9gone",
        b"\x03\xf3\xff",
        b"\x03",
        b"\x03\xed",
        b"\x0b\xb8mine",
        b"\x03\xe8" + b"x" * 123,
    ],
)
def test_a_close_frame_reads_as_wsproto_reads_it(payload: bytes) -> None:
    stream = [masked(TEXT, b"last") + masked(8, payload) + masked(TEXT, b"x"), masked(TEXT, b"y")]
    assert read(stream) == read(stream, slow=True)


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
        (bytes([0x82, 0x80 | 127]) + (1 << 63).to_bytes(8, "big") + b"\0\0\0\0", 1002),  # no length can be that
    ],
)
def test_what_the_protocol_forbids_earns_its_close_code(stream: bytes, code: int) -> None:
    assert read([masked(TEXT, b"before") + stream], max_size=1000) == (["before"], code)


@pytest.mark.parametrize("size", [1, 100, 5000])
@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (masked(TEXT, b"\xff" * 2000), 1009),
        (masked(TEXT, b"x" * 600, first=0) + masked(0, b"\xff" * 600), 1009),
        (masked(TEXT, b"\xff" * 600, first=0) + masked(0, b"x" * 600), 1007),
        (masked(TEXT, b"\xff" * 2000, first=0xC0), 1002),
        (masked(TEXT, b"x" * 600, first=0) + masked(TEXT, b"x" * 600), 1009),
        (masked(TEXT, b"x" * 600, first=0) + masked(PING, b"\xff" * 126), 1002),
    ],
)
def test_a_frame_with_several_faults_earns_the_code_of_its_head_then_of_its_size_then_of_its_text(
    stream: bytes, code: int, slow: bool, size: int
) -> None:
    chunks = [stream[start : start + size] for start in range(0, len(stream), size)]
    assert read(chunks, max_size=1000, slow=slow) == ([], code)


def test_a_message_of_thousands_of_fragments_is_joined_and_given_out_in_bounded_steps() -> None:
    reader, items, steps = FrameReader(10_000), [], 0
    reader.feed(masked(TEXT, b"x", first=0) + masked(0, b"x", first=0) * 5000 + masked(0, b"x"), items)
    while reader.pending:
        assert not items
        reader.feed(b"", items)
        steps += 1
    assert items == ["x" * 5002]
    assert steps > 100


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
    assert quick == slow
    assert quick_code == slow_code


@given(st.lists(st.integers(0, 3), max_size=30))
def test_fragments_of_nothing_do_not_add_up(sizes: list[int]) -> None:
    reader, items = FrameReader(1000), []
    reader.feed(masked(TEXT, b"", first=0), items)
    for size in sizes:
        reader.feed(masked(0, b"x" * size, first=0), items)
        assert len(reader._message) <= sum(sizes)
        assert all(reader._message)
    reader.feed(masked(0, b""), items)
    assert items == ["x" * sum(sizes)]


def test_a_binary_message_of_fragments_is_joined() -> None:
    stream = masked(BINARY, b"\0", first=0) + masked(0, b"", first=0) + masked(0, b"\xff")
    assert read([stream]) == ([b"\0\xff"], None)


def test_what_stands_behind_a_close_frame_means_nothing() -> None:
    close = masked(8, b"")
    assert read([close + masked(TEXT, b"x"), masked(TEXT, b"x"), b"\xff" * 9]) == ([Close(1005, "")], None)


@pytest.mark.parametrize("code", [1000, 1003, 1007, 1014, 3000, 4999])
def test_a_close_code_that_may_be_sent_is_sent(code: int) -> None:
    assert close_frame(code) == b"\x88\x02" + code.to_bytes(2, "big")


@pytest.mark.parametrize("code", [-1, 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_536])
def test_a_close_code_that_may_not_be_sent_is_refused(code: int) -> None:
    with pytest.raises(ValueError, match="close code: expected"):
        close_frame(code)


@given(st.binary(max_size=70_000), st.sampled_from([TEXT, BINARY, PING, PONG]))
def test_a_frame_of_ours_is_read_by_a_client_as_it_was_written(payload: bytes, opcode: int) -> None:
    from wsproto.connection import Connection, ConnectionType

    if opcode == TEXT:
        payload = payload.decode("latin-1").encode()
    elif opcode in (PING, PONG):
        payload = payload[:125]
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(frame(opcode, payload))
    [event] = client.events()
    read_as = getattr(event, "data", None) if opcode in (TEXT, BINARY) else event.payload  # type: ignore[union-attr]
    assert (read_as.encode() if isinstance(read_as, str) else bytes(read_as)) == payload  # type: ignore[arg-type]


def test_a_close_reason_is_cut_at_a_character() -> None:
    whole = close_frame(1011, "ü" * 100)
    assert len(whole) <= 127
    assert whole[4:].decode() == "ü" * 61


@given(st.binary(max_size=600), st.binary(min_size=4, max_size=4))
def test_a_payload_is_unmasked_in_one_way_whatever_does_it(data: bytes, mask: bytes) -> None:
    expected = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
    assert apply_mask(data, mask) == apply_mask_slowly(data, mask) == expected
