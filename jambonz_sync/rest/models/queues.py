"""Queues."""

from __future__ import annotations

from ...model.stored import Model, model

__all__ = ["Queue"]


@model
class Queue(Model):
    """A queue that has callers in it: ``length`` of them."""

    name: str = ""
    length: int = 0
