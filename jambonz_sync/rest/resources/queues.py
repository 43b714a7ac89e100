"""Queues that have callers in them."""

from __future__ import annotations

from .. import models
from ..http.paging import Listing
from ..resource import Resource

__all__ = ["Queues"]


class Queues(Resource):
    """``client.queues``.

    Endpoints:
        list: GET /Accounts/{account_sid}/Queues
    """

    def list(self, search: str | None = None) -> Listing[models.Queue]:
        """List the queues that have callers in them.

        Args:
            search: A glob over the whole name: ``sup*``, not ``sup``. None is all.
        Returns:
            The queues. Of a name with colons only what follows the last one is told.
        Example:
            >>> for queue in client.queues.list("support*"):
            ...     print(queue.name, queue.length)
        """
        return self._list(models.Queue, f"{self._scope.account_path}/Queues", {"search": search})
