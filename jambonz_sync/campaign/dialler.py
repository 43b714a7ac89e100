"""How a campaign reaches the telephone network: a port, and its adapter over the REST client."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final, Protocol

from .errors import Refused
from .numbers import Entry

if TYPE_CHECKING:
    from ..rest import JambonzClient

__all__ = ["Dialler", "RestDialler"]


class Dialler(Protocol):
    """Places calls and says how they are. Several threads call it."""

    def place(self, entry: Entry, application_sid: str) -> str:
        """Place one call, and return its call_sid. Raises :class:`Refused` only if no call has been placed for
        certain; any other exception means that nobody knows."""
        ...

    def statuses(self, call_sids: Collection[str]) -> Mapping[str, str]:
        """The call_status of each of the calls that anything is known of."""
        ...


#: so many calls are asked for one by one; of more, the list of all is one request
_ONE_BY_ONE: Final = 3
#: seconds until a call is tried again that found no feature server, or no connection
_TRY_AGAIN: Final = 5.0

#: refused for every number alike: key, account or url are wrong
_WRONG_FOR_ALL: Final = frozenset({401, 403, 404})
#: refused before anything was dialled, and refused again if asked again
_INVALID: Final = frozenset({400, 409, 422})
#: refused before anything was dialled, but not for good: over the rate limit, no feature server
_PASSING: Final = frozenset({429, 480})

# as the server itself names the end of a call that it has placed
_BUSY: Final = frozenset({486, 600, 603})
_NO_ANSWER: Final = 487


class RestDialler:
    """Places calls through ``client``, and follows them in the list of calls and, when they have dropped out of
    that, in the recent calls. The client stays the caller's to close."""

    def __init__(self, client: JambonzClient) -> None:
        self._client = client

    def place(self, entry: Entry, application_sid: str) -> str:
        """Place one call with the variables of ``entry`` as its tag, and return its call_sid. Blocks for as long as
        the client's time-out lets it. Raises :class:`Refused` or, where a call may have been placed, ``ApiError``."""
        from ..rest import ApiError, InvalidRequest

        try:
            call_sid = self._client.calls.create(
                from_=entry.from_ or "",
                to=entry.number,
                application_sid=application_sid,
                tag=dict(entry.variables) or None,
            )
        except InvalidRequest as error:
            raise Refused(str(error)) from error
        except ApiError as error:
            if not error.sent or error.status in _PASSING:
                raise Refused(str(error), retry_after=error.retry_after or _TRY_AGAIN) from error
            if error.status in _WRONG_FOR_ALL:
                raise Refused(str(error), stop=True) from error
            if error.status in _INVALID:
                raise Refused(str(error)) from error
            # A 500 among them: the server says no more than that, so a call may have left.
            raise
        return str(call_sid)

    def statuses(self, call_sids: Collection[str]) -> Mapping[str, str]:
        """The call_status of those of the calls that the server knows of. Blocks for one request or a few. Raises
        ``ApiError``."""
        found: dict[str, str] = {}
        if len(call_sids) > _ONE_BY_ONE:
            for call in self._client.calls.list(direction="outbound"):
                if call.call_sid in call_sids:
                    found[call.call_sid] = call.call_status
        for call_sid in call_sids:
            if call_sid not in found and (status := self._status(call_sid)):
                found[call_sid] = status
        return found

    def _status(self, call_sid: str) -> str | None:
        from ..rest import NotFound

        try:
            return self._client.calls.get(call_sid).call_status
        except NotFound:
            # The record lasts an hour after the last change. What is written when a call ends lasts longer.
            for recent in self._client.recent_calls.list(filter=call_sid, limit=1):
                return ended_as(recent.answered, recent.sip_status)
        return None


def ended_as(answered: bool | None, sip_status: int | None) -> str:
    """The call_status of a call that is over, from its entry in the recent calls."""
    if answered:
        return "completed"
    if sip_status in _BUSY:
        return "busy"
    return "no-answer" if sip_status == _NO_ANSWER else "failed"
