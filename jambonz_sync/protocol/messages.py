"""Messages of the control WebSocket: their kinds, how they are read, and the texts that answer them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from ..errors import MessageTooLarge, ProtocolError
from ..model.json_text import dumps, loads, quoted
from ..model.wire import MAX_MESSAGE
from ..verbs.chain import check_size

Verbs = Sequence[dict[str, Any]]

#: the first message of a connection is one of these, or a call:status
OPENINGS: Final = frozenset({"session:new", "session:redirect", "session:adulting", "session:reconnect"})
#: messages that jambonz waits for an ack of
WANT_ACK: Final = OPENINGS | {"verb:hook", "dial:confirm", "queue:status"}
#: messages that want no ack
NOTIFICATIONS: Final = frozenset(
    {
        "call:status",
        "verb:status",
        "llm:event",
        "llm:tool-call",
        "agent:event",
        "agent:tool-call",
        "tts:tokens-result",
        "tts:streaming-event",
        "jambonz:error",
    }
)


def parse(text: str) -> dict[str, Any]:
    """Read a message of jambonz.

    Returns:
        The message, whose ``type`` is a text and whose ``data`` is an object; a ``msgid`` is there where jambonz waits
        for an ack.
    Raises:
        ProtocolError: It is none that the protocol knows of.
    """
    try:
        message = loads(text)
    except (ValueError, RecursionError) as exc:
        raise ProtocolError(f"a message that is not JSON ({exc}): {shown(text)}", code=1007) from None
    if type(message) is not dict:
        raise ProtocolError(f"a message that is no JSON object: {shown(text)}", code=1007)
    kind = message.get("type")
    if type(kind) is not str:
        raise ProtocolError(f"a message without a type: {shown(text)}", code=1007)
    if kind in WANT_ACK and not (type(message.get("msgid")) is str and message["msgid"]):
        raise ProtocolError(f"a {kind} without a msgid: {shown(text)}", code=1007)
    data = message.get("data")
    if type(data) is not dict:
        if data is not None:
            raise ProtocolError(f"a {shown(kind)} whose data is no object: {shown(text)}", code=1007)
        message["data"] = {}
    return message


def shown(text: object, most: int = 80) -> str:
    """Shorten and escape what the peer has sent, so that it cannot pass for a line of the log of its own.

    Args:
        text: The text to be logged.
        most: Characters of it that are shown; escapes may make it longer.
    """
    text = str(text)
    if len(text) > most:
        text = f"{text[: most - 3]}..."
    if text.isprintable():
        return text
    return "".join([char if char.isprintable() else char.encode("unicode_escape").decode() for char in text])


def is_notification(kind: str, data: dict[str, Any]) -> bool:
    """Say whether jambonz wants an ack and does not use what is in it: queue events, hooks that report an ``event``."""
    return kind == "queue:status" or (kind == "verb:hook" and type(data.get("event")) is str)


def redirect(verbs: Verbs, *, queue: bool = False) -> dict[str, Any]:
    """Make the command that replaces the verbs of a call, or with ``queue`` appends to them."""
    command: dict[str, Any] = {"type": "command", "command": "redirect", "data": verbs}
    if queue:
        command["queueCommand"] = True
    return command


def ack_text(msgid: str, verbs: Verbs) -> str:
    """Make the ack of a message. It is put together of parts, since a dict of three keys takes a fifth longer.

    Args:
        msgid: The id of the message.
        verbs: The answer.
    """
    return f'{{"type":"ack","msgid":{quoted(msgid)},"data":{dumps(verbs) if verbs else "[]"}}}'


def sized(text: str, verbs: Verbs = ()) -> str:
    """Return ``text``, which may be sent.

    Raises:
        MessageTooLarge: jambonz would close the connection; of ``verbs`` in the message it names the largest.
    """
    # a text of a quarter of the limit fits however its characters encode
    if len(text) * 4 > MAX_MESSAGE and (size := len(text) if text.isascii() else len(text.encode())) > MAX_MESSAGE:
        if verbs:
            check_size(list(verbs), size)
        raise MessageTooLarge(
            f"a message of {size:,} bytes, jambonz takes {MAX_MESSAGE:,}", size=size, limit=MAX_MESSAGE
        )
    return text


def split_verbs(verbs: Verbs, split: bool, first: Callable[[Verbs], str]) -> tuple[Verbs, str, list[str]]:
    """Put verbs into one message, or into several where one is too small for them.

    Args:
        verbs: All of them.
        split: Allow several messages.
        first: Makes a message of those that go first.
    Returns:
        The verbs that go first, their message, and commands that queue the others behind them.
    Raises:
        MessageTooLarge: They do not fit.
    """
    whole = first(verbs)
    if not split:
        return verbs, sized(whole, verbs), []
    parts = [verbs]
    try:
        sized(whole)
    except MessageTooLarge:
        parts = _pack(verbs)
        whole = first(parts[0])
    head, *tail = parts
    return head, sized(whole, head), [sized(dumps(redirect(part, queue=True)), part) for part in tail]


def _pack(verbs: Verbs) -> list[Verbs]:
    """Divide ``verbs`` into runs that fit a message each, as few as there can be."""
    room = MAX_MESSAGE - 256  # for what stands around the verbs
    parts: list[list[dict[str, Any]]] = []
    used = room + 1
    for verb in verbs:
        size = len(dumps(verb).encode()) + 1
        if used + size > room:
            parts.append([])
            used = 0
        parts[-1].append(verb)
        used += size
    return list(parts) or [()]
