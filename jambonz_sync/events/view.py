"""How an event reads: a read-only view of the dict that arrived, its known fields declared once as attributes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, Never, NoReturn, Self, TypeVar, overload

T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R", bound="Record")

#: What ``repr`` shows: enough to tell events apart, nothing that a caller said, dialled or is called by.
_SHOWN = ("call_sid", "type", "event", "event_type", "reason", "direction", "call_status", "dial_call_status")
_LONGEST_SHOWN = 48


class Field(Generic[T_co]):
    """A field of an event: its name on the wire, its JSON type and the values that jambonz documents for it.

    Reading it is one look-up in the dict that arrived; None where the event lacks it.
    """

    def __init__(self, kind: str, values: tuple[str, ...] = (), wire: str = "") -> None:
        self.kind = kind
        self.values = values
        self.wire = wire

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.wire = self.wire or name.removesuffix("_")
        self.__doc__ = f"{self.wire}: {' | '.join(self.values) or self.kind}"

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...
    @overload
    def __get__(self, record: Record, owner: type) -> T_co: ...
    def __get__(self, record: Record | None, owner: type) -> Self | T_co:
        if record is None:
            return self
        value: T_co = record._data.get(self.wire)  # type: ignore[assignment]
        return value

    def __set__(self, record: Record, value: Never) -> NoReturn:
        raise AttributeError(f"{type(record).__name__}.{self.name} is read-only")


class _RecordField(Field[T_co]):
    """An object within an event, or (``many``) a list of them, wrapped when it is read."""

    def __init__(self, of: type[Record], *, many: bool = False) -> None:
        super().__init__("list" if many else "object")
        self.of = of
        self.many = many

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...
    @overload
    def __get__(self, record: Record, owner: type) -> T_co: ...
    def __get__(self, record: Record | None, owner: type) -> Any:
        if record is None:
            return self
        value = record._data.get(self.wire)
        if self.many:
            return [self.of(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []
        return self.of(value) if isinstance(value, dict) else None


def text(*values: str, wire: str = "") -> Field[str | None]:
    """A string; ``values`` are those that jambonz documents (a newer server may send others)."""
    return Field("string", values, wire)


def always(*values: str) -> Field[str]:
    """A string that every event of a call carries, and typed so. A payload that lacks it gives None all the same."""
    return Field("string", values)


def integer() -> Field[int | None]:
    return Field("integer")


def number() -> Field[float | None]:
    return Field("number")


def boolean() -> Field[bool | None]:
    return Field("boolean")


def mapping(wire: str = "") -> Field[dict[str, Any] | None]:
    """An object that belongs to the user or to a vendor: handed on as the dict that it is."""
    return Field("object", wire=wire)


def anything() -> Field[Any]:
    return Field("any")


def record(of: type[R]) -> Field[R | None]:
    """An object with fields of its own; None where the event has none."""
    return _RecordField(of)


def records(of: type[R]) -> Field[list[R]]:
    """A list of such objects; empty where the event has none."""
    return _RecordField(of, many=True)


class Record(Mapping[str, Any]):
    """A read-only view of the very dict that it is given: nothing is copied, checked or converted up front.

    As a mapping it has the keys and values of the wire (``evt["from"]``). As attributes the known
    fields are typed (``evt.from_``; None where the event lacks one), and so is, untyped, any other
    key that the event has. A name that is neither raises AttributeError naming the nearest one.
    Reading never blocks, and any thread may do it.
    """

    __slots__ = ("_data",)

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __contains__(self, key: object) -> bool:
        return key in self._data

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key of the wire, ``default`` where there is none."""
        return self._data.get(key, default)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Record):
            return self._data == other._data
        return self._data == other if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    if not TYPE_CHECKING:  # a type checker shall find a misspelt name, which it could not if any name were right

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):  # copy and pickle ask for such names before there is any data
                raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
            for key in (name, name.removesuffix("_"), _camel(name)):
                if key in self._data:
                    return self._data[key]
            raise AttributeError(self._unknown(name))

    def _unknown(self, name: str) -> str:
        from difflib import get_close_matches

        message = f"{type(self).__name__} has no field {name!r}, and neither has what arrived"
        near = get_close_matches(name, [known for known in dir(self) if not known.startswith("_")], 1)
        return f"{message} (did you mean {near[0]!r}?)" if near else message

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(key for key in self._data if key.isidentifier())})

    def __repr__(self) -> str:
        shown = "".join(
            f" {key}={value!r}"
            for key in _SHOWN
            if isinstance(value := self._data.get(key), str) and len(value) <= _LONGEST_SHOWN
        )
        return f"<{type(self).__name__}{shown} ({len(self._data)} fields)>"

    def to_dict(self) -> dict[str, Any]:
        """A copy of what arrived, down to the innermost object, with the keys of the wire."""
        from copy import deepcopy

        return deepcopy(self._data)

    def to_json(self, **options: Any) -> str:
        """What arrived, as JSON text; unknown fields are kept. ``options`` are those of ``json.dumps``."""
        return json.dumps(self._data, **options)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """An event with a copy of ``data``, whose keys are those of the wire."""
        return cls(dict(data))

    @classmethod
    def from_json(cls, source: str | bytes) -> Self:
        """An event from what :meth:`to_json` wrote. Raises ValueError for anything but a JSON object."""
        data = json.loads(source)
        if not isinstance(data, dict):
            raise ValueError(f"{cls.__name__}: expected a JSON object, got {type(data).__name__}")
        return cls(data)

    @classmethod
    def fields(cls) -> dict[str, Field[Any]]:
        """The known fields by their names in Python."""
        found: dict[str, Field[Any]] = {}
        for owner in reversed(cls.__mro__):
            found.update((name, value) for name, value in vars(owner).items() if isinstance(value, Field))
        return found


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
