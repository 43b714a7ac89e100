"""TTS token streaming without I/O: the text, the window that it passes through, and its errors."""

from .errors import (
    Ended,
    TtsCleared,
    TtsError,
    TtsFailed,
    TtsInterrupted,
    TtsStopped,
    TtsStreamClosed,
    TtsTimeout,
)
from .speech import Speech, Spoken, TtsResult, Utterance
from .window import FRAME, QUIET, TRANSITIONS, WAITING, Dropped, State, TokenWindow

__all__ = [
    "FRAME",
    "QUIET",
    "TRANSITIONS",
    "WAITING",
    "Dropped",
    "Ended",
    "Speech",
    "Spoken",
    "State",
    "TokenWindow",
    "TtsCleared",
    "TtsError",
    "TtsFailed",
    "TtsInterrupted",
    "TtsResult",
    "TtsStopped",
    "TtsStreamClosed",
    "TtsTimeout",
    "Utterance",
]
