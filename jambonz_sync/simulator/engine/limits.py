"""The limits of a call: how long jambonz and the caller wait, and how much jambonz takes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CallLimits"]


@dataclass(frozen=True)
class CallLimits:
    """How long jambonz and the caller wait, in real seconds, and how large a message may be.

    The defaults are those of jambonz, except for ``retries``: a mistyped URL fails at once.

    Args:
        ack: Seconds until a hook on a WebSocket must be acked.
        http: Seconds until a webhook must be answered.
        handshake: Seconds in which a WebSocket must open.
        backoff: Seconds before the first attempt to reconnect, doubled for each further one.
        reconnects: Attempts to reconnect in one call.
        retries: Further attempts if the very first connection cannot be made; jambonz makes 5.
        message: Bytes in a message of the app.
        patience: Seconds until a caller hangs up on an app that does nothing.
        think: Seconds that the app gets to react to an event before the call's own time goes on.
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
