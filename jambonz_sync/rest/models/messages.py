"""Text messages."""

from __future__ import annotations

from typing import Any

from ...model.stored import Model, model, wired

__all__ = ["SentMessage"]


@model
class SentMessage(Model):
    """A message that a feature server has taken."""

    sid: str = ""
    carrier_response: Any = wired("carrierResponse", default=None)
