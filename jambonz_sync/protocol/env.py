"""Application environment variables: declared once, shown to the portal, read typed and with defaults.

A declaration is a dict in the shape of the wire, or a class::

    class Settings:
        GREETING: str = env_var("Hello!", description="First words")
        TRIES: int = 3
        VOICE: Literal["low", "high"] = "low"
        API_KEY: str = env_var(description="Key of the weather service", obscure=True)

It is checked when it is made. The portal asks for it (``OPTIONS``) and lets the customer set the
values; jambonz sends those with the first message, or the first webhook, of each call.
"""

from __future__ import annotations

import logging
import math
import re
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints, overload

from ..errors import EnvVarError
from ..model.validation import ValidationError, did_you_mean, nearest, one_of, refuse_unknown
from ..model.wire import UNSET, Unset

__all__ = ["EnvValues", "EnvVars", "env_var"]

log = logging.getLogger("jambonz_sync.protocol")

T = TypeVar("T")
Kind = Literal["string", "number", "boolean"]
_KINDS: dict[type, Kind] = {str: "string", int: "number", float: "number", bool: "boolean"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: key on the wire -> (its name in Python, the values that it may have: a choice, or a type)
_OPTIONS: dict[str, tuple[str, Any]] = {
    "type": ("type", ("string", "number", "boolean")),
    "description": ("description", str),
    "required": ("required", bool),
    "default": ("default", object),
    "enum": ("enum", list),
    "obscure": ("obscure", bool),
    "uiHint": ("ui_hint", ("input", "textarea", "filepicker")),
    "jambonzResource": ("jambonz_resource", ("carriers",)),
}
_SPELLINGS = {name: wire for wire, (python, _) in _OPTIONS.items() for name in (wire, python)}


@dataclass(frozen=True, slots=True)
class _Declared:
    """The options of an :func:`env_var`, until the class that it stands in is parsed."""

    options: dict[str, Any]


def env_var(
    default: T | Unset = UNSET,
    *,
    description: str | None = None,
    required: bool | None = None,
    enum: Iterable[Any] | None = None,
    obscure: bool | None = None,
    ui_hint: Literal["input", "textarea", "filepicker"] | None = None,
    jambonz_resource: Literal["carriers"] | None = None,
) -> T:
    """Declare a variable in a class of variables; its annotation says the type.

    Args:
        default: The value where the customer sets none.
        description: The text that the portal shows; made of the name if not set.
        required: The portal insists on a value. True where there is no default, unless the type allows None.
        enum: The values to choose from; those of a ``Literal`` if not set.
        obscure: Hide the value in the portal, and in the errors of this package.
        ui_hint: The field by which the portal asks for it.
        jambonz_resource: It is one of the account's carriers.
    """
    spec = {
        "default": None if default is UNSET else default,
        "description": description,
        "required": required,
        "enum": None if enum is None else list(enum),
        "obscure": obscure,
        "uiHint": ui_hint,
        "jambonzResource": jambonz_resource,
    }
    declared: Any = _Declared({wire: value for wire, value in spec.items() if value is not None})
    return cast(T, declared)  # so that the class has the types of the objects that EnvVars.fill makes of it


class EnvValues(Mapping[str, Any]):
    """The values of the variables in one call, by name: a read-only mapping that can also be called.

    ``env("GREETING")`` is one value, ``env(Settings)`` all that a class declares, as typed attributes, and ``env()``
    the mapping itself.

    Args:
        values: The values by name.
    """

    __slots__ = ("_values",)

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __call__(self) -> EnvValues: ...
    @overload
    def __call__(self, name: type[T]) -> T: ...
    @overload
    def __call__(self, name: str) -> Any: ...
    @overload
    def __call__(self, name: str, default: T) -> Any | T: ...
    def __call__(self, name: str | type[Any] | None = None, default: Any = UNSET) -> Any:
        """Return one value, or all of them.

        Args:
            name: Name of a variable; or a class that declares variables, for an object of it that has the values as
                attributes; or None for this mapping.
            default: The value of a variable that is neither declared nor set.

        Raises:
            EnvVarError: The variable is neither declared nor set, and there is no ``default``; or one that the class
                declares as required has no value that it could have.
        """
        if name is None:
            return self
        if not isinstance(name, str):
            return EnvVars.parse(name).fill(name, self._values)
        if name not in self._values and default is UNSET:
            hint = did_you_mean(nearest(name, self))
            raise EnvVarError(f"{name!r} is neither declared nor given{hint}", name=name)
        return self._values.get(name, default)

    def __repr__(self) -> str:
        return f"<EnvValues {', '.join(self._values)}>"  # never the values: some are keys


class EnvVars:
    """A checked declaration of variables. Made by :meth:`parse`; it does not change, so any thread may read it.

    Args:
        schema: The declaration of each variable, in the shape of the wire.
        python_types: The types of the variables that a class declares.
    """

    __slots__ = ("_python_types", "_schema")

    def __init__(self, schema: dict[str, dict[str, Any]], python_types: dict[str, type]) -> None:
        self._schema = schema
        self._python_types = python_types

    @classmethod
    def parse(cls, declared: Mapping[str, Any] | type | EnvVars | None) -> EnvVars:
        """Return a declaration, checked.

        Args:
            declared: A dict in the shape of the wire, a class, or None for no variables; one that is parsed already
                is returned as it is.

        Raises:
            EnvVarError: A variable is declared wrongly; the message names it.
            TypeError: It is none of these, or a class without variables.
        """
        if isinstance(declared, EnvVars):
            return declared
        python_types: dict[str, type] = {}
        if isinstance(declared, type):
            declared, python_types = _from_class(declared)
        if not isinstance(declared, Mapping | None):
            raise TypeError(f"env_vars: expected a dict, a class or None, got {type(declared).__name__}")
        return cls({name: _checked(name, spec) for name, spec in (declared or {}).items()}, python_types)

    def __len__(self) -> int:
        return len(self._schema)

    def __contains__(self, name: object) -> bool:
        return name in self._schema

    def schema(self) -> dict[str, dict[str, Any]]:
        """Return the declaration as the portal wants it: a new dict, in order, with the keys of the wire."""
        return {name: dict(spec) for name, spec in self._schema.items()}

    def values(self, received: Mapping[str, Any] | None) -> EnvValues:
        """Return the values of a call, of their declared types.

        Args:
            received: The values as jambonz sent them: numbers and flags may be strings. One that is not declared is
                kept; one that is missing has its default, or None.

        Raises:
            EnvVarError: A variable has a wrong value, or none though it is required; the message names the first.
        """
        values, errors = self._read(received)
        if errors:
            raise errors[0]
        return EnvValues(values)

    def usable_values(self, received: Mapping[str, Any] | None, *, call_sid: str | None) -> EnvValues:
        """Return the values of a call that must not be lost: the default in place of a wrong value.

        Args:
            received: The values as jambonz sent them.
            call_sid: The call, for the warning that is logged for each wrong value.
        """
        values, errors = self._read(received)
        for error in errors:
            log.warning("call %s: %s; the default is used", call_sid, error)
        return EnvValues(values)

    def fill(self, owner: type[T], received: Mapping[str, Any]) -> T:
        """Return an object of the class that declares these variables, with their values as attributes.

        Args:
            owner: The class. It is not called: the object has the attributes, whatever its ``__init__`` wants.
            received: The values of a call.

        Raises:
            EnvVarError: A required variable has no value, or a wrong one.
        """
        values, errors = self._read(received)
        for error in errors:
            if values[error.name] is None:
                raise error
            log.warning("%s; the default is used", error)
        filled = owner.__new__(owner)
        for name in self._schema:
            object.__setattr__(filled, name, values[name])  # a class that is a frozen dataclass may be filled, too
        return filled

    def _read(self, received: object) -> tuple[dict[str, Any], list[EnvVarError]]:
        """Return the values, with the default for each wrong one, and the errors of those."""
        errors: list[EnvVarError] = []
        values: dict[str, Any] = {}
        if isinstance(received, Mapping):
            values.update(received)
        elif received is not None:
            errors.append(EnvVarError(f"env_vars: expected an object, got {type(received).__name__}", name="env_vars"))
        for name, spec in self._schema.items():
            value = values.get(name)
            default = values[name] = spec.get("default")
            if value is None or (value == "" and (spec["type"] != "string" or "enum" in spec)):
                if spec.get("required") and default is None:
                    errors.append(EnvVarError(f"{name} is required, and has no value", name=name))
                continue
            try:
                values[name] = self._typed(name, spec, value)
            except ValueError as exc:
                got = "" if spec.get("obscure") else f", got {value!r:.80}"
                errors.append(EnvVarError(f"{name}: expected {exc}{got}", name=name))
        return values, errors

    def _typed(self, name: str, spec: Mapping[str, Any], value: Any) -> Any:
        typed = _READ[spec["type"]](value)
        python_type = self._python_types.get(name)
        if python_type is int and isinstance(typed, float):
            if not typed.is_integer():
                raise ValueError("a whole number")
            typed = int(typed)
        elif python_type is float:
            typed = float(typed)
        if "enum" in spec and typed not in spec["enum"]:
            raise ValueError("one of " + ", ".join(map(str, spec["enum"])))
        return typed


def _string(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise ValueError("a string")


def _number(value: Any) -> int | float:
    if isinstance(value, str) and re.fullmatch(r"\s*[-+]?\d{1,300}\s*", value):
        return int(value)
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):
            return value if isinstance(value, int) else number
    raise ValueError("a number")


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in {"true", "false"}:
        return value.strip().lower() == "true"
    raise ValueError("true or false")


_READ = {"string": _string, "number": _number, "boolean": _boolean}


def _checked(name: object, spec: object) -> dict[str, Any]:
    """Return the declaration of one variable in the shape of the wire, or raise EnvVarError."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise EnvVarError(f"{name!r}: the name of a variable has only letters, digits and _", name=str(name))
    if not isinstance(spec, Mapping):
        raise EnvVarError(f"{name}: expected a dict with type and description, got {type(spec).__name__}", name=name)
    options: dict[str, Any] = {}
    try:
        refuse_unknown(spec, _SPELLINGS, "option")
        for key, value in spec.items():
            if value is not None:
                wire = _SPELLINGS[key]
                _check_option(wire, value)
                options[wire] = value
    except ValidationError as error:
        raise EnvVarError(error.message(name), name=name) from None
    for key in ("type", "description"):
        if not options.get(key):
            raise EnvVarError(f"{name}: {key} is missing", name=name)
    if options.get("enum") == []:
        raise EnvVarError(f"{name}.enum: expected at least one value", name=name)
    for value in options.get("enum", ()):
        _check_constant(f"{name}.enum", options["type"], value, name)
    if "default" in options:
        _check_constant(f"{name}.default", options["type"], options["default"], name)
        if "enum" in options and options["default"] not in options["enum"]:
            raise EnvVarError(f"{name}.default: {options['default']!r:.80} is not one of its enum", name=name)
    return {wire: options[wire] for wire in _OPTIONS if wire in options}


def _check_option(wire: str, value: object) -> None:
    allowed = _OPTIONS[wire][1]
    if isinstance(allowed, tuple):
        one_of(value, allowed, wire)
    elif not isinstance(value, allowed):
        raise ValidationError(f"expected {allowed.__name__}, got {value!r:.80}", wire)


def _check_constant(path: str, kind: Kind, value: object, name: str) -> None:
    value_kind = next((kind for known, kind in _KINDS.items() if type(value) is known), None)
    if value_kind != kind or (isinstance(value, float) and not math.isfinite(value)):
        raise EnvVarError(f"{path}: expected a {kind}, got {value!r:.80}", name=name)


def _from_class(declared: type) -> tuple[dict[str, dict[str, Any]], dict[str, type]]:
    """Return the variables of a class, and their Python types: all public annotated attributes, its bases' first."""
    specs: dict[str, dict[str, Any]] = {}
    python_types: dict[str, type] = {}
    for name, hint in get_type_hints(declared).items():
        if name.startswith("_"):
            continue
        python_type, optional = _without_none(hint)
        value = getattr(declared, name, UNSET)
        spec: dict[str, Any] = {"description": name.replace("_", " ").capitalize()}
        if isinstance(value, _Declared):
            spec.update(value.options)
        elif value is not UNSET:
            spec["default"] = value
        if get_origin(python_type) is Literal:
            spec.setdefault("enum", list(get_args(python_type)))
            python_type = type(get_args(python_type)[0])
        if python_type not in _KINDS:
            raise EnvVarError(f"{name}: expected str, int, float, bool or a Literal, got {hint!r}", name=name)
        if spec.get("default") is None and not optional:
            spec.setdefault("required", True)
        if python_type is float and type(spec.get("default")) is int:
            spec["default"] = float(spec["default"])
        if python_type is int and isinstance(spec.get("default"), float):
            raise EnvVarError(f"{name}.default: expected a whole number, got {spec['default']!r}", name=name)
        specs[name] = {"type": _KINDS[python_type], **spec}
        python_types[name] = python_type
    if not specs:
        raise TypeError(f"env_vars: class {declared.__name__} has no annotated attribute")
    return specs, python_types


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in {Union, types.UnionType}:
        members = [member for member in get_args(hint) if member is not type(None)]
        if len(members) == 1:
            return members[0], True
    return hint, False
