"""What the server thinks of verbs: one that it does not know, or one unknown option, voids the whole answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from ...chain import as_verbs
from ...errors import InvalidVerb
from .waits import Verb

__all__ = ["judge"]

_VENDOR_S2S = re.compile(r"(.+)_s2s")


def judge(answer: object, server: str | None = None) -> list[Verb]:
    """The verbs of ``answer`` in the form that the server works with. Raises InvalidVerb."""
    if not isinstance(answer, list):
        raise InvalidVerb(f"expected an array of verbs, got {type(answer).__name__}", expected="array of verbs")
    verbs: list[Verb] = []
    for item in cast("list[object]", answer):
        if not isinstance(item, Mapping):
            raise InvalidVerb(f"a verb is an object, got {type(item).__name__}", expected="object")
        verb = _flat(cast("Mapping[str, Any]", item))
        # the SDK takes either spelling of an option; the server takes one
        (normal,) = as_verbs(verb, server=server, speakable=False)
        _same_names(str(verb["verb"]), verb, normal)
        for prompt in ("say", "play"):
            nested = verb.get(prompt) if verb["verb"] == "gather" else None
            if isinstance(nested, Mapping) and "verb" in nested:
                raise InvalidVerb(f"gather.{prompt} must not name a verb", verb="gather", path=f"gather.{prompt}.verb")
        verbs.append(_rename(verb))
    return verbs


def _flat(item: Mapping[str, Any]) -> Verb:
    """``{"say": {...}}`` is ``{"verb": "say", ...}``."""
    if "verb" in item:
        return dict(item)
    if len(item) == 1:
        ((name, options),) = item.items()
        if isinstance(options, Mapping):
            return {"verb": name, **cast("Mapping[str, Any]", options)}
    raise InvalidVerb(f"an object with these keys is no verb: {', '.join(map(str, item)) or 'none'}", expected="verb")


def _same_names(path: str, given: object, normal: object) -> None:
    if isinstance(given, Mapping) and isinstance(normal, Mapping):
        for name, value in cast("Mapping[str, object]", given).items():
            if name not in normal:
                raise InvalidVerb(f"{path} has no option {name!r}", path=f"{path}.{name}")
            _same_names(f"{path}.{name}", value, cast("Mapping[str, object]", normal)[name])
    elif isinstance(given, list) and isinstance(normal, list):
        for index, (one, other) in enumerate(zip(given, normal, strict=False)):
            _same_names(f"{path}[{index}]", one, other)


def _rename(verb: Verb) -> Verb:
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
