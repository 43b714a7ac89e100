"""The verbs that connect the caller with a bot: ``dialogflow``, ``lex`` and ``rasa``."""

from __future__ import annotations

from typing import cast

from ..flow import Killed
from ..models.bot import Bot
from ..stack import VerbStack
from ..waits import Steps, Verb
from .llm import converse

__all__ = ["bot"]


def bot(stack: VerbStack, verb: Verb) -> Steps:
    """Let a bot talk to the caller. The next verb does not wait for the answer of the action hook."""
    stack.pick_up(verb)
    call = stack.call
    model = cast("Bot", call.models.start(verb))
    name = " ".join(str(verb[option]) for option in ("project", "agent", "botId", "url") if verb.get(option))
    call.note("event", f"the caller talks to the bot {name} ({verb['verb']})")
    if verb["verb"] == "rasa" and verb.get("prompt"):
        model.says(verb["prompt"])
    try:
        yield from converse(stack, model)
    except Killed:
        if model.results is None:
            model.end()
            model.report()
        raise
    finally:
        call.models.current = None
    if model.results != {model.vendor.REASON: "redirect"}:
        model.report()
