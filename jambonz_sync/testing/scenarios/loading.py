"""Reading scenarios from files, with every mistake named by file and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...simulator import Scenario
from ..errors import ScenarioInvalid
from .actions import ACTIONS, ActionReader
from .llm_steps import LLM_STEPS
from .model_steps import MODEL_STEPS, ModelSettings
from .steps import STEPS, Names, Step
from .yaml_file import Located, read_yaml

__all__ = ["CallScenario", "Expectations", "load_scenarios"]

_FIELDS = ("name", "url", "path", "variables", "examples", "call", "timeout", "steps", "expect", "allow", "model")
_CALL = (
    "from",
    "to",
    "env",
    "headers",
    "secret",
    "auth",
    "method",
    "status_hook",
    "callees",
    "callee_presses",
    "server",
    "queue_event_hook",
    "mcp_tools",
)
_EXPECT = ("verbs", "latency")
_ALL_STEPS = {**ACTIONS, **STEPS, **LLM_STEPS, **MODEL_STEPS}
#: steps that need no value
_BARE = {"ended", "llm_ends"} | {
    name for name, reader in ACTIONS.items() if isinstance(reader, ActionReader) and not reader.required
}


@dataclass(frozen=True)
class Expectations:
    """What a scenario expects of the call as a whole.

    Args:
        verbs: The names of all verbs that were started, in order; None for any.
        latency: The URL of a hook, or ``all`` -> the seconds that its answer may take.
    """

    verbs: tuple[str, ...] | None = None
    latency: Mapping[str, float] | None = None


@dataclass(frozen=True)
class CallScenario:
    """One call of a file of scenarios.

    Args:
        name: Its name, with the values of an example behind it.
        file: The file.
        line: The line that it begins in.
        steps: The steps.
        url: The URL of the app; None if whoever plays it says that.
        path: The path at the app.
        options: How the call is placed: those of :class:`jambonz_sync.simulator.Call`.
        variables: Name -> value.
        expect: The expectations of the call as a whole.
        allow: Findings that do not fail it.
        timeout: Seconds that each wait takes at most.
        model: The language model of its ``judge`` and ``caller``.
    """

    name: str
    file: str
    line: int
    steps: tuple[Step, ...]
    url: str | None = None
    path: str = "/"
    options: Mapping[str, Any] | None = None
    variables: Mapping[str, str] | None = None
    expect: Expectations = Expectations()
    allow: frozenset[str] = frozenset()
    timeout: float = 10.0
    model: ModelSettings | None = None

    def __str__(self) -> str:
        return self.name


def load_scenarios(*paths: str | Path, variables: Mapping[str, str] | None = None) -> list[CallScenario]:
    """Read scenarios.

    Args:
        paths: Files, and folders whose ``*.yaml`` and ``*.yml`` are read.
        variables: Values in place of those in the files.
    Returns:
        The scenarios, one for each example, in the order of the files.
    Raises:
        ScenarioInvalid: A file has a mistake, or there is no scenario at all.
    """
    found: list[CallScenario] = []
    for path in map(Path, paths):
        files = sorted([*path.glob("*.yaml"), *path.glob("*.yml")]) if path.is_dir() else [path]
        for file in files:
            for document in read_yaml(file):
                for value in document.as_list("a file") if document.kind == "list" else [document]:
                    found += _scenarios(value, variables or {})
    if not found:
        raise ScenarioInvalid(f"{', '.join(map(str, paths)) or 'no file'}: there are no scenarios")
    return found


def _scenarios(value: Located, overrides: Mapping[str, str]) -> Iterable[CallScenario]:
    fields = value.as_mapping("a scenario", _FIELDS)
    if "steps" not in fields:
        raise value.invalid("a scenario: expected steps")
    given = _texts(fields.get("variables"), "variables")
    examples = (
        [_texts(each, "examples") for each in fields["examples"].as_list("examples")] if "examples" in fields else [{}]
    )
    name = fields["name"].as_text("name") if "name" in fields else Path(value.file).stem
    for example in examples:
        variables = {**given, **example, **overrides}
        suffix = f" [{', '.join(example.values())}]" if example else ""
        yield _scenario(value, fields, name + suffix, variables)


def _scenario(value: Located, fields: Mapping[str, Located], name: str, variables: Mapping[str, str]) -> CallScenario:
    names = Names(variables)

    def text(key: str) -> str | None:
        if key not in fields:
            return None
        raw = names.check(fields[key], fields[key].as_text(key))
        return _filled(raw, variables)

    return CallScenario(
        name=name,
        file=value.file,
        line=value.line,
        url=text("url"),
        path=text("path") or "/",
        options=_call_options(fields["call"], names, variables) if "call" in fields else {},
        variables=variables,
        steps=tuple(_step(each, names) for each in fields["steps"].as_list("steps")),
        expect=_expectations(fields["expect"]) if "expect" in fields else Expectations(),
        allow=frozenset(each.as_text("allow") for each in fields["allow"].as_list("allow"))
        if "allow" in fields
        else frozenset(),
        timeout=fields["timeout"].as_seconds("timeout") if "timeout" in fields else 10.0,
        model=ModelSettings.read(fields["model"]) if "model" in fields else None,
    )


def _step(value: Located, names: Names) -> Step:
    """Read one step: a name alone, or a name and its value."""
    if value.kind == "text":
        name, content = value.text, value.without_value()
        if name in _ALL_STEPS and name not in _BARE:
            raise value.invalid(f"{name}: expected a value behind it, as in '{name}: ...'")
    else:
        fields = value.as_mapping("a step")
        if len(fields) != 1:
            raise value.invalid(f"a step: expected one name and its value, got {', '.join(fields) or 'nothing'}")
        name, content = next(iter(fields.items()))
    if name not in _ALL_STEPS:
        value.as_mapping("a step", _ALL_STEPS) if value.kind == "mapping" else None
        raise value.invalid(f"a step: {name!r} is not known; there are {', '.join(_ALL_STEPS)}")
    return _ALL_STEPS[name].read(content, names)


def _call_options(value: Located, names: Names, variables: Mapping[str, str]) -> dict[str, Any]:
    fields = value.as_mapping("call", _CALL)
    options: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for name, field in fields.items():
        match name:
            case "env":
                options["env"] = {
                    key: _filled_json(each.as_json(), variables) for key, each in field.as_mapping("env").items()
                }
            case "headers":
                options["headers"] = {key: _filled(each, variables) for key, each in _texts(field, "headers").items()}
            case "auth":
                user, colon, password = _filled(names.check(field, field.as_text("auth")), variables).partition(":")
                if not colon:
                    raise field.invalid("auth: expected user:password")
                options["auth"] = (user, password)
            case "callees" | "callee_presses":
                others[name] = tuple(each.as_text(name) for each in field.as_list(name))
            case "server" | "queue_event_hook":
                others[name] = field.as_text(name)
            case "mcp_tools":
                others[name] = _texts(field, name)
            case "method":
                options["method"] = field.as_text("method").upper()
                if options["method"] not in ("GET", "POST"):
                    raise field.invalid(f"method: expected POST or GET, got {field.text!r}")
            case _:
                key = "from_" if name == "from" else name
                options[key] = _filled(names.check(field, field.as_text(name)), variables)
    if others:
        try:
            options["scenario"] = Scenario(**others)
        except ValueError as error:
            raise value.invalid(f"call: {error}") from None
    return options


def _expectations(value: Located) -> Expectations:
    fields = value.as_mapping("expect", _EXPECT)
    verbs = tuple(each.as_text("verbs") for each in fields["verbs"].as_list("verbs")) if "verbs" in fields else None
    latency = fields["latency"].as_mapping("latency") if "latency" in fields else {}
    return Expectations(verbs, {name: each.as_seconds(f"latency of {name}") for name, each in latency.items()})


def _texts(value: Located | None, what: str) -> dict[str, str]:
    if value is None:
        return {}
    return {
        name: each.text if each.quoted else each.as_text(f"{what}: {name}")
        for name, each in value.as_mapping(what).items()
    }


def _filled(text: str, variables: Mapping[str, str]) -> str:
    for name, value in variables.items():
        text = text.replace(f"${{{name}}}", value)
    return text


def _filled_json(value: Any, variables: Mapping[str, str]) -> Any:
    return _filled(value, variables) if isinstance(value, str) else value
