"""The body of an update of a call: one action, as the server wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from ..errors import InvalidVerb
from ..protocol import actions
from .checks import hook_object
from .http.errors import InvalidRequest
from .resource import without_none

__all__ = ["CallUpdate", "action_body", "update_body"]

Json = Mapping[str, Any]


class CallUpdate(TypedDict, total=False):
    """The actions of an update; each has a method of its own on ``client.calls``."""

    call_hook: str | Json
    child_call_hook: str | Json
    call_status_hook: str | Json
    call_status: Literal["completed", "no-answer"]
    listen_status: Literal["pause", "silence", "resume"]
    transcribe_status: Literal["pause", "resume"]
    mute_status: Literal["mute", "unmute"]
    conf_mute_status: Literal["mute", "unmute"]
    conf_hold_status: Literal["hold", "unhold"]
    wait_hook: str
    conference_participant_action: Json
    sip_request: Json
    record: Json
    tag: Json
    dtmf: Json
    dub: Json
    boost_audio_signal: float | str
    media_path: Literal["no-media", "partial-media", "full-media"]
    whisper: Json | Sequence[Json]


#: field -> the action that it asks for, by its name in :mod:`jambonz_sync.protocol.actions`
_ACTIONS = {
    "call_hook": "Redirect",
    "child_call_hook": "Redirect",
    "call_status_hook": "Redirect",
    "call_status": "Hangup",
    "listen_status": "Listen",
    "transcribe_status": "Transcribe",
    "mute_status": "Mute",
    "conf_mute_status": "MuteOthers",
    "conf_hold_status": "Hold",
    "wait_hook": "Hold",
    "conference_participant_action": "Participant",
    "sip_request": "SipRequest",
    "record": "Record",
    "tag": "Tag",
    "dtmf": "Dtmf",
    "dub": "Dub",
    "boost_audio_signal": "BoostAudio",
    "media_path": "MediaPath",
    "whisper": "Whisper",
}
_HOOKS = ("call_hook", "child_call_hook", "call_status_hook")
#: belong to an action and are none themselves
_COMPANIONS = {"call_status_hook": "call_hook", "wait_hook": "conf_hold_status"}
#: beside these the feature server drops a whisper without a word
_DROP_WHISPER = frozenset(
    {"tag", "dub", "boost_audio_signal", "media_path", "call_hook", "child_call_hook", "call_status"}
)


def update_body(update: Mapping[str, Any]) -> dict[str, Any]:
    """Make the body of an update from its fields, all of them known.

    Raises:
        InvalidRequest: The server would refuse, drop or ignore it.
    """
    fields = without_none(update)
    _one_action(fields)
    by_action: dict[str, dict[str, Any]] = {}
    for name, value in fields.items():
        action: type[actions.Action] = getattr(actions, _ACTIONS[name])
        options = by_action.setdefault(_ACTIONS[name], {})
        if name in _HOOKS:
            options[name] = hook_object(value, name, absolute=False)
        elif action.rest_field is None:
            options[name] = value
        elif action.value_of is not None:
            options[action.value_of] = value
        elif isinstance(value, Mapping):
            options.update(value)
        else:
            raise InvalidRequest(f"{name} is an object, not {type(value).__name__}", field=name)
    body: dict[str, Any] = {}
    for name, options in by_action.items():
        body.update(action_body(getattr(actions, name), options))
    return body


def action_body(
    action: type[actions.Action], named: Mapping[str, Any], options: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Make the body of an update that asks for one action.

    Args:
        action: The action.
        named: Its options by their Python names, which come first; None is "not given".
        options: Its options in one dict, in either spelling.
    Raises:
        InvalidRequest: The server would refuse, drop or ignore it.
    """
    try:
        return actions.update_of(action, actions.merged(action, options, named))
    except InvalidVerb as exc:
        raise InvalidRequest(str(exc), field=(exc.path or "").rpartition(".")[2], nearest=exc.nearest) from None


def _one_action(fields: Mapping[str, Any]) -> None:
    for name, owner in _COMPANIONS.items():
        if name in fields and owner not in fields:
            raise InvalidRequest(f"{name} only means something beside {owner}", field=name)
    names = [name for name in fields if name not in _COMPANIONS]
    if not names:
        raise InvalidRequest("an update needs an action")
    others = [name for name in names if name != "whisper"]
    if len(others) > 1 and set(others) != {"call_hook", "child_call_hook"}:
        raise InvalidRequest(f"one action per update, not {' and '.join(others)}", field=others[1])
    if "whisper" in fields and not _DROP_WHISPER.isdisjoint(others):
        raise InvalidRequest(f"the whisper beside {others[0]} would be dropped; send it by itself", field="whisper")
