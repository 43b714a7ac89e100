"""The messages between jambonz and the app, as they went over the wire, and the hooks that are in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

__all__ = ["HookExchange", "Sender", "WireMessage", "hook_exchanges"]

Sender = Literal["app", "jambonz"]

#: the messages on a WebSocket that the app must ack; all others are events
_HOOKS = frozenset(
    {
        "session:new",
        "session:redirect",
        "session:reconnect",
        "session:adulting",
        "verb:hook",
        "dial:confirm",
        "queue:status",
    }
)


@dataclass(frozen=True, slots=True)
class WireMessage:
    """One message between jambonz and the app.

    Args:
        sender: ``app`` or ``jambonz``.
        raw: The text as it was sent on a WebSocket, or bytes; of a webhook, the JSON of its body or of its answer.
        at: Seconds since the call began, in the call's own time.
        clock: Seconds of the clock of this machine, for how long things really took.
        msgid: The msgid of a message on a WebSocket, which its ack has, too; likewise of a webhook and its answer.
        webhook: The URL of a webhook; None for a WebSocket.
        type: The type that a webhook would have on a WebSocket.
        error: The reason why a webhook has no answer.
    """

    sender: Sender
    raw: object
    at: float = 0.0
    clock: float = 0.0
    msgid: str | None = None
    webhook: str | None = None
    type: str | None = None
    error: str | None = None

    @property
    def data(self) -> Any:
        """The message as JSON; the text itself if it is none."""
        if self.webhook is not None or not isinstance(self.raw, str):
            return self.raw
        try:
            return json.loads(self.raw)
        except ValueError:
            return self.raw

    @property
    def kind(self) -> str:
        """The type of the message, ``session:new``, ``command`` ...; the answer to a webhook is an ``ack``."""
        if self.webhook is not None:
            return "ack" if self.sender == "app" else str(self.type)
        data = self.data
        return str(cast("Mapping[str, Any]", data).get("type")) if isinstance(data, dict) else "no message"

    @property
    def is_event(self) -> bool:
        """True for a message of jambonz that wants no answer."""
        return self.sender == "jambonz" and self.kind not in _HOOKS

    @property
    def size(self) -> int:
        """The bytes of the message; of a webhook, those of its JSON."""
        if isinstance(self.raw, bytes):
            return len(self.raw)
        return len((self.raw if isinstance(self.raw, str) else json.dumps(self.raw)).encode())

    def to_dict(self) -> dict[str, object]:
        """Return the message as a dict for JSON."""
        raw = self.raw.decode("latin-1") if isinstance(self.raw, bytes) else self.data
        optional = {"msgid": self.msgid, "webhook": self.webhook, "error": self.error}
        described = {"sender": self.sender, "kind": self.kind, "at": round(self.at, 3), "clock": round(self.clock, 6)}
        return {**described, **{name: value for name, value in optional.items() if value is not None}, "data": raw}


@dataclass(frozen=True, slots=True)
class HookExchange:
    """A message that the app must answer, and its answer.

    Args:
        name: The URL of the hook as the app has given it, or the type of the message (``session:new``).
        payload: The data of the hook.
        answer: The verbs of the answer; None if there were none.
        seconds: How long the app took, in real seconds; None while there is no answer.
        error: The reason why there is no answer.
    """

    name: str
    payload: Mapping[str, Any]
    answer: object = None
    seconds: float | None = None
    error: str | None = None


def hook_exchanges(messages: Iterable[WireMessage]) -> list[HookExchange]:
    """Return the hooks of a call with their answers, in the order in which they were sent.

    Args:
        messages: The messages of the call.
    """
    asked: dict[str, tuple[str, Mapping[str, Any], float]] = {}
    answers: dict[str, tuple[object, float, str | None]] = {}
    for message in messages:
        msgid, data = message.msgid, message.data
        if msgid is None or (message.webhook is None and not isinstance(data, dict)):
            continue
        if message.sender == "app":
            if message.webhook is not None:
                answers.setdefault(msgid, (data, message.clock, message.error))
            elif message.kind == "ack":
                answers.setdefault(msgid, (data.get("data"), message.clock, None))
        elif message.webhook is not None:
            asked[msgid] = (message.webhook, data or {}, message.clock)
        elif not message.is_event:
            asked[msgid] = (str(data.get("hook") or data["type"]), data.get("data") or {}, message.clock)
    exchanges: list[HookExchange] = []
    for msgid, (name, payload, sent) in asked.items():
        if msgid in answers:
            answer, received, error = answers[msgid]
            exchanges.append(HookExchange(name, payload, answer, received - sent, error))
        else:
            exchanges.append(HookExchange(name, payload))
    return exchanges
