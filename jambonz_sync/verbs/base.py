"""The base of all verbs, and advice that is logged once."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from ..model.codecs import check_codecs
from ..model.declare import Model, ServerTarget, model

__all__ = ["Headers", "Verb", "advice_collected", "advise", "finish_codecs"]

#: SIP headers by name
Headers = Mapping[str, str | float]

log = logging.getLogger("jambonz_sync.verbs")


@model
class Verb(Model):
    """Base of all verbs. Each declares ``id`` and ``extra`` as its last options.

    Args:
        id: A name of your choice, which ``verb:status`` events carry.
    """


def finish_codecs(wire: dict[str, Any], _server_target: ServerTarget) -> None:
    """Refuse a name in ``codecs`` that no codec has: it would void the list.

    Args:
        wire: The options on the wire.
    """
    if "codecs" in wire:
        check_codecs(wire["codecs"])


_advised: set[str] = set()
_collected: ContextVar[list[str] | None] = ContextVar("collected_advice", default=None)


@contextmanager
def advice_collected() -> Iterator[list[str]]:
    """Collect all advice that is given in the block, in place of logging it once."""
    advice: list[str] = []
    token = _collected.set(advice)
    try:
        yield advice
    finally:
        _collected.reset(token)


def advise(topic: str, text: str) -> None:
    """Log advice about a known trap, once in the life of the process.

    Args:
        topic: Name of the trap.
        text: The advice.
    """
    collected = _collected.get()
    if collected is not None:
        collected.append(text)
    elif topic not in _advised:
        _advised.add(topic)
        log.warning(text)
