"""How a verb or a component is declared: a frozen dataclass, and what its types cannot say.

    @model
    class Vad(Model):
        \"\"\"Voice activity detection. ...

        Args:
            voice_ms: ...
        \"\"\"

        voice_ms: float | None = None
        mode: float | None = option(ge=0, le=3)

Types are those of the annotations; ``None`` is "not set". :func:`option` adds what a type cannot
say (bounds, a wire name that breaks the rule, the release that brought it) and :func:`required` the
same for an option without which jambonz refuses the verb.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
import typing
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, Literal, TypeAlias, TypeVar, cast, dataclass_transform, get_type_hints

from .wire import to_wire_name

__all__ = [
    "NO_LIMITS",
    "Dialect",
    "Flaw",
    "Limits",
    "Meta",
    "Model",
    "Option",
    "documented",
    "model",
    "once",
    "option",
    "options",
    "required",
]

M = TypeVar("M", bound="type[Model]")
F = TypeVar("F", bound="Callable[..., Any]")
Owner: TypeAlias = Literal["jambonz", "vendor", "open", "newer"]
Finish: TypeAlias = "Callable[[dict[str, Any], Dialect], None]"


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """What the type of an option does not say. All of it is optional.

    ``ge`` and ``le`` are bounds of a number, ``pattern`` and ``min_length`` those of a string,
    ``min_items`` that of a list. ``wire`` is the name on the wire where it does not follow from the Python name.
    ``since`` is the first release that takes the option, ``needed_on`` names a server that insists on an option
    which others do without. ``verbs`` marks a list of verbs. ``default`` is what jambonz takes when it is not set.
    """

    wire: str | None = None
    ge: float | None = None
    le: float | None = None
    pattern: str | None = None
    min_length: int | None = None
    min_items: int | None = None
    since: str | None = None
    needed_on: str | None = None
    verbs: bool = False
    default: Any = None


NO_LIMITS: Final = Limits()
_LIMITS = "jambonz"


def option(**limits: Any) -> Any:
    """An option that may be left out. The keywords are those of :class:`Limits`."""
    return dataclasses.field(default=None, metadata={_LIMITS: Limits(**limits)})


def required(**limits: Any) -> Any:
    """An option without which jambonz refuses the verb. The keywords are those of :class:`Limits`."""
    return dataclasses.field(metadata={_LIMITS: Limits(**limits)})


class Dialect(typing.NamedTuple):
    """For whom verbs are made: ``server`` is None (whatever the newest takes) or ``"0.9"``; ``escape_urls`` says
    whether texts that jambonz would take for a URL are made escape_urls."""

    server: str | None = None
    escape_urls: bool = True


class Flaw(Exception):
    """Something that jambonz would not take. ``where`` grows on the way up, innermost name first."""

    def __init__(self, what: str, *where: str, expected: str | None = None, nearest: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = list(where)
        self.expected = expected
        self.nearest = nearest


@dataclasses.dataclass(frozen=True, slots=True)
class Meta:
    """What is known of a model as a whole.

    ``verb`` is its name on the wire, None for a component. ``since`` is the first release that has it, and ``new``
    whether a 0.9 server lacks it. ``owner`` says what becomes of an option that is not declared: ``"jambonz"``
    refuses it; ``"vendor"`` passes the whole object on untouched, as it is the vendor's own; ``"open"`` passes on
    what is not declared; ``"newer"`` does so for newer servers, whose schema leaves the object open, and refuses it
    for 0.9, which does not. ``finish`` is called with the
    finished options; it may change them, and raises :class:`Flaw` if they do not go together.
    """

    verb: str | None = None
    since: str | None = None
    new: bool = False
    owner: Owner = "jambonz"
    finish: Finish | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """One option of a model, as read from its dataclass."""

    name: str
    wire: str
    type: Any
    required: bool
    limits: Limits


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Model:  # noqa: PLW1641 - options hold lists and dicts: not hashable
    """Base of all verbs and components: a frozen dataclass whose fields are the options on the wire.

    Args:
        extra: Options that are newer than this release, in wire spelling; sent as they are, unchecked.
    """

    __jambonz__: ClassVar[Meta] = Meta()

    extra: Mapping[str, Any] | None = None

    def __repr__(self) -> str:
        given = [(one.name, getattr(self, one.name)) for one in options(type(self))]
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in given if v is not None)})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, o.name) == getattr(other, o.name) for o in options(type(self)))


def once(make: F) -> F:
    """``functools.cache`` with the signature kept: mypy does not see that a class of models can be hashed."""
    return cast(F, functools.cache(make))


@typing.overload
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(required, dataclasses.field))
def model(cls: M, /) -> M: ...


@typing.overload
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(required, dataclasses.field))
def model(
    *,
    verb: str | None = None,
    since: str | None = None,
    new: bool = False,
    owner: Owner = "jambonz",
    finish: Finish | None = None,
) -> Callable[[M], M]: ...


def model(cls: Any = None, /, **meta: Any) -> Any:
    """Make a subclass of :class:`Model` a frozen dataclass of keyword-only options."""

    def make(cls: type[Model]) -> type[Model]:
        cls.__jambonz__ = Meta(**meta)
        # repr and eq are those of Model: writing them for each class is half the cost of importing it
        return dataclasses.dataclass(frozen=True, kw_only=True, repr=False, eq=False)(cls)

    return make if cls is None else make(cls)


@once
def options(cls: type[Model]) -> tuple[Option, ...]:
    """The options of a model, in the order of declaration."""
    hints = get_type_hints(cls)
    found = []
    for field in dataclasses.fields(cls):
        if field.name == "extra":
            continue
        limits: Limits = field.metadata.get(_LIMITS, NO_LIMITS)
        needed = field.default is dataclasses.MISSING
        found.append(Option(field.name, limits.wire or to_wire_name(field.name), hints[field.name], needed, limits))
    return tuple(found)


@once
def documented(cls: type[Model]) -> tuple[str, dict[str, str]]:
    """What a model is for, and what each of its options means, inherited ones last: read from the docstrings."""
    about = ""
    meant: dict[str, str] = {}
    for base in cls.__mro__:
        if not issubclass(base, Model):
            continue
        text, _, args = inspect.cleandoc(base.__dict__.get("__doc__") or "").partition("\nArgs:\n")
        about = about or text.strip()
        for entry in re.split(r"\n(?=    \w)", f"\n{args}"):
            name, colon, meaning = entry.strip().partition(":")
            if colon:
                meant.setdefault(name, " ".join(meaning.split()))
    return about, meant
