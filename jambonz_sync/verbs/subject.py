"""The subject of a verb: the one option that may be given without its name, as in ``say("Hello")``."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, TypeAlias

from ..model.declare import Model, Option, options
from ..model.validation import ValidationError
from ..model.wire import to_python_name

__all__ = ["WithSubject", "with_subject"]

#: returns the options of a verb by name, of its positional arguments and of those that were given by name
WithSubject: TypeAlias = "Callable[[tuple[Any, ...], dict[str, Any]], dict[str, Any]]"

#: types that are no dict: to ask for a Mapping takes as long as to check a verb
_PLAIN = (str, int, float, list)
#: options of a dict that a message shows
_SHOWN = 4


def with_subject(cls: type[Model], method: str) -> WithSubject:
    """Return the function that names the subject of a verb among its options.

    It raises :class:`~jambonz_sync.model.validation.ValidationError` where the verb has no subject, has it twice, or
    gets a dict, which would be its options in other SDKs.

    Args:
        cls: The verb.
        method: Name of its method, for messages.
    """
    declared = options(cls)
    subject = next((option for option in declared if option.is_subject), None)
    names = () if subject is None else (subject.name, subject.wire)

    def name_subject(args: tuple[Any, ...], by_name: dict[str, Any]) -> dict[str, Any]:
        if len(args) != 1 or subject is None or (type(args[0]) not in _PLAIN and isinstance(args[0], Mapping)):
            _refuse(declared, subject, method, args)
        if not by_name:
            return {subject.name: args[0]}
        for name in names:
            if name in by_name:
                raise ValidationError("is given twice, by position and by name", subject.name)
        return {subject.name: args[0], **by_name}

    return name_subject


def _refuse(declared: Sequence[Option], subject: Option | None, method: str, args: tuple[Any, ...]) -> NoReturn:
    if isinstance(args[0], Mapping):
        problem = f"options go by name, not in a dict: {method}({_by_name(declared, args[0])})"
    elif subject is None:
        named = next((option for option in declared if option.required), declared[0]).name
        problem = f"takes no positional argument, options go by name: {method}({named}=...)"
    else:
        problem = f"takes one positional argument, {subject.name}, got {len(args)}; all other options go by name"
    raise ValidationError(problem, expected="options by name")


def _by_name(declared: Sequence[Option], values: Mapping[Any, Any]) -> str:
    """Return the arguments to write in place of a dict: its options, or if it has none the option that it is."""
    names = {option.name for option in declared}
    known = [name for key in values if isinstance(key, str) and (name := to_python_name(key)) in names]
    if known:
        return ", ".join([f"{name}=..." for name in known[:_SHOWN]] + ["..."] * (len(known) > _SHOWN))
    option = next((option for option in declared if option.required), declared[0])
    is_list = typing.get_origin(option.type) is Sequence
    return f"{option.name}=[{{...}}]" if is_list else f"{option.name}={{...}}"
