"""The commands that change what a member of a conference hears, and who hears them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import InvalidVerb
from .conferences import Conferences, Member
from .state import CallState

__all__ = ["change_member"]

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
    call: CallState, conferences: Conferences, member: Member, command: str, data: Mapping[str, Any]
) -> None:
    """Do what a command says, in a conference of calls that meet.

    Args:
        call: The call that is told.
        conferences: The conferences of the account.
        member: Its part in the conference.
        command: The name of the command.
        data: Its data.
    Raises:
        InvalidVerb: The data is of no use.
    """
    if command == "conf:mute-status":
        action = _one_of(data, "conf_mute_status", "mute", "unmute")
        conferences.mute_others(str(member.verb["name"]), action == "mute")
        return
    if command == "mute:status":
        action = _one_of(data, "mute_status", "mute", "unmute")
    elif command == "conf:hold-status":
        action = _one_of(data, "conf_hold_status", "hold", "unhold")
    else:
        action = _one_of(data, "action", *_CHANGES, "tag", "coach", "kick")
    if action == "hold" and data.get("wait_hook"):
        call.note_not_simulated(f"{command}: a member on hold hears nothing of a wait_hook", where=command)
    if action in ("tag", "coach"):
        tag = data.get("tag")
        if not tag:
            raise InvalidVerb(f"{action} needs a tag")
        conferences.change(member, **{"tag" if action == "tag" else "heard_by": str(tag)})
    elif action == "kick":
        member.over.set("kicked")
    else:
        conferences.change(member, **_CHANGES[action])
    call.note("event", f"{command}: {action}" + (f" {data['tag']}" if action in ("tag", "coach") else ""))


def _one_of(data: Mapping[str, Any], name: str, *values: str) -> str:
    value = data.get(name)
    if value not in values:
        raise InvalidVerb(f"{name} must be one of {', '.join(values)}, got {value!r}")
    return str(value)
