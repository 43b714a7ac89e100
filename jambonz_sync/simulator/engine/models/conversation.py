"""What a conversation with a model is made of: utterances, calls of tools, interruptions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .host import Host
from .vendor import Function

__all__ = ["Interruption", "ToolCall", "Utterance", "as_json", "error_of", "is_webhook"]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something that was said in a conversation with a model, as far as it was heard.

    Args:
        who: ``caller`` or ``model``.
        text: The words.
    """

    who: Literal["caller", "model"]
    text: str


@dataclass(slots=True)
class ToolCall:
    """A call of a tool, and what has become of it.

    Args:
        function: The tool and its arguments.
        answered: True once the app's output has come.
        output: That output, as the model reads it.
        problem: The reason why no output will come, or why it was thrown away.
    """

    function: Function
    answered: bool = False
    output: Any = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Interruption:
    """The caller cuts in on the model, some seconds after it has begun to speak, and says something."""

    after: float
    text: str


def as_json(value: Any) -> str:
    """Return a value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False, default=dict)


def is_webhook(call: Host, hook: Any) -> bool:
    """Return True for a hook that goes to another place than the WebSocket of the app."""
    url = str(hook["url"] if isinstance(hook, Mapping) else hook)
    return call.websocket and url.startswith("http")


def error_of(problem: str | None) -> dict[str, Any]:
    """Return what is left of an error of the server when it has been made JSON."""
    status = re.search(r"answered with (\d+)", problem or "")
    if status:
        return {"status_code": int(status[1])}
    return {"code": "ECONNREFUSED"} if problem and "cannot be reached" in problem else {}
