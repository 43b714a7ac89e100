"""The recorded calls: scripted cases, and what the server did with each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["CASES", "DATA", "KNOWN", "Recording", "compact", "known_differences", "recordings"]

DATA = Path(__file__).parents[2] / "facts" / "recordings"
CASES = "cases.json"
#: the recordings that the simulator does not play the same yet
KNOWN = Path(__file__).with_name("known-differences.txt")


@dataclass(frozen=True)
class Recording:
    """One call: its case, the transport, and what the server did."""

    name: str
    transport: str
    case: dict[str, Any]
    cases: dict[str, dict[str, Any]]
    real: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.name}-{self.transport}"


@cache
def recordings(folder: Path = DATA) -> list[Recording]:
    """All recordings of a folder, which has ``cases.json`` and files of the name ``real-*.jsonl``."""
    cases = {case["name"]: case for case in json.loads((folder / CASES).read_text())}
    return [
        Recording(line["scenario"], line["transport"], cases[line["scenario"]], cases, line["calls"][0])
        for path in sorted(folder.glob("real-*.jsonl"))
        for line in map(json.loads, path.read_text().splitlines())
        if line["scenario"] in cases
    ]


def known_differences() -> set[str]:
    """The names of recordings that are known to play otherwise."""
    lines = KNOWN.read_text().splitlines() if KNOWN.exists() else []
    return {line.split("#")[0].strip() for line in lines} - {""}


def compact(lines: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leave out of recordings what is not compared: raw SIP, the speech payload of vendors, answers, headers."""
    for line in lines:
        calls = [_compact_call(call) for call in line["calls"]]
        yield {"scenario": line["scenario"], "transport": line["transport"], "calls": calls}


def _compact_call(call: dict[str, Any]) -> dict[str, Any]:
    wire = [_compact_entry(entry) for entry in call["wire"]]
    kept = {name: call[name] for name in ("path", "heard", "forks", "final") if name in call}
    if call.get("sip"):
        kept["sip"] = call["sip"]
    return {**kept, "wire": [entry for entry in wire if entry is not None]}


def _compact_entry(entry: dict[str, Any]) -> dict[str, Any] | None:
    if entry["what"] in ("status", "reply", "open"):
        return None
    kept = {name: value for name, value in entry.items() if name not in ("headers", "bytes", "wire", "isBinary", "id")}
    message = entry.get("msg")
    if entry["what"] == "received":
        is_message = isinstance(message, dict)
        kept["msg"] = {key: message[key] for key in ("type", "command") if key in message} if is_message else None
    elif isinstance(message, dict):
        kept["msg"] = _without(message)
    return kept


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: {} if key in ("sip", "evt") else _without(item) for key, item in value.items()}
    return [_without(item) for item in value] if isinstance(value, list) else value
