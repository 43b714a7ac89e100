"""A kept call as a test: for pytest, or as a scenario."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .settings import Settings

__all__ = ["pytest_of", "scenario_of"]

#: characters of what the app has said that a test looks for
_LONGEST = 60


class _Step(NamedTuple):
    kind: str
    text: str = ""


def pytest_of(call: Mapping[str, Any]) -> str:
    """Return a test for pytest that has the same conversation.

    Args:
        call: The call as it is kept.
    """
    app = call["for_tests"]
    options = _options(call)
    scenario = {name: options.pop(name) for name in ("callees", "server") if name in options}
    imports = ["from jambonz_sync.testing import PlaceCall"]
    if "url" in app:
        target = repr(app["url"])
    else:
        target = str(app["name"])
        imports.append(f"from {app['module']} import {target.removesuffix('()')}")
        options = {"path": app["path"], "websocket": app["websocket"], **options}
    arguments = [target, *(f"{name}={value!r}" for name, value in options.items())]
    if scenario:
        imports.append("from jambonz_sync.simulator import Scenario")
        arguments.append(f"scenario=Scenario({', '.join(f'{name}={value!r}' for name, value in scenario.items())})")
    lines = [
        f'"""The call of {call["begun"]}, kept by the phone."""',
        "",
        *sorted(imports),
        "",
        "",
        "def test_the_conversation(jambonz_call: PlaceCall) -> None:",
        f"    call = jambonz_call({', '.join(arguments)})",
        *(f"    call.{step.kind}({step.text!r})" if step.text else f"    call.{step.kind}()" for step in _steps(call)),
        "    assert call.ended",
    ]
    return "\n".join([*lines, ""])


def scenario_of(call: Mapping[str, Any]) -> str:
    """Return a scenario in YAML that has the same conversation.

    Args:
        call: The call as it is kept.
    """
    app = call["for_tests"]
    options = _options(call)
    if "from_" in options:
        options["from"] = options.pop("from_")
    lines = [f"name: {_yaml('the call of ' + str(call['begun']))}"]
    lines.append(f"url: {_yaml(app['url'])}" if "url" in app else f"path: {_yaml(app['path'])}")
    if options:
        lines += ["call:", *(f"  {name}: {_yaml(value)}" for name, value in options.items())]
    steps = [f"  - {step.kind}: {_yaml(step.text)}" if step.text else f"  - {step.kind}" for step in _steps(call)]
    if any("${" in step for step in steps):
        # it was said, and is no variable
        lines.append('variables: {dollar: "$"}')
        steps = [step.replace("${", "${dollar}{") for step in steps]
    return "\n".join([*lines, "steps:", *steps, "  - ended", ""])


def _options(call: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the call was placed, as far as that is not the default."""
    settings, usual = Settings.read(call["settings"]), Settings()
    found: dict[str, Any] = {
        "from_": settings.from_ if settings.from_ != usual.from_ else None,
        "to": settings.to if settings.to != usual.to else None,
        "headers": settings.sip_headers(),
        "env": dict(settings.env),
        "server": settings.server,
        "callees": (settings.callee,) if settings.callee not in (usual.callee, "person") else None,
    }
    return {name: value for name, value in found.items() if value}


def _yaml(value: object) -> str:
    """Return a value as YAML: what is JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def _steps(call: Mapping[str, Any]) -> Iterator[_Step]:
    for record in call["records"]:
        if record["kind"] == "speech" and record["who"] == "app":
            # a test waits for less than all of it: what is cut off, or changes with the day, stands at the end mostly
            text = record["text"].strip()[:_LONGEST].strip()
            if text:
                yield _Step("heard", text)
        elif record["kind"] == "speech" and record["who"] == "caller":
            text = record["text"]
            keys = text.removeprefix("(presses ").removesuffix(")")
            yield _Step("presses", keys) if text.startswith("(presses ") else _Step("says", text)
        elif record["kind"] == "end" and record["by"] == "caller":
            yield _Step("hangs_up")
