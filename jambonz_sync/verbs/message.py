"""The verb that sends a text message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model.declare import model, option
from .base import Verb
from .components.common import Hook

__all__ = ["Message"]


@model(verb="message", since="0.9.6")
class Message(Verb):
    """Send an SMS or MMS.

    Args:
        to: Number to send to.
        from_: Number to send from.
        text: Text of the message.
        media: Address of what to attach, or several.
        carrier: Carrier to use.
        account_sid: Account to send from.
        message_sid: Id for the message.
        action_hook: Called when it has been sent, or not, with ``message_status`` ...
    """

    to: str
    from_: str
    text: str | None = None
    media: str | Sequence[str] | None = None
    carrier: str | None = None
    account_sid: str | None = option(default=None, wire="account_sid")
    message_sid: str | None = option(default=None, wire="message_sid")
    action_hook: Hook | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None
