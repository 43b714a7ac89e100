"""How a campaign reaches the telephone network: an interface, and its implementation over the REST client."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..rest import ApiError, InvalidRequest, NotFound
from ..rest.call_wait import call_status_of
from .errors import Refused
from .numbers import Contact

if TYPE_CHECKING:
    from ..rest import JambonzClient  # loads requests, which reading a list or a report does not need

__all__ = ["Dialler", "RestDialler"]

#: up to this many calls are asked for one by one; more of them with one request for the list of all calls
_ONE_BY_ONE: Final = 3
#: seconds until a call is tried again for which there was no feature server, or no connection
_RETRY_AFTER: Final = 5.0

#: refused for every number: key, account or url are wrong
_FATAL: Final = frozenset({401, 403, 404})
#: refused before anything was dialled, and refused again if tried again
_INVALID: Final = frozenset({400, 409, 422})
#: refused before anything was dialled, but only at this moment: over the rate limit, no feature server
_TRANSIENT: Final = frozenset({429, 480})


class Dialler(Protocol):
    """Places calls, and reports their status. A campaign uses it from several threads at a time."""

    def place(self, contact: Contact, application_sid: str) -> str:
        """Place one call.

        Args:
            contact: The number to call, the calling number, and the variables of the call.
            application_sid: The application that the call runs.
        Returns:
            The call_sid.
        Raises:
            Refused: No call has been placed, for certain. Any other exception means that nobody knows.
        Blocks: until the call is placed.
        """
        ...

    def statuses(self, call_sids: Collection[str]) -> Mapping[str, str]:
        """Ask for the status of calls.

        Args:
            call_sids: The calls.
        Returns:
            The ``call_status`` of each call that anything is known of, by its call_sid.
        Blocks: until the answer is here.
        """
        ...


class RestDialler:
    """Places calls with the REST client, and finds their status in the list of calls or in the recent calls.

    Args:
        client: The client to use. It is the caller's to close.
        amd: Have answering machine detection run in each call, as ``client.calls.create(amd=...)`` has it. Its
            ``action_hook`` is told the result, which you pass to :meth:`Campaign.answered_by`.
    """

    def __init__(self, client: JambonzClient, *, amd: Mapping[str, Any] | None = None) -> None:
        self._client = client
        self._amd = amd

    def place(self, contact: Contact, application_sid: str) -> str:
        """Place one call, with the variables of its contact as its ``tag``.

        Args:
            contact: The number to call, the calling number, and the variables of the call.
            application_sid: The application that the call runs.
        Returns:
            The call_sid.
        Raises:
            Refused: No call has been placed, for certain.
            ApiError: A call may have been placed, and nobody can tell.
        Blocks: up to the time-out of the client.
        """
        try:
            call_sid = self._client.calls.create(
                from_=contact.from_ or "",
                to=contact.number,
                application_sid=application_sid,
                tag=dict(contact.variables) or None,
                amd=self._amd,
            )
        except InvalidRequest as error:
            raise Refused(str(error)) from error
        except ApiError as error:
            if not error.sent or error.status in _TRANSIENT:
                raise Refused(str(error), retry_after=error.retry_after or _RETRY_AFTER) from error
            if error.status in _FATAL:
                raise Refused(str(error), stop=True) from error
            if error.status in _INVALID:
                raise Refused(str(error)) from error
            # Among these is 500: the server says no more than that, so a call may have been placed.
            raise
        return str(call_sid)

    def statuses(self, call_sids: Collection[str]) -> Mapping[str, str]:
        """Ask for the status of calls.

        Args:
            call_sids: The calls.
        Returns:
            The ``call_status`` of each call that the server knows of, by its call_sid.
        Raises:
            ApiError: The server cannot be asked.
        Blocks: up to the time-out of the client, for each of a few requests.
        """
        statuses: dict[str, str] = {}
        if len(call_sids) > _ONE_BY_ONE:
            for call in self._client.calls.list(direction="outbound"):
                if call.call_sid in call_sids:
                    statuses[call.call_sid] = call.call_status
        for call_sid in call_sids:
            if call_sid not in statuses and (status := self._status(call_sid)):
                statuses[call_sid] = status
        return statuses

    def _status(self, call_sid: str) -> str | None:
        try:
            return self._client.calls.get(call_sid).call_status
        except NotFound:
            # The server keeps the record of a call for an hour, and its entry in the recent calls for longer.
            for recent in self._client.recent_calls.list(filter=call_sid, limit=1):
                return call_status_of(recent.answered, recent.sip_status)
        return None
