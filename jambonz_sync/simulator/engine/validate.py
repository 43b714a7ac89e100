"""The check of verbs: one unknown verb, or one unknown option, voids the whole answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from ...errors import InvalidVerb
from ...verbs.chain import as_verbs
from .waits import Verb

__all__ = ["validate"]

_VENDOR_S2S = re.compile(r"(.+)_s2s")


def validate(answer: object, server: str | None = None) -> list[Verb]:
    """Return the verbs of an answer in the form that the server works with.

    Args:
        answer: What the app sent as its verbs.
        server: The version of jambonz whose verbs and options are known, None for all of them.
    Raises:
        InvalidVerb: The answer is no array of verbs, or one of them is not known, or has an option that is not.
    """
    if not isinstance(answer, list):
        raise InvalidVerb(f"expected an array of verbs, got {type(answer).__name__}", expected="array of verbs")
    verbs: list[Verb] = []
    for item in cast("list[object]", answer):
        if not isinstance(item, Mapping):
            raise InvalidVerb(f"a verb is an object, got {type(item).__name__}", expected="object")
        verb = _named(cast("Mapping[str, Any]", item))
        # the SDK takes either spelling of an option; the server takes one
        (on_the_wire,) = as_verbs(verb, server=server, escape_urls=False)
        _check_spelling(str(verb["verb"]), verb, on_the_wire)
        for prompt in ("say", "play"):
            nested = verb.get(prompt) if verb["verb"] == "gather" else None
            if isinstance(nested, Mapping) and "verb" in nested:
                raise InvalidVerb(f"gather.{prompt} must not name a verb", verb="gather", path=f"gather.{prompt}.verb")
        verbs.append(_without_alias(verb))
    return verbs


def _named(item: Mapping[str, Any]) -> Verb:
    """Return ``{"say": {...}}`` as ``{"verb": "say", ...}``."""
    if "verb" in item:
        return dict(item)
    if len(item) == 1:
        ((name, options),) = item.items()
        if isinstance(options, Mapping):
            return {"verb": name, **cast("Mapping[str, Any]", options)}
    raise InvalidVerb(f"an object with these keys is no verb: {', '.join(map(str, item)) or 'none'}", expected="verb")


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
