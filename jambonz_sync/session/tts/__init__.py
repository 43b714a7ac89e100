"""Text to speech, token by token, from blocking code."""

from .core import CAPACITY, TIMEOUT
from .stream import TtsStream

__all__ = ["CAPACITY", "TIMEOUT", "TtsStream"]
