"""The verbs that connect the caller with a model: ``llm``, with all that are other names of it, and ``agent``."""

from __future__ import annotations

from typing import Any

from ..flow import Killed
from ..models.model import Model
from ..phone import Ear
from ..stack import VerbStack
from ..waits import CallerWait, Steps, Verb
from .model_tools import ModelTools

__all__ = ["converse", "llm"]


def llm(stack: VerbStack, verb: Verb) -> Steps:
    """Let a model talk to the caller, until it ends the conversation, or the caller or the app does."""
    stack.pick_up(verb)
    call = stack.call
    model = call.models.start(verb)
    options = verb.get("llm") if verb["verb"] == "agent" else verb
    names = [str(options[name]) for name in ("vendor", "model") if name in options] if isinstance(options, dict) else []
    call.note("event", f"the caller talks to the {' '.join([*names, verb['verb']])}")
    _note_unknown_vendor(stack, model)
    tools: ModelTools | None = None
    try:
        if call.scenario.model_connects:
            tools = yield from converse(stack, model)
        else:
            model.end("connection failure")
    except Killed:
        model.end()
        yield from _report(stack, model)
        raise
    finally:
        call.models.current = None
    yield from _report(stack, model)
    if tools is not None and tools.left and not stack.verbs:
        call.hang_up("caller")


def _report(stack: VerbStack, model: Model) -> Steps:
    """Run the action hook, whose verbs replace those on the stack even if others have just done so."""
    results: dict[str, Any] = model.results or {}
    yield from stack.run_action_hook(model.verb, **results)


def converse(stack: VerbStack, model: Model) -> Steps:
    """Let a model and the caller talk until the model has ended the conversation. Returns the tools of jambonz."""
    phone = stack.call.phone
    ear = Ear(
        on_interim=lambda said: model.hear_interim(said.text),
        on_final=lambda said: model.hear(said.text),
        on_key=model.press,
        wait=CallerWait(optional=True),
    )
    tools = ModelTools(stack, model, ear)
    phone.open(ear)
    try:
        model.begin()
        while model.results is None:
            plan = model.next_plan()
            steps = model.wait() if plan is None else plan()
            if steps is not None:
                yield from steps
    finally:
        phone.close(ear)
    return tools


def _note_unknown_vendor(stack: VerbStack, model: Model) -> None:
    """Say in the transcript what a conversation with a vendor lacks whose API is not known here."""
    if not model.vendor.KNOWN:
        what = f"the events of {model.vendor.name}, and the shape of its tool outputs"
        stack.call.note_not_simulated(what, where=model.verb["verb"])
