"""TTS token streaming as plain values: the text, the window that it passes through, and why it is not spoken.

Imports errors alone, and no thread, socket or clock: :mod:`jambonz_sync.session.tts` adds those.
Used by sessions; its errors and results are for applications.
"""

from .errors import (
    Ended,
    TtsCleared,
    TtsError,
    TtsFailed,
    TtsInterrupted,
    TtsNotEnabled,
    TtsStopped,
    TtsStreamClosed,
    TtsTimeout,
)
from .speech import Speech, SpeechEnd, TtsResult, Utterance
from .states import TRANSITIONS, WAITING, WindowState
from .window import FRAME, QUIET, Dropped, TokenWindow

__all__ = [
    "FRAME",
    "QUIET",
    "TRANSITIONS",
    "WAITING",
    "Dropped",
    "Ended",
    "Speech",
    "SpeechEnd",
    "TokenWindow",
    "TtsCleared",
    "TtsError",
    "TtsFailed",
    "TtsInterrupted",
    "TtsNotEnabled",
    "TtsResult",
    "TtsStopped",
    "TtsStreamClosed",
    "TtsTimeout",
    "Utterance",
    "WindowState",
]
