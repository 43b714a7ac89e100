"""Limits of accounts and service providers."""

from __future__ import annotations

from typing import Literal, get_args

from .. import models
from ..checks import one_of
from ..http.paging import Listing
from ..resource import Resource

__all__ = ["Category", "Limits"]

#: things that can be limited: requests, calls at a time, devices, minutes; the last two are those of a license
Category = Literal[
    "api_rate",
    "voice_call_session",
    "device",
    "voice_call_minutes",
    "voice_call_session_license",
    "voice_call_minutes_license",
]


class Limits(Resource):
    """``client.limits``: of the account, or of the service provider where the client has no account.

    Endpoints:
        list: GET {scope}/Limits
        set: POST {scope}/Limits
        delete: DELETE {scope}/Limits
    """

    def list(self, category: Category | None = None) -> Listing[models.Limit]:
        """List the limits that are set.

        Args:
            category: Only that one; None is all.
        Returns:
            The limits.
        Example:
            >>> limits = {limit.category: limit.quantity for limit in client.limits.list()}
        """
        return self._list(models.Limit, f"{self._scope.path}/Limits", {"category": category})

    def set(self, category: Category, quantity: int) -> str:
        """Set the limit of a category, whether there was one or not.

        Args:
            category: The thing to limit.
            quantity: The most there may be.
        Returns:
            The sid of the limit.
        Example:
            >>> client.limits.set("voice_call_session", 50)
        """
        one_of(category, get_args(Category), "category")
        return self._create(f"{self._scope.path}/Limits", {"category": category, "quantity": quantity})

    def delete(self, category: Category) -> None:
        """Take the limit of a category away.

        Args:
            category: The one to take away. There is no default: without one the server would take all away.
        Example:
            >>> client.limits.delete("voice_call_session")
        """
        one_of(category, get_args(Category), "category")
        self._remove(f"{self._scope.path}/Limits", {"category": category})
