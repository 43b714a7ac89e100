"""The limits of a call, how long jambonz and the caller wait, and its pace, how long things take."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CallLimits", "Pace"]


@dataclass(frozen=True)
class CallLimits:
    """How long jambonz and the caller wait, and how large a message may be.

    The defaults are those of jambonz, except for ``retries``: a mistyped URL fails at once. All but ``patience`` and
    ``think`` are seconds of the call's own time.

    Args:
        ack: Seconds until a hook on a WebSocket must be acked.
        http: Seconds until a webhook must be answered.
        handshake: Seconds in which a WebSocket must open.
        backoff: Seconds before the second attempt to connect; twice as many before the next, and so on.
        reconnects: Connections that are made again in one call by themselves; one more is made for the next hook.
        retries: Further attempts if the very first connection cannot be made; jambonz makes 5.
        message: Bytes in a message of the app.
        patience: Real seconds until a caller hangs up on an app that does nothing.
        think: Real seconds that an app gets to react to an event before the call's own time goes on. An app that says
            when it is done needs none.
    """

    ack: float = 5.0
    http: float = 10.0
    handshake: float = 1.5
    backoff: float = 0.5
    reconnects: int = 4
    retries: int = 0
    message: int = 24 * 1024
    patience: float = 5.0
    think: float = 0.05


@dataclass(frozen=True)
class Pace:
    """How long everything takes that a person, a voice or a vendor needs time for, in seconds of the call's own time.

    Args:
        characters: Characters that are spoken in a second.
        streamed: Characters of streamed text that are spoken in a second.
        recording: Seconds of a recording that is played.
        before_speech: Seconds before the caller begins to speak.
        word: Seconds that a word of the caller takes.
        final: Seconds from the caller's last word to the final transcript.
        before_key: Seconds before the caller presses the first key.
        key: Seconds from one key to the next.
        stream_open: Seconds until the vendor of streamed text has opened its stream.
        ring: Seconds until a called party answers or refuses.
        talk: Seconds until a called party who has answered hangs up.
    """

    characters: float = 15.0
    streamed: float = 15.0
    recording: float = 1.0
    before_speech: float = 0.3
    word: float = 0.3
    final: float = 0.3
    before_key: float = 0.5
    key: float = 0.25
    stream_open: float = 0.1
    ring: float = 1.0
    talk: float = 30.0

    def of_text(self, text: str) -> float:
        """Return how long it takes to speak a text, in seconds.

        Args:
            text: The text.
        """
        return len(text) / self.characters
