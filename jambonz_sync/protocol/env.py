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
from difflib import get_close_matches
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints, overload

from ..errors import EnvVarError
from ..model.wire import UNSET

__all__ = ["EnvValues", "EnvVars", "env_var"]

logger = logging.getLogger(__name__)

T = TypeVar("T")
Kind = Literal["string", "number", "boolean"]
_KINDS: dict[type, Kind] = {str: "string", int: "number", float: "number", bool: "boolean"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MISSING: Any = object()
#: wire key -> (its name in Python, the values that it may have)
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
    """What :func:`env_var` was given, until the class that it stands in is parsed."""

    options: dict[str, Any]


def env_var(
    default: Any = _MISSING,
    *,
    description: str | None = None,
    required: bool | None = None,
    enum: Iterable[Any] | None = None,
    obscure: bool | None = None,
    ui_hint: Literal["input", "textarea", "filepicker"] | None = None,
    jambonz_resource: Literal["carriers"] | None = None,
) -> Any:
    """A variable in a class that declares them; its annotation says the type.

    ``description`` is what the portal shows (default: made of the name). ``required`` is true where there is no
    default. ``obscure`` hides the value in the portal, and in the errors of this package. ``ui_hint`` says how the
    portal asks for it, ``jambonz_resource`` that it is to be one of the account's carriers.
    """
    given = {
        "description": description,
        "required": required,
        "enum": None if enum is None else list(enum),
        "obscure": obscure,
        "uiHint": ui_hint,
        "jambonzResource": jambonz_resource,
    }
    options = {wire: value for wire, value in given.items() if value is not None}
    return _Declared(options if default is _MISSING else {**options, "default": default})


class EnvValues(Mapping[str, Any]):
    """The values of the variables in one call, by name: a read-only mapping.

    Called with a name it gives that value, called without it gives itself.
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
    def __call__(self, name: str) -> Any: ...
    @overload
    def __call__(self, name: str, default: T) -> Any | T: ...
    def __call__(self, name: str | None = None, default: Any = UNSET) -> Any:
        """The value of ``name``, or this mapping. Raises EnvVarError for a name neither declared nor given, unless
        there is a ``default`` for it."""
        if name is None:
            return self
        if name not in self._values and default is UNSET:
            raise EnvVarError(f"{name!r} is neither declared nor given{_nearest(name, self)}", name=name)
        return self._values.get(name, default)

    def __repr__(self) -> str:
        return f"<EnvValues {', '.join(self._values)}>"  # never the values: some are keys


class EnvVars:
    """A checked declaration. Made by :meth:`parse`; immutable, so that any thread may read it."""

    __slots__ = ("_of", "_schema")

    def __init__(self, schema: dict[str, dict[str, Any]], of: dict[str, type]) -> None:
        self._schema = schema
        self._of = of

    @classmethod
    def parse(cls, declared: Mapping[str, Any] | type | EnvVars | None) -> EnvVars:
        """The declaration in a dict or a class, checked. Raises EnvVarError naming the variable and what is wrong."""
        if isinstance(declared, EnvVars):
            return declared
        of: dict[str, type] = {}
        if isinstance(declared, type):
            declared, of = _from_class(declared)
        if not isinstance(declared, Mapping | None):
            raise TypeError(f"env_vars: expected a dict, a class or None, got {type(declared).__name__}")
        return cls({name: _checked(name, spec) for name, spec in (declared or {}).items()}, of)

    def __len__(self) -> int:
        return len(self._schema)

    def __contains__(self, name: object) -> bool:
        return name in self._schema

    def schema(self) -> dict[str, dict[str, Any]]:
        """What the portal is answered: a new dict, in the order of the declaration, with the keys of the wire."""
        return {name: dict(spec) for name, spec in self._schema.items()}

    def values(self, given: Mapping[str, Any] | None) -> EnvValues:
        """The values of a call, of their declared types, with defaults (None without one) for those not given.

        Numbers and booleans may be given as strings. What is given but not declared is kept. Raises EnvVarError
        naming the first variable that has a wrong value, or none though it is required.
        """
        values, wrong = self._read(given)
        if wrong:
            raise wrong[0]
        return EnvValues(values)

    def usable_values(self, given: Mapping[str, Any] | None, *, call_sid: str | None) -> EnvValues:
        """The same for a call that must not be lost: for a wrong value a warning in the log, and the default."""
        values, wrong = self._read(given)
        for error in wrong:
            logger.warning("call %s: %s; the default is used", call_sid, error)
        return EnvValues(values)

    def _read(self, given: object) -> tuple[dict[str, Any], list[EnvVarError]]:
        wrong: list[EnvVarError] = []
        values: dict[str, Any] = {}
        if isinstance(given, Mapping):
            values.update(given)
        elif given is not None:
            wrong.append(EnvVarError(f"env_vars: expected an object, got {type(given).__name__}", name="env_vars"))
        for name, spec in self._schema.items():
            value = values.get(name)
            default = values[name] = spec.get("default")
            if value is None or (value == "" and (spec["type"] != "string" or "enum" in spec)):
                if spec.get("required") and default is None:
                    wrong.append(EnvVarError(f"{name} is required, and has no value", name=name))
                continue
            try:
                values[name] = self._typed(name, spec, value)
            except ValueError as exc:
                got = "" if spec.get("obscure") else f", got {value!r:.80}"
                wrong.append(EnvVarError(f"{name}: expected {exc}{got}", name=name))
        return values, wrong

    def _typed(self, name: str, spec: Mapping[str, Any], value: Any) -> Any:
        typed = _READ[spec["type"]](value)
        of = self._of.get(name)
        if of is int and isinstance(typed, float):
            if not typed.is_integer():
                raise ValueError("a whole number")
            typed = int(typed)
        elif of is float:
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
    """One variable in the shape of the wire. Raises EnvVarError."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise EnvVarError(f"{name!r}: the name of a variable has only letters, digits and _", name=str(name))
    if not isinstance(spec, Mapping):
        raise EnvVarError(f"{name}: expected a dict with type and description, got {type(spec).__name__}", name=name)
    given: dict[str, Any] = {}
    for key, value in spec.items():
        wire = _SPELLINGS.get(key)
        if wire is None:
            raise EnvVarError(f"{name}: unknown option {key!r}{_nearest(str(key), _SPELLINGS)}", name=name)
        if value is None:
            continue
        wanted = _OPTIONS[wire][1]
        if not (value in wanted if isinstance(wanted, tuple) else isinstance(value, wanted)):
            shown = " or ".join(wanted) if isinstance(wanted, tuple) else wanted.__name__
            raise EnvVarError(f"{name}.{wire}: expected {shown}, got {value!r:.80}", name=name)
        given[wire] = value
    for key in ("type", "description"):
        if not given.get(key):
            raise EnvVarError(f"{name}: {key} is missing", name=name)
    if given.get("enum") == []:
        raise EnvVarError(f"{name}.enum: expected at least one value", name=name)
    for value in given.get("enum", ()):
        _check_constant(f"{name}.enum", given["type"], value, name)
    if "default" in given:
        _check_constant(f"{name}.default", given["type"], given["default"], name)
        if "enum" in given and given["default"] not in given["enum"]:
            raise EnvVarError(f"{name}.default: {given['default']!r:.80} is not one of its enum", name=name)
    return {wire: given[wire] for wire in _OPTIONS if wire in given}


def _check_constant(path: str, kind: Kind, value: object, name: str) -> None:
    of = next((kind for known, kind in _KINDS.items() if type(value) is known), None)
    if of != kind or (isinstance(value, float) and not math.isfinite(value)):
        raise EnvVarError(f"{path}: expected a {kind}, got {value!r:.80}", name=name)


def _from_class(declared: type) -> tuple[dict[str, dict[str, Any]], dict[str, type]]:
    """The variables of a class: all public annotated attributes, those of its bases first."""
    specs: dict[str, dict[str, Any]] = {}
    of: dict[str, type] = {}
    for name, hint in get_type_hints(declared).items():
        if name.startswith("_"):
            continue
        plain, optional = _without_none(hint)
        value = getattr(declared, name, _MISSING)
        given = dict(value.options) if isinstance(value, _Declared) else {} if value is _MISSING else {"default": value}
        spec: dict[str, Any] = {"description": name.replace("_", " ").capitalize(), **given}
        if get_origin(plain) is Literal:
            spec.setdefault("enum", list(get_args(plain)))
            plain = type(get_args(plain)[0])
        if plain not in _KINDS:
            raise EnvVarError(f"{name}: expected str, int, float, bool or a Literal, got {hint!r}", name=name)
        if spec.get("default") is None and not optional:
            spec.setdefault("required", True)
        if plain is float and type(spec.get("default")) is int:
            spec["default"] = float(spec["default"])
        if plain is int and isinstance(spec.get("default"), float):
            raise EnvVarError(f"{name}.default: expected a whole number, got {spec['default']!r}", name=name)
        specs[name] = {"type": _KINDS[plain], **spec}
        of[name] = plain
    if not specs:
        raise TypeError(f"env_vars: class {declared.__name__} has no annotated attribute")
    return specs, of


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in {Union, types.UnionType}:
        rest = [arg for arg in get_args(hint) if arg is not type(None)]
        if len(rest) == 1:
            return rest[0], True
    return hint, False


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), 1)
    return f" (did you mean {near[0]!r}?)" if near else ""
