"""Locks and state that a forked child makes anew.

Of the threads of a process only the one that forks goes on in the child. A lock that another one held at that moment
would stay locked there for ever. So every lock that outlives a call is made here, and is free in the child; objects
with threads and descriptors of their own register a function that forgets them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

__all__ = ["condition", "lock", "reset_in_child", "rlock"]

_locks: WeakSet[Any] = WeakSet()
_resets: list[Callable[[], object]] = []


def lock() -> threading.Lock:
    """Make a lock that is free in a forked child, whoever held it in the parent."""
    new = threading.Lock()
    _locks.add(new)
    return new


def rlock() -> threading.RLock:
    """Make a reentrant lock that is free in a forked child, whoever held it in the parent."""
    new = threading.RLock()
    _locks.add(new)
    return new


def condition() -> threading.Condition:
    """Make a condition whose lock is free in a forked child, and for which nobody waits there."""
    new = threading.Condition()
    _locks.add(new)
    return new


def reset_in_child(reset: Callable[[], object]) -> None:
    """Call ``reset`` in every forked child, in the order of registration.

    Args:
        reset: Must not wait for a lock. It is kept for as long as the process runs.
    """
    _resets.append(reset)


def _after_fork() -> None:
    for renewable in list(_locks):
        renewable._at_fork_reinit()  # as logging and concurrent.futures do: whoever holds the object goes on with it
    for reset in _resets:
        reset()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
