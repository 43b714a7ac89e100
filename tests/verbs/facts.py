"""Compares the model with tables of facts, and names each difference.

``python -m tests.verbs.facts schema.json 12`` compares it with those of a newer line.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jambonz_sync import verbs
from jambonz_sync.model.declare import NO_CONSTRAINTS, Constraints, Model, Option, options
from jambonz_sync.model.versions import lacks
from jambonz_sync.verbs import components

FACTS = Path(__file__).parent.parent / "facts"
SERVER_09 = json.loads((FACTS / "server-0.9.8.json").read_text())

#: component of the schema -> class, where the name does not follow from it
CLASS_OF = {"hangup": "HangupTool"}

#: options that the table has as "any", and that the schema itself forbids
FORBIDDEN = {"gptlive_s2s.llmOptions.session_update.model", "gptlive_s2s.llmOptions.session_update.delegation.tools"}

#: what 0.9 knows and the model leaves to ``extra``: leftovers, and a slip of the pen
NOT_MODELLED = {"enqueue._", "listen.auth", "stream.auth", "speechmaticsOptions.audio_events_config_config"}

#: the table has "room" since 0.9.6, but a 0.9.8 server does not know it
SINCE = {"room": "v10"}

#: verbs that no schema has; servers make an llm of them
ALIASES_ONLY = {"microsoft_s2s", "voiceagent_s2s"}

#: numbers in the schema that the code of the server counts to, or gives to the media server, which takes whole ones:
#: with ``loop: 1.5`` a ``say`` never ends, and no number of digits is a ``numDigits: 1.5``
WHOLE = {
    *("loop", "numDigits", "minDigits", "maxDigits", "minBargeinWordCount", "maxParticipants", "sampleRate", "channel"),
    *("seekOffset", "thresholdWordCount", "digitCount", "diarizationMinSpeakers", "diarizationMaxSpeakers", "status"),
    *("input_sample_rate", "output_sample_rate"),
}

#: options of which the model says more, or something else, than the schemas, and why
OURS = {
    # the schema of 10 has 0; the docstring tells of both
    "agent.noResponseTimeout": {"default 0, the model says 12"},
    # a closed set for the server, which knows the vendors that it has an adapter for
    "agent.llm.vendor": {"string, the model says", "the model allows"},
    # put right in the schema of 11
    "gptlive_s2s": {"since 11.1.0, the model says 11.0.4"},
    # a number in the table is a number or one more: checked when the options are complete
    "recognizer-mistralOptions.streamingDelayMs": {
        "minimum 80",
        "maximum 1200",
        "any, the",
        "const(2400), the",
        "the mo",
    },
    # one of several objects: nothing more is known of them than of those of other vendors
    "voicelive_s2s.auth": {"any, the model says", "the model allows"},
}


@dataclasses.dataclass(frozen=True)
class Line:
    """The schema of a line of jambonz.

    Args:
        server: The line.
        schema: Its verbs, components and callbacks.
    """

    server: str
    schema: Mapping[str, Any]

    def knows(self, cls: type[Model]) -> bool:
        """Return True if the model says that the line has it."""
        return not lacks(cls.__jambonz__.since, self.server)

    def options(self, cls: type[Model]) -> dict[str, Option]:
        """Return the options that the model says the line has, by their names on the wire."""
        return {
            wire: option
            for wire, option in wire_options(cls).items()
            if not lacks(option.constraints.since, self.server) and option.constraints.only_on in (None, self.server)
        }

    def closed(self, cls: type[Model]) -> bool:
        """Return True if the model refuses options that it does not declare, of the line."""
        meta = cls.__jambonz__
        return meta.owner == "jambonz" and (meta.open_since is None or lacks(meta.open_since, self.server))


LINES = [
    Line(server, json.loads((FACTS / name).read_text()))
    for server, name in (("10", "verbs.json"), ("11", "verbs-11.json"))
]


def wire_options(cls: type[Model]) -> dict[str, Option]:
    return {one.wire: one for one in options(cls) if one.constraints.convert is None}  # all that is sent


def component_class(name: str) -> Any:
    if name == "actionHookDelayAction":
        from jambonz_sync.verbs.delay import ActionHookDelayAction

        return ActionHookDelayAction
    if name == "llm-base":
        from jambonz_sync.verbs.llm import Llm

        return Llm
    name = CLASS_OF.get(name, name.removeprefix("recognizer-"))
    return getattr(components, name[:1].upper() + name[1:])


def members(hint: Any) -> list[Any]:
    """The types that a hint allows, None left out, and a Mapping beside a model taken for that model."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        found = [one for one in typing.get_args(hint) if one is not type(None)]
    else:
        found = [hint]
    if any(isinstance(one, type) and issubclass(one, Model) for one in found):
        found = [one for one in found if typing.get_origin(one) is not Mapping]
    return found


def compare_line(line: Line) -> list[str]:
    """All differences between the verbs and components of a line's schema and the model, but those that are ours."""
    return [difference for difference in _differences(line) if not _is_ours(difference)]


def _is_ours(difference: str) -> bool:
    path, _, what = difference.partition(": ")
    return any(what.startswith(known) for known in OURS.get(path, ()))


def _differences(line: Line) -> Iterator[str]:
    names = {facts.get("verb", key) for key, facts in line.schema["verbs"].items()}
    for method in verbs.VERBS:
        cls: Any = verbs.verb_class(method)
        if line.knows(cls) and not names & {method, cls.__jambonz__.verb} and method not in ALIASES_ONLY:
            yield f"{method}: the model has it, the schema does not"
    for key, facts in line.schema["verbs"].items():
        name = facts.get("verb", key)
        if name == "rest:dial":
            cls = verbs.RestDial
        elif name.replace(":", "_") in verbs.VERBS:
            cls = verbs.verb_class(name)
        else:
            yield f"{name}: no such verb"
            continue
        if cls.__jambonz__.verb != name:
            yield f"{name}: the model calls it {cls.__jambonz__.verb}"
        since = SINCE.get(name, facts.get("since"))
        if since != cls.__jambonz__.since:
            yield f"{name}: since {since}, the model says {cls.__jambonz__.since}"
        yield from compare(name, facts, cls, line, facts.get("local", {}))
    for key, facts in line.schema["components"].items():
        if key != "actionHook":
            try:
                cls = component_class(key)
            except AttributeError:
                yield f"{key}: no such component"
                continue
            yield from compare(key, facts, cls, line, {})


def declared(facts: Mapping[str, Any], line: Line) -> dict[str, Any]:
    """The options of a verb or component, those that it inherits among them."""
    found: dict[str, Any] = {}
    for parent in facts.get("inherits", ()):
        found |= declared(line.schema["components"][parent.split(":", 1)[1]], line)
    found |= facts.get("properties", {})
    return found


def needed(facts: Mapping[str, Any], line: Line) -> set[str]:
    found = set(facts.get("required", ()))
    for parent in facts.get("inherits", ()):
        found |= needed(line.schema["components"][parent.split(":", 1)[1]], line)
    return found


def compare(
    path: str, facts: Mapping[str, Any], cls: type[Model], line: Line, local: Mapping[str, Any]
) -> Iterator[str]:
    known, required = line.options(cls), needed(facts, line)
    for wire, fact in declared(facts, line).items():
        one = known.get(wire)
        if one is None:
            if f"{path}.{wire}" not in FORBIDDEN:
                yield f"{path}.{wire}: no such option"
            continue
        if path != "llm-base" and one.required != (wire in required):
            yield f"{path}.{wire}: required {wire in required}, the model says {one.required}"
        yield from compare_type(f"{path}.{wire}", fact, one.type, one.constraints, line, local)
    for wire in known.keys() - declared(facts, line).keys():
        # the table leaves out that "room" has the options of "conference"
        if path not in ("room", "llm-base"):
            yield f"{path}.{wire}: the model has it, the schema does not"
    if facts.get("closed") and not line.closed(cls):
        yield f"{path}: closed, the model lets unknown options through"


def flat(fact: Any) -> tuple[list[Any], dict[str, Any]]:
    """A fact as the list of types that it allows, and the constraints beside them."""
    constraints: dict[str, Any] = {}
    while isinstance(fact, dict) and "type" in fact:
        constraints |= {key: value for key, value in fact.items() if key != "type"}
        fact = fact["type"]
    if isinstance(fact, list):
        found = []
        for one in fact:
            more, inner = flat(one)
            found += more
            constraints |= inner
        return found, constraints
    if isinstance(fact, dict) and "min_items" in fact:
        constraints["min_items"] = fact["min_items"]
    return [fact], constraints


CONSTRAINTS = {
    "minimum": "ge",
    "maximum": "le",
    "pattern": "pattern",
    "minLength": "min_length",
    "min_items": "min_items",
    "default": "server_default",
}


def compare_type(
    path: str, fact: Any, hint: Any, constraints: Constraints, line: Line, local: Mapping[str, Any]
) -> Iterator[str]:
    wanted, bounds = flat(fact)
    for key, name in CONSTRAINTS.items():
        if bounds.get(key) != getattr(constraints, name) and key in bounds:
            yield f"{path}: {key} {bounds[key]!r}, the model says {getattr(constraints, name)!r}"
    if path.split(".")[-1] in WHOLE:
        wanted = ["integer" if one == "number" else one for one in wanted]
    left = members(hint)
    for one in wanted:
        fits = [candidate for candidate in left if fits_kind(one, candidate)]
        if not fits:
            yield f"{path}: {kind(one)}, the model says {hint}"
            continue
        yield from compare_member(path, one, fits[0], constraints, line, local)
    for candidate in left:
        if not any(fits_kind(one, candidate) for one in wanted):
            yield f"{path}: the model allows {candidate}, the schema does not"


def kind(fact: Any) -> str:
    if isinstance(fact, dict):
        return next(key for key in ("list_of", "map_of", "properties") if key in fact)
    return str(fact)


def fits_kind(fact: Any, hint: Any) -> bool:
    origin = typing.get_origin(hint)
    is_model = isinstance(hint, type) and issubclass(hint, Model)
    if isinstance(fact, dict):
        if "list_of" in fact:
            return origin is Sequence
        if "map_of" in fact:
            return origin is Mapping
        return is_model
    if fact.startswith(("enum(", "const(")):
        return origin is typing.Literal
    if fact.split(":")[0] in ("component", "ref", "local"):
        if fact.split(":")[1] == "actionHook":
            return hint is str or (is_model and hint is components.ActionHook)
        return is_model
    simple = {"string": str, "number": float, "integer": int, "boolean": bool, "any": Any}
    return simple.get(fact) is hint if fact != "object" else origin is Mapping or is_model


def compare_member(
    path: str, fact: Any, hint: Any, constraints: Constraints, line: Line, local: Mapping[str, Any]
) -> Iterator[str]:
    if isinstance(fact, dict):
        if "list_of" in fact:
            if not constraints.verbs:
                item = typing.get_args(hint)[0]
                yield from compare_type(f"{path}[]", fact["list_of"], item, NO_CONSTRAINTS, line, local)
        elif "map_of" in fact:
            yield from compare_type(
                f"{path}{{}}", fact["map_of"], typing.get_args(hint)[1], NO_CONSTRAINTS, line, local
            )
        else:
            yield from compare(path, fact, hint, line, local)
    elif fact.startswith(("enum(", "const(")):
        wanted = fact[fact.index("(") + 1 : -1].replace('"', "").split("|")
        values = [
            value for value in typing.get_args(hint) if not lacks((constraints.newer or {}).get(value), line.server)
        ]
        allowed = [str(value).lower() if value is False else str(value) for value in values]
        if sorted(wanted) != sorted(allowed):
            yield f"{path}: {fact}, the model says {'|'.join(allowed)}"
    elif fact.startswith("local:"):
        yield from compare(path, local[fact.split(":")[1]], hint, line, local)
    elif fact.split(":")[0] in ("component", "ref"):
        name = fact.split(":")[1]
        wanted_class = verbs.verb_class(name) if name in verbs.VERBS and name != "hangup" else component_class(name)
        if name != "actionHook" and hint is not wanted_class:
            yield f"{path}: {fact}, the model says {hint}"


# ---- the server -----------------------------------------------------------------------------------------------------

#: what a 0.9 server makes of the verbs that it rewrites
ALIASES = {"stream": "listen", "s2s": "llm"}


def compare_server(server: Mapping[str, Any] = SERVER_09, version: str = "0.9") -> list[str]:
    """Where the model, told of a 0.9 server, lets through what that refuses, or refuses what it takes."""
    found = []
    for name in verbs.VERBS:
        cls = verbs.verb_class(name)
        wire = cls.__jambonz__.verb or name
        table = "llm" if wire.endswith("_s2s") else ALIASES.get(wire, wire)
        if cls.__jambonz__.new:
            if table in server and table != "llm":
                found.append(f"{wire}: the server has it, the model says it has not")
        elif table not in server:
            found.append(f"{wire}: the server does not have it")
        else:
            found += compare_object(wire, server[table], cls, server, version)
    return found


def compare_object(
    path: str, facts: Mapping[str, Any], cls: type[Model], server: Mapping[str, Any], version: str
) -> Iterator[str]:
    known = {wire: one for wire, one in wire_options(cls).items() if one.constraints.since is None}
    if cls.__jambonz__.owner in ("vendor", "open"):
        return
    name = path.rsplit(".", 1)[-1].removesuffix("[]")
    for wire, one in known.items():
        fact = facts["properties"].get(wire)
        if fact is None:
            yield f"{path}.{wire}: the server refuses it"
        else:
            yield from compare_value(f"{path}.{wire}", fact, one.type, server, version)
    for wire in facts["properties"].keys() - known.keys():
        if f"{name}.{wire}" not in NOT_MODELLED and not (name.endswith("_s2s") and wire == "vendor"):
            yield f"{path}.{wire}: the server takes it"
    for wire in facts.get("required", ()):
        one_needed = known.get(wire)
        sure = one_needed is not None and (one_needed.required or one_needed.constraints.needed_on == version)
        if not sure and not (name.endswith("_s2s") and wire == "vendor"):  # which the alias stands for
            yield f"{path}.{wire}: the server needs it"


def compare_value(path: str, fact: str, hint: Any, server: Mapping[str, Any], version: str) -> Iterator[str]:
    allowed = [one.strip() for one in fact.split("|")] if not fact.startswith("enum(") else [fact]
    for member in members(hint):
        origin = typing.get_origin(member)
        is_model = isinstance(member, type) and issubclass(member, Model)
        if fact.startswith("#"):
            if is_model:
                yield from compare_object(path, server[fact[1:]], member, server, version)
            else:
                yield f"{path}: {fact}, the model says {hint}"
        elif fact.startswith("list of #"):
            for item in members(typing.get_args(member)[0]):
                if fact[9:] not in server:  # the table does not tell what a "root" is
                    continue
                yield from compare_object(f"{path}[]", server[fact[9:]], item, server, version)
        elif origin is typing.Literal and fact.startswith("enum("):
            more = set(typing.get_args(member)) - set(fact[5:-1].split("|"))
            if more:
                yield f"{path}: {fact}, the model allows {more} too"
        else:
            name = js_type(member)
            # to JavaScript, whose typeof the server goes by, a list is an object
            if name not in allowed and not (name == "array" and "object" in allowed):
                yield f"{path}: {fact}, the model says {hint}"


def js_type(hint: Any) -> str:
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        hint = type(typing.get_args(hint)[0])
    if origin is Sequence:
        return "array"
    return {str: "string", int: "number", float: "number", bool: "boolean"}.get(hint, "object")


def all_models() -> list[type[Model]]:
    """Every verb and component, those that only others hold among them."""
    found: dict[type[Model], None] = {}

    def walk(hint: Any) -> None:
        if isinstance(hint, type):
            if issubclass(hint, Model) and hint is not verbs.Verb and hint not in found:
                found[hint] = None
                for one in options(hint):
                    walk(one.type)
        else:
            for inner in typing.get_args(hint):
                walk(inner)

    for name in verbs.VERBS:
        walk(verbs.verb_class(name))
    walk(verbs.RestDial)
    return list(found)


if __name__ == "__main__":
    table, version = sys.argv[1:]
    print("\n".join(compare_line(Line(version, json.loads(Path(table).read_text())))))
