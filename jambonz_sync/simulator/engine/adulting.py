"""A dialled leg that becomes a call of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .leg import Leg
from .waits import HookRequest, Verb

__all__ = ["Adulting"]


@dataclass(frozen=True, slots=True)
class Adulting:
    """A leg that goes on without the caller who has dialled it: "adulting", in the word of jambonz.

    Args:
        leg: The leg.
        verbs: The verbs that it begins with.
        parent: The caller, as hooks describe them.
        count: How many legs of the call have gone on alone, with this one.
    """

    leg: Leg
    verbs: list[Verb]
    parent: Mapping[str, Any]
    count: int

    def url(self, url: str) -> str:
        """Return the URL of the app for this leg.

        Args:
            url: That of the app for the caller. The server adds to it for each leg, behind all that is in it; an app of
                webhooks is asked at the root.
        """
        parts = urlsplit(url)
        if parts.scheme in ("ws", "wss"):
            return url + self.count * "/adulting"
        return f"{parts.scheme}://{parts.netloc}/adulting"

    def request(self) -> HookRequest:
        """Return the first message, whose answer is not used."""
        return HookRequest("/adulting", self.leg.describe(parent_call_info=self.parent), "session:adulting")
