"""From a model to the function that turns what users write into the dict that is sent.

Each model is compiled when it is first used, once for every :class:`ServerTarget`, and each of its options when that is
first set. A compiled model is one loop over the options that are set; each costs a dict look-up and a comparison of
types. Errors may take their time: only then are paths, names and suggestions put together.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import InvalidVerb
from .declare import NO_CONSTRAINTS, Constraints, Meta, Model, Option, ServerTarget, once, options
from .validation import ValidationError, did_you_mean, kind_of, nearest
from .values import Check, Convert, NoExactType, anything, boolean, choice, number, string, unexpected
from .versions import lacks
from .wire import to_python_name

__all__ = ["Build", "compiled", "invalid"]

#: makes the wire dict of a model from a mapping in either spelling, or from an instance
Build = Callable[[Any], dict[str, Any]]
#: the wire name of an option, the type that needs no check, and the check of any other
CompiledOption = tuple[str, type, Convert]


# ---- lists and objects --------------------------------------------------------------------------------------------


def _list(item: Check, constraints: Constraints) -> Check:
    least = constraints.min_items or 0
    exact, convert_item = item.exact, item.convert
    expected = "a list" if least == 0 else f"a list of at least {least}"

    def convert(value: Any) -> list[Any]:
        if type(value) is not list and not isinstance(value, (list, tuple)):  # a union would be made at each call
            raise unexpected(expected, value)
        if len(value) < least:
            raise ValidationError(f"expected {expected}, got {len(value)}", expected=expected)
        items: list[Any] = []
        try:
            for element in value:
                items.append(element if type(element) is exact else convert_item(element))
        except ValidationError as error:
            error.steps.append(f"[{len(items)}]")
            raise
        return items

    return Check(NoExactType, convert, (list, tuple), expected)


def _mapping(item: Check | None) -> Check:
    def convert(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise unexpected("an object", value)
        if item is None:
            plain = dict(value)
            anything(NO_CONSTRAINTS).convert(plain)
            return plain
        wire: dict[str, Any] = {}
        for key, element in value.items():
            if not isinstance(key, str):
                raise _not_a_name(key)
            try:
                wire[str.__str__(key)] = element if type(element) is item.exact else item.convert(element)
            except ValidationError as error:
                error.steps.append(key)
                raise
        return wire

    return Check(NoExactType, convert, (Mapping,), "an object")


def _not_a_name(key: object) -> ValidationError:
    return ValidationError(f"expected names that are strings, got {kind_of(key)}", expected="a string")


def _union(checks: Sequence[Check]) -> Check:
    by_type: dict[type, Convert] = {}
    for check in checks:
        for kind in check.types:
            by_type.setdefault(kind, check.convert)
    expected = " or ".join(dict.fromkeys(check.expected for check in checks))
    kinds = tuple(by_type.items())

    def convert(value: Any) -> Any:
        convert_exact = by_type.get(type(value))
        if convert_exact is not None:
            return convert_exact(value)
        for kind, convert_kind in kinds:
            if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
                return convert_kind(value)
        raise unexpected(expected, value)

    return Check(checks[0].exact, convert, tuple(by_type), expected)


def _check(hint: Any, constraints: Constraints, server_target: ServerTarget) -> Check:
    """Return the check for a type as it is written in an annotation."""
    origin = typing.get_origin(hint)
    if hint is Any:
        return anything(constraints)
    if origin is typing.Union or origin is types.UnionType:
        members = [member for member in typing.get_args(hint) if member is not type(None)]
        return _check_union(members, constraints, server_target)
    if origin is typing.Literal:
        return choice(typing.get_args(hint))
    if origin is Sequence:
        if constraints.verbs is not None:
            return _list(_verb(constraints.verbs, server_target), constraints)
        return _list(_check(typing.get_args(hint)[0], NO_CONSTRAINTS, server_target), constraints)
    if origin is Mapping:
        values = typing.get_args(hint)[1]
        return _mapping(None if values is Any else _check(values, NO_CONSTRAINTS, server_target))
    if isinstance(hint, type) and issubclass(hint, Model):
        return Check(NoExactType, compiled(hint, server_target, nested=True), (dict, hint, Mapping), "an object")
    return _SIMPLE[hint](constraints)


_SIMPLE: dict[Any, Callable[[Constraints], Check]] = {
    str: string,
    bool: boolean,
    float: lambda constraints: number(constraints, whole=False),
    int: lambda constraints: number(constraints, whole=True),
}


def _check_union(members: list[Any], constraints: Constraints, server_target: ServerTarget) -> Check:
    if any(isinstance(member, type) and issubclass(member, Model) for member in members):
        # the mapping beside a model is the same object written as a dict
        members = [member for member in members if typing.get_origin(member) is not Mapping]
    checks = [_check(member, constraints, server_target) for member in members]
    return checks[0] if len(checks) == 1 else _union(checks)


def _verb(to_wire: Callable[[Any, ServerTarget], dict[str, Any]], server_target: ServerTarget) -> Check:
    return Check(NoExactType, lambda value: to_wire(value, server_target), (dict, Mapping, Model), "a verb")


# ---- models -------------------------------------------------------------------------------------------------------


def _refuse(problem: str) -> Build:
    def convert(_value: Any) -> dict[str, Any]:
        raise ValidationError(problem)

    return convert


def _too_new(since: str | None, server: str | None) -> str:
    return f"needs jambonz {since}, and the server is {server}"


def _refuse_values(convert: Convert, too_new: Mapping[str, str]) -> Convert:
    def checked(value: Any) -> Any:
        wire = convert(value)
        if isinstance(wire, str) and wire in too_new:
            raise ValidationError(f"{wire!r} {too_new[wire]}")
        return wire

    return checked


def _absence(meta: Meta | Constraints, server: str | None) -> str | None:
    """Return why the server does not take a model or an option; None if it does."""
    if isinstance(meta, Meta):
        absent = meta.new if server == "0.9" else lacks(meta.since, server)
    else:
        absent = lacks(meta.since, server)
        if meta.only_on not in (None, server) and server is not None:
            return f"is for jambonz {meta.only_on} only, and the server is {server}"
    return _too_new(meta.since, server) if absent else None


def _compile_option(option: Option, server_target: ServerTarget) -> CompiledOption:
    constraints, server = option.constraints, server_target.server
    if problem := _absence(constraints, server):
        return option.wire, NoExactType, _refuse(problem)
    if constraints.convert is not None:
        return option.wire, NoExactType, constraints.convert
    check = _check(option.type, constraints, server_target)
    newer = {
        value: _too_new(since, server) for value, since in (constraints.newer or {}).items() if lacks(since, server)
    }
    if newer:
        return option.wire, NoExactType, _refuse_values(check.convert, newer)
    return option.wire, type(None) if option.type is Any else check.exact, check.convert


def compiled(cls: type[Model], server_target: ServerTarget, *, nested: bool = False) -> Build:
    """Return the function that turns options into a new wire dict.

    It takes a mapping in either spelling or an instance of ``cls``, and raises
    :class:`~jambonz_sync.model.validation.ValidationError`.

    Args:
        cls: The model.
        server_target: The server that the dict is for.
        nested: It stands within another verb: then it carries no name, as jambonz refuses that there.
    """
    return _compiled(cls, server_target, nested, False)


@once
def _compiled(cls: type[Model], server_target: ServerTarget, nested: bool, instance: bool) -> Build:
    meta, known = cls.__jambonz__, options(cls)
    server = server_target.server
    if problem := _absence(meta, server):
        return _refuse(problem)
    verb = None if nested else meta.verb
    # the names in a dict that is the vendor's own are not ours to convert, and it has no extra
    ours = instance or meta.owner != "vendor"
    declared = {name: option for option in known for name in ((option.wire, option.name) if ours else (option.wire,))}
    needed = tuple(
        option.wire
        for option in known
        if option.required or (server is not None and option.constraints.needed_on == server)
    )
    passes = meta.owner != "jambonz" or (meta.open_since is not None and not lacks(meta.open_since, server))
    head = 0 if verb is None else 1
    finish = None if meta.finish_of else meta.finish
    compiled_options: dict[str, CompiledOption] = {}

    def build(values: Any) -> dict[str, Any]:
        if type(values) is not dict:
            return build_other(values)
        out: dict[str, Any] = {} if verb is None else {"verb": verb}
        key = extra = None
        try:
            for key in values:  # quicker than items() for so few
                value = values[key]
                try:
                    wire, exact, convert = compiled_options[key]
                except KeyError:
                    first_seen = unseen(key, value, out)
                    if first_seen is None:
                        continue
                    wire, exact, convert = first_seen
                if type(value) is exact:
                    out[wire] = value
                elif value is not None:
                    out[wire] = convert(value)
        except ValidationError as error:
            error.steps.append(key if isinstance(key, str) else repr(key))
            raise
        if len(out) - head < len(values):
            extra = leftover(values)
        if needed:  # a loop over nothing costs more than to ask
            for name in needed:
                if name not in out and (extra is None or name not in extra):
                    raise _missing(name, values)
        if finish is not None:
            finish(out, server_target)
        if extra is not None:
            out.update(extra)
        return out

    def build_other(values: Any) -> dict[str, Any]:
        if isinstance(values, Model):
            if not isinstance(values, cls):
                raise ValidationError(f"expected {cls.__name__}, got {type(values).__name__}", expected=cls.__name__)
            fields = {name: value for name, value in vars(values).items() if value is not None}
            return _compiled(type(values), server_target, nested, True)(fields)
        if not isinstance(values, Mapping):
            raise unexpected("an object", values)
        return build(dict(values.items()))

    def unseen(key: Any, value: Any, out: dict[str, Any]) -> CompiledOption | None:
        """Compile an option that is set for the first time; return None for what is no option, and is dealt with."""
        nonlocal finish
        option = declared.get(key)
        if option is not None:
            if option.wire in meta.finish_of:
                finish = meta.finish  # before another thread can find the option compiled
            return compiled_options.setdefault(key, _compile_option(option, server_target))
        if key != "extra" or not ours:
            out.update(_undeclared(cls, key, value, passes))
        return None

    def leftover(values: dict[str, Any]) -> dict[str, Any] | None:
        """Return the extra options, where some values made no option: ``extra``, None, or a name that is set twice."""
        extra = values.get("extra") if ours else None
        if extra is not None:
            extra = _extra(extra)
        _refuse_twice(values, declared)
        return extra

    return build


def _undeclared(cls: type[Model], key: Any, value: Any, passes: bool) -> dict[str, Any]:
    """Return what an option adds that the model does not declare."""
    if not isinstance(key, str):
        raise _not_a_name(key)
    meta = cls.__jambonz__
    if key == "verb" and meta.verb is not None:
        if value == meta.verb:
            return {}
        raise unexpected(meta.verb, value)
    if passes:
        return {key: anything(NO_CONSTRAINTS).convert(value)}
    known = [option.name if key == key.lower() else option.wire for option in options(cls)]
    near = nearest(key, known)
    raise ValidationError(f"unknown option{did_you_mean(near)}", expected="a known option", nearest=near)


def _extra(value: Any) -> dict[str, Any]:
    try:
        extra: dict[str, Any] = _mapping(None).convert(value)
        if "verb" in extra:
            raise ValidationError("cannot change the verb", "verb")
    except ValidationError as error:
        error.steps.append("extra")
        raise
    return extra


def _missing(name: str, values: Mapping[Any, Any]) -> ValidationError:
    spelled = name if any(key != key.lower() for key in values) else to_python_name(name)
    return ValidationError("is missing", spelled, expected=name)


def _refuse_twice(values: Mapping[str, Any], declared: Mapping[str, Option]) -> None:
    seen: dict[str, str] = {}
    for key, value in values.items():
        option = declared.get(key)
        if option is not None and value is not None and seen.setdefault(option.wire, key) != key:
            raise ValidationError(f"is given twice, as {seen[option.wire]} too", key)


# ---- errors -------------------------------------------------------------------------------------------------------


def invalid(error: ValidationError, verb: str, call_sid: str | None = None) -> InvalidVerb:
    """Return the error that users see for one that was found in ``verb``, within a call if there is one."""
    return InvalidVerb(
        error.message(verb),
        verb=verb,
        path=error.path(verb),
        expected=error.expected,
        nearest=error.nearest,
        call_sid=call_sid,
    )
