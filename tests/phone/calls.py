"""Calls as their records, which the page draws without an app: what each state of it looks like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["answered", "hello", "long_call", "long_records", "numbered", "raised", "two_legs"]

TALK = (
    ("app", "Hello, this is the bakery. What would you like?"),
    ("caller", "two loaves of rye"),
    ("app", "You want two loaves of rye. Is that all?"),
    ("caller", "and a cake"),
    ("app", "You want and a cake. Is that all?"),
)


def hello(state: str, text: str = "", **more: Any) -> dict[str, Any]:
    """What a tab is told first."""
    app = {"state": "up", "text": "running", "details": ""}
    settings = {"from": "+15085551212", "to": "+15085551213", "callee": "person"}
    message = {"type": "hello", "target": "app.py", "knows_lines": True, "caller": 1, "settings": settings, "env": []}
    return {**message, "state": state, "text": text, "elapsed": 0.0, "app": app, **more}


def numbered(records: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Records with their ids."""
    return [{"id": number, **record} for number, record in enumerate(records)]


def answered() -> Iterator[dict[str, Any]]:
    """A caller who talks to a bakery, and is being asked."""
    yield _asked(0.0, "session:new", "a")
    yield _ack(0.1, "a", 92.0)
    for number, (who, text) in enumerate(TALK):
        at = 0.1 + number * 2.6
        if who == "app":
            yield _begins(at, number, "say", text=text)
            yield {"kind": "speech", "at": at, "who": who, "text": text, "seconds": 2.0}
            yield _ends(at + 2.0, number, "say")
            yield _begins(at + 2.0, 100 + number, "gather", input=["speech"], actionHook="/heard")
        else:
            yield {"kind": "speech", "at": at, "who": who, "text": text, "seconds": 1.2}
            yield _ends(at + 2.2, 99 + number, "gather")
            yield _asked(at + 2.2, "verb:hook /heard", f"h{number}")
            yield _ack(at + 2.5, f"h{number}", 301.0)


def raised() -> Iterator[dict[str, Any]]:
    """A call in which the app has raised an exception."""
    yield _asked(0.0, "session:new", "a")
    yield {
        "kind": "finding",
        "at": 0.2,
        "code": "handler-raised",
        "severity": "error",
        "text": "ValueError: no bread",
        "traceback": 'app.py:12 in call\n    raise ValueError("no bread")',
    }


def two_legs() -> Iterator[dict[str, Any]]:
    """A caller whose app dials two persons, of whom one has answered."""
    yield {"kind": "speech", "at": 0.0, "who": "app", "text": "One moment.", "seconds": 1.0}
    yield _begins(1.0, 9, "dial")
    legs = (("x", "+15554445555"), ("y", "+15554446666"))
    for sid, to in legs:
        yield {"kind": "leg", "at": 1.0, "leg": sid, "to": to, "status": "ringing"}
    yield {"kind": "leg", "at": 4.0, "leg": "x", "to": "+15554445555", "status": "in-progress"}
    yield {"kind": "speech", "at": 5.0, "who": "callee", "leg": "x", "text": "Anna speaking.", "seconds": 1.0}
    yield {"kind": "level", "at": 7.0, "chars": 0, "paused": False}


def long_records(turns: int = 75) -> Iterator[dict[str, Any]]:
    """Five minutes with three hundred verbs."""
    yield {"kind": "level", "at": 0.0, "chars": 0, "paused": False}
    for number in range(turns):
        at = number * 4.0
        for step, name in enumerate(("say", "play", "config", "gather")):
            index = number * 4 + step
            yield _begins(at + step * 0.8, index, name)
            if name == "say":
                yield {"kind": "speech", "at": at, "who": "app", "text": f"Question {number}.", "seconds": 0.7}
            if name == "gather":
                yield {"kind": "speech", "at": at + 2.6, "who": "caller", "text": f"answer {number}", "seconds": 0.6}
            yield _ends(at + step * 0.8 + 0.7, index, name)
        yield {"kind": "level", "at": at + 1.0, "chars": number * 13 % 900, "paused": False}
        yield _asked(at + 3.3, "verb:hook /answered", f"h{number}")
        yield _ack(at + 3.6, f"h{number}", 40.0 + number * 31 % 1500)
    yield {"kind": "end", "at": turns * 4.0, "by": "caller", "reason": "completed"}


def long_call() -> dict[str, Any]:
    """A long call as it is kept."""
    records = numbered(long_records())
    return {"target": "app.py", "begun": "2030-01-01 10:00:00", "settings": {}, "records": records}


def _begins(at: float, index: int, verb: str, **options: Any) -> dict[str, Any]:
    return {"kind": "verb", "at": at, "index": index, "verb": verb, "state": "start", "options": options}


def _ends(at: float, index: int, verb: str) -> dict[str, Any]:
    return {"kind": "verb", "at": at, "index": index, "verb": verb, "state": "end"}


def _asked(at: float, label: str, msgid: str) -> dict[str, Any]:
    message = {"msgid": msgid, "size": 412, "message": {"type": label.partition(" ")[0], "msgid": msgid}}
    kind = label.partition(" ")[0]
    return {"kind": "wire", "at": at, "direction": "to_app", "type": kind, "label": label, "wants_ack": True, **message}


def _ack(at: float, msgid: str, ms: float) -> dict[str, Any]:
    message = {"msgid": msgid, "size": 96, "message": {"type": "ack", "msgid": msgid}}
    return {"kind": "wire", "at": at, "direction": "from_app", "type": "ack", "label": "ack", "ms": ms, **message}
