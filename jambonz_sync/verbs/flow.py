"""Verbs that steer the call itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.declare import model, required
from .base import Headers, Verb
from .components.common import Hook

__all__ = ["Alert", "Answer", "Hangup", "Leave", "Pause", "Redirect", "SipDecline", "SipRefer", "SipRequest", "Tag"]


@model(verb="answer", since="0.9.6")
class Answer(Verb):
    """Answer the call. jambonz does so by itself when a verb needs it."""

    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="alert", since="0.9.6")
class Alert(Verb):
    """Send 180 Ringing with an ``Alert-Info`` header.

    Args:
        message: Value of the header.
    """

    message: str = required(kw_only=False)
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="hangup", since="0.9.6")
class Hangup(Verb):
    """End the call.

    Args:
        headers: SIP headers of the BYE.
    """

    headers: Headers | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="leave", since="0.9.6")
class Leave(Verb):
    """Leave the queue or the conference. Only in the answer to its wait hook."""

    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="pause", since="0.9.6")
class Pause(Verb):
    """Wait.

    Args:
        length: Duration in seconds.
    """

    length: float = required(kw_only=False)
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="redirect", since="0.9.6")
class Redirect(Verb):
    """Go on with the verbs that another hook answers.

    Args:
        action_hook: The hook to ask.
        status_hook: Called with all later call status events.
    """

    action_hook: Hook = required(kw_only=False)
    status_hook: Hook | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="tag", since="0.9.6")
class Tag(Verb):
    """Attach data of your own to the call; events carry it as ``customerData``.

    Args:
        data: The data, passed on untouched.
    """

    data: Mapping[str, Any]
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="sip:decline", since="0.9.6")
class SipDecline(Verb):
    """Reject the call with a SIP status.

    Args:
        status: SIP status, 486 for "busy".
        reason: Reason phrase; that of the status if not set.
        headers: SIP headers of the response.
    """

    status: int = required(kw_only=False)
    reason: str | None = None
    headers: Headers | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="sip:refer", since="0.9.6")
class SipRefer(Verb):
    """Transfer the call with a SIP REFER.

    Args:
        refer_to: SIP URI or number to transfer to.
        referred_by: SIP URI or number for ``Referred-By``; the called number if not set.
        referred_by_display_name: Display name for ``Referred-By``.
        headers: SIP headers of the REFER.
        action_hook: Called when it has ended, with ``refer_status`` and ``final_referred_call_status``.
        event_hook: Called with each NOTIFY on the way.
    """

    refer_to: str = required(kw_only=False)
    referred_by: str | None = None
    referred_by_display_name: str | None = None
    headers: Headers | None = None
    action_hook: Hook | None = None
    event_hook: Hook | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="sip:request", since="0.9.6")
class SipRequest(Verb):
    """Send a SIP request within the dialog of the call.

    Args:
        method: SIP method, ``"INFO"``.
        body: Body of the request.
        headers: SIP headers of the request.
        action_hook: Called with the response: ``result``, ``sip_status``.
    """

    method: str = required(kw_only=False)
    body: str | None = None
    headers: Headers | None = None
    action_hook: Hook | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None
