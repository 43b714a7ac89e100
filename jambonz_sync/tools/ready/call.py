"""Tools that act on the call in which the model talks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final, Literal, Protocol
from weakref import WeakKeyDictionary

from ...errors import InvalidVerb
from ...events import DialEvent
from ...verbs.chain import WebhookResponse
from ...verbs.components import Target

__all__ = ["Message", "end_call", "send_digits", "take_message", "transfer_call"]

#: the hook that is told how a transfer has ended, of the first tool of a call; further ones have a number behind it
_TRANSFERRED: Final = "/ready/transferred"
_DIGITS: Final = re.compile(r"[0-9*#A-D]{1,64}\Z")


class _Call(Protocol):
    """The part of a session that these tools need."""

    @property
    def call_sid(self) -> str: ...
    @property
    def from_(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def say(self) -> Any: ...  # a descriptor, which a protocol cannot describe
    @property
    def hangup(self) -> Any: ...  # a descriptor, which a protocol cannot describe
    @property
    def dial(self) -> Any: ...  # a descriptor, which a protocol cannot describe
    def on(self, name: str, fn: Callable[..., Any], /) -> Any: ...
    def send(self) -> None: ...
    def inject_dtmf(self, digit: str) -> None: ...


#: call -> numbers for those of its tools that transfer it. Tools run on threads of their own: setdefault() and next()
#: are one step each for the interpreter
_numbers: Final[WeakKeyDictionary[_Call, count[int]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Message:
    """A message that a caller has left: what :func:`take_message` saves.

    Args:
        text: The message.
        name: The name that the caller gave; empty if they gave none.
        call_back: The number or time that they want to be called back at; empty if they gave none.
        from_: The number that they called from.
        to: The number that they called.
        call_sid: The call.
        taken_at: The time, in UTC.
    """

    text: str
    name: str
    call_back: str
    from_: str
    to: str
    call_sid: str
    taken_at: datetime


def end_call(session: _Call, farewell: str | None = "Goodbye!") -> Callable[..., str]:
    """Make a tool that ends the call.

    Args:
        session: The call.
        farewell: Said before the call ends; None ends it at once, in the middle of a word if need be.
    Returns:
        The tool, ``end_call()``.
    """

    def end_call() -> str:
        """End the call, when the caller has said goodbye or wants nothing more. A farewell is said for you."""
        if farewell is not None:
            session.say(text=farewell)
        session.hangup()
        session.send()
        return "The call is being ended. Say nothing more."

    return end_call


def transfer_call(
    session: _Call,
    destinations: Mapping[str, str | Mapping[str, Any]],
    *,
    announcement: str | None = "One moment, please. I am putting you through.",
    otherwise: str = "I am sorry, nobody can take your call right now. Goodbye.",
    **options: Any,
) -> Callable[..., str]:
    """Make a tool that puts the caller through to one of your destinations, and to nobody else.

    Args:
        session: The call.
        destinations: Name for the model -> a phone number in E.164 form, a SIP URI, or a target of ``dial``.
        announcement: Said before; None says nothing.
        otherwise: Said, before the call ends, if nobody answers.
        options: Further options of ``dial``, such as ``timeout`` or ``caller_id``. An ``action_hook`` of yours says
            what comes after it, in place of ``otherwise``.
    Returns:
        The tool, ``transfer_call(to)``.
    Raises:
        ValueError: There is no destination, or one is neither a number nor a SIP URI.
        InvalidVerb: ``dial`` would not take one of them, or an option.
    """
    if not destinations:
        raise ValueError("transfer_call: no destinations: give a name and a number of at least one")
    targets = {name: _target(name, destination) for name, destination in destinations.items()}
    WebhookResponse().dial(target=[*targets.values()], **options)  # refuses now what would fail in a call

    def over(evt: DialEvent) -> Any:
        """Say that nobody has answered. After a talk the call ends, with the ``hangup`` behind the ``dial``."""
        return None if evt.dial_call_status == "completed" else session.say(text=otherwise).hangup()

    hook = options.get("action_hook")

    def transfer_call(to: str) -> str:
        """Put the caller through to somebody, who then talks to them in your place.

        Args:
            to: who is called
        """
        if announcement is not None:
            session.say(text=announcement)
        nonlocal hook
        if hook is None:
            hook = _own_hook(session)
            session.on(hook, over)
        session.dial(target=[targets[to]], **{**options, "action_hook": hook})
        session.hangup()
        session.send()
        return f"The caller is being put through to {to}. Say nothing more."

    transfer_call.__annotations__["to"] = Literal[tuple(targets)]  # the model may name these, and no others
    return transfer_call


def _own_hook(session: _Call) -> str:
    """Return a hook that no other tool of the call has."""
    number = next(_numbers.setdefault(session, count(1)))
    return _TRANSFERRED if number == 1 else f"{_TRANSFERRED}/{number}"


def _target(name: str, destination: str | Mapping[str, Any]) -> Target:
    if isinstance(destination, Mapping):
        return Target(**destination)
    if re.fullmatch(r"\+?[0-9]{3,15}", destination):
        return Target(type="phone", number=destination)
    if destination.startswith(("sip:", "sips:")):
        return Target(type="sip", sip_uri=destination)
    raise ValueError(f"transfer_call: {name}: expected a phone number, a SIP URI or a target, got {destination!r}")


def send_digits(session: _Call) -> Callable[..., str]:
    """Make a tool that presses keys for the caller, such as in the menu of a far end.

    Args:
        session: The call.
    Returns:
        The tool, ``send_digits(digits)``.
    """

    def send_digits(digits: str) -> str:
        """Press keys of the telephone, such as to choose in a menu that you hear.

        Args:
            digits: one or more of 0 to 9, *, # and A to D
        """
        keys = digits.replace(" ", "").upper()
        if not _DIGITS.match(keys):
            return f"{digits[:64]} cannot be pressed: the keys are 0 to 9, star, hash, and A to D."
        try:
            session.inject_dtmf(keys)
        except InvalidVerb as error:
            return f"The keys were not pressed: {error}"
        return f"The keys {' '.join(keys)} have been pressed."

    return send_digits


def take_message(session: _Call, save: Callable[[Message], object]) -> Callable[..., str]:
    """Make a tool that takes a message of the caller.

    Args:
        session: The call.
        save: Is given the message: it stores it, mails it ... Its result is not used; an error of it is logged, and the
            model is told that the message was not taken.
    Returns:
        The tool, ``take_message(message, name, call_back)``.
    """

    def take_message(message: str, name: str = "", call_back: str = "") -> str:
        """Take a message for somebody who is not there. Ask for the name, and for a number to call back, before.

        Args:
            message: the message, in the words of the caller
            name: the name of the caller
            call_back: the number or time that the caller wants to be called back at
        """
        if not message.strip():
            return "There is no message yet. Ask the caller for it."
        save(Message(message, name, call_back, session.from_, session.to, session.call_sid, datetime.now(UTC)))
        return f"The message{f' of {name}' if name else ''} has been taken."

    return take_message
