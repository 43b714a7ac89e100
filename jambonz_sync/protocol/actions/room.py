"""Commands for the conference (room) that a call is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from .checks import Message, as_list, build, check_text, given, invalid, one_of

ConferenceAction: TypeAlias = Literal["tag", "untag", "coach", "uncoach", "mute", "unmute", "hold", "unhold", "kick"]

_CONFERENCE = ("tag", "untag", "coach", "uncoach", "mute", "unmute", "hold", "unhold", "kick")


def conference_mute(status: Literal["mute", "unmute"], *, call_sid: str | None = None) -> Message:
    """Mute or unmute everybody in the conference but its moderators."""
    one_of("conf:mute-status", "conf_mute_status", status, ("mute", "unmute"))
    return build("conf:mute-status", {"conf_mute_status": status}, call_sid)


def conference_hold(
    status: Literal["hold", "unhold"], *, wait_hook: str | None = None, call_sid: str | None = None
) -> Message:
    """Put this member of the conference on hold, with what ``wait_hook`` plays, or take it off."""
    one_of("conf:hold-status", "conf_hold_status", status, ("hold", "unhold"))
    return build("conf:hold-status", {"conf_hold_status": status, **given(wait_hook=wait_hook)}, call_sid)


def conference_action(
    action: ConferenceAction,
    *,
    tag: str | None = None,
    wait_hook: str | None = None,
    call_sid: str | None = None,
) -> Message:
    """Act on this member of the conference. ``tag`` names the member (``tag``), or whom to coach (``coach``)."""
    name = "conf:participant-action"
    one_of(name, "action", action, _CONFERENCE)
    if action in ("tag", "coach"):
        check_text(name, "tag", tag)
    return build(name, {"action": action, **given(tag=tag, wait_hook=wait_hook)}, call_sid)


def say_in_room(
    text: str | Sequence[str],
    *,
    synthesizer: Mapping[str, Any] | None = None,
    loop: int | str | None = None,
    stream: bool | None = None,
    id: str | None = None,
    replace: bool | None = None,
    call_sid: str | None = None,
) -> Message:
    """Speak to everybody in the conference that this call is in. ``id`` comes back in the conference's
    ``say-start`` and ``say-done`` events. (jambonz 10)"""
    lines = [text] if isinstance(text, str) else as_list("room:say", "text", "a non-empty string", text)
    if not lines:
        raise invalid("room:say", "text", "a non-empty string", text)
    for line in lines:
        check_text("room:say", "text", line)
    data = {
        "text": text if isinstance(text, str) else lines,
        **given(synthesizer=synthesizer, loop=loop, stream=stream, id=id, replace=replace),
    }
    return build("room:say", data, call_sid)


def play_in_room(
    url: str, *, id: str | None = None, replace: bool | None = None, call_sid: str | None = None
) -> Message:
    """Play a file or a tone to everybody in the conference that this call is in. (jambonz 10)"""
    check_text("room:play", "url", url)
    return build("room:play", {"url": url, **given(id=id, replace=replace)}, call_sid)
