"""The requests that a phone sends within a call, of the caller or of somebody who is dialled."""

from __future__ import annotations

from collections.abc import Mapping

from ..simulator import Hold, PhoneRequest, Refer, Resume, SipRequest

__all__ = ["PhoneRequests"]


class PhoneRequests:
    """A phone, and the requests that it sends. Threads: that of the test.

    Somebody who is dialled and not connected with the caller yet sends it so many seconds after they are.
    """

    def refers(self, to: str, headers: Mapping[str, str] | None = None, after: float = 0.0) -> None:
        """Send a REFER: whom this phone is connected with is to talk to somebody else.

        Args:
            to: The number or URI.
            headers: Headers of the request: those that begin with ``X-``, ``User-Agent`` and ``Referred-By`` are told
                to the app.
            after: Seconds of the call's own time, from now; of somebody who is dialled, not before they are connected.
        """
        self._send(Refer(to, dict(headers or {})), after)

    def holds(self, after: float = 0.0) -> None:
        """Put whom this phone is connected with by a ``dial`` on hold.

        Args:
            after: Seconds of the call's own time, from now; of somebody who is dialled, not before they are connected.
        """
        self._send(Hold(), after)

    def resumes(self, after: float = 0.0) -> None:
        """Take them off hold again.

        Args:
            after: Seconds of the call's own time, from now; of somebody who is dialled, not before they are connected.
        """
        self._send(Resume(), after)

    def sends_request(
        self, method: str, body: str = "", headers: Mapping[str, str] | None = None, after: float = 0.0
    ) -> None:
        """Send a SIP request, which a ``sipRequestWithinDialogHook`` may be told of.

        Args:
            method: ``INFO`` or ``MESSAGE``.
            body: Its body.
            headers: Its headers.
            after: Seconds of the call's own time, from now; of somebody who is dialled, not before they are connected.
        Raises:
            ValueError: jambonz has no hook for such a request.
        """
        self._send(SipRequest(method, body, dict(headers or {})), after)

    def _send(self, request: PhoneRequest, after: float) -> None:
        raise NotImplementedError
