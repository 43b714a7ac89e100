"""Settings of Gladia, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.declare import Model, model

__all__ = ["GladiaOptions"]


@model(open_since="v11")
class GladiaOptions(Model):
    """Settings of Gladia. jambonz 11 passes on what is given here; older ones take none."""

    extra: Mapping[str, Any] | None = None
