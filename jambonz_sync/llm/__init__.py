"""Language models that the application talks to itself: their streams read, their tool calls and histories kept.

Imports errors, model and tools, and no thread, socket or clock: requests are made by the client of the application.
Used by sessions (:mod:`jambonz_sync.session.llm`, and text to speech), and by applications.
"""

from .answer import Answer
from .chunks import LlmError, text_of
from .history import History
from .shapes import CHAT_VENDORS, SHAPES, ChatVendor, vendor_of
from .stream import ChunkStream

__all__ = [
    "CHAT_VENDORS",
    "SHAPES",
    "Answer",
    "ChatVendor",
    "ChunkStream",
    "History",
    "LlmError",
    "text_of",
    "vendor_of",
]
