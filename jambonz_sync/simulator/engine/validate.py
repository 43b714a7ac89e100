"""The check of verbs: one unknown verb, or one unknown option, voids the whole answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from ...errors import InvalidVerb
from ...verbs.chain import as_verbs
from .rules_0_9 import RULES, VERBS
from .waits import Verb

__all__ = ["validate", "void_code"]

_VENDOR_S2S = re.compile(r"(.+)_s2s")
_NOT_A_LIST = "malformed jambonz payload: must be array"
#: type of a value -> its name in JavaScript
_TYPES = {str: "string", bool: "boolean", int: "number", float: "number"}


def validate(answer: object, server: str | None = None) -> list[Verb]:
    """Return the verbs of an answer in the form that the server works with.

    Args:
        answer: What the app sent as its verbs.
        server: The version of jambonz whose verbs and options are known, None for all of them.
    Raises:
        InvalidVerb: The answer is no array of verbs, or one of them is not known, or has an option that is not.
    """
    if not isinstance(answer, list):
        raise InvalidVerb(_NOT_A_LIST, expected="array of verbs")
    named = [_named(item) for item in cast("list[object]", answer)]
    return [_checked(verb, server) for verb in named]


def void_code(answer: object, server: str | None) -> str:
    """Return the code of the finding for an answer that :func:`validate` has refused.

    Args:
        answer: What the app sent as its verbs.
        server: The version of jambonz.
    """
    if not isinstance(answer, list):
        return "answer-not-a-list"
    try:
        validate(cast("list[object]", answer))
    except InvalidVerb:
        return "answer-void"
    return "answer-void" if server is None else "option-newer-than-server"


def _named(item: object) -> Verb:
    """Return ``{"say": {...}}`` as ``{"verb": "say", ...}``."""
    if isinstance(item, list):
        raise InvalidVerb("malformed jambonz payload: missing verb property", expected="verb")
    if not isinstance(item, Mapping):
        if item is None:
            raise InvalidVerb("Cannot use 'in' operator to search for 'verb' in null", expected="object")
        raise InvalidVerb("malformed jambonz payload: must be array of objects", expected="object")
    fields = cast("Mapping[str, Any]", item)
    if "verb" in fields:
        return dict(fields)
    if len(fields) == 1:
        ((name, options),) = fields.items()
        return {"verb": name, **(cast("Mapping[str, Any]", options) if isinstance(options, Mapping) else {})}
    raise InvalidVerb("malformed jambonz payload: missing verb property", expected="verb")


def _checked(verb: Verb, server: str | None) -> Verb:
    name = str(verb["verb"])
    if server == "0.9":
        if name not in RULES:
            raise InvalidVerb(f"invalid instruction: {name}", verb=name)
        _check_entry(name, {key: value for key, value in verb.items() if key != "verb"})
        if name not in VERBS:
            raise InvalidVerb(f"invalid jambonz verb '{name}'", verb=name)
    else:
        # the SDK takes either spelling of an option; the server takes one
        (on_the_wire,) = as_verbs(verb, server=server, escape_urls=False)
        _check_spelling(name, verb, on_the_wire)
        for prompt in ("say", "play"):
            nested = verb.get(prompt) if name == "gather" else None
            if isinstance(nested, Mapping) and "verb" in nested:
                raise InvalidVerb(f"{prompt}: unknown property verb", verb="gather", path=f"gather.{prompt}.verb")
    if name == "say" and not isinstance(verb.get("text"), str | list) and not verb.get("stream"):
        raise InvalidVerb("Say: either text or stream:true is required", verb="say")
    return _without_alias(verb)


@cache
def _options(name: str) -> Mapping[str, tuple[str, bool]]:
    """Return the options of an entry of the table: name -> its type, and if it must be there."""
    options: dict[str, tuple[str, bool]] = {}
    for option in RULES[name].split():
        key, _, kind = option.partition(":")
        options[key.rstrip("*")] = (kind, key.endswith("*"))
    return options


def _check_entry(name: str, data: Mapping[str, Any]) -> None:
    """Check data as the server 0.9 does, in its order and in its words. Raises InvalidVerb."""
    options = _options(name)
    for key, value in data.items():
        if key in options:
            _check_value(name, key, value, options[key][0])
        elif key != "_":
            raise InvalidVerb(f"{name}: unknown property {key}", verb=name, path=f"{name}.{key}")
    missing = [key for key, (_, required) in options.items() if required and key not in data]
    if missing:
        raise InvalidVerb(f"{name}: missing value for {','.join(missing)}", verb=name, path=f"{name}.{missing[0]}")


def _check_value(name: str, key: str, value: Any, kind: str) -> None:
    wrong: str | None = None
    if kind == "array":
        if not isinstance(value, list):
            wrong = f"{name}: property {key} is not an array"
    elif kind.startswith("#"):
        # an array or a text has its indexes for keys, as in JavaScript
        pairs: Mapping[str, Any] = {}
        if isinstance(value, Mapping):
            pairs = cast("Mapping[str, Any]", value)
        elif isinstance(value, list | str):
            pairs = {str(index): item for index, item in enumerate(value)}
        _check_entry(kind[1:], pairs)
    elif kind.startswith("@"):
        for item in value if isinstance(value, list) else ():
            _check_entry(kind[1:], item if isinstance(item, Mapping) else {})
    elif "|" in kind and not kind.startswith("enum("):
        kinds = kind.split("|")
        if _type_name(value) not in kinds and not ("array" in kinds and isinstance(value, list)):
            wrong = f"{name}: property {key} has invalid data type, must be one of {','.join(kinds)}"
    elif kind in ("number", "string", "object", "boolean") and _type_name(value) != kind:
        wrong = f"{name}: property {key} has invalid data type"
    # a value that is none of an enum passes
    if wrong is not None:
        raise InvalidVerb(wrong, verb=name, path=f"{name}.{key}")


def _type_name(value: object) -> str:
    return _TYPES.get(type(value), "object")


def _check_spelling(path: str, sent: object, expected: object) -> None:
    """Raise InvalidVerb for an option of ``sent`` that is spelled otherwise on the wire."""
    if isinstance(sent, Mapping) and isinstance(expected, Mapping):
        for name, value in cast("Mapping[str, object]", sent).items():
            if name not in expected:
                raise InvalidVerb(f"{path} has no option {name!r}", path=f"{path}.{name}")
            _check_spelling(f"{path}.{name}", value, cast("Mapping[str, object]", expected)[name])
    elif isinstance(sent, list) and isinstance(expected, list):
        for index, (sent_item, expected_item) in enumerate(zip(sent, expected, strict=False)):
            _check_spelling(f"{path}[{index}]", sent_item, expected_item)


def _without_alias(verb: Verb) -> Verb:
    """Give a verb that has two names the one that the server works with."""
    name = verb["verb"]
    if name == "stream":
        return verb | {"verb": "listen"}
    if name == "room":
        return verb | {"verb": "conference"}
    if name == "s2s":
        return verb | {"verb": "llm"}
    vendor = _VENDOR_S2S.fullmatch(name)
    if vendor:
        return {"vendor": vendor[1]} | verb | {"verb": "llm"}
    return verb
