"""The functions that are called when an attempt comes to a state, and the line of the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, TypeVar, get_args

from ..model.validation import did_you_mean, nearest
from .attempt import Attempt, AttemptState
from .errors import CampaignError

__all__ = ["Listener", "Listeners", "check_state"]

log = logging.getLogger("jambonz_sync.campaign")

Listener = Callable[[Attempt], object]
_L = TypeVar("_L", bound=Listener)

#: the states that a listener may ask for
_LISTENABLE: Final = (*get_args(AttemptState), "change")
_LOG_LEVELS: Final = {"claimed": logging.DEBUG, "unknown": logging.WARNING, "refused": logging.WARNING}


def check_state(state: str) -> None:
    """Raise :class:`CampaignError` if no attempt ever comes to ``state``."""
    if state not in _LISTENABLE:
        near = did_you_mean(nearest(str(state), _LISTENABLE))
        raise CampaignError(f"on(): no attempt comes to a state {state!r}{near}; known: {', '.join(_LISTENABLE)}")


class Listeners:
    """The functions of a campaign. They run on the thread of the campaign, one after the other."""

    def __init__(self) -> None:
        self._by_state: dict[str, list[Listener]] = {}

    def add(self, state: str, listener: _L) -> _L:
        """Have a function called when an attempt comes to a state, or to any ("change"), and return it."""
        self._by_state.setdefault(state, []).append(listener)
        return listener

    def notify(self, attempt: Attempt) -> None:
        """Log that an attempt has come to a state, and call the functions for it. Their errors are logged."""
        log.log(_LOG_LEVELS.get(attempt.state, logging.INFO), "%s", attempt)
        for listener in (*self._by_state.get(attempt.state, ()), *self._by_state.get("change", ())):
            try:
                listener(attempt)
            except Exception:
                log.exception("a listener failed on: %s", attempt)
