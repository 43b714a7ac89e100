"""The body of an update of a call: one action, as the server wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from .checks import hook_object, one_of
from .http.errors import InvalidRequest

__all__ = ["CallUpdate", "update_body"]

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


_ENUMS = {
    "call_status": ("completed", "no-answer"),
    "listen_status": ("pause", "silence", "resume"),
    "transcribe_status": ("pause", "resume"),
    "mute_status": ("mute", "unmute"),
    "conf_mute_status": ("mute", "unmute"),
    "conf_hold_status": ("hold", "unhold"),
    "media_path": ("no-media", "partial-media", "full-media"),
}
_HOOKS = ("call_hook", "child_call_hook", "call_status_hook")
_OBJECTS = ("conference_participant_action", "sip_request", "record", "tag", "dtmf", "dub")
_WIRE = {
    "conference_participant_action": "conferenceParticipantAction",
    "boost_audio_signal": "boostAudioSignal",
}
#: belong to an action and are none themselves
_COMPANIONS = {"call_status_hook": "call_hook", "wait_hook": "conf_hold_status"}
#: beside these the feature server drops a whisper without a word
_DROP_WHISPER = frozenset(
    {"tag", "dub", "boost_audio_signal", "media_path", "call_hook", "child_call_hook", "call_status"}
)
_PARTICIPANT = ("tag", "untag", "coach", "uncoach", "mute", "unmute", "hold", "unhold", "kick")
_DUB = ("addTrack", "removeTrack", "silenceTrack", "playOnTrack", "sayOnTrack")


def update_body(given: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an update from its fields, all of them known. Refuses what the server refuses, drops or ignores."""
    fields = {name: value for name, value in given.items() if value is not None}
    _one_action(fields)
    for name, values in _ENUMS.items():
        if name in fields:
            one_of(fields[name], values, name)
    for name in _HOOKS:
        if name in fields:
            fields[name] = hook_object(fields[name], name, absolute=False)
    for name in _OBJECTS:
        if not isinstance(fields.get(name, {}), Mapping):
            raise InvalidRequest(f"{name} is an object, not {type(fields[name]).__name__}", field=name)
    if "conference_participant_action" in fields:
        _participant(fields["conference_participant_action"])
    if "dtmf" in fields:
        _dtmf(fields["dtmf"])
    if "dub" in fields:
        one_of(fields["dub"].get("action"), _DUB, "dub.action")
        if not fields["dub"].get("track"):
            raise InvalidRequest("dub needs a track, by name", field="dub.track")
    if "record" in fields and not (fields["record"].get("type") == "cloud" or fields["record"].get("siprecServerURL")):
        raise InvalidRequest("record needs a siprecServerURL, or type 'cloud', for each action", field="record")
    if "boost_audio_signal" in fields:
        fields["boost_audio_signal"] = _gain(fields["boost_audio_signal"])
    if "whisper" in fields:
        fields["whisper"] = _whisper(fields["whisper"])
    return {_WIRE.get(name, name): value for name, value in fields.items()}


def _one_action(fields: Mapping[str, Any]) -> None:
    for name, owner in _COMPANIONS.items():
        if name in fields and owner not in fields:
            raise InvalidRequest(f"{name} only means something beside {owner}", field=name)
    actions = [name for name in fields if name not in _COMPANIONS]
    if not actions:
        raise InvalidRequest("an update needs an action")
    others = [name for name in actions if name != "whisper"]
    if len(others) > 1 and set(others) != {"call_hook", "child_call_hook"}:
        raise InvalidRequest(f"one action per update, not {' and '.join(others)}", field=others[1])
    if "whisper" in fields and not _DROP_WHISPER.isdisjoint(others):
        raise InvalidRequest(f"the whisper beside {others[0]} would be dropped; send it by itself", field="whisper")


def _participant(value: Json) -> None:
    action = one_of(value.get("action"), _PARTICIPANT, "conference_participant_action.action")
    if action in ("tag", "coach") and not value.get("tag"):
        raise InvalidRequest(f"the participant action {action} needs a tag", field="tag")


def _dtmf(value: Json) -> None:
    digit = value.get("digit")
    # 0 as a number is "nothing" to the server.
    if not isinstance(digit, str) or len(digit) != 1 or digit not in "0123456789*#ABCDabcd":
        raise InvalidRequest(f"dtmf takes one digit as text (0-9, *, #, A-D), not {digit!r}", field="digit")


def _gain(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise InvalidRequest("a gain is a number of decibels, or text like '+3 dB'", field="boost_audio_signal")
    return value or "0 dB"  # the number 0 would count as no action at all


def _whisper(value: Any) -> Any:
    verbs: Sequence[Any] = [value] if isinstance(value, Mapping) else value
    if isinstance(verbs, str) or not isinstance(verbs, Sequence) or not verbs:
        raise InvalidRequest("whisper is a say or play verb, or several; a url is no longer supported", field="whisper")
    for verb in verbs:
        if not isinstance(verb, Mapping) or verb.get("verb") not in ("say", "play"):
            raise InvalidRequest("whisper takes say and play verbs only", field="whisper")
    return dict(value) if isinstance(value, Mapping) else [dict(verb) for verb in verbs]
