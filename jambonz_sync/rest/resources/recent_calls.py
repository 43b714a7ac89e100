"""What was: call detail records, traces, recordings, alerts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import IO, TYPE_CHECKING, Any, Literal

from ..checks import one_of, sid
from ..http.errors import InvalidRequest
from ..resource import Resource, segment

if TYPE_CHECKING:
    import os
    from typing import Unpack

    from ..http.paging import Listing
    from ..http.transport import Timeout
    from ..models.recent_calls import Alert, RecentCall
    from ..resource import Options

    #: text in ISO 8601, or a date or time; one without a zone is local
    When = str | date | datetime
    #: a path, or a file that is open for writing bytes
    Target = str | os.PathLike[str] | IO[bytes]
    #: is told how many bytes there are so far, and how many there will be (None: the server did not say)
    Progress = Callable[[int, int | None], object]

__all__ = ["Alerts", "RecentCalls"]


class RecentCalls(Resource):
    """``client.recent_calls``: of the account, or of the service provider where the client has no account."""

    def list(
        self,
        *,
        days: int | None = None,
        start: When | None = None,
        end: When | None = None,
        direction: Literal["inbound", "outbound"] | None = None,
        answered: bool | None = None,
        trunk: str | None = None,
        filter: str | None = None,
        page_size: int = 100,
        limit: int | None = None,
        **options: Unpack[Options],
    ) -> Listing[RecentCall]:
        """The call detail records, newest first: of the last ``days``, or from ``start`` to ``end``, not both.

        ``filter`` is a part of a number, or a call sid. The server makes a regular expression of it, so a plus is
        taken off and all but letters, digits and dashes is refused. ``page_size`` is at most 500.
        """
        from ..models.recent_calls import RecentCall

        query = _period(days, start, end)
        if direction is not None:
            query["direction"] = one_of(direction, ("inbound", "outbound"), "direction")
        query["answered"] = None if answered is None else str(answered).lower()
        query["trunk"] = trunk
        query["filter"] = None if filter is None else _filter(filter)
        return self._list(
            RecentCall,
            f"{self._scope()}/RecentCalls",
            query,
            size_name="count",
            page_size=_count(page_size),
            limit=limit,
            **options,
        )

    def sip_trace(self, sip_callid: str, **options: Unpack[Options]) -> Any:
        """The SIP messages of a call, as Homer gives them. BadRequest where Homer is not set up.

        By SIP Call-ID (``sip_callid`` of a record, ``call_id`` of a new call), not by call sid.
        """
        return self._http.get(f"{self._scope()}/RecentCalls/{segment(sip_callid, 'sip_callid')}", **options)

    def download_pcap(
        self,
        sip_callid: str,
        target: Target,
        *,
        method: Literal["invite", "register"] = "invite",
        progress: Progress | None = None,
        timeout: Timeout | None = None,
    ) -> int:
        """Write the SIP messages of a call as a packet capture, and return its size in bytes."""
        one_of(method, ("invite", "register"), "method")
        path = f"{self._scope()}/RecentCalls/{segment(sip_callid, 'sip_callid')}/{method}/pcap"
        return self._download(path, target, progress, timeout)

    def trace(self, trace_id: str, **options: Unpack[Options]) -> Any:
        """The OpenTelemetry spans of a call. NotFound also where Jaeger is not set up."""
        return self._http.get(f"{self._scope()}/RecentCalls/trace/{segment(trace_id, 'trace_id')}", **options)

    def logs(self, call_sid: str, *, log_group: str | None = None, **options: Unpack[Options]) -> Sequence[Any]:
        """The feature server's log of a call. On AWS only; elsewhere BadRequest."""
        path = f"{self._account()}/RecentCalls/{sid(call_sid, 'call_sid')}/logs"
        answer = self._http.get(path, {"logGroupName": log_group} if log_group else None, **options)
        return tuple(answer) if isinstance(answer, (list, tuple)) else (answer,)

    def download_recording(
        self,
        call_sid: str,
        target: Target,
        *,
        day: date,
        format: Literal["mp3", "wav"] = "mp3",
        progress: Progress | None = None,
        timeout: Timeout | None = None,
    ) -> int:
        """Write the recording of a call, piece by piece, and return its size in bytes. NotFound if there is none.

        ``day`` is the one in the record's ``recording_url`` (UTC). A file that is named is complete or not there.
        ``progress`` is called after each piece. The read time-out is for each piece.
        """
        return self._download(self._recording(call_sid, day, format), target, progress, timeout)

    def delete_recording(
        self, call_sid: str, *, day: date, format: Literal["mp3", "wav"] = "mp3", **options: Unpack[Options]
    ) -> None:
        """Delete the recording of a call."""
        self._remove(self._recording(call_sid, day, format), **options)

    def _recording(self, call_sid: str, day: date, format: str) -> str:
        one_of(format, ("mp3", "wav"), "format")
        if not isinstance(day, date):
            raise InvalidRequest("day is a date", field="day")
        return f"{self._account()}/RecentCalls/{sid(call_sid, 'call_sid')}/record/{day:%Y/%m/%d}/{format}"

    def _download(self, path: str, target: Target, progress: Progress | None, timeout: Timeout | None) -> int:
        from ..http.body import save

        with self._http.stream(path, timeout=timeout) as response:
            return save(response, target, progress)


class Alerts(Resource):
    """``client.alerts``: of the account, or of the service provider where the client has no account."""

    def list(
        self,
        *,
        days: int | None = None,
        start: When | None = None,
        end: When | None = None,
        alert_type: str | None = None,
        page_size: int = 100,
        limit: int | None = None,
        **options: Unpack[Options],
    ) -> Listing[Alert]:
        """What went wrong in the last ``days``, or from ``start`` to ``end``, not both. ``page_size`` is up to 500."""
        from ..models.recent_calls import Alert

        query = {**_period(days, start, end), "alert_type": alert_type}
        return self._list(
            Alert,
            f"{self._scope()}/Alerts",
            query,
            size_name="count",
            page_size=_count(page_size),
            limit=limit,
            **options,
        )


def _period(days: int | None, start: When | None, end: When | None) -> dict[str, Any]:
    if days is not None:
        if start is not None or end is not None:
            raise InvalidRequest("give days, or start and end, not both", field="days")
        if not isinstance(days, int) or days < 1:
            raise InvalidRequest(f"days is a number from 1, not {days!r}", field="days")
        return {"days": days}
    return {"start": _instant(start, "start", time.min), "end": _instant(end, "end", time.max)}


def _instant(when: When | None, name: str, of_day: time) -> str | None:
    """``when`` as the server reads it: ISO 8601, UTC. What it cannot read it answers with an empty page."""
    if when is None:
        return None
    if isinstance(when, str):
        try:
            when = date.fromisoformat(when) if len(when) == 10 else datetime.fromisoformat(when)
        except ValueError:
            raise InvalidRequest(f"{name} is a time in ISO 8601, not {when!r}", field=name) from None
    if not isinstance(when, date):
        raise InvalidRequest(f"{name} is a date, a time, or text of one, not {type(when).__name__}", field=name)
    moment = when if isinstance(when, datetime) else datetime.combine(when, of_day)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _filter(text: str) -> str:
    plain = text.strip().removeprefix("+")
    if not plain or not plain.isascii() or not plain.replace("-", "").isalnum():
        raise InvalidRequest(
            "filter takes letters, digits and dashes: the server makes a regular expression of it", field="filter"
        )
    return plain


def _count(size: int) -> int:
    if not isinstance(size, int) or not 1 <= size <= 500:
        raise InvalidRequest(f"page_size is from 1 to 500, not {size!r}", field="page_size")
    return size
