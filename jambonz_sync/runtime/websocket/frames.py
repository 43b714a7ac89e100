"""WebSocket frames of a server, as plain values: no socket, no clock.

Reading has two ways to the same result. A complete, unfragmented, well-formed data, ping or pong
frame, or a usual close frame, which is all that jambonz sends in the life of a usual call, is parsed
here: a few microseconds where wsproto takes fifty. Anything else (a fragment, a reserved bit, a
length that is not minimal ...) is wsproto's to judge, and so is all that follows it on that
connection. Both judge in one order: the head of a frame, then the size of its message, then, when
the frame is there as a whole, its payload. A property test holds both to the same reading of any
byte stream.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from ...errors import ProtocolError

if TYPE_CHECKING:
    from wsproto.connection import Connection

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

#: bits of the first two bytes of a frame
_FIN, _CONTROL, _MASKED, _SHORT_LENGTH = 0x80, 0x08, 0x80, 0x7F
#: first bytes that the quick way takes: the last frame of a message, no reserved bits
_QUICK = frozenset(_FIN | opcode for opcode in (TEXT, BINARY, CLOSE, PING, PONG))
_QUICK_CONTROL = _FIN | CLOSE
#: codes of close frames that the quick way takes: the usual ones
_QUICK_CODES = frozenset({1000, 1001, 1011})
#: frames that one call of ``FrameReader.feed`` gives out at most: so many take a fraction of a millisecond, by either
#: way, and what a peer sends in thousands of tiny frames must not keep others waiting
_FRAMES_AT_ONCE, _SLOW_FRAMES_AT_ONCE = 128, 8
_from_bytes = int.from_bytes


def apply_mask_slowly(data: bytes, mask: bytes) -> bytes:
    """Return ``data`` with the mask of its frame applied, which masks and unmasks. C does it in a tenth of the time."""
    length = len(data)
    repeated = (mask * ((length + 3) >> 2))[:length]
    return (_from_bytes(data, "little") ^ _from_bytes(repeated, "little")).to_bytes(length, "little")


apply_mask: Callable[[bytes, bytes], bytes] = apply_mask_slowly
try:
    from websockets.speedups import apply_mask as _apply_mask  # of the extra ``speed``
except ImportError:
    pass
else:
    apply_mask = _apply_mask


class Ping(NamedTuple):
    payload: bytes


class Pong(NamedTuple):
    payload: bytes


class Close(NamedTuple):
    """The peer's close frame; ``code`` is 1005 if it names none."""

    code: int
    reason: str


#: what a byte stream reads as: ``str`` a text message, ``bytes`` a binary one
Item = str | bytes | Ping | Pong | Close


def frame(opcode: int, payload: bytes) -> bytes:
    """One unmasked, unfragmented frame, as a server sends it."""
    length = len(payload)
    if length < 126:
        return bytes((_FIN | opcode, length)) + payload
    if length < 65_536:
        return bytes((_FIN | opcode, 126, length >> 8, length & 255)) + payload
    return bytes((_FIN | opcode, 127)) + length.to_bytes(8, "big") + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """A close frame. ``reason`` is cut to the 123 bytes that fit, at a character. Raises ValueError for a ``code``
    that may not be sent."""
    if not (1000 <= code <= 1014 and code not in (1004, 1005, 1006)) and not 3000 <= code <= 4999:
        raise ValueError(f"close code: expected 1000 to 1003, 1007 to 1014 or 3000 to 4999, got {code}")
    said = reason.encode(errors="replace")[:123].decode(errors="ignore")
    return frame(CLOSE, code.to_bytes(2, "big") + said.encode())


def _usual_close(payload: bytes) -> Close | None:
    """What a close frame says, if it is one as any other; None if somebody has to judge it."""
    if not payload:
        return Close(1005, "")
    code = _from_bytes(payload[:2], "big")
    if code not in _QUICK_CODES:
        return None
    try:
        return Close(code, payload[2:].decode())
    except UnicodeDecodeError:
        return None


class FrameReader:
    """Turns the bytes of one connection into messages. ``max_size`` bounds a message, in bytes (at least 125).

    ``feed`` raises :class:`ProtocolError` with the close code that the peer has earned (1002 malformed,
    1007 not UTF-8, 1009 too big); what came before the fault has been appended to ``into`` by then. It gives out a
    bounded number of frames; where ``pending`` is true afterwards, ``feed(b"", into)`` goes on. ``control`` turns True
    when there is a ping, a pong or a close frame among them, which is for the caller to take out: as a rule there are
    messages alone.
    """

    __slots__ = (
        "_chunks",
        "_closed",
        "_have",
        "_message",
        "_message_size",
        "_need",
        "_payload_awaited",
        "_wsproto",
        "control",
        "max_size",
        "pending",
    )

    def __init__(self, max_size: int) -> None:
        self.max_size = max_size
        self.pending = False
        self.control = False
        self._chunks: list[bytes] = []  # a frame, or the head of one, that has not come whole
        self._have = 0
        self._need = 2
        self._closed = False
        self._wsproto: Connection | None = None  # reads all frames, from the first unusual one
        self._payload_awaited: int | None = None  # of a frame whose head wsproto has been given
        self._message = bytearray()  # the fragments of one message
        self._message_size = 0

    def feed(self, data: bytes, into: list[Item]) -> None:
        """Read ``data`` and append what is complete to ``into``."""
        if self._closed:
            return None  # bytes behind a close frame mean nothing
        if self._chunks:
            self._chunks.append(data)
            self._have += len(data)
            if self._have < self._need:
                return None
            data = b"".join(self._chunks)
            self._chunks.clear()
        self.pending = False
        if self._wsproto is not None:
            return self._feed_wsproto(data, into)
        frames_left = _FRAMES_AT_ONCE
        pos, end = 0, len(data)
        while end - pos >= 2:
            if not frames_left:
                self.pending = True
                break
            frames_left -= 1
            first, length, start = data[pos], data[pos + 1], pos + 6
            if first not in _QUICK or not length & _MASKED:
                return self._feed_wsproto(data[pos:], into)
            length &= _SHORT_LENGTH
            if length > 125:
                if first >= _QUICK_CONTROL:
                    return self._feed_wsproto(data[pos:], into)
                start = pos + (8 if length == 126 else 14)
                if end < start:
                    return self._keep(data, pos, start - pos)
                shortest = 126 if length == 126 else 65_536
                length = _from_bytes(data[pos + 2 : start - 4], "big")
                if length < shortest or length >> 63:
                    return self._feed_wsproto(data[pos:], into)
            if length > self.max_size:
                raise self._too_big(length)
            stop = start + length
            if end < stop:
                return self._keep(data, pos, stop - pos)
            payload = apply_mask(data[start:stop], data[start - 4 : start])
            if first == _FIN | TEXT:
                try:
                    into.append(payload.decode())
                except UnicodeDecodeError:
                    raise ProtocolError("a text message is not UTF-8", code=1007) from None
            elif first == _FIN | BINARY:
                into.append(payload)
            elif first == _FIN | PING:
                into.append(Ping(payload))
                self.control = True
            elif first == _FIN | PONG:
                into.append(Pong(payload))
                self.control = True
            elif (close := _usual_close(payload)) is not None:
                into.append(close)
                self.control = self._closed = True
                return None
            else:
                return self._feed_wsproto(data[pos:], into)
            pos = stop
        if pos < end:
            self._keep(data, pos, 2)
        return None

    def _keep(self, data: bytes, pos: int, need: int) -> None:
        self._chunks.append(data[pos:] if pos else data)
        self._have = len(data) - pos
        self._need = need

    def _too_big(self, size: int) -> ProtocolError:
        return ProtocolError(f"a message of {size:,} bytes, the limit is {self.max_size:,}", code=1009)

    def _feed_wsproto(self, data: bytes, into: list[Item]) -> None:
        if self._wsproto is None:
            from wsproto.connection import Connection, ConnectionType  # most connections never need it

            self._wsproto = Connection(ConnectionType.SERVER)
        pos, end = 0, len(data)
        frames_left = _SLOW_FRAMES_AT_ONCE
        while not self._closed:
            if self._payload_awaited is None:
                if end - pos < 2:
                    break
                start = pos + _head_size(data[pos + 1])
                if end < start:
                    return self._keep(data, pos, start - pos)
                if not frames_left:
                    self.pending = True
                    break
                frames_left -= 1
                self._judge(data[pos:start], into)
                self._payload_awaited = self._size_of_payload(data[pos:start])
                pos = start
            stop = pos + self._payload_awaited
            if end < stop:
                return self._keep(data, pos, stop - pos)
            if self._payload_awaited:
                self._judge(data[pos:stop], into)
            self._payload_awaited = None
            pos = stop
        if pos < end and not self._closed:
            self._keep(data, pos, 2)
        return None

    def _size_of_payload(self, head: bytes) -> int:
        """The length that a head says, which must not make its message too big."""
        length = head[1] & _SHORT_LENGTH
        if length > 125:
            length = _from_bytes(head[2:4] if length == 126 else head[2:10], "big")
        if not head[0] & _CONTROL:
            self._message_size += length
            if self._message_size > self.max_size:
                raise self._too_big(self._message_size)
            if head[0] & _FIN:
                self._message_size = 0
        return length

    def _judge(self, data: bytes, into: list[Item]) -> None:
        """Have wsproto read ``data``, which ends with a head or with a frame."""
        from wsproto.connection import ConnectionState
        from wsproto.events import BytesMessage, CloseConnection, TextMessage
        from wsproto.events import Ping as PingEvent
        from wsproto.events import Pong as PongEvent

        assert self._wsproto is not None
        self._wsproto.receive_data(data)
        for event in self._wsproto.events():
            if isinstance(event, TextMessage):
                self._message += event.data.encode()
                if event.message_finished:
                    into.append(self._message.decode())
                    self._message.clear()
            elif isinstance(event, BytesMessage):
                self._message += event.data
                if event.message_finished:
                    into.append(bytes(self._message))
                    self._message.clear()
            elif isinstance(event, PingEvent):
                into.append(Ping(bytes(event.payload)))
                self.control = True
            elif isinstance(event, PongEvent):
                into.append(Pong(bytes(event.payload)))
                self.control = True
            else:
                assert isinstance(event, CloseConnection)
                if self._wsproto.state is ConnectionState.OPEN:  # wsproto's own verdict, not the peer's frame
                    raise ProtocolError(f"a malformed WebSocket frame: {event.reason}", code=int(event.code))
                into.append(Close(int(event.code), event.reason or ""))
                self.control = self._closed = True


def _head_size(second: int) -> int:
    """The bytes of a head whose second byte is ``second``."""
    length = second & _SHORT_LENGTH
    return 2 + (length == 126) * 2 + (length == 127) * 8 + (4 if second & _MASKED else 0)
