"""Calls: place them, look at them, steer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from . import models
from .call_actions import CallActions
from .call_request import call_body
from .call_wait import Milestone, call_from_recent, wait_for_call
from .http.errors import NotFound, ServerError
from .http.paging import Listing

if TYPE_CHECKING:
    from typing import Never

__all__ = ["Calls", "NewCall"]

Direction = Literal["inbound", "outbound"]
CallState = Literal[
    "trying", "ringing", "early-media", "in-progress", "queued", "completed", "failed", "busy", "no-answer"
]


class NewCall(str):
    """The sid of a call that has just been placed. ``call_id`` is the SIP Call-ID of its INVITE, None if not told."""

    __slots__ = ("call_id",)
    call_id: str | None

    def __new__(cls, call_sid: str, call_id: str | None = None) -> NewCall:
        call = super().__new__(cls, call_sid)
        call.call_id = call_id
        return call


class Calls(CallActions):
    """``client.calls``. Place, list and look at calls; the methods of :class:`CallActions` steer a call in progress.

    Endpoints:
        create: POST /Accounts/{account_sid}/Calls - run with a stub of the feature server
        list: GET /Accounts/{account_sid}/Calls
        get: GET /Accounts/{account_sid}/Calls/{call_sid}
        wait: GET /Accounts/{account_sid}/Calls/{call_sid} - in part; the requests of get and recent_calls.list
        delete: DELETE /Accounts/{account_sid}/Calls/{call_sid} - erases the record, does not hang up
        count: GET /Accounts/{account_sid}/CallCount
        noise_isolation, agent_update, transfer: PUT /Accounts/{account_sid}/Calls/{call_sid} - newer; 0.9 answers 400
        room_say, room_play, llm_status: PUT /Accounts/{account_sid}/Calls/{call_sid} - newer; 0.9 answers 400
        others: PUT /Accounts/{account_sid}/Calls/{call_sid} - in part
    """

    def create(
        self,
        *,
        from_: str,
        to: str | Mapping[str, Any],
        application_sid: str | None = None,
        call_hook: models.AnyHook | None = None,
        call_status_hook: models.AnyHook | None = None,
        speech_synthesis_vendor: str | None = None,
        speech_synthesis_language: str | None = None,
        speech_synthesis_voice: str | None = None,
        speech_recognizer_vendor: str | None = None,
        speech_recognizer_language: str | None = None,
        caller_name: str | None = None,
        from_host: str | None = None,
        headers: Mapping[str, str] | None = None,
        tag: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        time_limit: float | None = None,
        amd: Mapping[str, Any] | None = None,
        dual_streams: bool | None = None,
        sip_request_within_dialog_hook: str | None = None,
        refer_hook: str | Mapping[str, Any] | None = None,
        codecs: Sequence[str] | None = None,
        extra: Mapping[str, Any] | None = None,
        **unknown: Never,
    ) -> NewCall:
        """Place a call. It has been dialled then, not answered: the outcome comes by status hook.

        Never dials twice: once a byte of the request has left it is not repeated, whatever happens then. If an
        ApiError says ``outcome_unknown``, the call may have been placed. ``sent`` is False where it has not.

        Either ``application_sid``, which then decides hooks and speech (giving both is refused here, for the
        server would silently overwrite yours), or ``call_hook`` and all five speech values.

        Args:
            from_: The number that calls, 1 to 256 characters.
            to: A phone number, a SIP address (``sip:...``), a user (``joe@realm``, ``user:joe``), a Teams number
                (``teams:+1...``) or a target object (``{"type": "phone", "number": ..., "trunk": carrier name}``).
            application_sid: The application that the call runs.
            call_hook: Asked for the verbs of the call, once it is answered: a full http(s) or ws(s) url.
            call_status_hook: Told how the call goes.
            speech_synthesis_vendor: The vendor that speaks; with ``_language`` and ``_voice``.
            speech_synthesis_language: Like ``en-US``.
            speech_synthesis_voice: The vendor's name for it.
            speech_recognizer_vendor: The vendor that hears; with ``_language``.
            speech_recognizer_language: Like ``en-US``.
            caller_name: The display name.
            from_host: The host part of the From header.
            headers: More SIP headers.
            tag: Comes back in the call's events as customer data.
            timeout: Seconds to ring; 60 by default. That of the request is an option of the client:
                ``client.with_options(timeout=...)``.
            time_limit: The most seconds that the call may last.
            amd: Tell people from machines: ``action_hook`` is needed, and told the result.
            dual_streams: Offer the far end two streams of audio.
            sip_request_within_dialog_hook: Told of SIP requests of the far end within the call: a url.
            refer_hook: Asked when the far end sends a REFER.
            codecs: The codecs to offer, the best first: ``["G722", "PCMU"]``, in upper or lower case. One that the
                media server lacks makes it ignore them all, so a name that no codec has is refused here. For jambonz
                11: older servers fail the call.
            extra: Fields newer than this release, which are sent as they are.
            unknown: Any other is refused by name, because the server answers it with a bare 500.
        Returns:
            The sid of the call.
        Raises:
            InvalidRequest: A field is unknown or wrong. Nothing has been sent.
            NoFeatureServer: Nothing was dialled; it is worth trying again later.
            BadRequest: Among others, the key is a service provider's, which cannot place calls. That of the account
                or of an admin can.
        Example:
            >>> client.calls.create(
            ...     from_="+15085551212",
            ...     to="+15085551213",
            ...     application_sid=application_sid,
            ...     tag={"order": 4711},
            ...     timeout=30,
            ... )
        """
        arguments = {
            "from_": from_,
            "to": to,
            "application_sid": application_sid,
            "call_hook": call_hook,
            "call_status_hook": call_status_hook,
            "speech_synthesis_vendor": speech_synthesis_vendor,
            "speech_synthesis_language": speech_synthesis_language,
            "speech_synthesis_voice": speech_synthesis_voice,
            "speech_recognizer_vendor": speech_recognizer_vendor,
            "speech_recognizer_language": speech_recognizer_language,
            "caller_name": caller_name,
            "from_host": from_host,
            "headers": headers,
            "tag": tag,
            "timeout": timeout,
            "time_limit": time_limit,
            "amd": amd,
            "dual_streams": dual_streams,
            "sip_request_within_dialog_hook": sip_request_within_dialog_hook,
            "refer_hook": refer_hook,
            "codecs": codecs,
        }
        answer = self._created(f"{self._scope.account_path}/Calls", call_body(arguments, unknown, extra))
        return NewCall(answer["sid"], answer.get("callId"))

    def list(
        self,
        *,
        direction: Direction | None = None,
        from_: str | None = None,
        to: str | None = None,
        call_status: CallState | None = None,
        limit: int | None = None,
    ) -> Listing[models.Call]:
        """List the calls that the system has a record of, in no order, filtered by exact values.

        Ended calls stay for up to an hour, so ask for ``call_status="in-progress"`` to see who is talking. A call
        that goes on for longer than that without a change of status drops out. Empty records are left out.

        Args:
            direction: Only calls that came in, or were placed.
            from_: Only calls from this number.
            to: Only calls to this number.
            call_status: Only calls in this state.
            limit: The most to list; None is all.
        Returns:
            The calls.
        Example:
            >>> for call in client.calls.list(call_status="in-progress", direction="inbound"):
            ...     print(call.call_sid, call.from_)
        """
        # The server knows the last one by its camelCase name only, and ignores any other in silence.
        query = {"direction": direction, "from": from_, "to": to, "callStatus": call_status}
        path = f"{self._scope.account_path}/Calls"
        return self._list(models.Call, path, query, limit=limit, keep=lambda item: item.get("call_sid"))

    def get(self, call_sid: str) -> models.Call:
        """Fetch the record of a call.

        Args:
            call_sid: The call.
        Returns:
            The record.
        Raises:
            NotFound: There is none (any more: an hour after its last change of status).
        """
        return self._get(models.Call, self._path(call_sid))

    def wait(self, call_sid: str, until: Milestone = "completed", timeout: float = 3600.0) -> models.Call:
        """Wait until a call has ended, or has come to another state.

        The call is looked at every 0.5 to 5 seconds. While the server cannot be asked, the waiting goes on.

        Args:
            call_sid: The call.
            until: ``"completed"``: the call has ended, in any way; its ``call_status`` tells in which.
                ``"in-progress"``: it was answered. It may have been hung up since: then it has ``ended``.
                ``"early-media"`` and ``"ringing"``: it has come that far, or was answered.
            timeout: Seconds to wait; an hour by default.
        Returns:
            The record of the call. Of one that ended more than an hour ago it is made from the recent calls.
        Raises:
            CallEndedEarly: It has ended without coming to that state: it was busy, not answered, or failed.
            CallWaitTimeout: It has not come to that state in time. It goes on.
            NotFound: There is no such call.
            InvalidRequest: There is no such state.
        Blocks: up to ``timeout``, and for the answer to the last request.
        Example:
            >>> from jambonz_sync.rest import CallEndedEarly
            >>> try:
            ...     client.calls.wait(call_sid, until="in-progress", timeout=60)
            ... except CallEndedEarly as error:
            ...     print("nobody has answered:", error.call_status)
        """
        path = self._path(call_sid)
        return wait_for_call(lambda: self._look(path, call_sid), call_sid, until, timeout)

    def _look(self, path: str, call_sid: str) -> models.Call | None:
        """Return the record of a call, from the recent calls if it has dropped out; None if there is none."""
        with suppress(NotFound):
            return self._get(models.Call, path)
        with suppress(NotFound, ServerError):  # the latter from servers without recent calls
            filters = {"filter": call_sid}
            recents = f"{self._scope.account_path}/RecentCalls"
            for recent in self._list(models.RecentCall, recents, filters, size_name="count", page_size=1, limit=1):
                return call_from_recent(recent)
        return None

    def delete(self, call_sid: str) -> None:
        """Erase the record of a call.

        This does not hang up: the call goes on, and can no longer be steered. To end a call use :meth:`hangup`.

        Args:
            call_sid: The call.
        """
        self._remove(self._path(call_sid))

    def count(self) -> models.CallCount:
        """Count the calls that are up.

        Returns:
            ``inbound`` and ``outbound``; zeros, too, where the system does not count.
        """
        return self._get(models.CallCount, f"{self._scope.account_path}/CallCount")
