"""What the server does with the commands of an app, at any time in a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from ...errors import InvalidVerb
from .machine import Machine
from .stack import shown
from .state import Follow
from .validate import judge
from .verbs.config import config
from .waits import Answer, Ask, Verb

__all__ = ["COMMANDS", "obey"]

_RECORD = frozenset({"startCallRecording", "stopCallRecording", "pauseCallRecording", "resumeCallRecording"})


def obey(machine: Machine, message: Mapping[str, Any]) -> None:
    """Carry out one command message; what is wrong with it goes back as ``jambonz:error``."""
    name = str(message["command"])
    perform = COMMANDS.get(name)
    if machine.call.ended:
        machine.call.note("status", f"command {name} comes too late: the call has ended")
        return
    machine.call.note("status", f"command {name}")
    try:
        if perform is None:
            raise InvalidVerb(f"there is no command {name!r}")
        perform(machine, message)
    except InvalidVerb as invalid:
        machine.call.error(f"command {name}: {invalid}")
        machine.call.complain("InvalidMessage", str(invalid), content=shown(message))


def _data(message: Mapping[str, Any]) -> Verb:
    data = message.get("data")
    if not isinstance(data, dict):
        raise InvalidVerb(f"data must be an object, got {type(data).__name__}")
    return cast("Verb", data)


def _judge(machine: Machine, verbs: object) -> list[Verb]:
    return judge(verbs, machine.call.world.server)


def _redirect(machine: Machine, message: Mapping[str, Any]) -> None:
    data = message.get("data")
    if isinstance(data, list):
        verbs = _judge(machine, cast("list[object]", data))
        if message.get("queueCommand"):
            machine.append(verbs)
        else:
            machine.replace(verbs)
        return
    options = _data(message)
    leg = machine.call.bridged
    if ("child_call_hook" in options or "child_call" in options) and leg is None:
        raise InvalidVerb("child_call_hook and child_call need a dial that has connected")
    if "call_hook" in options:
        machine.main.ask_aside(options["call_hook"], machine.call.leg.describe(), "session:redirect")
    if "child_call_hook" in options and leg is not None:
        machine.call.aside(Ask(options["child_call_hook"], leg.describe(), "session:redirect"), _part(machine))
    if "child_call" in options:
        _part(machine)(Answer(_judge(machine, options["child_call"])))
    if "parent_call" in options:
        machine.replace(_judge(machine, options["parent_call"]))
    elif "call_hook" not in options and leg is None:
        raise InvalidVerb("expected call_hook, child_call_hook, parent_call or child_call")


def _part(machine: Machine) -> Follow:
    def follow(answer: Answer) -> list[Verb]:
        names = ", ".join(str(verb["verb"]) for verb in answer.verbs) or "nothing"
        leg = machine.call.bridged
        machine.call.note("event", f"{leg.to if leg else 'the callee'} goes on alone with: {names}")
        return []

    return follow


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
    (verb,) = _judge(machine, [{"verb": "config", **_data(message)}])
    config(machine.main, verb)
    machine.stream_ended()
    machine.wake()


def _dub(machine: Machine, message: Mapping[str, Any]) -> None:
    (verb,) = _judge(machine, [{"verb": "dub", **_data(message)}])
    _note(machine, message, f"dub {verb['action']} {verb['track']}")


def _record(machine: Machine, message: Mapping[str, Any]) -> None:
    data = _data(message)
    if data.get("action") not in _RECORD:
        raise InvalidVerb(f"record.action must be one of {', '.join(sorted(_RECORD))}")
    where = f" at {data['siprecServerURL']}" if data.get("siprecServerURL") else ""
    _note(machine, message, f"recording: {data['action']}{where}")


def _needs(*verbs: str) -> Callable[[Machine, Mapping[str, Any]], None]:
    """A command that only makes sense while one of these verbs runs; elsewhere the server ignores it."""

    def perform(machine: Machine, message: Mapping[str, Any]) -> None:
        if machine.call.running in verbs:
            _anything(machine, message)
        else:
            _note(machine, message, f"{message['command']} is ignored: no {' or '.join(verbs)} runs")

    return perform


def _whisper(machine: Machine, message: Mapping[str, Any]) -> None:
    whisper = _data(message).get("whisper")
    verbs = _judge(machine, whisper if isinstance(whisper, list) else [whisper])
    if any(verb["verb"] not in ("say", "play") for verb in verbs):
        raise InvalidVerb("only say and play can be whispered")
    if machine.call.running not in ("dial", "listen"):
        _note(machine, message, "whisper is ignored: no dial or listen runs")
        return
    for verb in verbs:
        if verb["verb"] == "say":
            machine.main.say(verb)
        else:
            machine.main.play(verb)


def _listen_status(machine: Machine, message: Mapping[str, Any]) -> None:
    data = _data(message)
    status = data.get("listen_status") or data.get("stream_status")
    if status not in ("pause", "resume", "silence"):
        raise InvalidVerb("listen_status must be pause, resume or silence")
    fork = machine.call.streams.current
    if fork is None:
        _note(machine, message, f"{message['command']} is ignored: no listen runs, nor a dial with one")
    else:
        fork.held = None if status == "resume" else status
        _anything(machine, message)


def _sip_request(machine: Machine, message: Mapping[str, Any]) -> None:
    request = _data(message).get("sip_request")
    if not isinstance(request, dict) or "method" not in request:
        raise InvalidVerb("expected {sip_request: {method, ...}}")
    _note(machine, message, f"sends {cast('Verb', request)['method']} to the caller's phone")


def _dtmf(machine: Machine, message: Mapping[str, Any]) -> None:
    data = _data(message)
    tones: Any = data.get("dtmf", data)
    if not isinstance(tones, dict) or "digit" not in tones:
        raise InvalidVerb("expected {dtmf: {digit, duration}}")
    machine.call.note("app", f"(sends the tones {cast('Verb', tones)['digit']})")


def _tag(machine: Machine, message: Mapping[str, Any]) -> None:
    data = _data(message)
    machine.call.leg.customer_data = data
    _note(machine, message, f"tag {shown(data)}")


def _tokens(machine: Machine, message: Mapping[str, Any]) -> None:
    data = _data(message)
    if "id" not in data:
        raise InvalidVerb("tts:tokens needs an id")
    if not isinstance(data.get("tokens"), str):
        machine.call.tell("tts:tokens-result", {"id": data["id"], "status": "failed", "reason": "missing tokens"})
        return
    result, spoken = machine.call.tokens.push(data["tokens"])
    # a stream that is full says so before the result that tells why
    machine.call.spoken(spoken)
    machine.call.tell("tts:tokens-result", {"id": data["id"], **result})


def _flush(machine: Machine, message: Mapping[str, Any]) -> None:
    machine.call.spoken(machine.call.tokens.flush())
    machine.stream_ended()


def _clear(machine: Machine, message: Mapping[str, Any]) -> None:
    machine.call.tokens.clear()
    machine.call.note("event", "what was to be spoken is thrown away")


def _anything(machine: Machine, message: Mapping[str, Any]) -> None:
    _note(machine, message, f"{message['command']} {shown(message.get('data') or {})}")


def _tool_output(machine: Machine, message: Mapping[str, Any]) -> None:
    if not message.get("tool_call_id"):
        raise InvalidVerb("llm:tool-output needs a tool_call_id")
    _note(machine, message, f"tool output {shown(message.get('data'))}")


def _note(machine: Machine, message: Mapping[str, Any], text: str) -> None:
    """Write down what a command did, and to which leg if it names one."""
    sid = message.get("callSid")
    if sid and sid != machine.call.leg.call_sid:
        text += (
            f" (on {machine.call.bridged.to if machine.call.bridged and machine.call.bridged.call_sid == sid else sid})"
        )
    machine.call.note("event", text)


#: what can be told to a call -> what it does
COMMANDS: dict[str, Callable[[Machine, Mapping[str, Any]], None]] = {
    "agent:update": _anything,
    "boostAudioSignal": _anything,
    "call:status": _call_status,
    "conf:hold-status": _needs("conference"),
    "conf:mute-status": _needs("conference"),
    "conf:participant-action": _needs("conference"),
    "config": _config,
    "dial": _anything,
    "dtmf": _dtmf,
    "dub": _dub,
    "listen:status": _listen_status,
    "llm:tool-output": _tool_output,
    "llm:update": _anything,
    "media:path": _needs("dial"),
    "mute:status": _needs("dial", "conference"),
    "noiseIsolation:status": _anything,
    "record": _record,
    "redirect": _redirect,
    "room:play": _anything,
    "room:say": _anything,
    "sip:request": _sip_request,
    "stream:status": _listen_status,
    "stt:reconfigure": _anything,
    "tag": _tag,
    "transcribe:status": _anything,
    "tts:clear": _clear,
    "tts:flush": _flush,
    "tts:tokens": _tokens,
    "whisper": _whisper,
}
