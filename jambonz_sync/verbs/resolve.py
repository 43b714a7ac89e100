"""From a verb as users or JSON spell it to its class, and to the dict that is sent."""

from __future__ import annotations

from collections.abc import Mapping
from sys import modules
from typing import TYPE_CHECKING, Any

from ..errors import InvalidVerb
from ..model.compile import Build, compiled
from ..model.declare import Model, ServerTarget, once
from ..model.validation import ValidationError, did_you_mean, nearest

if TYPE_CHECKING:
    from .base import Verb

__all__ = ["Raw", "to_wire", "verb_class"]


def verb_class(name: str) -> type[Verb]:
    """Return the class of a verb by its name.

    Args:
        name: The name on the wire (``"sip:refer"``) or in Python (``"sip_refer"``).

    Raises:
        InvalidVerb: There is no such verb; ``nearest`` is the one that the name resembles.
    """
    package: Any = modules[
        __package__ or ""
    ]  # looked up by name: it loads the module of a verb when that is first used
    class_name = package.VERBS.get(name.replace(":", "_"))
    if class_name is None:
        near = nearest(name, package.VERBS)
        message = f"{name}: unknown verb{did_you_mean(near)}"
        raise InvalidVerb(message, verb=name, path=name, expected="a known verb", nearest=near)
    cls: type[Verb] = getattr(package, class_name)
    return cls


class Raw(dict[str, Any]):
    """A verb that is sent as it is, without any check."""

    __slots__ = ()


def to_wire(value: Any, server_target: ServerTarget) -> dict[str, Any]:
    """Return the wire dict of one verb.

    Args:
        value: The verb: an instance of its class, or a dict in either of the two shapes that jambonz takes.
        server_target: The server that it is for.

    Raises:
        ValidationError: The value is no verb, or one that jambonz would not take.
        InvalidVerb: There is no verb of that name.
    """
    if type(value) is Raw:
        return value
    if isinstance(value, Model):
        if value.__jambonz__.verb is None:
            raise _not_a_verb(value)
        return compiled(type(value), server_target)(value)
    if type(value) is not dict and not isinstance(value, Mapping):
        raise _not_a_verb(value)
    name, options = _name_and_options(value)
    return _build_of(name, server_target)(options)


@once
def _build_of(name: str, server_target: ServerTarget) -> Build:
    return compiled(verb_class(name), server_target)


def _not_a_verb(value: object) -> ValidationError:
    return ValidationError(f"expected a verb, got {type(value).__name__}", expected="a verb")


def _name_and_options(verb: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    name = verb.get("verb")
    if isinstance(name, str):
        options = dict(verb)
        del options["verb"]
        return name, options
    if name is None and len(verb) == 1:
        ((name, options),) = verb.items()
        if isinstance(name, str) and isinstance(options, Mapping):
            return name, options
    raise ValidationError('expected {"verb": name, ...} or {name: {...}}', expected="a verb")
