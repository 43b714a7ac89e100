"""Calls that are over: their records, traces, logs and recordings."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import IO, Any, Literal, get_args

from .. import models
from ..checks import one_of, sid
from ..http.body import save
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..resource import Resource, segment

__all__ = ["RecentCalls"]

#: text in ISO 8601, or a date or time; one without a zone is local
When = str | date | datetime
#: a path, or a file that is open for writing bytes
Target = str | os.PathLike[str] | IO[bytes]
#: is told how many bytes there are so far, and how many there will be (None: the server did not say)
Progress = Callable[[int, int | None], object]

Direction = Literal["inbound", "outbound"]
Format = Literal["mp3", "wav"]
Method = Literal["invite", "register"]


class RecentCalls(Resource):
    """``client.recent_calls``: of the account, or of the service provider where the client has no account.

    Endpoints:
        list: GET {scope}/RecentCalls
        sip_trace: GET {scope}/RecentCalls/{sip_callid}
        download_pcap: GET {scope}/RecentCalls/{sip_callid}/{method}/pcap
        trace: GET {scope}/RecentCalls/trace/{trace_id}
        logs: GET /Accounts/{account_sid}/RecentCalls/{call_sid}/logs - read; AWS only: elsewhere 400, which was run
        download_recording: GET /Accounts/{account_sid}/RecentCalls/{call_sid}/record/{yyyy}/{mm}/{dd}/{format}
        delete_recording: DELETE /Accounts/{account_sid}/RecentCalls/{call_sid}/record/{yyyy}/{mm}/{dd}/{format}
    """

    def list(
        self,
        *,
        days: int | None = None,
        start: When | None = None,
        end: When | None = None,
        direction: Direction | None = None,
        answered: bool | None = None,
        trunk: str | None = None,
        filter: str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> Listing[models.RecentCall]:
        """List call detail records, newest first.

        Args:
            days: Only calls of the last so many days; not together with ``start`` and ``end``.
            start: From then on: text in ISO 8601, or a date or time; one without a zone is local.
            end: Up to then; of a day up to its end.
            direction: Only calls that came in, or went out.
            answered: Only calls that were, or were not.
            trunk: Only calls of this carrier, by name.
            filter: A part of a number, or a call sid. The server makes a regular expression of it, so a plus is
                taken off, and all but letters, digits and dashes is refused.
            page_size: Records to fetch at a time, up to 500.
            limit: The most to list; None is all.
        Returns:
            The records.
        Example:
            >>> for call in client.recent_calls.list(days=7, direction="inbound", answered=False):
            ...     print(call.attempted_at, call.from_, call.termination_reason)
        """
        query = period(days, start, end)
        if direction is not None:
            query["direction"] = one_of(direction, get_args(Direction), "direction")
        query["answered"] = None if answered is None else str(answered).lower()
        query["trunk"] = trunk
        query["filter"] = None if filter is None else _filter(filter)
        return self._list(
            models.RecentCall,
            f"{self._scope.path}/RecentCalls",
            query,
            size_name="count",
            page_size=page_count(page_size),
            limit=limit,
        )

    def sip_trace(self, sip_callid: str) -> Any:
        """Fetch the SIP messages of a call.

        Args:
            sip_callid: The SIP Call-ID (of a record, or ``call_id`` of a new call), not the call sid.
        Returns:
            The JSON of Homer.
        Raises:
            BadRequest: Homer is not set up.
        Example:
            >>> for call in client.recent_calls.list(filter=call_sid, limit=1):
            ...     if call.sip_callid:
            ...         print(client.recent_calls.sip_trace(call.sip_callid))
        """
        return self._http.get(f"{self._scope.path}/RecentCalls/{segment(sip_callid, 'sip_callid')}")

    def download_pcap(
        self, sip_callid: str, target: Target, *, method: Method = "invite", progress: Progress | None = None
    ) -> int:
        """Write the SIP messages of a call as a packet capture.

        Args:
            sip_callid: The SIP Call-ID, not the call sid.
            target: A file that is open for writing bytes, or a path. A file that is named is complete or not there.
            method: The SIP method that they began with.
            progress: Called after each piece with the bytes so far and those in all (None: nobody knows).
        Returns:
            The size in bytes.
        Raises:
            BadRequest: Homer is not set up.
        Blocks: for as long as it comes; the read time-out is for each piece. It is not repeated.
        Example:
            >>> client.recent_calls.download_pcap(sip_callid, "call.pcap")
        """
        one_of(method, get_args(Method), "method")
        path = f"{self._scope.path}/RecentCalls/{segment(sip_callid, 'sip_callid')}/{method}/pcap"
        return self._download(path, target, progress)

    def trace(self, trace_id: str) -> Any:
        """Fetch the OpenTelemetry spans of a call.

        Args:
            trace_id: The trace id of the call's record.
        Returns:
            The JSON of Jaeger.
        Raises:
            NotFound: There are none, or Jaeger is not set up.
        Example:
            >>> client.recent_calls.trace(trace_id)
        """
        return self._http.get(f"{self._scope.path}/RecentCalls/trace/{segment(trace_id, 'trace_id')}")

    def logs(self, call_sid: str, *, log_group: str | None = None) -> Sequence[Any]:
        """Fetch the feature server's log of a call. On AWS only.

        Args:
            call_sid: The call.
            log_group: Name of the log group in CloudWatch; None is the server's own.
        Returns:
            The lines.
        Raises:
            BadRequest: The system does not run on AWS.
        Example:
            >>> for line in client.recent_calls.logs(call_sid):
            ...     print(line)
        """
        path = f"{self._scope.account_path}/RecentCalls/{sid(call_sid, 'call_sid')}/logs"
        answer = self._http.get(path, {"logGroupName": log_group} if log_group else None)
        return tuple(answer) if isinstance(answer, (list, tuple)) else (answer,)

    def download_recording(
        self,
        call_sid: str,
        target: Target,
        *,
        day: date,
        format: Format = "mp3",
        progress: Progress | None = None,
    ) -> int:
        """Write the recording of a call, piece by piece.

        Args:
            call_sid: The call.
            target: A file that is open for writing bytes, or a path. A file that is named is complete or not there.
            day: The day in the record's ``recording_url`` (UTC).
            format: The ``record_format`` of the account.
            progress: Called after each piece with the bytes so far and those in all (None: nobody knows).
        Returns:
            The size in bytes.
        Raises:
            NotFound: There is no recording.
        Blocks: for as long as it comes; the read time-out is for each piece. It is not repeated.
        Example:
            >>> from datetime import date
            >>> client.recent_calls.download_recording(call_sid, "call.mp3", day=date(2026, 3, 7))
        """
        return self._download(self._recording(call_sid, day, format), target, progress)

    def delete_recording(self, call_sid: str, *, day: date, format: Format = "mp3") -> None:
        """Delete the recording of a call.

        Args:
            call_sid: The call.
            day: The day in the record's ``recording_url`` (UTC).
            format: The ``record_format`` of the account.
        Raises:
            NotFound: There is no recording.
        Example:
            >>> from datetime import date
            >>> client.recent_calls.delete_recording(call_sid, day=date(2026, 3, 7))
        """
        self._remove(self._recording(call_sid, day, format))

    def _recording(self, call_sid: str, day: date, format: Format) -> str:
        one_of(format, get_args(Format), "format")
        if not isinstance(day, date):
            raise InvalidRequest("day is a date", field="day")
        return f"{self._scope.account_path}/RecentCalls/{sid(call_sid, 'call_sid')}/record/{day:%Y/%m/%d}/{format}"

    def _download(self, path: str, target: Target, progress: Progress | None) -> int:
        with self._http.stream(path) as response:
            return save(response, target, progress)


def period(days: int | None, start: When | None, end: When | None) -> dict[str, Any]:
    """Make the query for the last ``days``, or for the time from ``start`` to ``end``."""
    if days is not None:
        if start is not None or end is not None:
            raise InvalidRequest("give days, or start and end, not both", field="days")
        if not isinstance(days, int) or days < 1:
            raise InvalidRequest(f"days is a number from 1, not {days!r}", field="days")
        return {"days": days}
    moments = {"start": instant(start, "start", time.min), "end": instant(end, "end", time.max)}
    return {name: None if moment is None else _as_text(moment) for name, moment in moments.items()}


def page_count(size: int) -> int:
    """Return the size of a page if the server takes it."""
    if not isinstance(size, int) or not 1 <= size <= 500:
        raise InvalidRequest(f"page_size is from 1 to 500, not {size!r}", field="page_size")
    return size


def instant(when: When | None, name: str, of_day: time) -> datetime | None:
    """Return the time that ``when`` means, in UTC; of a day it is ``of_day``.

    Raises InvalidRequest for what is no time: the server answers that with an empty page, or a 500.
    """
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
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return moment.replace(tzinfo=UTC)  # at the ends of time a zone makes no difference


def _as_text(moment: datetime) -> str:
    """Write a time as the server reads it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _filter(text: str) -> str:
    plain = text.strip().removeprefix("+")
    if not plain or not plain.isascii() or not plain.replace("-", "").isalnum():
        raise InvalidRequest(
            "filter takes letters, digits and dashes: the server makes a regular expression of it", field="filter"
        )
    return plain
