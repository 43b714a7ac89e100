"""Calls: place them, look at them, steer them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from .call_actions import CallActions
from .call_request import call_body

if TYPE_CHECKING:
    from typing import Never, Unpack

    from .http.paging import Listing
    from .http.transport import Timeout
    from .models.calls import Call, CallCount
    from .resource import Options

__all__ = ["Calls", "NewCall"]

CallState = Literal[
    "trying", "ringing", "early-media", "in-progress", "queued", "completed", "failed", "busy", "no-answer"
]


class NewCall(str):
    """The sid of a call that has just been placed. ``call_id`` is the SIP Call-ID of its INVITE, None if not told."""

    __slots__ = ("call_id",)
    call_id: str | None

    def __new__(cls, call_sid: str, call_id: str | None = None) -> NewCall:
        made = super().__new__(cls, call_sid)
        made.call_id = call_id
        return made


class Calls(CallActions):
    """``client.calls``. Place, list and look at calls; the methods of :class:`CallActions` steer a call in progress."""

    def create(
        self,
        *,
        from_: str,
        to: str | Mapping[str, Any],
        application_sid: str | None = None,
        call_hook: str | Mapping[str, Any] | None = None,
        call_status_hook: str | Mapping[str, Any] | None = None,
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
        extra: Mapping[str, Any] | None = None,
        request_timeout: Timeout | None = None,
        max_retries: int | None = None,
        **unknown: Never,
    ) -> NewCall:
        """Place a call and return its sid. It has been dialled then, not answered: the outcome comes by status hook.

        ``to`` is a phone number, a SIP address (``sip:...``), a user (``joe@realm``, ``user:joe``), a Teams number
        (``teams:+1...``) or a target object (``{"type": "phone", "number": ..., "trunk": carrier name}``).
        Either ``application_sid``, which then decides hooks and speech (giving both is refused here, for the
        server would silently overwrite yours), or ``call_hook`` and all five speech values.

        ``timeout`` is the field of the call: seconds to ring (60). ``time_limit`` is the longest duration in
        seconds. ``tag`` comes back in events as customer data. ``amd`` needs an ``action_hook``. ``extra`` holds
        fields newer than this release. The time-out of the request is ``request_timeout`` here.

        Never dials twice: once a byte of the request has left it is not repeated, whatever happens then. If an
        ApiError says ``outcome_unknown``, the call may have been placed. ``sent`` is False where it has not.

        Unknown or wrong fields raise InvalidRequest here, because the server answers them with a bare 500.
        NoFeatureServer (480) means that nothing was dialled, and it is worth trying again later. The key must be
        the account's or an admin's: one of a service provider cannot place calls (400).
        """
        given = {
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
        }
        body = call_body(given, unknown, extra)
        answer = self._created(f"{self._account()}/Calls", body, timeout=request_timeout, max_retries=max_retries)
        return NewCall(answer["sid"], answer.get("callId"))

    def list(
        self,
        *,
        direction: Literal["inbound", "outbound"] | None = None,
        from_: str | None = None,
        to: str | None = None,
        call_status: CallState | None = None,
        limit: int | None = None,
        **options: Unpack[Options],
    ) -> Listing[Call]:
        """The calls that the system has a record of, in no order, filtered by exact values.

        Ended calls stay for up to an hour, so ask for ``call_status="in-progress"`` to see who is talking. A call
        that goes on for longer than that without a change of status drops out. Empty records are left out.
        """
        from .models.calls import Call

        # The server knows the last one by its camelCase name only, and ignores any other in silence.
        query = {"direction": direction, "from": from_, "to": to, "callStatus": call_status}

        path = f"{self._account()}/Calls"
        return self._list(Call, path, query, limit=limit, keep=lambda item: item.get("call_sid"), **options)

    def get(self, call_sid: str, **options: Unpack[Options]) -> Call:
        """The record of a call. NotFound if there is none (any more: an hour after its last change of status)."""
        from .models.calls import Call

        return self._get(Call, self._path(call_sid), **options)

    def delete(self, call_sid: str, **options: Unpack[Options]) -> None:
        """Erase the record of a call. This does not hang up: the call goes on, and can no longer be steered.

        To end a call use :meth:`hangup`.
        """
        self._http.send("DELETE", self._path(call_sid), **options)

    def count(self, **options: Unpack[Options]) -> CallCount:
        """How many calls are up: ``inbound`` and ``outbound``. Zeros, too, where the system does not count."""
        from .models.calls import CallCount

        return self._get(CallCount, f"{self._account()}/CallCount", **options)
