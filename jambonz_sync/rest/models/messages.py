"""Text messages."""

from __future__ import annotations

from typing import Any

from ...model.stored import StoredModel, stored_model, wired

__all__ = ["SentMessage"]


@stored_model
class SentMessage(StoredModel):
    """A message that a feature server has taken."""

    sid: str = ""
    carrier_response: Any = wired("carrierResponse", default=None)
