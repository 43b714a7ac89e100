"""From a model to the function that turns what users write into the dict that is sent.

Each model is compiled when it is first used, once for every :class:`Dialect`. A compiled model is one
loop over the options given; what it costs is a dict look-up and a comparison of types for each. Errors
may take their time: only then are paths, names and suggestions put together.
"""

from __future__ import annotations

import math
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from ..errors import InvalidVerb
from ..wire import is_json, to_python_name
from .declare import Dialect, Flaw, Limits, Model, once, options

__all__ = ["compiled", "invalid", "nearest", "verb_items"]

Convert = Callable[[Any], Any]
Build = Callable[[Any], dict[str, Any]]
Entry = tuple[str, type, Convert, bool]


class _Never:
    """No value is of this type: the option has no fast path."""


class Check(NamedTuple):
    """How values of one type are checked. A value whose type is ``exact`` is right as it is; ``convert`` returns
    any other in its wire form or raises :class:`Flaw`. ``types`` are those that ``convert`` is for."""

    exact: type
    convert: Convert
    types: tuple[type, ...]
    wanted: str


def _wrong(wanted: str, value: object) -> Flaw:
    return Flaw(f"expected {wanted}, got {_name(value)}", expected=wanted)


def _name(value: object) -> str:
    """What a value is, without its content: it may be a secret."""
    if value is None or isinstance(value, bool):
        return repr(value)
    for kind, name in ((str, "a string"), (Mapping, "an object"), (list | tuple, "a list"), (int | float, "a number")):
        if isinstance(value, kind):
            return name
    return type(value).__name__


# ---- simple values ------------------------------------------------------------------------------------------------


def _string(limits: Limits) -> Check:
    wanted = "a string"
    if limits.min_length:
        wanted = "a string that is not empty" if limits.min_length == 1 else f"at least {limits.min_length} characters"
    if limits.pattern:
        wanted = f"a string like {limits.pattern}"
    match = re.compile(limits.pattern).search if limits.pattern else None
    least = limits.min_length or 0

    def convert(value: Any) -> str:
        if not isinstance(value, str):
            raise _wrong(wanted, value)
        plain = str.__str__(value)  # of a StrEnum or Markup its text
        if len(plain) < least or (match and not match(plain)):
            raise Flaw(f"expected {wanted}", expected=wanted)
        return plain

    return Check(_Never if match or least else str, convert, (str,), wanted)


def _boolean(_limits: Limits) -> Check:
    def convert(value: Any) -> bool:
        if value is True or value is False:
            return value
        raise _wrong("true or false", value)

    return Check(bool, convert, (bool,), "true or false")


def _number(limits: Limits, *, whole: bool) -> Check:
    low, high = limits.ge, limits.le
    wanted = "a whole number" if whole else "a number"
    if low is not None and high is not None:
        wanted += f" from {low:g} to {high:g}"
    elif low is not None:
        wanted += f" of at least {low:g}"
    elif high is not None:
        wanted += f" of at most {high:g}"

    def convert(value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(wanted, value)
        if isinstance(value, float):
            if whole and value.is_integer():
                value = int(value)
            elif whole or not math.isfinite(value):
                raise Flaw(f"expected {wanted}, got {value}", expected=wanted)
            else:
                value = float(value)
        else:
            value = int(value)
        if (low is not None and value < low) or (high is not None and value > high):
            raise Flaw(f"expected {wanted}, got {value}", expected=wanted)
        return typing.cast("int | float", value)

    return Check(int if low is None and high is None else _Never, convert, (int, float), wanted)


def _one_of(allowed: tuple[Any, ...]) -> Check:
    kinds = tuple({type(value) for value in allowed})
    by_kind = {(type(value), value) for value in allowed}
    names = [str(value).lower() if isinstance(value, bool) else str(value) for value in allowed]
    wanted = names[0] if len(names) == 1 else f"one of {', '.join(names)}"

    def convert(value: Any) -> Any:
        kind = type(value)
        if kind in kinds and (kind, value) in by_kind:
            return value
        if isinstance(value, str):
            plain = str.__str__(value)
            if (str, plain) in by_kind:
                return plain
            near = get_close_matches(plain, names, 1)
            raise Flaw(f"expected {wanted}, got {plain[:40]!r}", expected=wanted, nearest=near[0] if near else None)
        raise _wrong(wanted, value)

    return Check(_Never, convert, kinds, wanted)


def _anything(_limits: Limits) -> Check:
    def convert(value: Any) -> Any:
        if not is_json(value):
            raise Flaw("expected what JSON can express", expected="JSON")
        return value

    return Check(str, convert, (object,), "any value")


# ---- lists and objects --------------------------------------------------------------------------------------------


def _list(item: Check, limits: Limits) -> Check:
    least = limits.min_items or 0
    exact, convert_item = item.exact, item.convert
    wanted = "a list" if least == 0 else f"a list of at least {least}"

    def convert(value: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise _wrong(wanted, value)
        if len(value) < least:
            raise Flaw(f"expected {wanted}, got {len(value)}", expected=wanted)
        out: list[Any] = []
        try:
            for one in value:
                out.append(one if type(one) is exact else convert_item(one))
        except Flaw as flaw:
            flaw.where.append(f"[{len(out)}]")
            raise
        return out

    return Check(_Never, convert, (list, tuple), wanted)


def _map(item: Check | None) -> Check:
    def convert(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _wrong("an object", value)
        plain = value if type(value) is dict else dict(value)
        if item is None:
            if not is_json(plain):
                raise Flaw("holds what JSON cannot express", expected="JSON")
            return plain
        out: dict[str, Any] = {}
        for key, one in plain.items():
            if not isinstance(key, str):
                raise Flaw(f"expected names that are strings, got {_name(key)}", expected="a string")
            try:
                out[str.__str__(key)] = one if type(one) is item.exact else item.convert(one)
            except Flaw as flaw:
                flaw.where.append(key)
                raise
        return out

    return Check(_Never, convert, (Mapping,), "an object")


def _nested(cls: type[Model], dialect: Dialect) -> Check:
    build: Build | None = None

    def convert(value: Any) -> dict[str, Any]:
        nonlocal build
        if build is None:  # models refer to one another, and most of them are never used
            build = compiled(cls, dialect, nested=True)
        if type(value) is not dict:
            if isinstance(value, Model):
                if not isinstance(value, cls):
                    raise Flaw(f"expected {cls.__name__}, got {type(value).__name__}", expected=cls.__name__)
                return compiled(type(value), dialect, nested=True)(value)
            if not isinstance(value, Mapping):
                raise _wrong("an object", value)
        return build(value)

    return Check(_Never, convert, (dict, cls, Mapping), "an object")


def _union(checks: Sequence[Check]) -> Check:
    by_type: dict[type, Convert] = {}
    for check in checks:
        for kind in check.types:
            by_type.setdefault(kind, check.convert)
    wanted = " or ".join(dict.fromkeys(check.wanted for check in checks))
    kinds = tuple(by_type.items())

    def convert(value: Any) -> Any:
        found = by_type.get(type(value))
        if found is not None:
            return found(value)
        for kind, one in kinds:
            if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
                return one(value)
        raise _wrong(wanted, value)

    return Check(checks[0].exact, convert, tuple(by_type), wanted)


def _check(hint: Any, limits: Limits, dialect: Dialect) -> Check:
    """The check for a type as it is written in an annotation."""
    origin = typing.get_origin(hint)
    if hint is Any:
        return _anything(limits)
    if origin is typing.Union or origin is types.UnionType:
        return _check_union([one for one in typing.get_args(hint) if one is not type(None)], limits, dialect)
    if origin is typing.Literal:
        return _one_of(typing.get_args(hint))
    if origin is Sequence:
        item = verb_items.check(dialect) if limits.verbs else _check(typing.get_args(hint)[0], Limits(), dialect)
        return _list(item, limits)
    if origin is Mapping:
        of = typing.get_args(hint)[1]
        return _map(None if of is Any else _check(of, Limits(), dialect))
    if isinstance(hint, type) and issubclass(hint, Model):
        return _nested(hint, dialect)
    return _SIMPLE[hint](limits)


_SIMPLE: dict[Any, Callable[[Limits], Check]] = {
    str: _string,
    bool: _boolean,
    float: lambda limits: _number(limits, whole=False),
    int: lambda limits: _number(limits, whole=True),
}


def _check_union(members: list[Any], limits: Limits, dialect: Dialect) -> Check:
    models = [one for one in members if isinstance(one, type) and issubclass(one, Model)]
    if models:  # the mapping beside a model is the same thing written as a dict
        members = [one for one in members if typing.get_origin(one) is not Mapping]
    checks = [_check(one, limits, dialect) for one in members]
    return checks[0] if len(checks) == 1 else _union(checks)


class _VerbItems:
    """Where lists of verbs (delay actions) are checked: the verbs package, a layer above, fills this in."""

    build: Callable[[Any, Dialect], dict[str, Any]]

    def check(self, dialect: Dialect) -> Check:
        return Check(_Never, lambda value: self.build(value, dialect), (dict, Mapping, Model), "a verb")


verb_items = _VerbItems()


# ---- models -------------------------------------------------------------------------------------------------------


def _too_new(since: str | None, server: str | None) -> Build:
    what = f"needs jambonz {since or 'v10'}, and the server is {server}"

    def convert(_value: Any) -> dict[str, Any]:
        raise Flaw(what)

    return convert


def lacks(limits: Limits, server: str | None) -> bool:
    """Whether ``server`` refuses the option."""
    return server is not None and limits.since is not None


@once
def _table(cls: type[Model], dialect: Dialect) -> dict[str, Entry]:
    """Options by name, in both spellings: wire name, the type that needs no check, the check, whether None counts."""
    table: dict[str, Entry] = {}
    for one in options(cls):
        if lacks(one.limits, dialect.server):
            entry: Entry = (one.wire, _Never, _too_new(one.limits.since, dialect.server), False)
        else:
            check = _check(one.type, one.limits, dialect)
            entry = (one.wire, check.exact, check.convert, one.type is Any)
        table[one.wire] = entry
        table[one.name] = entry
    return table


def compiled(cls: type[Model], dialect: Dialect, *, nested: bool = False) -> Build:
    """The function that turns options (a mapping in either spelling, or an instance of ``cls``) into a new wire dict.

    It raises :class:`Flaw`. A verb that is ``nested`` in another carries no name, as jambonz refuses it there.
    """
    return _compiled(cls, dialect, nested)


@once
def _compiled(cls: type[Model], dialect: Dialect, nested: bool) -> Build:
    meta, known = cls.__jambonz__, options(cls)
    if meta.new and dialect.server is not None:
        return _too_new(meta.since, dialect.server)
    head: dict[str, Any] = {} if nested or meta.verb is None else {"verb": meta.verb}
    table = _table(cls, dialect)
    find = table.get if meta.owner != "vendor" else {one.wire: table[one.wire] for one in known}.get
    needed = tuple(
        one.wire
        for one in known
        if one.required or (dialect.server is not None and one.limits.needed_on == dialect.server)
    )
    passes = meta.owner == "vendor" or (meta.owner == "newer" and dialect.server is None)
    finish = meta.finish
    copy_head, size = head.copy, len(head)

    def build(given: Any) -> dict[str, Any]:
        out = copy_head()
        extra = None
        if isinstance(given, Model):
            extra = given.extra
            values = ((one, getattr(given, one.name)) for one in known)
            given = {one.wire: value for one, value in values if value is not None or one.required}
        key: Any = None
        try:
            for key, value in given.items():
                entry = find(key)
                if entry is None:
                    out.update(_undeclared(cls, key, value, passes))
                elif type(value) is entry[1]:
                    out[entry[0]] = value
                elif value is not None or entry[3]:
                    out[entry[0]] = entry[2](value)
            if extra is not None:
                key = "extra"
                out.update(_extra(extra))
        except Flaw as flaw:
            flaw.where.append(key if isinstance(key, str) else repr(key))
            raise
        if len(out) - size < len(given):
            _refuse_twice(given, find)
        for name in needed:
            if name not in out:
                spelled = name if any(key != key.lower() for key in given) else to_python_name(name)
                raise Flaw("is missing", spelled, expected=name)
        if finish is not None:
            finish(out, dialect)
        return out

    return build


def _undeclared(cls: type[Model], key: Any, value: Any, passes: bool) -> dict[str, Any]:
    """What an option adds that the model does not declare."""
    if not isinstance(key, str):
        raise Flaw(f"expected names that are strings, got {_name(key)}", expected="a string")
    meta = cls.__jambonz__
    if meta.owner != "vendor":
        if key == "extra":
            return _extra(value) if value is not None else {}
        if key == "verb" and meta.verb is not None:
            if value == meta.verb:
                return {}
            raise Flaw(f"expected {meta.verb}, got {value!r}", expected=meta.verb)
    if passes:
        return {key: _map(None).convert({key: value})[key]}
    known = [one.name if key == key.lower() else one.wire for one in options(cls)]
    near = nearest(key, known)
    raise Flaw(f"unknown option{_perhaps(near)}", expected="a known option", nearest=near)


def _extra(value: Any) -> dict[str, Any]:
    extra: dict[str, Any] = _map(None).convert(value)
    if "verb" in extra:
        raise Flaw("cannot change the verb", "verb")
    return extra


def _refuse_twice(given: Mapping[str, Any], find: Callable[[str], Any]) -> None:
    seen: dict[str, str] = {}
    for key, value in given.items():
        entry = find(key)
        if entry is not None and value is not None and seen.setdefault(entry[0], key) != key:
            raise Flaw(f"is given twice, as {seen[entry[0]]} too", key)


# ---- errors -------------------------------------------------------------------------------------------------------


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name that ``name`` resembles most, None if it resembles none."""
    found = get_close_matches(name, known, 1, 0.6)
    return found[0] if found else None


def _perhaps(near: str | None) -> str:
    return f" (did you mean {near}?)" if near else ""


def invalid(flaw: Flaw, verb: str) -> InvalidVerb:
    """The error that users see for a flaw found in ``verb``."""
    path = verb
    for step in reversed(flaw.where):
        path += step if step.startswith("[") else f".{step}"
    return InvalidVerb(f"{path}: {flaw.what}", verb=verb, path=path, expected=flaw.expected, nearest=flaw.nearest)
