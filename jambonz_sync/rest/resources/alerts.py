"""Alerts: what went wrong."""

from __future__ import annotations

from .. import models
from ..http.paging import Listing
from ..resource import Resource
from .recent_calls import When, page_count, period

__all__ = ["Alerts"]


class Alerts(Resource):
    """``client.alerts``: of the account, or of the service provider where the client has no account.

    Endpoints:
        list: GET {scope}/Alerts
    """

    def list(
        self,
        *,
        days: int | None = None,
        start: When | None = None,
        end: When | None = None,
        alert_type: str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> Listing[models.Alert]:
        """List what went wrong.

        Args:
            days: In the last so many days; not together with ``start`` and ``end``.
            start: From then on: text in ISO 8601, or a date or time; one without a zone is local.
            end: Up to then; of a day up to its end.
            alert_type: Only those: ``webhook-failure``, ``tts-failure``, ``no-carrier`` ... Newer servers know more.
            page_size: Alerts to fetch at a time, up to 500.
            limit: The most to list; None is all.
        Returns:
            The alerts. Those of a service provider have a time, a message and a detail only.
        Example:
            >>> for alert in client.alerts.list(days=1, alert_type="webhook-failure"):
            ...     print(alert.time, alert.message)
        """
        return self._list(
            models.Alert,
            f"{self._scope.path}/Alerts",
            {**period(days, start, end), "alert_type": alert_type},
            size_name="count",
            page_size=page_count(page_size),
            limit=limit,
        )
