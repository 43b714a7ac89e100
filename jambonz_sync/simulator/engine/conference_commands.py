"""The commands that change what a member of a conference hears, and who hears them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import InvalidVerb
from .conferences import Conference, Member
from .stack import texts_of
from .state import CallState

__all__ = ["change_member", "say_in_room"]

#: an action on a member -> what it changes
_CHANGES: Mapping[str, Mapping[str, Any]] = {
    "mute": {"muted": True},
    "unmute": {"muted": False},
    "hold": {"held": True},
    "unhold": {"held": False},
    "untag": {"tag": None},
    "uncoach": {"heard_by": None},
}


def change_member(
    call: CallState, conference: Conference, member: Member, command: str, data: Mapping[str, Any]
) -> None:
    """Do what a command says in a conference.

    Args:
        call: The call that is told.
        conference: The conference.
        member: Its part in the conference.
        command: The name of the command.
        data: Its data.
    Raises:
        InvalidVerb: The data is of no use.
    """
    if command == "conf:mute-status":
        action = _one_of(data, "conf_mute_status", "mute", "unmute")
        conference.mute_others(action == "mute")
        call.note("event", f"{command}: {action}")
        return
    if command == "mute:status":
        action = _one_of(data, "mute_status", "mute", "unmute")
    elif command == "conf:hold-status":
        action = _one_of(data, "conf_hold_status", "hold", "unhold")
    else:
        action = _one_of(data, "action", *_CHANGES, "tag", "coach", "kick")
    if action in ("tag", "coach"):
        tag = data.get("tag")
        if not tag:
            raise InvalidVerb(f"{action} needs a tag")
        conference.change(member, **{"tag" if action == "tag" else "heard_by": str(tag)})
    elif action == "kick":
        member.over.set("kicked")
    else:
        conference.change(member, **_CHANGES[action])
    if action in ("hold", "unhold"):
        _hold(member, data)
    call.note("event", f"{command}: {action}" + (f" {data['tag']}" if action in ("tag", "coach") else ""))


def _hold(member: Member, data: Mapping[str, Any]) -> None:
    """Let a member hear the hook for those on hold, also if they are on hold by now, or hear it no more."""
    if data.get("wait_hook"):
        member.wait_hook = data["wait_hook"]
    member.on_hold(member.wait_hook if member.held else None)


def say_in_room(conference: Conference, command: str, data: Mapping[str, Any]) -> None:
    """Let all members hear what a ``room:say`` or ``room:play`` says.

    Args:
        conference: The conference.
        command: The name of the command.
        data: Its data.
    Raises:
        InvalidVerb: There is nothing to be heard.
    """
    option = "text" if command == "room:say" else "url"
    given = data.get(option)
    texts = texts_of(given) if isinstance(given, str | list) else []
    if not texts or not all(texts):
        raise InvalidVerb(f"{command} needs {option}, which is not empty")
    # of several texts the server picks one at random: here it is the first
    conference.say(texts[0] if option == "text" else f"(plays {texts[0]})")


def _one_of(data: Mapping[str, Any], name: str, *values: str) -> str:
    value = data.get(name)
    if value not in values:
        raise InvalidVerb(f"{name} must be one of {', '.join(values)}, got {value!r}")
    return str(value)
