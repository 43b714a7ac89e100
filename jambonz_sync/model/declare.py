"""The declaration of a verb, a component or an action: a frozen dataclass, and what its types cannot say.

    @model
    class Vad(Model):
        \"\"\"Detect when the caller speaks.

        Args:
            voice_ms: Least duration of speech that counts, in milliseconds.
            mode: Aggressiveness of the detector.
        \"\"\"

        voice_ms: float | None = None
        mode: float | None = option(default=None, ge=0, le=3)
        extra: Mapping[str, Any] | None = None

Types are those of the annotations; ``None`` means "not set". :func:`option` adds what a type cannot say (bounds, a wire
name that breaks the rule, the release that brought it), and :func:`required` the same for an option without which
jambonz refuses the verb. Each class declares ``extra`` as its last option (a verb ``id`` and ``extra``), because type
checkers and editors show options in the order of their declaration, those of the base first.
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
    "NO_CONSTRAINTS",
    "Constraints",
    "Meta",
    "Model",
    "Option",
    "ServerTarget",
    "documented",
    "model",
    "once",
    "option",
    "options",
    "required",
]

M = TypeVar("M", bound="type[Model]")
F = TypeVar("F", bound="Callable[..., Any]")
Owner: TypeAlias = Literal["jambonz", "vendor", "open"]
Finish: TypeAlias = "Callable[[dict[str, Any], ServerTarget], None]"


class ServerTarget(typing.NamedTuple):
    """The server that verbs are made for.

    Args:
        server: Its version, as :func:`~jambonz_sync.model.versions.known_server` returns it; None for the newest.
        escape_urls: Change texts to say that jambonz would take for URLs, so that it speaks them.
    """

    server: str | None = None
    escape_urls: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Constraints:
    """The properties of an option that its type does not say. All of them are optional.

    Args:
        wire: Its name on the wire, where that does not follow from the Python name.
        ge: Least value of a number.
        le: Greatest value of a number.
        pattern: Regular expression that a string must match.
        min_length: Least length of a string.
        min_items: Least length of a list.
        since: First release of jambonz that takes the option.
        newer: Values that only newer releases take, each with the first that does.
        only_on: The only server that takes the option.
        needed_on: Server that insists on the option, which others do without.
        verbs: Makes the wire dict of each item, where the option is a list of verbs.
        convert: Checks a value that JSON has no form for, of an option that is not sent: ``finish`` takes it out.
        server_default: The value that jambonz takes when the option is not set; for the documentation.
    """

    wire: str | None = None
    ge: float | None = None
    le: float | None = None
    pattern: str | None = None
    min_length: int | None = None
    min_items: int | None = None
    since: str | None = None
    newer: Mapping[str, str] | None = None
    only_on: str | None = None
    needed_on: str | None = None
    verbs: Callable[[Any, ServerTarget], dict[str, Any]] | None = None
    convert: Callable[[Any], Any] | None = None
    server_default: Any = None


NO_CONSTRAINTS: Final = Constraints()
_CONSTRAINTS = "jambonz"


def option(*, default: None = None, kw_only: bool = True, **constraints: Any) -> Any:
    """Declare an option that may be left out.

    Args:
        default: Always None, and always written: type checkers take an option without it for a required one,
            and editors show it as the default in place of this call.
        kw_only: False for the subject of a verb: the one option that may be given without its name.
        constraints: Those of :class:`Constraints`.
    """
    return dataclasses.field(default=default, kw_only=kw_only, metadata={_CONSTRAINTS: Constraints(**constraints)})


def required(*, kw_only: bool = True, **constraints: Any) -> Any:
    """Declare an option without which jambonz refuses the verb.

    Args:
        kw_only: False for the subject of a verb: the one option that may be given without its name.
        constraints: Those of :class:`Constraints`.
    """
    return dataclasses.field(kw_only=kw_only, metadata={_CONSTRAINTS: Constraints(**constraints)})


@dataclasses.dataclass(frozen=True, slots=True)
class Meta:
    """The properties of a model as a whole.

    Args:
        verb: Name of the verb on the wire, None for a component.
        since: First release of jambonz that has it.
        new: A 0.9 server lacks it.
        owner: The party that decides about options that the model does not declare. ``"jambonz"`` refuses them.
            ``"vendor"`` passes the whole object on untouched, as it is the vendor's own. ``"open"`` passes on those
            that are not declared.
        open_since: First release of jambonz that takes options that the model does not declare: its schema leaves the
            object open. They are refused for older ones.
        finish: Called with the finished wire dict; it may change it, and raises
            :class:`~jambonz_sync.model.validation.ValidationError` if the options do not go together.
        finish_of: The options, by their names on the wire, without which ``finish`` has nothing to do: it is first
            called when one of them is first set. Empty if it looks at every dict.
    """

    verb: str | None = None
    since: str | None = None
    new: bool = False
    owner: Owner = "jambonz"
    open_since: str | None = None
    finish: Finish | None = None
    finish_of: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """One option of a model, as read from its dataclass."""

    name: str
    wire: str
    type: Any
    required: bool
    constraints: Constraints
    is_subject: bool = False  # it may be given without its name


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Model:  # noqa: PLW1641 - options hold lists and dicts: not hashable
    """Base of all verbs, components and actions: a frozen dataclass whose fields are the options on the wire.

    Args:
        extra: Options that are newer than this release, in wire spelling; sent as they are, unchecked.
    """

    __jambonz__: ClassVar[Meta] = Meta()

    def __repr__(self) -> str:
        values = [(option.name, getattr(self, option.name)) for option in options(type(self))]
        shown = ", ".join(f"{name}={value!r}" for name, value in values if value is not None)
        return f"{type(self).__name__}({shown})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, o.name) == getattr(other, o.name) for o in options(type(self)))


def once(make: F) -> F:
    """Cache the results of ``make``, as ``functools.cache`` does, and keep its signature.

    mypy does not see that a class of models can be hashed, and would refuse the call of a plain cache.
    """
    return cast(F, functools.cache(make))


@typing.overload
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(option, required, dataclasses.field))
def model(cls: M, /) -> M: ...


@typing.overload
@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(option, required, dataclasses.field))
def model(
    *,
    verb: str | None = None,
    since: str | None = None,
    new: bool = False,
    owner: Owner = "jambonz",
    open_since: str | None = None,
    finish: Finish | None = None,
    finish_of: tuple[str, ...] = (),
) -> Callable[[M], M]: ...


def model(cls: Any = None, /, **meta: Any) -> Any:
    """Make a subclass of :class:`Model` a frozen dataclass of keyword-only options; a subject may be given by position.

    Args:
        cls: The class, where the decorator is used without arguments.
        meta: The fields of :class:`Meta`.
    """

    def make(cls: type[Model]) -> type[Model]:
        cls.__jambonz__ = Meta(**meta)
        # repr and eq are those of Model: writing them for each class is half the cost of importing it
        return dataclasses.dataclass(frozen=True, kw_only=True, repr=False, eq=False)(cls)

    return make if cls is None else make(cls)


@once
def options(cls: type[Model]) -> tuple[Option, ...]:
    """Return the options of a model in the order of declaration, all but ``extra``."""
    hints = get_type_hints(cls)
    declared = []
    for field in dataclasses.fields(cls):
        if field.name == "extra":
            continue
        constraints: Constraints = field.metadata.get(_CONSTRAINTS, NO_CONSTRAINTS)
        wire = constraints.wire or to_wire_name(field.name)
        needed = field.default is dataclasses.MISSING
        declared.append(Option(field.name, wire, hints[field.name], needed, constraints, not field.kw_only))
    return tuple(declared)


@once
def documented(cls: type[Model]) -> tuple[str, dict[str, str]]:
    """Return what a model is for, and the meaning of each option by name, in the order of declaration.

    Both are read from the docstrings of the class and of its bases; an option that several describe has the meaning
    that the nearest class gives it.
    """
    about = ""
    meanings: dict[str, str] = {}
    for base in cls.__mro__:
        if not issubclass(base, Model):
            continue
        text, _, args = inspect.cleandoc(base.__dict__.get("__doc__") or "").partition("\nArgs:\n")
        about = about or text.strip()
        for entry in re.split(r"\n(?=    \w)", f"\n{args}"):
            name, colon, meaning = entry.strip().partition(":")
            if colon:
                meanings.setdefault(name, " ".join(meaning.split()))
    names = [field.name for field in dataclasses.fields(cls)]
    return about, {name: meanings[name] for name in names if name in meanings}
