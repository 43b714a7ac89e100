"""Webhooks, as parts of other models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from ...model.stored import StoredModel, stored_model

__all__ = ["AnyHook", "Hook"]


@stored_model
class Hook(StoredModel):
    """A webhook. A WebSocket application has a ``ws:`` or ``wss:`` url; the method is POST there too."""

    url: str = ""
    method: str = "POST"
    username: str | None = None
    password: str | None = None
    webhook_sid: str | None = None


#: a webhook as an argument: a url, an object of these fields, or one that was read
AnyHook: TypeAlias = str | Mapping[str, Any] | Hook
