"""Text to speech, token by token, from blocking code: the threads and deadlines around the token window.

Imports the core, runtime and no server; nothing here knows the session, which gives it a function that sends.
Used by sessions; the server takes the defaults of its options from here.
"""

from .stream import CAPACITY, TIMEOUT, TtsStream

__all__ = ["CAPACITY", "TIMEOUT", "TtsStream"]
