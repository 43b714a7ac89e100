"""Actions on the conference that a call is in, on its members and in its room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model.declare import ServerTarget, model, option, required
from ...model.validation import ValidationError
from ...verbs.components.synthesizer import Synthesizer
from ...verbs.speech import finish_say
from .base import Action
from .choices import HoldStatus, MuteStatus, ParticipantAction

__all__ = ["Hold", "MuteOthers", "Participant", "RoomPlay", "RoomSay"]

_MUTED = {True: "mute", False: "unmute"}
_HELD = {True: "hold", False: "unhold"}


def _finish_mute(options: dict[str, Any], target: ServerTarget) -> None:
    options["conf_mute_status"] = _MUTED.get(options["conf_mute_status"], options["conf_mute_status"])


@model(finish=_finish_mute)
class MuteOthers(Action):
    """Mute or unmute everybody in the conference but its moderators."""

    command = "conf:mute-status"

    status: MuteStatus | bool = required(wire="conf_mute_status")


def _finish_hold(options: dict[str, Any], target: ServerTarget) -> None:
    options["conf_hold_status"] = _HELD.get(options["conf_hold_status"], options["conf_hold_status"])


@model(finish=_finish_hold)
class Hold(Action):
    """Put this member of the conference on hold, or take it off."""

    command = "conf:hold-status"

    status: HoldStatus | bool = required(wire="conf_hold_status")
    wait_hook: str | None = option(wire="wait_hook")  # the server's own spelling, waitHook, is read by nothing


def _finish_participant(options: dict[str, Any], target: ServerTarget) -> None:
    if options["action"] in ("tag", "coach") and not options.get("tag"):
        raise ValidationError(f"is missing: {options['action']} needs one", "tag", expected="a tag")


@model(finish=_finish_participant)
class Participant(Action):
    """Act on this member of the conference. ``tag`` names the member, or whom to coach."""

    command = "conf:participant-action"
    rest_field = "conferenceParticipantAction"

    action: ParticipantAction
    tag: str | None = None
    wait_hook: str | None = option(wire="wait_hook")


def _finish_room_say(options: dict[str, Any], target: ServerTarget) -> None:
    lines = [options["text"]] if isinstance(options["text"], str) else options["text"]
    if not lines or not all(lines):
        raise ValidationError("expected a text that is not empty", "text", expected="a text that is not empty")
    finish_say(options, target)


@model(since="v10", new=True, finish=_finish_room_say)
class RoomSay(Action):
    """Speak to everybody in the conference that this call is in (jambonz 10)."""

    command = "room:say"
    rest_field = "room_say"

    text: str | Sequence[str]
    synthesizer: Synthesizer | Mapping[str, Any] | None = None
    loop: float | str | None = None
    stream: bool | None = None
    id: str | None = None
    replace: bool | None = None


@model(since="v10", new=True)
class RoomPlay(Action):
    """Play a file or a tone to everybody in the conference that this call is in (jambonz 10)."""

    command = "room:play"
    rest_field = "room_play"

    url: str = required(min_length=1)
    id: str | None = None
    replace: bool | None = None
