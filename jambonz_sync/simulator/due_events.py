"""The next event in the time of a call: a timer of its clock, or the end of a wait of an app in this process."""

from __future__ import annotations

from ..runtime.work import Limit
from .engine.state import CallState
from .line.endpoint_activity import EndpointActivity

__all__ = ["DueEvents"]


class DueEvents:
    """Knows which event is next, and lets it happen. Threads: that of :meth:`Call.run`."""

    def __init__(self, call: CallState, endpoint: EndpointActivity | None) -> None:
        """Look at the events of a call.

        Args:
            call: The state of the call.
            endpoint: The activity of an endpoint in this process, whose waits end by the clock of the call.
        """
        self._call = call
        self._endpoint = endpoint

    @property
    def next(self) -> Limit | None:
        """The next event; patient if it is a time-out for the caller, whose turn it is. None if there is none."""
        timer = self._call.clock.next_timer
        limit = None if self._endpoint is None else self._endpoint.next_limit
        if limit is not None and (timer is None or limit.at < timer.at):
            return Limit(limit.at, limit.patient and self._call.phone.awaits_turn)
        return None if timer is None else Limit(timer.at, timer.patient)

    def fire_next(self) -> None:
        """Let the next event happen, which is due."""
        clock, due = self._call.clock, self.next
        if due is None:
            return
        if clock.next_timer is not None and clock.next_timer.at == due.at:
            clock.fire_next()
        elif self._endpoint is not None:
            if due.patient:
                clock.on_patience_over()
            self._endpoint.end_rest()
