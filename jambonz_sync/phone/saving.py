"""A kept call as a test: for pytest, or as a scenario."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

__all__ = ["pytest_of", "scenario_of"]

#: characters of what the app has said that a test looks for
_LONGEST = 60


class _Step(NamedTuple):
    kind: str
    text: str


def pytest_of(call: Mapping[str, Any]) -> str:
    """Return a test for pytest that has the same conversation.

    Args:
        call: The call as it is kept.
    """
    module, _, name = str(call["target"]).partition(":")
    module = module.removesuffix(".py").replace("/", ".")
    methods = {"hears": "heard", "says": "says", "presses": "presses"}
    lines = [
        f'"""The call of {call["begun"]}, kept by the phone."""',
        "",
        "from jambonz_sync.testing import PlaceCall",
        f"from {module} import {name or 'endpoint'}",
        "",
        "",
        "def test_the_conversation(jambonz_call: PlaceCall) -> None:",
        f"    call = jambonz_call({name or 'endpoint'}, path={_path(call)!r})",
        *(f"    call.{methods[step.kind]}({step.text!r})" for step in _steps(call)),
    ]
    return "\n".join([*lines, ""])


def scenario_of(call: Mapping[str, Any]) -> str:
    """Return a scenario in YAML that has the same conversation.

    Args:
        call: The call as it is kept.
    """
    lines = [f"- call: {json.dumps('the call of ' + str(call['begun']), ensure_ascii=False)}", "  steps:"]
    # a text of JSON is one of YAML
    lines += [f"    - {step.kind}: {json.dumps(step.text, ensure_ascii=False)}" for step in _steps(call)]
    return "\n".join([*lines, ""])


def _path(call: Mapping[str, Any]) -> str:
    return str(call["settings"].get("path", "/"))


def _steps(call: Mapping[str, Any]) -> Iterator[_Step]:
    for record in call["records"]:
        if record["kind"] == "speech" and record["who"] == "app":
            yield _Step("hears", record["text"].strip()[:_LONGEST])
        elif record["kind"] == "speech" and record["who"] == "caller":
            text = record["text"]
            keys = text.removeprefix("(presses ").removesuffix(")")
            yield _Step("presses", keys) if text.startswith("(presses ") else _Step("says", text)
