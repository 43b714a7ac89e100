"""The limits of a call: how long jambonz and the caller wait, and how much jambonz takes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """How long jambonz waits, in real seconds, and how much it takes.

    ``ack``: for the answer to a hook on a WebSocket; ``http``: to a webhook; ``handshake``: for a WebSocket to open.
    ``backoff``: before the first attempt to reconnect, doubled for each further one, of which there are at most
    ``reconnects``. ``retries``: further attempts when the very first connection cannot be made (jambonz: 5).
    ``message``: bytes in a message of the app. ``patience``: until a caller hangs up on whom nobody reacts;
    ``think``: that the app gets to react to an event before time goes on.
    """

    ack: float = 5.0
    http: float = 10.0
    handshake: float = 1.5
    backoff: float = 0.5
    reconnects: int = 5
    retries: int = 0
    message: int = 24 * 1024
    patience: float = 5.0
    think: float = 0.05
