"""Running callbacks: quick ones on the thread that reads, slow ones without holding anybody up."""

from .lease import ReadLease, allow_handover, read_until
from .queues import CallbackQueues
from .reactor import Channel, reactor
from .reader import Reader
from .timers import Timer, pool, timers

__all__ = [
    "CallbackQueues",
    "Channel",
    "ReadLease",
    "Reader",
    "Timer",
    "allow_handover",
    "pool",
    "reactor",
    "read_until",
    "timers",
]
