"""Actions on what a call does next, and on the data that it carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.declare import ServerTarget, model, option, required
from ...model.validation import ValidationError
from ...verbs.components.common import ActionHook, Hook
from .base import Action, verbs_in
from .choices import CallStatus

__all__ = [
    "Dial",
    "Hangup",
    "Redirect",
    "SipRequest",
    "Tag",
    "Transfer",
    "check_hook",
    "refuse_empty",
]


@model
class Hangup(Action):
    """Hang up an answered call (``completed``), or give up one that is not answered yet (``no-answer``)."""

    command = "call:status"

    status: CallStatus = required(wire="call_status")


def check_hook(options: Mapping[str, Any], name: str) -> None:
    """Raise for a hook without an address."""
    hook = options.get(name)
    if hook is not None and not (hook["url"] if isinstance(hook, Mapping) else hook):
        expected = "a url, or an object with one"
        raise ValidationError(f"expected {expected}", name, expected=expected)


_HOOKS = ("call_hook", "child_call_hook", "call_status_hook")
_VERBS = ("parent_call", "child_call")


def _finish_redirect(options: dict[str, Any], target: ServerTarget) -> None:
    hooks = [name for name in _HOOKS if name in options]
    verbs = [leg for leg in _VERBS if leg in options]
    for name in hooks:
        check_hook(options, name)
    if not all(options[leg] for leg in verbs):
        raise ValidationError("expected a hook or verbs", expected="a hook or verbs")
    if not hooks and not verbs:
        raise ValidationError(
            "expected a hook or verbs, for this leg, the child leg, or both", expected="a hook or verbs"
        )
    if options.get("queueCommand") and (hooks or verbs != ["parent_call"]):
        expected = "verbs for this leg alone"
        raise ValidationError(f"expected {expected}", "queue", expected=expected)
    if hooks and verbs:
        expected = "hooks for both legs, or verbs for both"
        raise ValidationError(f"expected {expected}", expected=expected)


@model(finish=_finish_redirect)
class Redirect(Action):
    """Give a leg, or the leg that it has dialled, something new to do: a hook to ask, or verbs.

    ``target`` and ``child`` are either, for the two legs.
    """

    command = "redirect"

    call_hook: Hook | None = option(wire="call_hook")
    child_call_hook: Hook | None = option(wire="child_call_hook")
    call_status_hook: Hook | None = option(wire="call_status_hook")
    parent_call: Any = option(wire="parent_call")
    child_call: Any = option(wire="child_call")
    queue: bool | None = option(wire="queueCommand")

    @classmethod
    def prepare(cls, options: dict[str, Any], target: ServerTarget) -> dict[str, Any]:
        for either, hook, verbs in (("target", "call_hook", "parent_call"), ("child", "child_call_hook", "child_call")):
            if either in options:
                value = options.pop(either)
                name = hook if _is_hook(value) else verbs
                if name in options:
                    raise ValidationError(f"is given twice, as {name} too", either)
                options[name] = value
            if verbs in options:
                options[verbs] = verbs_in(options[verbs], verbs, target)
        return options

    @classmethod
    def command_data(cls, options: dict[str, Any]) -> Any:
        if "parent_call" in options and "child_call" not in options:
            return options["parent_call"]
        return {name: value for name, value in options.items() if name != "queueCommand"}

    @classmethod
    def beside_data(cls, options: dict[str, Any]) -> dict[str, Any]:
        if "parent_call" in options and "child_call" not in options:
            return {"queueCommand": options.get("queueCommand", False)}
        return {}

    @classmethod
    def update_body(cls, options: dict[str, Any]) -> dict[str, Any]:
        if "call_status_hook" in options and "call_hook" not in options:
            expected = "a call_hook beside it"
            raise ValidationError(f"expected {expected}", "call_status_hook", expected=expected)
        if "parent_call" in options or "child_call" in options:
            expected = "a hook: verbs go to a call by its own connection only"
            raise ValidationError(f"expected {expected}", "call_hook", expected=expected)
        return options


def _is_hook(value: object) -> bool:
    """Return True for a path, a url or an object with ``url``, False for verbs."""
    return isinstance(value, str | ActionHook) or (
        isinstance(value, Mapping) and "url" in value and "verb" not in value
    )


def refuse_empty(options: dict[str, Any], target: ServerTarget) -> None:
    """Raise for ``data`` that has no key, which jambonz takes for none."""
    if not options["data"]:
        raise ValidationError(
            "expected an object with at least one key", "data", expected="an object with at least one key"
        )


@model(since="v10", new=True, finish=refuse_empty)
class Tag(Action):
    """Attach data to the call, which comes back in later events (jambonz 10)."""

    command = rest_field = "tag"
    value_of = "data"

    data: Mapping[str, Any]


def _finish_sip_request(options: dict[str, Any], target: ServerTarget) -> None:
    if options.get("content") is not None and not options.get("content_type"):
        raise ValidationError("is missing: the type of the content", "content_type", expected="the type of the content")


@model(finish=_finish_sip_request)
class SipRequest(Action):
    """Send a SIP request (``INFO``, ``MESSAGE`` ...) within the call's dialog."""

    command = "sip:request"
    command_field = rest_field = "sip_request"

    method: str = required(min_length=1)
    content_type: str | None = option(wire="content_type")
    content: str | None = None
    headers: Mapping[str, Any] | None = None

    @classmethod
    def update_body(cls, options: dict[str, Any]) -> dict[str, Any]:
        for name in ("content_type", "content"):
            if not options.get(name):
                raise ValidationError("is missing: the API server wants it for every method", name, expected=name)
        return {"sip_request": options}


def _finish_dial(options: dict[str, Any], target: ServerTarget) -> None:
    kind = options["to"].get("type")
    if kind not in ("phone", "user", "sip", "teams"):
        expected = "one of phone, user, sip, teams"
        raise ValidationError(f"expected {expected}, got {kind!r}", "type", "to", expected=expected)
    if ("application_sid" in options) == ("call_hook" in options):
        expected = "either call_hook or application_sid"
        raise ValidationError(f"expected {expected}", "call_hook", expected=expected)
    check_hook(options, "call_hook")


@model(owner="open", finish=_finish_dial)
class Dial(Action):
    """Place another outbound call, apart from this one."""

    command = "dial"
    rest = False

    to: Mapping[str, Any]
    from_: str = required(min_length=1)
    application_sid: str | None = option(wire="application_sid", min_length=1)
    call_hook: Hook | None = option(wire="call_hook")


@model
class Transfer(Action):
    """Transfer the call, blind or warm (jambonz 10, by the REST API)."""

    rest_field = "transfer"
    value_of = "data"

    data: Mapping[str, Any]
