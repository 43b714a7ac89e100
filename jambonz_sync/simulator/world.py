"""A world in which calls meet: they share their time, and the queues and conferences of one account."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable

from .engine.conferences import Conferences
from .engine.leg import Leg
from .engine.meetings import Queues
from .engine.state import CallState
from .line.shared_time import SharedTime

__all__ = ["World"]


class World:
    """The place where calls meet, and the time that they share: ``Call(url, world=world)``.

    Each call is run by a thread of its own, as ever, and has its own connections; their times are one. Time goes on
    when the apps of all calls are done: a call that has been made and is not run holds up the others.

    Args:
        real_time: Let the time of all calls go on as it does, for persons who listen: none holds up the others.
    Threads: any.
    """

    def __init__(self, *, real_time: bool = False) -> None:
        self.real_time = real_time
        #: the account that all calls belong to
        self.account_sid = str(uuid.uuid4())
        #: the time of the calls
        self.time = SharedTime()
        #: the queues of the account
        self.queues = Queues(threading.Lock())
        #: numbers of apps, and what places a call there for a leg that is dialled; it gives the state of the call to a
        #: function before the call begins
        self.numbers: dict[str, Callable[[Leg, Callable[[CallState], None]], None]] = {}
        #: its conferences
        began = time.monotonic()
        self.conferences = Conferences(
            threading.Lock(), lambda: time.monotonic() - began if real_time else self.time.now
        )
