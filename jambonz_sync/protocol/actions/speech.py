"""Actions that speak or play within a call. Apart from those that only switch something, which need no verbs."""

from __future__ import annotations

from typing import Any

from ...model.declare import ServerTarget, model, required
from ...model.validation import ValidationError
from ...verbs.speech import Dub as DubVerb
from ...verbs.speech import finish_dub
from .base import Action, verbs_in
from .media import check_gain

__all__ = ["Dub", "Whisper"]


def _finish_whisper(options: dict[str, Any], target: ServerTarget) -> None:
    if not options["verbs"]:
        raise ValidationError("expected a say or a play, or several", "verbs", expected="a say or a play, or several")
    for verb in options["verbs"]:
        if verb["verb"] not in ("say", "play"):
            raise ValidationError(f"expected say or play, got {verb['verb']!r}", "verbs", expected="say or play")


@model(finish=_finish_whisper)
class Whisper(Action):
    """Speak or play to one leg of a dial, or of a listen, only."""

    command = command_field = rest_field = "whisper"
    value_of = "verbs"

    verbs: Any = required()

    @classmethod
    def prepare(cls, options: dict[str, Any], target: ServerTarget) -> dict[str, Any]:
        options["verbs"] = verbs_in(options.get("verbs"), "verbs", target)
        return options


def _finish_dub(options: dict[str, Any], target: ServerTarget) -> None:
    finish_dub(options, target)
    if "gain" in options:
        options["gain"] = check_gain(options["gain"])


@model(finish=_finish_dub)
class Dub(DubVerb, Action):
    """Mix a further audio track into a leg."""

    command = rest_field = "dub"
