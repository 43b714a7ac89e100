"""Verbs that somebody has written, checked without being run: what jambonz would refuse, where, and how to mend it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .. import verbs
from ..errors import InvalidVerb
from ..model.declare import options
from ..model.validation import did_you_mean, nearest
from ..model.versions import known_server
from ..model.wire import MAX_MESSAGE, dumps
from ..verbs.base import advice_collected
from ..verbs.chain import as_verbs

__all__ = ["Problem", "VerbCheck", "check_verbs"]

#: characters of a source that are read
_MOST: Final = 200_000


@dataclass(frozen=True)
class Problem:
    """Something that jambonz would refuse.

    Args:
        path: The place, such as ``[1].gather.recognizer.vendr``.
        message: The reason.
        mend: What to write instead, as far as that is known.
    """

    path: str
    message: str
    mend: str = ""


@dataclass(frozen=True)
class VerbCheck:
    """The result of a check.

    Args:
        ok: True if jambonz would take the verbs.
        problems: What it would refuse.
        warnings: What it would take, and what is likely to be a mistake nevertheless.
        wire: The verbs as they go over the wire, those that are right.
        size: Bytes of them; a WebSocket message may have 24 KiB.
    """

    ok: bool
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    wire: list[dict[str, Any]] = field(default_factory=list)
    size: int = 0


def check_verbs(source: str | list[Any] | Mapping[str, Any], server: str | None = None) -> VerbCheck:
    """Check verbs, all of them: not only the first that is wrong.

    Nothing of a text is run.

    Args:
        source: A list of verbs; or the text of one, in JSON, as a Python list, or as a chain in Python
            (``session.say(text="Hi").hangup()``, ``[Say(text="Hi"), Hangup()]``). Options are taken in either spelling.
        server: The version of jambonz (``"0.9"``, ``"10"``, ``"11"``); None takes the newest.
    Returns:
        What is wrong.
    """
    try:
        target = known_server(server) if server else None
    except (InvalidVerb, ValueError) as error:
        return VerbCheck(False, [Problem("server", str(error))])
    try:
        items = _parse(source) if isinstance(source, str) else source
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        return VerbCheck(False, [Problem("", f"this is no list of verbs: {error}", 'write [{"verb": "say", ...}]')])
    if isinstance(items, Mapping):
        items = [items]
    if not isinstance(items, list):
        return VerbCheck(False, [Problem("", f"expected a list of verbs, got {type(items).__name__}")])
    problems: list[Problem] = []
    wire: list[dict[str, Any]] = []
    with advice_collected() as advice:
        for index, item in enumerate(items):
            try:
                wire += as_verbs(_named(item), server=target)
            except InvalidVerb as error:
                problems.append(_problem(index, error))
            except (TypeError, ValueError, RecursionError) as error:
                problems.append(Problem(f"[{index}]", str(error)))
    size = len(dumps(wire).encode("utf-8", "surrogatepass"))
    if size > MAX_MESSAGE:
        too_large = f"{size} bytes are more than the {MAX_MESSAGE} of a message"
        problems.append(Problem("", too_large, "fewer verbs, or send(split=True)"))
    notes = [*dict.fromkeys(advice), *_doubts(wire)]
    if not items:
        problems.append(Problem("", "there is no verb: an empty first answer ends the call", "say something"))
    return VerbCheck(not problems, problems, notes, wire, size)


def _problem(index: int, error: InvalidVerb) -> Problem:
    mend = f"write {error.nearest}" if error.nearest else (f"expected {error.expected}" if error.expected else "")
    return Problem(f"[{index}].{error.path or error.verb or ''}".rstrip("."), str(error), mend)


def _named(item: Any) -> Any:
    """``{"say": {...}}`` as ``{"verb": "say", ...}``, which jambonz takes as well."""
    if isinstance(item, Mapping) and "verb" not in item and len(item) == 1:
        ((name, content),) = item.items()
        if isinstance(content, Mapping):
            return {"verb": name, **content}
    return item


def _doubts(wire: list[dict[str, Any]]) -> Iterator[str]:
    for index, verb in enumerate(wire):
        name = verb["verb"]
        if name == "hangup" and index < len(wire) - 1:
            yield f"[{index}]: nothing behind hangup runs"
        if name == "gather" and "actionHook" not in verb:
            yield f"[{index}]: gather has no action_hook: nobody is told what the caller said or pressed"
        if name == "redirect" and index < len(wire) - 1:
            yield f"[{index}]: nothing behind redirect runs"


def _parse(source: str) -> Any:
    if len(source) > _MOST:
        raise ValueError(f"more than {_MOST} characters")
    try:
        return json.loads(source)
    except ValueError:
        return _value(ast.parse(source.strip(), mode="eval").body)


def _value(node: ast.expr) -> Any:
    """The value of an expression of literals, verbs and chains, without running anything."""
    if isinstance(node, ast.Call):
        return _chain(node)
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(item) for item in node.elts]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {_value(key): _value(value) for key, value in pairs if key is not None}
    if isinstance(node, ast.JoinedStr):  # what stands in braces is known in the call only
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "..." for part in node.values)
    return ast.literal_eval(node)


def _chain(node: ast.Call) -> Any:
    """``Say(text="Hi")``, ``session.say("Hi").hangup().send()``, ``WebhookResponse().say("Hi")``."""
    function = node.func
    if isinstance(function, ast.Name):
        if function.id in verbs.VERBS.values():
            return _verb(next(method for method, cls in verbs.VERBS.items() if cls == function.id), node)
        if function.id == "WebhookResponse":
            return []
        return {keyword.arg: _value(keyword.value) for keyword in node.keywords if keyword.arg}  # a component
    if not isinstance(function, ast.Attribute):
        raise ValueError("expected the name of a verb")
    before = _chain(function.value) if isinstance(function.value, ast.Call) else []
    if function.attr in verbs.VERBS:
        return [*before, _verb(function.attr, node)]
    if function.attr in ("send", "reply", "wait", "start", "to_json"):
        return before
    raise ValueError(f"{function.attr} is no verb{_nearest(function.attr)}")


def _nearest(name: str) -> str:
    return did_you_mean(nearest(name, verbs.VERBS))


def _verb(method: str, node: ast.Call) -> dict[str, Any]:
    cls = getattr(verbs, verbs.VERBS[method])
    given = {keyword.arg: _value(keyword.value) for keyword in node.keywords if keyword.arg}
    if node.args:
        subject = next((option.name for option in options(cls) if option.is_subject), None)
        if subject is None or len(node.args) > 1:
            raise ValueError(f"{method}: give options by name")
        given[subject] = _value(node.args[0])
    return {"verb": cls.__jambonz__.verb, **given}
