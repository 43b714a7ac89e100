"""The request that places a call, checked before it leaves.

The server hands a call to a feature server, which refuses one unknown field or wrong type, and then
answers "Internal Server Error" and no more. So everything that can be known here is said here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..model.codecs import check_codecs
from ..model.validation import ValidationError, nearest
from ..model.wire import to_wire_name
from .checks import hook_object, refuse_unknown, sid
from .http.errors import InvalidRequest

__all__ = ["call_body", "target"]

#: the five that a call without an application must have
SPEECH = (
    "speech_synthesis_vendor",
    "speech_synthesis_language",
    "speech_synthesis_voice",
    "speech_recognizer_vendor",
    "speech_recognizer_language",
)

#: fields that an application decides: sent beside application_sid, they would be overwritten without a word
_OVERRIDDEN = ("call_hook", "call_status_hook", *SPEECH)

#: the arguments that are spelled in camelCase on the wire; the others go as they are
_CAMEL = frozenset({"caller_name", "from_host", "time_limit", "sip_request_within_dialog_hook", "refer_hook"})

#: fields that other documents list and this server refuses, and where they belong instead
_ELSEWHERE = {
    "trunk": "the carrier belongs in to: {'type': 'phone', 'number': ..., 'trunk': ...}",
    "answer_on_bridge": "it is an option of the dial verb",
    "speech_synthesis_label": "labels belong to the application",
    "speech_recognizer_label": "labels belong to the application",
    "env_vars": "they belong to the application",
    "max_retries": "it is an option of the client: client.with_options(max_retries=...)",
}

#: target type -> (keys that must be there, keys that may be)
_TARGETS = {
    "phone": (("number",), ("trunk", "proxy", "headers")),
    "user": (("name",), ("overrideTo", "headers")),
    "sip": (("sipUri",), ("auth", "headers")),
    "teams": (("number",), ("tenant", "vmail")),
}
_ANY_TARGET = ("type", "confirmHook", "method", "from")
_AMD = ("actionHook", "thresholdWordCount", "digitCount", "timers", "recognizer")


def call_body(arguments: Mapping[str, Any], unknown: Iterable[str], extra: Mapping[str, Any] | None) -> dict[str, Any]:
    """Make the body that places a call.

    Args:
        arguments: A value for each argument of ``create``, None where it was not given.
        unknown: Names of arguments that no field is known for: the first is refused.
        extra: Fields that are sent as they are.
    Raises:
        InvalidRequest: The server would refuse it, or do something else.
    """
    for name in unknown:
        _refuse(name, arguments)
    body = {_wire_name(name): value for name, value in arguments.items() if value is not None}
    _text(body, "from", 256)
    body["to"] = target(body.get("to"))
    application = body.get("application_sid")
    if application is not None:
        body["application_sid"] = sid(application, "application_sid")
        if clash := [name for name in _OVERRIDDEN if name in body]:
            raise InvalidRequest(
                f"application_sid decides {', '.join(clash)}: the server would overwrite them; give one or the other",
                field=clash[0],
            )
    else:
        missing = [name for name in ("call_hook", *SPEECH) if name not in body]
        if missing:
            raise InvalidRequest(f"a call without application_sid needs {', '.join(missing)}", field=missing[0])
    for name in ("call_hook", "call_status_hook"):
        if name in body:
            body[name] = hook_object(body[name], name)
    for name in (*SPEECH, "callerName", "fromHost", "sipRequestWithinDialogHook"):
        _text(body, name)
    for name in ("headers", "tag"):
        _mapping(body, name)
    for name in ("timeout", "timeLimit"):
        _number(body, name)
    if not isinstance(body.get("dual_streams", False), bool):
        raise InvalidRequest("dual_streams is True or False", field="dual_streams")
    if "amd" in body:
        body["amd"] = _amd(body["amd"])
    if not isinstance(body.get("referHook", ""), (str, Mapping)):
        raise InvalidRequest("refer_hook is a url or a hook object", field="refer_hook")
    if "codecs" in body:
        body["codecs"] = _codecs(body["codecs"])
    return {**body, **_mapping({"extra": extra or {}}, "extra")}


def target(to: Any) -> dict[str, Any]:
    """Make the object that says whom to call, from text or an object in either spelling.

    ``"+1 (508) 555-1212"`` or ``"tel:..."`` is a phone number, ``"sip:joe@example.com"`` a SIP address,
    ``"joe@realm"`` or ``"user:joe"`` a registered user, ``"teams:+1508..."`` a Teams number.
    """
    if isinstance(to, str):
        to = _target_in(to.strip())
    if not isinstance(to, Mapping):
        kind = "nothing" if to is None else f"{type(to).__name__}"
        raise InvalidRequest(
            f"to is a number as text, a SIP address, a user or a target object, not {kind}", field="to"
        )
    callee = {to_wire_name(str(name)): value for name, value in to.items() if value is not None}
    if callee.get("type") not in _TARGETS:
        raise InvalidRequest(f"to.type is phone, user, sip or teams, not {callee.get('type')!r}", field="to.type")
    needed, optional = _TARGETS[callee["type"]]
    refuse_unknown(callee, (*needed, *optional, *_ANY_TARGET), f"key of a {callee['type']} target")
    for name in needed:
        if not isinstance(callee.get(name), str) or not callee[name]:
            raise InvalidRequest(f"to.{name} must be given, as text", field=f"to.{name}")
    _mapping(callee, "headers", "to.")
    if "auth" in callee:
        auth = _mapping(callee, "auth", "to.")
        if sorted(auth) != ["password", "username"]:
            raise InvalidRequest("to.auth is an object of username and password, both", field="to.auth")
    if not isinstance(callee.get("vmail", False), bool):
        raise InvalidRequest("to.vmail is True or False", field="to.vmail")
    return callee


def _target_in(text: str) -> dict[str, Any]:
    scheme, _, address = text.partition(":")
    if scheme.lower() in ("sip", "sips") and address:
        return {"type": "sip", "sipUri": text}
    if scheme.lower() == "user" and address:
        return {"type": "user", "name": address}
    if scheme.lower() == "teams" and address:
        return {"type": "teams", "number": _digits(address)}
    if "@" in text:
        return {"type": "user", "name": text}
    return {"type": "phone", "number": _digits(address if scheme.lower() == "tel" and address else text)}


def _digits(text: str) -> str:
    """Take the marks that people put into it out of a phone number."""
    number = text.translate({ord(mark): None for mark in " -.()/"})
    if not number.removeprefix("+").isdigit() or not number.isascii():
        raise InvalidRequest(
            f"to is no phone number: {text!r} (a SIP address starts with sip:, a user with user:)", field="to"
        )
    return number


def _amd(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidRequest("amd is an object", field="amd")
    amd = {to_wire_name(str(name)): setting for name, setting in value.items() if setting is not None}
    refuse_unknown(amd, _AMD, "key of amd")
    if not amd.get("actionHook"):
        raise InvalidRequest("amd.action_hook must be given: it is where the result goes", field="amd.action_hook")
    return amd


def _codecs(value: Any) -> list[str]:
    names = list(value) if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping) else []
    if not names or not all(isinstance(name, str) for name in names):
        raise InvalidRequest("codecs is a list of names, at least one", field="codecs")
    try:
        check_codecs(names)
    except ValidationError as error:
        raise InvalidRequest(error.message(), field="codecs", nearest=error.nearest) from None
    return names


def _wire_name(argument: str) -> str:
    return to_wire_name(argument) if argument in _CAMEL else argument.removesuffix("_")


def _refuse(name: str, known: Iterable[str]) -> None:
    place = _ELSEWHERE.get(name) or next((why for key, why in _ELSEWHERE.items() if to_wire_name(key) == name), None)
    like = next((key for key in known if _wire_name(key) == name), None) or nearest(name, [*known, "extra"])
    hint = f": {place}" if place else f"; did you mean {like!r}?" if like else ""
    raise InvalidRequest(f"a call has no field {name!r}{hint}", field=name, nearest=None if place else like)


def _text(body: Mapping[str, Any], name: str, longest: int | None = None) -> None:
    value = body.get(name, None if name == "from" else "-")
    if not isinstance(value, str) or not value or (longest and len(value) > longest):
        bound = f" of 1 to {longest} characters" if longest else ""
        raise InvalidRequest(f"{name} must be text{bound}, not {value!r}", field=name)


def _number(body: Mapping[str, Any], name: str) -> None:
    value = body.get(name, 1)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        what = "the seconds to ring (that of the request: client.with_options)" if name == "timeout" else "seconds"
        raise InvalidRequest(f"{name} is a number, {what}, not {value!r}", field=name)


def _mapping(body: Mapping[str, Any], name: str, prefix: str = "") -> Mapping[str, Any]:
    value: Any = body.get(name, {})
    if not isinstance(value, Mapping):
        raise InvalidRequest(f"{prefix}{name} is an object, not {type(value).__name__}", field=f"{prefix}{name}")
    return value
