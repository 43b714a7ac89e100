"""The hook by which jambonz tells that verbs have ended: that of the last one, or that of a ``redirect`` behind it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from ...errors import InvalidVerb
from ...model.declare import once, options
from ...verbs.resolve import verb_class

#: what the names of hooks begin with that were made up for a wait
PREFIX: Final = "/wait/"


class Awaited(NamedTuple):
    """Verbs whose end jambonz reports.

    Args:
        verbs: The verbs, with the hook.
        hook: The name of the hook.
        verb: The verb that is waited for, by its name on the wire.
    """

    verbs: list[dict[str, Any]]
    hook: str
    verb: str


def awaited(verbs: list[dict[str, Any]], number: int) -> Awaited:
    """Give verbs the hook by which jambonz tells that they have ended.

    A verb that has an ``action_hook`` gets one, or keeps its own. Behind any other verb goes a ``redirect``: jambonz
    asks for its verbs when all before it is done, and takes an empty answer for none.

    Args:
        verbs: Verbs in wire form, at least one. They stay as they are.
        number: A number that no other hook of the call has.
    Raises:
        ValueError: The ``action_hook`` of the last one leads to another server.
    """
    last = verbs[-1]
    name, values, nested = _split(last)
    hook = f"{PREFIX}{name.replace(':', '_')}/{number}"
    if not _has_action_hook(name):
        return Awaited([*verbs, {"verb": "redirect", "actionHook": hook}], hook, name)
    given = values.get("actionHook")
    if given is None:
        values = {**values, "actionHook": hook}
        return Awaited([*verbs[:-1], {name: values} if nested else values], hook, name)
    own = given.get("url") if isinstance(given, dict) else given
    if not isinstance(own, str) or "//" in own:
        raise ValueError(f"wait(): the action_hook of {name} is not one of this call: {own!r}. Leave it out")
    return Awaited(verbs, own, name)


def _split(verb: dict[str, Any]) -> tuple[str, dict[str, Any], bool]:
    """The name and the options of a verb; and whether the latter are nested in it, as in ``{"say": {...}}``."""
    name = verb.get("verb")
    if isinstance(name, str):
        return name, verb, False
    name, values = next(iter(verb.items()))
    return str(name), values if isinstance(values, dict) else {}, True


@once
def _has_action_hook(name: str) -> bool:
    try:
        cls = verb_class(name)
    except InvalidVerb:  # it was queued unchecked: jambonz may know it
        return False
    return any(option.name == "action_hook" for option in options(cls))
