"""Threads and sockets: who reads, on which thread a callback runs, deadlines, WebSockets. It knows no jambonz.

Imports errors, and which files are the application's; nothing else of the package.
Used by session, audio, server and what is above them.
"""

from . import fork
from .channel import Channel
from .lease import ReadLease, allow_handover, read_until
from .pool import conversations, pool
from .queues import CallbackQueues
from .reactor import reactor
from .reader import Reader
from .timers import Timer, timers

__all__ = [
    "CallbackQueues",
    "Channel",
    "ReadLease",
    "Reader",
    "Timer",
    "allow_handover",
    "conversations",
    "fork",
    "pool",
    "reactor",
    "read_until",
    "timers",
]
