"""Conferences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.stored import StoredModel, stored_model, wired

__all__ = ["ConferenceRoom", "ListenFork"]


@stored_model
class ConferenceRoom(StoredModel):
    """A conference with those who are in it (newer servers than 0.9)."""

    name: str = ""
    duration: int | None = None
    members: tuple[Mapping[str, Any], ...] = ()


@stored_model
class ListenFork(StoredModel):
    """A stream of a conference's audio (newer servers than 0.9)."""

    bot_member_id: int | None = wired("botMemberId", default=None)
    bot_id: str | None = wired("botId", default=None)
