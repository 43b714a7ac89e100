"""The event that the view of a webhook gets, made of the body or of the query of a request."""

from __future__ import annotations

from typing import Any

from ..events import ActionHook, CallSession
from ..protocol.env import EnvValues, EnvVars

__all__ = ["IncomingCall", "event_of"]

_NOTHING_DECLARED = EnvVars.parse(None)
#: Of all webhooks of a call only the first carries one of these.
_FIRST = ("sip", "defaults", "env_vars")
#: A webhook that has no more than this is taken for a first one: it answers nothing that was asked.
_CALL_INFO = frozenset(field.wire for field in CallSession.fields().values())


class IncomingCall(ActionHook, CallSession):
    """The first webhook of a call: who calls whom, how it came in, and the variables set for the application.

    It has the fields of later hooks, too, so that one view can serve both (``if call.digits: ...``).

    Args:
        data: The payload.
        declared: The application environment variables that the application has declared.
    """

    __slots__ = ("_declared", "_env")

    def __init__(self, data: dict[str, Any], declared: EnvVars = _NOTHING_DECLARED) -> None:
        self._data = data
        self._declared = declared
        self._env: EnvValues | None = None

    @property
    def env(self) -> EnvValues:
        """The application environment variables of this call, typed and with their defaults.

        ``call.env("NAME")`` and ``call.env["NAME"]`` are the same value. jambonz sends them with the first
        webhook only: the application keeps those that a later one needs.
        """
        if self._env is None:
            self._env = self._declared.usable_values(self._data.get("env_vars"), call_sid=self.call_sid or "-")
        return self._env


def event_of(payload: dict[str, Any], declared: EnvVars) -> IncomingCall | ActionHook:
    """Make the typed event over a payload: an IncomingCall if it is, or may be, the first of its call."""
    for key in _FIRST:
        if key in payload:
            return IncomingCall(payload, declared)
    if payload.keys() <= _CALL_INFO:
        return IncomingCall(payload, declared)
    return ActionHook(payload)
