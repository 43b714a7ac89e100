"""Language models that the application talks to itself: their streams read, their tool calls and histories kept.

Imports errors, model and tools, and no thread, socket or clock: requests are made by the client of the application.
Used by sessions (:mod:`jambonz_sync.session.llm`, and text to speech), and by applications.
"""

from .answer import Answer
from .chunks import LlmError, text_of
from .history import CHAT_VENDORS, ChatVendor, History
from .stream import ChunkStream

__all__ = ["CHAT_VENDORS", "Answer", "ChatVendor", "ChunkStream", "History", "LlmError", "text_of"]
