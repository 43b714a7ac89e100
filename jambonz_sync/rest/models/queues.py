"""Queues."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model

__all__ = ["Queue"]


@stored_model
class Queue(StoredModel):
    """A queue that has callers in it: ``length`` of them."""

    name: str = ""
    length: int = 0
