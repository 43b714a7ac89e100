"""From a model to the function that turns what users write into the dict that is sent.

Each model is compiled when it is first used, once for every :class:`Dialect`, and each of its options when that is
first given. A compiled model is one loop over the options given; what it costs is a dict look-up and a comparison of
types for each. Errors may take their time: only then are paths, names and suggestions put together.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import InvalidVerb
from .declare import NO_LIMITS, Dialect, Flaw, Limits, Model, Option, once, options
from .values import Check, Convert, Never, anything, boolean, kind_of, nearest, number, one_of, string, wrong
from .wire import json_flaw, to_python_name

__all__ = ["compiled", "invalid", "verb_items"]

Build = Callable[[Any], dict[str, Any]]
Entry = tuple[str, type, Convert]


# ---- lists and objects --------------------------------------------------------------------------------------------


def _list(item: Check, limits: Limits) -> Check:
    least = limits.min_items or 0
    exact, convert_item = item.exact, item.convert
    wanted = "a list" if least == 0 else f"a list of at least {least}"

    def convert(value: Any) -> list[Any]:
        if type(value) is not list and not isinstance(value, (list, tuple)):  # a union would be made at each call
            raise wrong(wanted, value)
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

    return Check(Never, convert, (list, tuple), wanted)


def _map(item: Check | None) -> Check:
    def convert(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise wrong("an object", value)
        if item is None:
            plain = dict(value)
            found = json_flaw(plain)
            if found is not None:
                raise Flaw(found[1], *found[0], expected="JSON")
            return plain
        out: dict[str, Any] = {}
        for key, one in value.items():
            if not isinstance(key, str):
                raise Flaw(f"expected names that are strings, got {kind_of(key)}", expected="a string")
            try:
                out[str.__str__(key)] = one if type(one) is item.exact else item.convert(one)
            except Flaw as flaw:
                flaw.where.append(key)
                raise
        return out

    return Check(Never, convert, (Mapping,), "an object")


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
        raise wrong(wanted, value)

    return Check(checks[0].exact, convert, tuple(by_type), wanted)


def _check(hint: Any, limits: Limits, dialect: Dialect) -> Check:
    """The check for a type as it is written in an annotation."""
    origin = typing.get_origin(hint)
    if hint is Any:
        return anything(limits)
    if origin is typing.Union or origin is types.UnionType:
        return _check_union([one for one in typing.get_args(hint) if one is not type(None)], limits, dialect)
    if origin is typing.Literal:
        return one_of(typing.get_args(hint))
    if origin is Sequence:
        item = verb_items.check(dialect) if limits.verbs else _check(typing.get_args(hint)[0], NO_LIMITS, dialect)
        return _list(item, limits)
    if origin is Mapping:
        of = typing.get_args(hint)[1]
        return _map(None if of is Any else _check(of, NO_LIMITS, dialect))
    if isinstance(hint, type) and issubclass(hint, Model):
        return Check(Never, compiled(hint, dialect, nested=True), (dict, hint, Mapping), "an object")
    return _SIMPLE[hint](limits)


_SIMPLE: dict[Any, Callable[[Limits], Check]] = {
    str: string,
    bool: boolean,
    float: lambda limits: number(limits, whole=False),
    int: lambda limits: number(limits, whole=True),
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
        return Check(Never, lambda value: self.build(value, dialect), (dict, Mapping, Model), "a verb")


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


def _entry(one: Option, dialect: Dialect) -> Entry:
    """Of an option its wire name, the type that needs no check, and the check of any other."""
    if lacks(one.limits, dialect.server):
        return one.wire, Never, _too_new(one.limits.since, dialect.server)
    check = _check(one.type, one.limits, dialect)
    return one.wire, type(None) if one.type is Any else check.exact, check.convert


def compiled(cls: type[Model], dialect: Dialect, *, nested: bool = False) -> Build:
    """The function that turns options (a mapping in either spelling, or an instance of ``cls``) into a new wire dict.

    It raises :class:`Flaw`. A verb that is ``nested`` in another carries no name, as jambonz refuses it there.
    """
    return _compiled(cls, dialect, nested, False)


@once
def _compiled(cls: type[Model], dialect: Dialect, nested: bool, instance: bool) -> Build:
    meta, known = cls.__jambonz__, options(cls)
    if meta.new and dialect.server is not None:
        return _too_new(meta.since, dialect.server)
    verb = None if nested else meta.verb
    # the names in a dict that is the vendor's own are not ours to convert, and it has no extra
    ours = instance or meta.owner != "vendor"
    declared = {name: one for one in known for name in ((one.wire, one.name) if ours else (one.wire,))}
    needed = tuple(
        one.wire
        for one in known
        if one.required or (dialect.server is not None and one.limits.needed_on == dialect.server)
    )
    passes = meta.owner in ("vendor", "open") or (meta.owner == "newer" and dialect.server is None)
    finish, head = meta.finish, 0 if verb is None else 1
    entries: dict[str, Entry] = {}

    def build(given: Any) -> dict[str, Any]:
        if type(given) is not dict:
            return build_other(given)
        out: dict[str, Any] = {} if verb is None else {"verb": verb}
        key = extra = None
        try:
            for key in given:  # quicker than items() for so few
                value = given[key]
                try:
                    wire, exact, convert = entries[key]
                except KeyError:
                    entry = unseen(key, value, out)
                    if entry is None:
                        continue
                    wire, exact, convert = entry
                if type(value) is exact:
                    out[wire] = value
                elif value is not None:
                    out[wire] = convert(value)
        except Flaw as flaw:
            flaw.where.append(key if isinstance(key, str) else repr(key))
            raise
        if len(out) - head < len(given):
            extra = leftover(given)
        if needed:  # a loop over nothing costs more than to ask
            for name in needed:
                if name not in out and (extra is None or name not in extra):
                    raise _missing(name, given)
        if finish is not None:
            finish(out, dialect)
        if extra is not None:
            out.update(extra)
        return out

    def build_other(given: Any) -> dict[str, Any]:
        if isinstance(given, Model):
            if not isinstance(given, cls):
                raise Flaw(f"expected {cls.__name__}, got {type(given).__name__}", expected=cls.__name__)
            fields = {name: value for name, value in vars(given).items() if value is not None}
            return _compiled(type(given), dialect, nested, True)(fields)
        if not isinstance(given, Mapping):
            raise wrong("an object", given)
        return build(dict(given.items()))

    def unseen(key: Any, value: Any, out: dict[str, Any]) -> Entry | None:
        """The entry of an option that is given for the first time; None for what is no option, and is dealt with."""
        one = declared.get(key)
        if one is not None:
            return entries.setdefault(key, _entry(one, dialect))
        if key != "extra" or not ours:
            out.update(_undeclared(cls, key, value, passes))
        return None

    def leftover(given: dict[str, Any]) -> dict[str, Any] | None:
        """The extra options, where some of what was given made no option: ``extra``, None, or a name given twice."""
        extra = given.get("extra") if ours else None
        if extra is not None:
            extra = _extra(extra)
        _refuse_twice(given, declared)
        return extra

    return build


def _undeclared(cls: type[Model], key: Any, value: Any, passes: bool) -> dict[str, Any]:
    """What an option adds that the model does not declare."""
    if not isinstance(key, str):
        raise Flaw(f"expected names that are strings, got {kind_of(key)}", expected="a string")
    meta = cls.__jambonz__
    if key == "verb" and meta.verb is not None:
        if value == meta.verb:
            return {}
        raise Flaw(f"expected {meta.verb}, got {kind_of(value)}", expected=meta.verb)
    if passes:
        return {key: anything(NO_LIMITS).convert(value)}
    known = [one.name if key == key.lower() else one.wire for one in options(cls)]
    near = nearest(key, known)
    raise Flaw(f"unknown option{_perhaps(near)}", expected="a known option", nearest=near)


def _extra(value: Any) -> dict[str, Any]:
    try:
        extra: dict[str, Any] = _map(None).convert(value)
        if "verb" in extra:
            raise Flaw("cannot change the verb", "verb")
    except Flaw as flaw:
        flaw.where.append("extra")
        raise
    return extra


def _missing(name: str, given: Mapping[Any, Any]) -> Flaw:
    spelled = name if any(key != key.lower() for key in given) else to_python_name(name)
    return Flaw("is missing", spelled, expected=name)


def _refuse_twice(given: Mapping[str, Any], declared: Mapping[str, Option]) -> None:
    seen: dict[str, str] = {}
    for key, value in given.items():
        one = declared.get(key)
        if one is not None and value is not None and seen.setdefault(one.wire, key) != key:
            raise Flaw(f"is given twice, as {seen[one.wire]} too", key)


# ---- errors -------------------------------------------------------------------------------------------------------


def _perhaps(near: str | None) -> str:
    return f" (did you mean {near}?)" if near else ""


def invalid(flaw: Flaw, verb: str, call_sid: str | None = None) -> InvalidVerb:
    """The error that users see for a flaw found in ``verb``, within a call if there is one."""
    path = verb
    for step in reversed(flaw.where):
        path += step if step.startswith("[") else f".{step}"
    return InvalidVerb(
        f"{path}: {flaw.what}",
        verb=verb,
        path=path,
        expected=flaw.expected,
        nearest=flaw.nearest,
        call_sid=call_sid,
    )
