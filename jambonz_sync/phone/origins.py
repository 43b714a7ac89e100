"""Which line of the app a message or a verb comes from: what its process tells, set beside what has arrived.

The app tells of each verb and command that it sends, in order, beside the wire; both ways are of different speed. So
the first that is told under a fingerprint belongs to the first that arrives with it, whichever comes first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from ..server.development import Origin, Place, fingerprint

__all__ = ["OriginFinder"]

_WAYS: tuple[Literal["sent"], Literal["made"]] = ("sent", "made")
#: lines that one message is said to come from
_MOST_LINES = 20


@dataclass(eq=False)
class _Item:
    """A verb or a command that has arrived, or has been told of."""

    fingerprint: str
    origin: Origin | None = None
    #: the records of the message that it is in, and of the verb that runs
    records: list[int] = field(default_factory=list[int])


class OriginFinder:
    """Finds the lines of one call. It has no lock: whoever calls it has.

    Args:
        found: Called with the id of a record, a line that it comes from, and if that has ``made`` or ``sent`` it.
    """

    def __init__(self, found: Callable[[int, Place, Literal["made", "sent"]], None]) -> None:
        self._found = found
        # fingerprint -> what has been told and has not arrived; what has arrived and has not been told
        self._told: dict[str, deque[Origin]] = {}
        self._arrived: dict[str, deque[_Item]] = {}
        # the verbs that have not begun, in order; and those whose turn never came
        self._waiting: list[_Item] = []
        self._replaced: dict[str, _Item] = {}
        # record -> the lines that have been found for it
        self._known: dict[int, set[tuple[Place, str]]] = {}

    def tell(self, origins: Iterable[Origin]) -> None:
        """Take in what the app tells.

        Args:
            origins: The origins of what it has sent, in order.
        """
        for origin in origins:
            arrived = self._arrived.get(origin.fingerprint)
            if arrived:
                item = arrived.popleft()
                item.origin = origin
                for record in item.records:
                    self._show(record, origin)
            else:
                self._told.setdefault(origin.fingerprint, deque()).append(origin)

    def arrive(self, record: int, message: object, *, is_answer: bool) -> None:
        """Take in a message of the app.

        Args:
            record: The id of its record.
            message: The message, or the answer to a webhook.
            is_answer: True for the answer to a webhook, which is verbs alone.
        """
        verbs, replaces = (message, True) if is_answer else _verbs_of(message)
        if not isinstance(verbs, list):
            if not is_answer and isinstance(message, dict) and message.get("type") == "command":
                self._take(record, message)
            return
        if replaces and verbs:
            self._replaced = {item.fingerprint: item for item in self._waiting}
            self._waiting = []
        for verb in cast("list[object]", verbs):
            self._waiting.append(self._take(record, verb))

    def begin(self, record: int, verb: Mapping[str, Any]) -> None:
        """Take in that a verb begins.

        Args:
            record: The id of its record.
            verb: The verb.
        """
        digest = fingerprint(verb)
        item = next((each for each in self._waiting if each.fingerprint == digest), None)
        if item is not None:
            self._waiting.remove(item)
        else:
            item = self._replaced.get(digest)
        if item is not None:
            item.records.append(record)
            if item.origin is not None:
                self._show(record, item.origin)

    def _take(self, record: int, content: object) -> _Item:
        item = _Item(fingerprint(content), records=[record])
        told = self._told.get(item.fingerprint)
        if told:
            item.origin = told.popleft()
            self._show(record, item.origin)
        else:
            self._arrived.setdefault(item.fingerprint, deque()).append(item)
        return item

    def _show(self, record: int, origin: Origin) -> None:
        known = self._known.setdefault(record, set())
        for how in _WAYS:
            place = origin.sent if how == "sent" else origin.made
            if place is not None and (place, how) not in known and len(known) < _MOST_LINES:
                known.add((place, how))
                self._found(record, place, how)


def _verbs_of(message: object) -> tuple[object, bool]:
    """Return the verbs of a message on a WebSocket, and True if they replace those that wait; None if it has none."""
    if not isinstance(message, dict):
        return None, False
    fields = cast("dict[str, Any]", message)
    if fields.get("type") == "ack":
        return fields.get("data"), True
    if fields.get("command") == "redirect":
        return fields.get("data"), not fields.get("queueCommand")
    return None, False
