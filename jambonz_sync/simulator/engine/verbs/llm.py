"""The verbs that connect the caller with a model: ``llm``, with all that are other names of it, and ``agent``."""

from __future__ import annotations

from typing import Any

from ..models.model import Model
from ..stack import VerbStack
from ..turns import Pressed, Said, Silence
from ..waits import CallerWait, Killed, Steps, Verb

__all__ = ["llm"]

#: seconds until an agent asks a silent caller again
_NO_RESPONSE_TIMEOUT = 12
#: what ends a conversation that the caller or the app ends
_NORMAL_END = {"completion_reason": "normal conversation end"}


def llm(stack: VerbStack, verb: Verb) -> Steps:
    """Let a model talk to the caller, until it ends the conversation, or the caller or the app does."""
    stack.pick_up(verb)
    call = stack.call
    model = call.models.start(verb)
    options = verb.get("llm") if verb["verb"] == "agent" else verb
    names = [str(options[name]) for name in ("vendor", "model") if name in options] if isinstance(options, dict) else []
    call.note("event", f"the caller talks to the {' '.join([*names, verb['verb']])}")
    _note_what_is_not_simulated(stack, model)
    try:
        if call.scenario.model_connects:
            model.begin()
            yield from _converse(stack, model)
        else:
            model.end({"completion_reason": "connection failure"})
    except Killed:
        model.end(_NORMAL_END)
        yield from _report(stack, model)
        raise
    finally:
        call.models.current = None
    yield from _report(stack, model)


def _report(stack: VerbStack, model: Model) -> Steps:
    """Run the action hook, whose verbs replace those on the stack even if others have just done so."""
    results: dict[str, Any] = model.results or _NORMAL_END
    yield from stack.run_action_hook(model.verb, **results)


def _converse(stack: VerbStack, model: Model) -> Steps:
    silences = 0
    while model.results is None:
        plan = model.next_plan()
        if plan is not None:
            steps = plan()
            if steps is not None:
                yield from steps
            continue
        turn = yield from stack.hear_caller(CallerWait(optional=True, stream=model))
        match turn:
            case Said():
                silences = 0
                model.hear(turn.text)
            case Pressed():
                _press(stack, model, turn.keys)
            case Silence() if model.verb["verb"] == "agent":
                silences += 1
                _wait_in_vain(stack, model, silences)
            case _:
                pass


def _press(stack: VerbStack, model: Model, keys: str) -> None:
    """Tell a model of keys, if the server does that for its vendor."""
    if model.verb.get("vendor") == "ultravox":
        for key in keys:
            model.hear(f"DTMF received: {key}")
    else:
        stack.call.note("event", f"the keys {keys} do not reach the model")


def _wait_in_vain(stack: VerbStack, model: Model, silences: int) -> None:
    """Let the time pass after which an agent asks a silent caller again, or gives up."""
    timeout = model.verb.get("noResponseTimeout", _NO_RESPONSE_TIMEOUT)
    if not timeout:
        return
    call = stack.call
    call.now += timeout
    most = model.verb.get("noResponseMaxPrompts") or 0
    if most and silences > most:
        model.end({"completion_reason": "no_response"})
        return
    call.note("event", f"the caller has said nothing for {timeout:g} s: the agent asks again")
    if model.responder is not None:
        model.says("Are you still there?")


def _note_what_is_not_simulated(stack: VerbStack, model: Model) -> None:
    """Say in the transcript what this conversation will lack."""
    lacks = [f"the tools of the MCP server at {server.get('url')}" for server in model.verb.get("mcpServers") or []]
    if not model.vendor.KNOWN:
        lacks.append(f"the events of {model.vendor.name}, and the shape of its tool outputs")
    for what in lacks:
        stack.call.note("event", f"not simulated: {what}")
        stack.call.find("not-simulated", what, where=model.verb["verb"])
