"""The base of the objects that users keep, log or store: REST resources, rows of campaigns.

A model is a frozen dataclass with a default for every field, made from the JSON object that a server
sent. It is lenient about what arrives, for a server may be newer or older than this package: a field
that the class does not know is kept in ``extra``, a value of an unexpected type stays as it is (one that should
be a time, and is none, is in ``extra``, too), and nothing gets lost on the way back to JSON.

dataclasses_json is the JSON codec (:meth:`StoredModel.to_json`, :meth:`StoredModel.from_json`): it writes
UUIDs, decimals and enums, and its values can be nested in models and the other way round.
It takes 95 ms to import, though, and 100 times a dict look-up to decode. So the classes are not
decorated with it but speak its interface (``to_dict``, ``from_dict``), it is imported by the first
call of a method that needs it, and an object is made from an answer by a plan that each class draws
up once, from its own annotations.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar, Union, cast, dataclass_transform, get_args, get_origin, get_type_hints

from .times import has_usual_form, parse_time, time_text

__all__ = ["StoredModel", "is_secret", "stored_model", "wired"]

_T = TypeVar("_T")

#: how a value becomes an attribute: the name, the conversion (None: as it is), and whether null is a value of it
_Step = tuple[str, Callable[[Any], Any] | None, bool]
#: the steps by name on the wire, the defaults, the makers of defaults that must not be shared, and the times by name
#: on the wire
_Plan = tuple[dict[str, _Step], dict[str, Any], list[tuple[str, Callable[[], Any]]], list[tuple[str, str]]]

_SECRET = ("password", "secret", "token", "_key", "credential", "env_vars")


def is_secret(name: str) -> bool:
    """Return whether a field of this name holds a secret, which must not be shown or logged."""
    return name.lower().endswith(_SECRET)


def wired(name: str, *, default: Any) -> Any:
    """Declare a field whose name on the wire is not its name in Python.

    Args:
        name: The name on the wire.
        default: The value where the server sends none.
    """
    return field(default=default, metadata={"wire": name})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field, wired))
def stored_model(cls: type[_T]) -> type[_T]:
    """Make a subclass of :class:`StoredModel` a frozen, keyword-only dataclass with the ``repr`` that hides secrets.

    Args:
        cls: The class.
    """
    return dataclass(frozen=True, kw_only=True, repr=False)(cls)


@stored_model
class StoredModel:
    """Base of all models: ``@stored_model class Call(StoredModel): call_sid: str = ""``.

    Every field needs a default; :func:`wired` names one on the wire. Conversions follow the annotation: ``bool`` takes
    0, 1, "true" and "false"; ``int`` takes digits in a string; ``datetime | None`` takes text in ISO 8601, and is aware
    and in UTC; another model, or a list, tuple or dict of them, is made from plain JSON. Objects may be shared between
    threads.
    """

    #: the fields that the server sent and this class does not know, by their names on the wire
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)

    _plan: ClassVar[_Plan]
    #: the texts of times, by attribute, where :func:`time_text` would write another
    _texts: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, infer_missing: bool = True) -> Self:
        """Make an object of a JSON object. Missing fields get their defaults; ``__post_init__`` is not run.

        Args:
            data: The JSON object; it is neither changed nor kept.
            infer_missing: Has no effect; dataclasses_json passes it.

        Raises:
            TypeError: ``data`` is not a mapping.
        """
        if not isinstance(data, Mapping):
            raise TypeError(f"{cls.__name__} is made from a JSON object, not from {type(data).__name__}")
        plan, defaults, factories, times = cls.__dict__.get("_plan") or cls._draw_up()
        values = defaults.copy()
        for name, factory in factories:
            values[name] = factory()
        extra: dict[str, Any] = {}
        for key, value in data.items():
            step = plan.get(key)
            if step is None:
                extra[key] = value
                continue
            name, convert, nullable = step
            if value is not None:
                values[name] = value if convert is None else convert(value)
            elif nullable:
                values[name] = None
        values["extra"] = extra
        if times:
            _settle_times(times, data, values)
        instance = cls.__new__(cls)
        instance.__dict__.update(values)  # a frozen class refuses setattr(); running __init__ costs five times as much
        return instance

    def to_dict(self, encode_json: bool = False) -> dict[str, Any]:
        """Return the JSON object, by the names of the wire and with ``extra``.

        Fields that are None by default, and still are, are left out. Times are the text that came.

        Args:
            encode_json: Has no effect; dataclasses_json passes it.
        """
        data: dict[str, Any] = {}
        for f in fields(self):
            if f.name != "extra":
                value = getattr(self, f.name)
                if value is not None or f.default is not None:
                    data[_wire_name(f)] = self._texts.get(f.name) or _plain(value)
        for name, value in self.extra.items():
            data.setdefault(name, value)
        return data

    def text_of(self, name: str) -> str | None:
        """Return the text of a time as the server sent it, with its nanoseconds if it had any; None if it sent none.

        What it sent in place of a time, and nobody can read, is text here, too; the field is None then.

        Args:
            name: The field, as in ``alert.text_of("time")``.
        Raises:
            AttributeError: There is no such field.
        """
        at = getattr(self, name)
        if at is None:
            wire = next((_wire_name(f) for f in fields(self) if f.name == name), name)
            sent = self.extra.get(wire)
            return None if sent is None else str(sent)
        return self._texts.get(name) or str(_plain(at))

    def to_json(self, **options: Any) -> str:
        """Return :meth:`to_dict` as JSON text.

        Args:
            options: Those of ``json.dumps`` (``indent=2`` ...).
        """
        from dataclasses_json import DataClassJsonMixin  # it takes 95 ms to import

        return DataClassJsonMixin.to_json(cast("DataClassJsonMixin", self), **options)

    @classmethod
    def from_json(cls, text: str | bytes, **options: Any) -> Self:
        """Make an object of JSON text, as :meth:`from_dict` does of an object.

        Args:
            text: The JSON text.
            options: Those of ``json.loads``.

        Raises:
            ValueError: The text is not JSON.
            TypeError: It is JSON, and no object.
        """
        from dataclasses_json import DataClassJsonMixin  # it takes 95 ms to import

        decode: Any = DataClassJsonMixin.from_json
        return cast(Self, decode.__func__(cls, text, **options))

    def __repr__(self) -> str:
        """Show the fields that are set; of secrets only that they are there, of ``extra`` only its names."""
        shown: list[str] = []
        for f in fields(self):
            value = getattr(self, f.name)
            if value is not None and f.name != "extra":
                shown.append(f"{f.name}=***" if is_secret(f.name) else f"{f.name}={value!r}")
        if self.extra:
            shown.append(f"extra=<{', '.join(sorted(map(str, self.extra)))}>")
        return f"{type(self).__name__}({', '.join(shown)})"

    @classmethod
    def _draw_up(cls) -> _Plan:
        """Make the plan by which objects of this class are made.

        It costs a tenth of a millisecond, once; threads that race do it twice.
        """
        hints = get_type_hints(cls)
        steps: dict[str, _Step] = {}
        times: list[tuple[str, str]] = []
        for f in fields(cls):
            if f.name != "extra":
                hint = hints[f.name]
                if datetime in get_args(hint):
                    times.append((_wire_name(f), f.name))
                steps[_wire_name(f)] = (f.name, _conversion(hint), hint is Any or type(None) in get_args(hint))
        defaults = {f.name: f.default for f in fields(cls) if f.default is not MISSING}
        factories = [(f.name, f.default_factory) for f in fields(cls) if f.default_factory is not MISSING]
        cls._plan = plan = (
            steps,
            defaults,
            factories,
            times,
        )  # found in cls.__dict__ only: a subclass draws up its own
        return plan


def _wire_name(f: Field[Any]) -> str:
    """Return the name on the wire: as in Python, less the underscore that avoids a keyword (``from_`` is ``from``)."""
    return cast(str, f.metadata.get("wire")) or f.name.removesuffix("_")


def _settle_times(times: list[tuple[str, str]], data: Mapping[str, Any], values: dict[str, Any]) -> None:
    """Turn the times of ``values`` into datetimes, and keep their texts where these say more."""
    texts: dict[str, str] = {}
    for wire, name in times:
        sent = data.get(wire)
        if sent is None:
            continue
        values[name] = at = parse_time(sent)
        if at is None:
            values["extra"][wire] = sent
        elif isinstance(sent, str) and not has_usual_form(sent):
            texts[name] = sent
    if texts:
        values["_texts"] = texts


def _plain(value: Any) -> Any:
    if isinstance(value, StoredModel):
        return value.to_dict()
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _conversion(hint: Any) -> Callable[[Any], Any] | None:
    """Return the function that turns JSON into ``hint``, None where there is nothing to do.

    It never raises: a value that it does not expect stays as it is.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Union or origin is types.UnionType:
        kinds = [kind for kind in arguments if kind is not type(None)]
        return _conversion(kinds[0]) if len(kinds) == 1 else None
    if hint is bool:
        return _to_bool
    if hint is int:
        return _to_int
    if isinstance(hint, type) and issubclass(hint, StoredModel):
        return lambda value: hint.from_dict(value) if isinstance(value, Mapping) else value
    if origin in (list, tuple):
        each = _conversion(arguments[0]) or _same
        return lambda value: origin(map(each, value)) if isinstance(value, (list, tuple)) else value
    if origin in (dict, Mapping) and (entry := _conversion(arguments[1])):
        return lambda value: {k: entry(v) for k, v in value.items()} if isinstance(value, Mapping) else value
    return None


def _same(value: Any) -> Any:
    return value


def _to_bool(value: Any) -> Any:
    if isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}.get(value.lower(), value)
    return bool(value) if isinstance(value, int) else value


def _to_int(value: Any) -> Any:
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit():
        return int(value)
    return value
