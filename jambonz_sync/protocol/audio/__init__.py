"""The audio sub-protocol of listen and stream verbs, as plain values: messages, accounts and samples.

Imports errors alone, and no thread, socket or clock: :mod:`jambonz_sync.audio` adds those.
Used by audio streams, the server, and the simulator, which plays the other side.
"""

from .marks import MARKS_KEPT, MAX_MARKS, PLAYS_KEPT, Marks, Plays, TooManyMarks
from .messages import (
    PLAY_RATES,
    SUBPROTOCOLS,
    AudioEvent,
    AudioMetadata,
    clear_marks,
    disconnect,
    kill_audio,
    mark,
    parse_event,
    parse_metadata,
    play_audio,
)
from .samples import Aligner, FrameQueue, Tail, without_markers

__all__ = [
    "MARKS_KEPT",
    "MAX_MARKS",
    "PLAYS_KEPT",
    "PLAY_RATES",
    "SUBPROTOCOLS",
    "Aligner",
    "AudioEvent",
    "AudioMetadata",
    "FrameQueue",
    "Marks",
    "Plays",
    "Tail",
    "TooManyMarks",
    "clear_marks",
    "disconnect",
    "kill_audio",
    "mark",
    "parse_event",
    "parse_metadata",
    "play_audio",
    "without_markers",
]
