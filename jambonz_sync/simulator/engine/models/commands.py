"""The commands of an app to the model that runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from ....errors import InvalidVerb
from ....protocol.actions.choices import LlmStatusCommand
from ..waits import Verb
from .conversation import as_json
from .host import Host
from .model import Model
from .vendor import Dropped

__all__ = ["change_status", "take_output", "take_update"]


def take_output(call: Host, model: Model | None, message: Mapping[str, Any]) -> None:
    """Take the output of a tool.

    Args:
        call: The call.
        model: The model that runs, if there is one.
        message: The command.
    """
    call_id = message.get("tool_call_id")
    if model is None or model.results is not None:
        problem = "a tool output is thrown away: no model runs"
        call.find("command-ignored", problem, where="llm:tool-output", wire=message)
        call.note("event", problem)
    elif not call_id:
        call.note_error("a tool output without tool_call_id", "tool-output-unknown", wire=message)
    else:
        model.take_output(str(call_id), message.get("data"))


def take_update(call: Host, model: Model | None, message: Mapping[str, Any]) -> None:
    """Take an update of an ``llm`` or of an ``agent``.

    Args:
        call: The call.
        model: The model that runs, if there is one.
        message: The command.
    """
    command = str(message["command"])
    verb = command.partition(":")[0]
    data = message.get("data")
    if model is None or model.results is not None or model.verb["verb"] != verb:
        call.find("command-ignored", f"no {verb} runs", where=command, wire=message)
        return call.note("event", f"{command} {as_json(data)} is ignored: no {verb} runs")
    if not isinstance(data, Mapping):
        problem = f"{command} is dropped without a word: expected an object, got {type(data).__name__}"
        return call.note_error(problem, "command-invalid", where=command, wire=message)
    call.note("event", f"{command} {as_json(data)}")
    try:
        return model.take_update(cast("Mapping[str, Any]", data))
    except Dropped as dropped:
        problem = f"{command} is dropped without a word: {dropped}"
        return call.note_error(problem, "command-invalid", where=command, wire=message)


def change_status(call: Host, model: Model | None, message: Mapping[str, Any], data: Verb) -> None:
    """Move a model with its caller into a room or a conference, or stop it.

    Args:
        call: The call.
        model: The model that runs, if there is one.
        message: The command.
        data: Its data.
    Raises:
        InvalidVerb: There is no such status, or it needs a room.
    """
    # a move has the name that it has for a stream
    status = "move-to-room" if data.get("stream_status") == "move-to-room" else data.get("llm_status")
    if status not in get_args(LlmStatusCommand):
        raise InvalidVerb(f"llm_status must be one of {', '.join(get_args(LlmStatusCommand))}")
    room = data.get("room")
    if status == "move-to-room" and (not room or not isinstance(room, str)):
        raise InvalidVerb("a move to a room needs the name of one")
    what = f"the model and the caller move to the room {room}" if status == "move-to-room" else str(status)
    what += f" {data['conference']}" if data.get("conference") else ""
    if model is None or model.results is not None or model.verb["verb"] not in ("llm", "agent"):
        call.find("command-ignored", "no llm runs", where=str(message["command"]), wire=message)
        return call.note("event", f"{message['command']} is ignored: no llm runs")
    call.note("event", f"{message['command']}: {what}")
    if status == "move-to-room":
        model.room = str(room)
    elif status == "stop":
        model.end()
    return None
