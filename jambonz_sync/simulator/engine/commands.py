"""The commands that an app may send at any time in a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from ...errors import InvalidVerb
from ...protocol import actions
from .conference_commands import change_member, say_in_room
from .in_dialog import let_callee_go
from .machine import Machine
from .models.commands import change_status, take_output, take_update
from .stack import as_text
from .tracks import dub
from .validate import validate
from .verbs.config import config
from .volume import boost
from .waits import HookRequest, Steps, Verb

__all__ = ["COMMANDS", "execute"]

#: commands that a 0.9 server lacks
_SINCE_10 = frozenset(
    action.command
    for action in (getattr(actions, name) for name in dir(actions))
    if isinstance(action, type) and issubclass(action, actions.Action) and action.__jambonz__.new
)
_RECORD = frozenset({"startCallRecording", "stopCallRecording", "pauseCallRecording", "resumeCallRecording"})


def execute(machine: Machine, message: Mapping[str, Any]) -> None:
    """Execute one command message; the server says nothing of a mistake in it, the transcript does."""
    name, call = str(message["command"]), machine.call
    command = COMMANDS.get(name)
    if call.ended:
        call.find("command-late", f"command {name} comes too late: the call has ended", where=name, wire=message)
        call.note("status", f"command {name} comes too late: the call has ended")
        return
    call.note("status", f"command {name}")
    if command is None or (call.scenario.server == "0.9" and name in _SINCE_10):
        call.note_error(f"command {name}: there is no such command", "command-unknown", where=name, wire=message)
        return
    try:
        command(machine, message)
    except InvalidVerb as invalid:
        call.note_error(f"command {name}: {invalid}", "command-invalid", where=name, wire=message)


def _data(message: Mapping[str, Any]) -> Verb:
    data = message.get("data")
    if not isinstance(data, dict):
        raise InvalidVerb(f"data must be an object, got {type(data).__name__}")
    return cast("Verb", data)


def _validate(machine: Machine, verbs: object) -> list[Verb]:
    return validate(verbs, machine.call.scenario.server)


def _redirect(machine: Machine, message: Mapping[str, Any]) -> None:
    data = message.get("data")
    if isinstance(data, list):
        verbs = _validate(machine, cast("list[object]", data))
        if message.get("queueCommand"):
            machine.append(verbs)
        else:
            machine.replace(verbs)
        return
    options = cast("Verb", data) if isinstance(data, dict) else {}
    leg = machine.call.connected_leg
    if ("child_call_hook" in options or "child_call" in options) and leg is None:
        raise InvalidVerb("child_call_hook and child_call need a dial that has connected")
    if "call_hook" in options:
        machine.main.send_hook(options["call_hook"], machine.call.leg.describe(), "session:redirect")
    if "child_call_hook" in options and leg is not None:
        request = HookRequest(options["child_call_hook"], leg.describe(), "session:redirect")
        alone = "call_hook" not in options
        machine.call.send_hook(request, lambda answer: _let_callee_go(machine, answer.verbs, alone=alone))
    if "child_call" in options:
        if machine.call.scenario.server == "0.9":
            raise InvalidVerb("the server 0.9 has an error in it for child_call; use child_call_hook")
        verbs = _validate(machine, options["child_call"])
        _let_callee_go(machine, verbs, alone="parent_call" not in options)
    if "parent_call" in options:
        machine.replace(_validate(machine, options["parent_call"]))
    elif not options.keys() & {"call_hook", "child_call_hook", "child_call"}:
        # the server stops the verb that runs, and has nothing to put in its place
        text = "expected an array of verbs, or call_hook, child_call_hook, parent_call or child_call"
        machine.call.note_error(f"command redirect: {text}", "command-invalid", where="redirect", wire=message)
        machine.stop_verb()


def _let_callee_go(machine: Machine, verbs: list[Verb], *, alone: bool) -> list[Verb]:
    """Let the callee go on with these verbs. Returns those that replace the caller's: none.

    Args:
        machine: The machine.
        verbs: The verbs.
        alone: The caller gets no verbs: their dial ends.
    """
    dial = machine.call.connected
    let_callee_go(machine.call, verbs)
    if alone and dial is not None:
        dial.over.set()
    return []


def _call_status(machine: Machine, message: Mapping[str, Any]) -> None:
    status = _data(message).get("call_status")
    if status == "completed":
        machine.hang_up("app")
    elif status == "no-answer":
        if machine.call.answered_at is None:
            machine.decline(503)
    else:
        raise InvalidVerb("call_status must be completed or no-answer")


def _config(machine: Machine, message: Mapping[str, Any]) -> None:
    (verb,) = _validate(machine, [{"verb": "config", **_data(message)}])
    machine.main.note_gaps(verb)
    config(machine.main, verb)


def _dub(machine: Machine, message: Mapping[str, Any]) -> None:
    (verb,) = _validate(machine, [{"verb": "dub", **_data(message)}])
    machine.main.note_gaps(verb)
    call, callee = machine.call, machine.call.connected_leg
    of_callee = callee is not None and message.get("callSid") == callee.call_sid
    dub(call, callee if callee is not None and of_callee else call.leg, verb)


def _boost(machine: Machine, message: Mapping[str, Any]) -> None:
    leg = machine.call.connected_leg
    of_callee = leg is not None and message.get("callSid") == leg.call_sid
    boost(machine.call, message.get("data"), where="boostAudioSignal", leg=leg if of_callee else None)


def _record(machine: Machine, message: Mapping[str, Any]) -> None:
    data = _data(message)
    if data.get("action") not in _RECORD:
        raise InvalidVerb(f"record.action must be one of {', '.join(sorted(_RECORD))}")
    headers = {"X-Reason": data["action"]}
    if data.get("siprecServerURL"):
        headers["X-Srs-Url"] = data["siprecServerURL"]
    if data.get("recordingID"):
        headers["X-Srs-Recording-ID"] = data["recordingID"]
    leg = machine.call.leg
    headers |= {"X-Call-Sid": leg.call_sid, "X-Account-Sid": leg.account_sid, "X-Application-Sid": leg.application_sid}
    machine.call.sip_requests.append({"method": "INFO", "headers": headers})
    where = f" at {data['siprecServerURL']}" if data.get("siprecServerURL") else ""
    _note(machine, message, f"recording: {data['action']}{where}")


def _only_during(*verbs: str) -> Callable[[Machine, Mapping[str, Any]], None]:
    """Make a command that the server ignores unless one of these verbs runs."""

    def perform(machine: Machine, message: Mapping[str, Any]) -> None:
        room = machine.call.room
        if room is not None and "conference" in verbs:
            change_member(machine.call, *room, str(message["command"]), _data(message))
        elif machine.call.running_verb in verbs:
            _note_command(machine, message)
        else:
            _ignore(machine, message, f"no {' or '.join(verbs)} runs")

    return perform


def _say_in_room(machine: Machine, message: Mapping[str, Any]) -> None:
    room = machine.call.room
    if room is None:
        _ignore(machine, message, "no conference runs")
    else:
        say_in_room(room[0], str(message["command"]), _data(message))


def _whisper(machine: Machine, message: Mapping[str, Any]) -> None:
    whisper = _data(message).get("whisper")
    verbs = _validate(machine, whisper if isinstance(whisper, list) else [whisper])
    if any(verb["verb"] not in ("say", "play") for verb in verbs):
        raise InvalidVerb("only say and play can be whispered")
    if machine.call.running_verb not in ("dial", "listen"):
        return _ignore(machine, message, "no dial or listen runs")

    def whisper_all() -> Steps:
        for verb in verbs:
            machine.main.note_gaps(verb)
            yield from machine.main.speak(verb) if verb["verb"] == "say" else machine.main.play(verb)

    machine.call.start(whisper_all())
    return None


def _room_of(data: Mapping[str, Any]) -> str:
    room = data.get("room")
    if not room or not isinstance(room, str):
        raise InvalidVerb("a move to a room needs the name of one")
    return room


def _llm_status(machine: Machine, message: Mapping[str, Any]) -> None:
    change_status(machine.call, machine.call.models.current, message, _data(message))


def _move_stream(machine: Machine, message: Mapping[str, Any]) -> None:
    room, fork = _room_of(_data(message)), machine.call.streams.current
    if fork is None or machine.call.running_verb != "listen":
        _ignore(machine, message, "no stream runs")
    elif not fork.id:
        _ignore(machine, message, "the verb of the stream has no id")
    else:
        _note(machine, message, f"{message['command']}: the stream and the caller move to the room {room}")


def _listen_status(machine: Machine, message: Mapping[str, Any]) -> None:
    data = _data(message)
    if data.get("stream_status") == "move-to-room" and machine.call.scenario.server != "0.9":
        _move_stream(machine, message)
        return
    status = data.get("listen_status") or data.get("stream_status")
    if status not in ("pause", "resume", "silence"):
        raise InvalidVerb("listen_status must be pause, resume or silence")
    fork = machine.call.streams.current
    if fork is None:
        _ignore(machine, message, "no listen runs, nor a dial with one")
    else:
        fork.listen_status = None if status == "resume" else status
        _note_command(machine, message)


def _sip_request(machine: Machine, message: Mapping[str, Any]) -> None:
    request = _data(message).get("sip_request")
    if not isinstance(request, dict) or "method" not in request:
        raise InvalidVerb("expected {sip_request: {method, ...}}")
    _note(machine, message, f"sends {cast('Verb', request)['method']} to the caller's phone")


def _dtmf(machine: Machine, message: Mapping[str, Any]) -> None:
    data = _data(message)
    # the server 0.9 reads only what is in "dtmf"
    tones: Any = data.get("dtmf", {} if machine.call.scenario.server == "0.9" else data)
    if not isinstance(tones, dict) or "digit" not in tones:
        raise InvalidVerb("expected {dtmf: {digit, duration}}")
    digit, duration = cast("Verb", tones)["digit"], cast("Verb", tones).get("duration", 250)
    headers = {"Content-Type": "application/dtmf", "X-Reason": "Dtmf"}
    body = f"Signal={digit}\nDuration={duration} "
    machine.call.sip_requests.append({"method": "INFO", "headers": headers, "body": body})
    machine.call.note("event", f"(sends the tones {digit})")


def _tag(machine: Machine, message: Mapping[str, Any]) -> None:
    data = _data(message)
    machine.call.leg.customer_data = data
    _note(machine, message, f"tag {as_text(data)}")


def _tokens(machine: Machine, message: Mapping[str, Any]) -> None:
    data, call = _data(message), machine.call
    if "id" not in data:
        text = "command tts:tokens: it has no id, and jambonz 0.9 drops it without a word"
        call.note_error(text, "tokens-no-id", where="tts:tokens", wire=message)
        if call.scenario.server != "0.9":
            call.notify("tts:tokens-result", {"status": "failed", "reason": "missing id"})
        return
    call.speech.push(data["id"], data.get("tokens"), given="tokens" in data)


def _flush(machine: Machine, message: Mapping[str, Any]) -> None:
    if not machine.call.speech.enabled:
        return _ignore(machine, message, "there is no stream of text", "tokens-no-stream")
    machine.call.speech.flush()
    return None


def _clear(machine: Machine, message: Mapping[str, Any]) -> None:
    machine.call.speech.clear()
    machine.call.note("event", "what was to be spoken is thrown away")


def _ignore(machine: Machine, message: Mapping[str, Any], why: str, code: str = "command-ignored") -> None:
    """Write down that the server does nothing about a command."""
    text = f"{message['command']} is ignored: {why}"
    machine.call.find(code, text, where=str(message["command"]), wire=message)
    _note(machine, message, text)


def _note_command(machine: Machine, message: Mapping[str, Any]) -> None:
    """Write down a command that shows in nothing else."""
    _note(machine, message, f"{message['command']} {as_text(message.get('data') or {})}")


def _tool_output(machine: Machine, message: Mapping[str, Any]) -> None:
    take_output(machine.call, machine.call.models.current, message)


def _model_update(machine: Machine, message: Mapping[str, Any]) -> None:
    take_update(machine.call, machine.call.models.current, message)


def _note(machine: Machine, message: Mapping[str, Any], text: str) -> None:
    """Write down what a command did, and to which leg if it names one."""
    sid = message.get("callSid")
    if sid and sid != machine.call.leg.call_sid:
        leg = machine.call.connected_leg
        text += f" (on {leg.to if leg and leg.call_sid == sid else sid})"
    machine.call.note("event", text)


#: name of a command -> the function that executes it
COMMANDS: dict[str, Callable[[Machine, Mapping[str, Any]], None]] = {
    "agent:update": _model_update,
    "boostAudioSignal": _boost,
    "call:status": _call_status,
    "conf:hold-status": _only_during("conference"),
    "conf:mute-status": _only_during("conference"),
    "conf:participant-action": _only_during("conference"),
    "config": _config,
    "dial": _note_command,
    "dtmf": _dtmf,
    "dub": _dub,
    "listen:status": _listen_status,
    "llm:status": _llm_status,
    "llm:tool-output": _tool_output,
    "llm:update": _model_update,
    "media:path": _only_during("dial"),
    "mute:status": _only_during("dial", "conference"),
    "noiseIsolation:status": _note_command,
    "record": _record,
    "redirect": _redirect,
    "room:play": _say_in_room,
    "room:say": _say_in_room,
    "sip:request": _sip_request,
    "stream:status": _listen_status,
    "stt:reconfigure": _note_command,
    "tag": _tag,
    "transcribe:status": _note_command,
    "tts:clear": _clear,
    "tts:flush": _flush,
    "tts:tokens": _tokens,
    "whisper": _whisper,
}
