"""Actions on what a call does next, and on the data that it carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.checks import ValidationError
from ...model.declare import ServerTarget, model, option, required
from ...verbs.chain import as_verbs
from ...verbs.components.common import Hook
from ...verbs.config import Config as ConfigVerb
from .base import Action, refused
from .choices import CallStatus

__all__ = [
    "Config",
    "Dial",
    "Hangup",
    "Redirect",
    "SipRequest",
    "Tag",
    "Transfer",
    "_is_hook",
    "redirect_options",
    "refuse_empty",
]


@model
class Hangup(Action):
    """Hang up an answered call (``completed``), or give up one that is not answered yet (``no-answer``)."""

    command = "call:status"

    status: CallStatus = required(wire="call_status")


@model
class Config(ConfigVerb, Action):
    """Run the ``config`` verb at once."""

    command = "config"
    rest = False


def _finish_redirect(options: dict[str, Any], target: ServerTarget) -> None:
    for leg in ("parent_call", "child_call"):
        if leg in options:
            options[leg] = as_verbs(options[leg], target.server, target.escape_urls)
            if not options[leg]:
                raise ValidationError("expected a hook or verbs", expected="a hook or verbs")
    if not options:
        raise ValidationError(
            "expected a hook or verbs, for this leg, the child leg, or both", expected="a hook or verbs"
        )


@model(finish=_finish_redirect)
class Redirect(Action):
    """Give a leg, or the leg that it has dialled, something new to do: a hook to ask, or verbs."""

    command = "redirect"

    call_hook: Hook | None = option(wire="call_hook")
    child_call_hook: Hook | None = option(wire="child_call_hook")
    call_status_hook: Hook | None = option(wire="call_status_hook")
    parent_call: Any = option(wire="parent_call")
    child_call: Any = option(wire="child_call")

    @classmethod
    def prepare(cls, options: dict[str, Any]) -> dict[str, Any]:
        # a chain, or instances of verbs, have a form on the wire only when they are checked, above
        verbs = {leg: options[leg] for leg in ("parent_call", "child_call") if options.get(leg) is not None}
        return {**options, **{leg: as_verbs(value, None, False) for leg, value in verbs.items()}}

    @classmethod
    def command_data(cls, options: dict[str, Any]) -> Any:
        return options["parent_call"] if options.keys() == {"parent_call"} else options

    @classmethod
    def update_body(cls, options: dict[str, Any]) -> dict[str, Any]:
        if not {"call_hook", "child_call_hook"} & options.keys():
            raise refused("redirect", "call_hook", "a hook: verbs go to a call by its own connection only", options)
        if "call_status_hook" in options and "call_hook" not in options:
            raise refused("redirect", "call_status_hook", "a call_hook beside it", options["call_status_hook"])
        return options


def _is_hook(value: object) -> bool:
    """Whether ``value`` is a path, a url or an object with ``url``, not verbs."""
    return isinstance(value, str) or (isinstance(value, Mapping) and "url" in value and "verb" not in value)


def redirect_options(target: object, child: object) -> dict[str, Any]:
    """Return the options of :class:`Redirect` for hooks, or for verbs, of both legs.

    Raises:
        InvalidVerb: One is a hook and the other verbs: jambonz takes two of a kind.
    """
    hooks = {_is_hook(value) for value in (target, child) if value is not None}
    if len(hooks) > 1:
        raise refused("redirect", None, "hooks for both legs, or verbs for both", target)
    if hooks == {True}:
        return {"call_hook": target, "child_call_hook": child}
    verbs = {"parent_call": target, "child_call": child}
    return {leg: value for leg, value in verbs.items() if value is not None}


def refuse_empty(options: dict[str, Any], target: ServerTarget) -> None:
    """Raise for ``data`` that has no key, which jambonz takes for none."""
    if not options["data"]:
        raise ValidationError(
            "expected an object with at least one key", "data", expected="an object with at least one key"
        )


@model(finish=refuse_empty)
class Tag(Action):
    """Attach data to the call, which comes back in later events (jambonz 10)."""

    command = rest_field = "tag"
    value_of = "data"

    data: Mapping[str, Any]


def _finish_sip_request(options: dict[str, Any], target: ServerTarget) -> None:
    if not options["method"]:
        raise ValidationError("expected the name of a SIP method", "method", expected="the name of a SIP method")
    if options.get("content") is not None and not options.get("content_type"):
        raise ValidationError("is missing: the type of the content", "content_type", expected="the type of the content")


@model(finish=_finish_sip_request)
class SipRequest(Action):
    """Send a SIP request (``INFO``, ``MESSAGE`` ...) within the call's dialog."""

    command = "sip:request"
    command_field = rest_field = "sip_request"

    method: str
    content_type: str | None = option(wire="content_type")
    content: str | None = None
    headers: Mapping[str, Any] | None = None


def _finish_dial(options: dict[str, Any], target: ServerTarget) -> None:
    kind = options["to"].get("type")
    if kind not in ("phone", "user", "sip", "teams"):
        expected = "one of phone, user, sip, teams"
        raise ValidationError(f"expected {expected}, got {kind!r}", "type", "to", expected=expected)
    if ("application_sid" in options) == ("call_hook" in options):
        expected = "either call_hook or application_sid"
        raise ValidationError(f"expected {expected}", "call_hook", expected=expected)


@model(owner="open", finish=_finish_dial)
class Dial(Action):
    """Place another outbound call, apart from this one."""

    command = "dial"
    rest = False

    to: Mapping[str, Any]
    from_: str
    application_sid: str | None = option(wire="application_sid")
    call_hook: Hook | None = option(wire="call_hook")


@model
class Transfer(Action):
    """Transfer the call, blind or warm (jambonz 10, by the REST API)."""

    rest_field = "transfer"
    value_of = "data"

    data: Mapping[str, Any]
