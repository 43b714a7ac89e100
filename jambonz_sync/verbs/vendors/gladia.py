"""Settings of Gladia, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.declare import Model, model

__all__ = ["GladiaOptions"]


@model
class GladiaOptions(Model):
    """Settings of Gladia: there are none so far."""

    extra: Mapping[str, Any] | None = None
