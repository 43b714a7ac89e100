"""The base of all events: a read-only view of the dict that arrived, its known fields declared once as attributes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, Never, NoReturn, Self, TypeVar, get_args, get_type_hints, overload

from ..model.validation import did_you_mean, nearest
from ..model.wire import to_wire_name

__all__ = [
    "Field",
    "View",
    "always",
    "anything",
    "boolean",
    "choice",
    "either",
    "integer",
    "mapping",
    "number",
    "text",
    "view",
    "views",
]

T_co = TypeVar("T_co", covariant=True)
V = TypeVar("V", bound="View")

#: the fields that ``repr`` shows: enough to tell events apart, nothing that a caller said, dialled or is called by
_SHOWN = ("call_sid", "type", "event", "event_type", "reason", "direction", "call_status", "dial_call_status")
_LONGEST_SHOWN = 48


class Field(Generic[T_co]):
    """A field of an event: its name on the wire and its JSON type.

    Reading it is one look-up in the dict that arrived; None where the event lacks it.
    """

    def __init__(self, kind: str, wire: str = "") -> None:
        self.kind = kind
        self.wire = wire

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner, self.name = owner, name
        self.wire = self.wire or name.removesuffix("_")
        annotation = owner.__annotations__.get(name, "")
        self.__doc__ = f"{self.wire}: {annotation[len('Field[') : -1] or self.kind}"

    @property
    def values(self) -> tuple[str, ...]:
        """The values that jambonz documents, as the annotation of the field lists them; () where any is possible."""
        return tuple(_strings_in(get_type_hints(self._owner).get(self.name)))

    @overload
    def __get__(self, event: None, owner: type) -> Self: ...
    @overload
    def __get__(self, event: View, owner: type) -> T_co: ...
    def __get__(self, event: View | None, owner: type) -> Self | T_co:
        if event is None:
            return self
        value: T_co = event._data.get(self.wire)  # type: ignore[assignment]
        return value

    def __set__(self, event: View, value: Never) -> NoReturn:
        raise AttributeError(f"{type(event).__name__}.{self.name} is read-only")


def _strings_in(form: Any) -> Iterator[str]:
    """Yield the values of the ``Literal`` in a type such as ``Field[Literal["a", "b"] | None]``."""
    for part in get_args(form):
        if isinstance(part, str):
            yield part
        else:
            yield from _strings_in(part)


class _TwoNames(Field[T_co]):
    """A field that servers call by one of two names."""

    def __init__(self, kind: str, other: str) -> None:
        super().__init__(kind)
        self.other = other

    @overload
    def __get__(self, event: None, owner: type) -> Self: ...
    @overload
    def __get__(self, event: View, owner: type) -> T_co: ...
    def __get__(self, event: View | None, owner: type) -> Any:
        value: Any = super().__get__(event, owner)
        return event._data.get(self.other) if event is not None and value is None else value


class _ViewField(Field[T_co]):
    """An object within an event, or (``many``) a list of them, wrapped when it is read."""

    def __init__(self, of: type[View], *, many: bool = False) -> None:
        super().__init__("list" if many else "object")
        self.of = of
        self.many = many

    @overload
    def __get__(self, event: None, owner: type) -> Self: ...
    @overload
    def __get__(self, event: View, owner: type) -> T_co: ...
    def __get__(self, event: View | None, owner: type) -> Any:
        if event is None:
            return self
        value = event._data.get(self.wire)
        if self.many:
            return [self.of(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []
        return self.of(value) if isinstance(value, dict) else None


def text(wire: str = "") -> Field[str | None]:
    """Declare a string."""
    return Field("string", wire)


def always() -> Field[str]:
    """Declare a string that every event of a call carries, and that is typed so.

    A payload that lacks it gives None all the same.
    """
    return Field("string")


def choice() -> Field[Any]:
    """Declare a string that is one of those in its annotation: ``reason: Field[Literal["a", "b"] | None] = choice()``.

    They are the values that jambonz documents; one that a newer server sends comes through as it is.
    """
    return Field("string")


def integer() -> Field[int | None]:
    """Declare a whole number."""
    return Field("integer")


def either(other: str) -> Field[int | None]:
    """Declare a whole number that some servers send as ``other``."""
    return _TwoNames("integer", other)


def number() -> Field[float | None]:
    """Declare a number."""
    return Field("number")


def boolean() -> Field[bool | None]:
    """Declare a flag."""
    return Field("boolean")


def mapping(wire: str = "") -> Field[dict[str, Any] | None]:
    """Declare an object that belongs to the user or to a vendor: handed on as the dict that it is."""
    return Field("object", wire)


def anything() -> Field[Any]:
    """Declare a value of any type."""
    return Field("any")


def view(of: type[V]) -> Field[V | None]:
    """Declare an object with fields of its own; None where the event has none."""
    return _ViewField(of)


def views(of: type[V]) -> Field[list[V]]:
    """Declare a list of such objects; empty where the event has none."""
    return _ViewField(of, many=True)


class View(Mapping[str, Any]):
    """A read-only view of the very dict that it is made from: nothing is copied, checked or converted up front.

    As a mapping it has the keys and values of the wire (``evt["from"]``). As attributes the known
    fields are typed (``evt.from_``; None where the event lacks one), and so is, untyped, any other
    key that the event has. A name that is neither raises AttributeError naming the nearest one.

    Args:
        data: The dict that arrived, by the names of the wire. It is kept, not copied.
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
        """Return the value of a key of the wire.

        Args:
            key: The name on the wire.
            default: The value to return where there is no such key.
        """
        return self._data.get(key, default)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, View):
            return self._data == other._data
        return self._data == other if isinstance(other, Mapping) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    if not TYPE_CHECKING:  # a type checker shall find a misspelt name, which it could not if any name were right

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):  # copy and pickle ask for such names before there is any data
                raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
            for key in (name, name.removesuffix("_"), to_wire_name(name)):
                if key in self._data:
                    return self._data[key]
            near = nearest(name, [known for known in dir(self) if not known.startswith("_")])
            message = f"{type(self).__name__} has no field {name!r}, and neither has what arrived"
            raise AttributeError(message + did_you_mean(near))

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
        """Return a copy of what arrived, down to the innermost object, with the keys of the wire."""
        from copy import deepcopy  # only for those who store events

        return deepcopy(self._data)

    def to_json(self, **options: Any) -> str:
        """Return what arrived as JSON text, unknown fields with it.

        Args:
            options: Those of ``json.dumps`` (``indent=2`` ...).
        """
        return json.dumps(self._data, **options)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make an event of a copy of a mapping.

        Args:
            data: The fields by their names on the wire.
        """
        return cls(dict(data))

    @classmethod
    def from_json(cls, source: str | bytes) -> Self:
        """Make an event of what :meth:`to_json` wrote.

        Args:
            source: The JSON text.

        Raises:
            ValueError: It is no JSON object.
        """
        data = json.loads(source)
        if not isinstance(data, dict):
            raise ValueError(f"{cls.__name__}: expected a JSON object, got {type(data).__name__}")
        return cls(data)

    @classmethod
    def fields(cls) -> dict[str, Field[Any]]:
        """Return the known fields by their names in Python, those of the bases first."""
        known: dict[str, Field[Any]] = {}
        for owner in reversed(cls.__mro__):
            known.update((name, value) for name, value in vars(owner).items() if isinstance(value, Field))
        return known
