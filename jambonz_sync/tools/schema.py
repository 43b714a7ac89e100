"""Type annotations as JSON schema, and the check of what a model gives for them.

Values are checked, not converted: ``"5"`` is no integer, but ``5.0`` is one in JSON schema, and reaches the function
as 5. Where the annotation is an ``Enum`` or a dataclass, the function gets the member or the instance that the checked
value stands for.
"""

from __future__ import annotations

import dataclasses
import enum
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

__all__ = ["ArgumentError", "Check", "Schema", "compile_annotation", "compile_fields"]

Schema: TypeAlias = dict[str, Any]
#: (value, its place) -> what the function gets; raises ArgumentError
Check: TypeAlias = Callable[[Any, str], Any]


class ArgumentError(ValueError):
    """Arguments that the tool does not take. The message is for the model to read."""


def _wrong(place: str, expected: str, value: object) -> ArgumentError:
    shown = repr(value)
    return ArgumentError(f"{place}: expected {expected}, got {shown if len(shown) <= 60 else shown[:57] + '...'}")


def _simple(name: str, test: Callable[[Any], bool]) -> tuple[Schema, Check]:
    def check(value: Any, place: str) -> Any:
        if not test(value):
            raise _wrong(place, name, value)
        return value

    return {"type": name}, check


def _whole(value: Any) -> Any:
    """A number without a fraction as the int that it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _check_integer(value: Any, place: str) -> int:
    whole = _whole(value)
    if isinstance(whole, bool) or not isinstance(whole, int):
        raise _wrong(place, "integer", value)
    return whole


_SIMPLE: dict[Any, tuple[Schema, Check]] = {
    str: _simple("string", lambda value: isinstance(value, str)),
    bool: _simple("boolean", lambda value: isinstance(value, bool)),
    int: ({"type": "integer"}, _check_integer),
    float: _simple(
        "number",
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value),
    ),
    type(None): _simple("null", lambda value: value is None),
    list: _simple("array", lambda value: isinstance(value, list)),
    dict: _simple("object", lambda value: isinstance(value, dict)),
}


def compile_annotation(annotation: Any, place: str, within: tuple[type, ...] = ()) -> tuple[Schema, Check]:
    """Make the schema and the check of an annotation.

    Args:
        annotation: The annotation of a parameter, or of a part of one.
        place: Where it stands, for the error.
        within: The classes that it is a part of.
    Raises:
        TypeError: JSON has no form for it.
    """
    if annotation is Any or annotation is object:
        return {}, lambda value, _: value
    if annotation is None:
        annotation = type(None)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is typing.Annotated:
        schema, check = compile_annotation(args[0], place, within)
        about = next((extra for extra in args[1:] if isinstance(extra, str)), None)
        return ({**schema, "description": about} if about else schema), check
    if origin is Literal:
        return _literal(args, place)
    if origin in (Union, types.UnionType):
        return _union(args, place, within)
    simple = _SIMPLE.get(origin or annotation)
    if origin in (list, Sequence) or annotation is Sequence:
        return _array(args[0] if args else Any, place, within)
    if origin in (dict, Mapping) or annotation is Mapping:
        return _map(args, place, within)
    if simple is not None:
        return dict(simple[0]), simple[1]
    if isinstance(annotation, type):
        if issubclass(annotation, enum.Enum):
            return _enum(annotation, place)
        if annotation in within:
            raise TypeError(f"{place}: {annotation.__name__} contains itself, which a schema of a tool cannot say")
        within = (*within, annotation)
        if typing.is_typeddict(annotation):
            keys = typing.get_type_hints(annotation, include_extras=True)
            needed: frozenset[str] = getattr(annotation, "__required_keys__", frozenset())
            return compile_fields(
                {name: _key(hint, name in needed) for name, hint in keys.items()}, place, dict, within
            )
        if dataclasses.is_dataclass(annotation):
            hints = typing.get_type_hints(annotation, include_extras=True)
            fields = {
                field.name: (
                    hints[field.name],
                    field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
                )
                for field in dataclasses.fields(annotation)
                if field.init
            }
            return compile_fields(fields, place, annotation, within)
    name = getattr(annotation, "__name__", None) or str(annotation)
    raise TypeError(
        f"{place}: {name} has no form in JSON schema; use str, int, float, bool, list, dict, Literal, Enum, a "
        "dataclass, a TypedDict, or a union of those"
    )


def compile_fields(
    fields: Mapping[str, tuple[Any, bool]], place: str, make: Callable[..., Any], within: tuple[type, ...] = ()
) -> tuple[Schema, Check]:
    """Make the schema and the check of an object of named values.

    Args:
        fields: Name -> (annotation, whether it is required).
        place: Where the object stands, for the error.
        make: Is called with the checked values; its result is what the function gets.
        within: The classes that it is a part of.
    Raises:
        TypeError: JSON has no form for a field.
    """
    parts = {
        name: compile_annotation(hint, f"{place}.{name}" if place else name, within)
        for name, (hint, _) in fields.items()
    }
    required = [name for name, (_, needed) in fields.items() if needed]
    schema: Schema = {
        "type": "object",
        "properties": {name: part[0] for name, part in parts.items()},
        "required": required,
        "additionalProperties": False,
    }

    def check(value: Any, where: str) -> Any:
        if not isinstance(value, Mapping):
            raise _wrong(where or "arguments", "object", value)
        for name in value:
            if name not in parts:
                known = ", ".join(parts) or "none"
                raise ArgumentError(f"{where or 'arguments'}: unknown name {name[:60]!r}; known: {known}")
        missing = [name for name in required if name not in value]
        if missing:
            raise ArgumentError(f"{where or 'arguments'}: missing {', '.join(missing)}")
        checked = {name: parts[name][1](item, f"{where}.{name}" if where else name) for name, item in value.items()}
        try:
            return make(**checked)
        except (TypeError, ValueError) as exc:  # a dataclass that checks more than its types
            raise ArgumentError(f"{where or 'arguments'}: {exc}") from exc
        except Exception as exc:
            raise ArgumentError(f"{where or 'arguments'}: {type(exc).__name__}: {exc}") from exc

    return schema, check


def _key(hint: Any, needed: bool) -> tuple[Any, bool]:
    """A key of a TypedDict: its annotation, and whether it is required."""
    while get_origin(hint) in (typing.Required, typing.NotRequired):
        needed = get_origin(hint) is typing.Required
        hint = get_args(hint)[0]
    return hint, needed


def _literal(values: tuple[Any, ...], place: str) -> tuple[Schema, Check]:
    if not all(isinstance(value, str | int | bool | None) for value in values):
        raise TypeError(f"{place}: a Literal of JSON values is wanted, not {values!r}")
    kinds = [_SIMPLE[kind][0]["type"] for kind in dict.fromkeys(map(type, values)) if kind in _SIMPLE]
    schema: Schema = {"type": kinds if len(kinds) > 1 else kinds[0], "enum": list(values)}

    def check(value: Any, where: str) -> Any:
        whole = _whole(value)
        if not any(whole == known and type(whole) is type(known) for known in values):
            raise _wrong(where, "one of " + ", ".join(map(repr, values)), value)
        return whole

    return schema, check


def _enum(annotation: type[enum.Enum], place: str) -> tuple[Schema, Check]:
    schema, check = _literal(tuple(member.value for member in annotation), place)
    return schema, lambda value, where: annotation(check(value, where))


def _union(options: tuple[Any, ...], place: str, within: tuple[type, ...]) -> tuple[Schema, Check]:
    parts = [compile_annotation(option, place, within) for option in options]
    kinds = [part[0].get("type") for part in parts]
    if all(isinstance(kind, str) and len(part[0]) == 1 for kind, part in zip(kinds, parts, strict=True)):
        schema: Schema = {"type": kinds}
    else:
        schema = {"anyOf": [part[0] for part in parts]}
    expected = " or ".join(str(kind or "a value") for kind in kinds)

    def check(value: Any, where: str) -> Any:
        reasons = []
        for _, part in parts:
            try:
                return part(value, where)
            except ArgumentError as exc:
                reasons.append(exc)
        likely = [exc for exc in reasons if not str(exc).startswith(f"{where}: expected")]
        raise likely[0] if likely else _wrong(where, expected, value)

    return schema, check


def _array(item: Any, place: str, within: tuple[type, ...]) -> tuple[Schema, Check]:
    inner, check_item = compile_annotation(item, f"{place}[]", within)

    def check(value: Any, where: str) -> Any:
        if not isinstance(value, list):
            raise _wrong(where, "array", value)
        return [check_item(element, f"{where}[{index}]") for index, element in enumerate(value)]

    return {"type": "array", "items": inner}, check


def _map(args: tuple[Any, ...], place: str, within: tuple[type, ...]) -> tuple[Schema, Check]:
    key, item = args or (str, Any)
    if key is not str:
        raise TypeError(f"{place}: the keys of a JSON object are strings")
    inner, check_item = compile_annotation(item, f"{place}{{}}", within)

    def check(value: Any, where: str) -> Any:
        if not isinstance(value, dict):
            raise _wrong(where, "object", value)
        return {name: check_item(element, f"{where}.{name}") for name, element in value.items()}

    return {"type": "object", "additionalProperties": inner}, check
