"""The verbs that open a token stream, without which nobody would hear text that is sent token by token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ...verbs import VERBS

__all__ = ["NEVER_OPEN", "command_may_open", "verb_may_open"]

#: verbs that open a stream by none of their options
NEVER_OPEN: Final = frozenset(
    name.replace("sip_", "sip:")
    for name in VERBS
    if name not in ("say", "config", "gather", "agent", "llm", "dialogflow") and not name.endswith("s2s")
)


def verb_may_open(verb: Mapping[str, Any]) -> bool:
    """Return False if a verb, in wire form, certainly opens no token stream."""
    name = verb.get("verb")
    if name == "say":
        return "stream" in verb
    if name == "gather":
        return "stream" in (verb.get("say") or ())
    if name == "config":
        return "ttsStream" in verb or "autoStreamTts" in verb
    return name not in NEVER_OPEN


def command_may_open(message: Mapping[str, Any]) -> bool:
    """Return False if a command certainly opens no token stream; those that carry verbs are not looked at closely."""
    return message.get("command") in ("redirect", "whisper", "config") and "stream" in repr(message).lower()
