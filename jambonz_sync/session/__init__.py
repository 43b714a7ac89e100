"""One live call: what comes in (dispatch), what it runs (callbacks), what leaves and by which connection, with
reconnects and their grace (outbox), and the session for users.

Imports protocol, events, verbs, tools and runtime; never the server, a web framework or HTTP.
Used by server, which makes a session for each call and tells its dispatcher what comes.
"""

from .dispatch import Dispatcher
from .session import Session, dispatcher_of

__all__ = ["Dispatcher", "Session", "dispatcher_of"]
