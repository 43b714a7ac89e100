"""Puts both sides of a recorded call, what the server did and what the simulator did, into one form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

__all__ = ["Seen", "difference", "of_recording"]

#: what is seen of a call: a list for each kind of thing, in its order
Seen = dict[str, Any]

_NOTICES = ("verb:status", "jambonz:error", "tts:", "llm:", "agent:")
#: fields whose values differ from call to call
_IDENTITIES = re.compile(
    r"(.*_|^)(sid|id|callid|ip|address)$|^(b3|msgid|message_sid|.*Sid|.*CallId|callId|sbcCallid|traceId|.*SipAddress|"
    r"originatingSipIp|playback_milliseconds|playback_last_offset_pos|request_id|session)$"
)
_KEPT = frozenset({"caller_id", "verb_id", "id"})
_TO_CALLEE = re.compile(r" \(to [^)]*\)$")
_PLAYS = re.compile(r"^\(plays (.*)\)$")
_PORT = re.compile(r"(127\.0\.0\.1|localhost):\d+")


def normal(value: Any, key: str = "") -> Any:
    """A value without what differs from call to call: sids, addresses, times, the payload of vendors, raw SIP."""
    if key in ("sip", "evt", "session"):
        return "*"
    if key not in _KEPT and _IDENTITIES.match(key) and value is not None and not isinstance(value, dict | list):
        return "*"
    if isinstance(value, dict):
        return {name: normal(item, name) for name, item in sorted(value.items())}
    if isinstance(value, list):
        return [normal(item) for item in value]
    return _PORT.sub(r"\1:0", value) if isinstance(value, str) else value


def of_messages(messages: Iterable[tuple[str, str, Any]]) -> Seen:
    """What an app has got: of each message the transport, its type or "METHOD /path", and its content."""
    seen: Seen = {"hooks": [], "statuses": [], "notices": []}
    for transport, kind, message in messages:
        if transport == "http":
            seen["hooks"].append([kind, normal(message)])
            continue
        shown = normal({key: value for key, value in message.items() if key != "call_sid"})
        if kind == "call:status":
            seen["statuses"].append(shown)
        elif kind.startswith(_NOTICES):
            seen["notices"].append(shown)
        else:
            seen["hooks"].append([kind, shown])
    return seen


def heard_of(lines: Iterable[str]) -> list[str]:
    """What a caller has heard: texts, and URLs of recordings; of the tracks of ``dub`` the recordings tell nothing."""
    texts = (_TO_CALLEE.sub("", line.strip()) for line in lines if "(on the track " not in line)
    return [_PLAYS.sub(r"\1", text) for text in texts if text]


def of_recording(call: dict[str, Any]) -> Seen:
    """What the server did."""
    messages: list[tuple[str, str, Any]] = []
    closes: dict[int, int] = {}
    acks, commands, opens, refused = 0, [], 0, set()
    for entry in call["wire"]:
        what, message = entry["what"], entry.get("msg")
        if what == "request":
            messages.append(("http", f"{entry['method']} {entry['path']}", message))
        elif what == "sent":
            messages.append(("ws", message["type"], message))
        elif what == "received" and isinstance(message, dict):
            acks += message.get("type") == "ack"
            commands += [message.get("command")] if message.get("type") == "command" else []
        elif what == "connect":
            opens += 1
        elif what in ("refused", "error") and "socket" in entry and "payload" not in str(entry.get("error")):
            refused.add(entry["socket"])
            opens -= 1
        elif what == "close" and entry["socket"] not in refused:
            closes[entry["socket"]] = entry["code"]
    seen = of_messages(messages)
    final = {key: call["final"][key] for key in ("status", "by") if key in call["final"]}
    if final["status"] == "rejected":
        final["sip"] = call["final"].get("sip")
    seen |= {
        "heard": heard_of(line.get("text") or line.get("url") or "" for line in call["heard"]),
        "streams": [normal(fork["metadata"]) for fork in call.get("forks") or []],
        "sip": [normal(request) for request in call.get("sip") or []],
        "end": final,
        "closes": list(closes.values()),
        "connections": opens,
    }
    return seen


def difference(real: Seen, ours: Seen) -> list[str]:
    """Each difference, in a line or two."""
    lines: list[str] = []
    for name, expected in real.items():
        got = ours.get(name)
        if name == "closes" and len(got) > len(expected):
            got = got[: len(expected)]  # a recording may end before the last close
        if got == expected:
            continue
        if not isinstance(expected, list):
            lines.append(f"{name}: {expected} - we: {got}")
            continue
        for index in range(max(len(expected), len(got))):
            one = expected[index] if index < len(expected) else None
            other = got[index] if index < len(got) else None
            if one != other:
                lines += _items(f"{name}[{index}]", one, other)
                if one is None or other is None:
                    break
    return lines


def _items(where: str, expected: Any, got: Any) -> list[str]:
    if isinstance(expected, dict) and isinstance(got, dict):
        lines: list[str] = []
        for key in sorted({*expected, *got}):
            if expected.get(key) != got.get(key):
                lines += _items(f"{where}.{key}", expected.get(key), got.get(key))
        return lines
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        return [
            line
            for i, (a, b) in enumerate(zip(expected, got, strict=True))
            if a != b
            for line in _items(f"{where}[{i}]", a, b)
        ]
    return [f"{where}: {expected!r} - we: {got!r}"]
