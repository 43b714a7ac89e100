"""The events that something has, and what each gives: so that a wrong name, or a function that wants more, is refused
when it is registered, and not missed in a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import UnknownEvent
from ..model.validation import did_you_mean, nearest

__all__ = ["KnownEvents"]

_URLS = ("/", "https://", "http://", "wss://", "ws://")


@dataclass(frozen=True, slots=True)
class KnownEvents:
    """The events of services, of sessions, or of audio streams.

    Args:
        owner: What has them, for messages: ``"a session"``.
        arguments: By the name of the event, the names of the arguments that its functions get.
        hook: The arguments of hooks, whose names are paths or URLs; None where there are no hooks.
        elsewhere: What else has events, with their names: they are sought there by mistake.
    """

    owner: str
    arguments: Mapping[str, tuple[str, ...]]
    hook: tuple[str, ...] | None = None
    elsewhere: Mapping[str, str] | None = None

    def arguments_of(self, name: str) -> tuple[str, ...]:
        """Return the names of the arguments of an event.

        Raises:
            UnknownEvent: There is no event of that name.
            TypeError: The name is no string.
        """
        arguments = self.arguments.get(name) if isinstance(name, str) else None
        if arguments is not None:
            return arguments
        if not isinstance(name, str):
            raise TypeError(f'on() wants the name of an event first, as in on("close", fn), got {type(name).__name__}')
        if name.startswith(_URLS):
            if self.hook is not None:
                return self.hook
            raise UnknownEvent(
                f"{self.owner} has no hooks, such as {name!r}: a session has, session.on({name!r})", name=name
            )
        raise self._unknown(name)

    def _unknown(self, name: str) -> UnknownEvent:
        problem = f"{self.owner} has no event {name!r}"
        if self.elsewhere is not None and name in self.elsewhere:
            return UnknownEvent(f"{problem}: {self.elsewhere[name]} has it", name=name)
        near = nearest(name, self.arguments)
        if near is not None:
            problem += did_you_mean(near)
        if self.hook is not None and ":" not in name:
            problem += f'; the name of a hook begins with "/" or is a URL: {"/" + name!r}'
        elif near is None:
            problem += f": it has {', '.join(self.arguments)}"
        return UnknownEvent(problem, name=name, nearest=near)
