"""What the REST API asks of a call: when it is placed, and while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import InvalidVerb
from .commands import COMMANDS
from .machine import Machine
from .turns import REQUEST_METHODS
from .verbs.amd import detect_caller

__all__ = ["ACTIONS", "apply_options", "update_call"]

#: action of an update -> the command that does the same; in the order in which the server looks for them
ACTIONS: Mapping[str, str] = {
    "call_status": "call:status",
    "call_hook": "redirect",
    "child_call_hook": "redirect",
    "listen_status": "listen:status",
    "stream_status": "stream:status",
    "transcribe_status": "transcribe:status",
    "mute_status": "mute:status",
    "conf_hold_status": "conf:hold-status",
    "conf_mute_status": "conf:mute-status",
    "sip_request": "sip:request",
    "dtmf": "dtmf",
    "record": "record",
    "tag": "tag",
    "conferenceParticipantAction": "conf:participant-action",
    "dub": "dub",
    "boostAudioSignal": "boostAudioSignal",
    "media_path": "media:path",
    "llm_update": "llm:update",
    "llm_status": "llm:status",
    "agent_update": "agent:update",
    "noise_isolation_status": "noiseIsolation:status",
    "room_say": "room:say",
    "room_play": "room:play",
    "whisper": "whisper",
}
#: the actions whose value is all that the command has; the others stand in it by their names, with what goes with them
_WHOLE = frozenset(
    {
        *("record", "tag", "conferenceParticipantAction", "dub", "boostAudioSignal", "media_path", "llm_update"),
        *("agent_update", "room_say", "room_play"),
    }
)
#: the actions after which the server looks for nothing else, such as a whisper
_ALONE = frozenset(
    {
        *("call_status", "call_hook", "child_call_hook", "tag", "conferenceParticipantAction", "dub"),
        *("boostAudioSignal", "media_path", "llm_update"),
    }
)


def apply_options(machine: Machine, options: Mapping[str, Any]) -> None:
    """Take in what a call that the REST API has placed asks for beside an app.

    Args:
        machine: The call, which has not begun.
        options: Those of ``POST /Calls``.
    """
    state = machine.call
    hooks = {name: options[name] for name in ("referHook", "sipRequestWithinDialogHook") if options.get(name)}
    state.configuration.update(hooks)
    if "sipRequestWithinDialogHook" in hooks:
        state.request_methods = REQUEST_METHODS
    if isinstance(options.get("amd"), Mapping):
        detect_caller(machine.main, dict(options["amd"]))
    if options.get("timeLimit"):
        state.clock.call_later(float(options["timeLimit"]), lambda: machine.hang_up("jambonz"))


def update_call(machine: Machine, options: Mapping[str, Any], call_sid: str | None = None) -> None:
    """Do what an update of a running call asks for; as on the server, nobody is told of what cannot be done.

    Args:
        machine: The call.
        options: Those of ``PUT /Calls/{call_sid}``: one action, and ``whisper`` beside some.
        call_sid: The leg that is meant, such as a dialled one; None for that of the caller.
    """
    call = machine.call
    if options.get("call_status_hook"):
        call.status_hook = options["call_status_hook"]
    done: set[str] = set()
    for action, command in ACTIONS.items():
        if not options.get(action) or command in done or call.ended:
            continue
        done.add(command)
        data: Any = options[action] if action in _WHOLE else {**options}
        leg = {} if call_sid is None else {"callSid": call_sid}
        call.note("status", f"update {action}")
        try:
            COMMANDS[command](machine, {"command": command, "data": data, **leg})
        except InvalidVerb as invalid:
            call.note_error(f"update {action}: {invalid}", "command-invalid", where=action, wire=dict(options))
        if action in _ALONE:
            break
