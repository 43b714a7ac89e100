"""Settings of a recognizer of your own, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.declare import Model, model

__all__ = ["CustomOptions"]


@model
class CustomOptions(Model):
    """Settings of a recognizer of your own.

    Args:
        auth_token: Token for your service.
        uri: WebSocket URL of your service.
        sample_rate: Rate in Hz.
        options: Further settings, passed on untouched.
    """

    auth_token: str | None = None
    uri: str | None = None
    sample_rate: int | None = None
    options: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] | None = None
