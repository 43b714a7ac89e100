"""Threads and sockets: who reads, on which thread a callback runs, deadlines, WebSockets. It knows no jambonz.

It may import ``errors`` only. ``session``, ``audio``, ``server`` and what is above them use it.
"""

from . import fork
from .channel import Channel
from .lease import ReadLease, allow_handover, read_until
from .pool import pool
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
    "fork",
    "pool",
    "reactor",
    "read_until",
    "timers",
]
