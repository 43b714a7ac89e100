"""The ``config`` verb as an action. Apart from the others, because all that a recognizer has comes with it."""

from __future__ import annotations

from typing import Any

from ...model.declare import ServerTarget, model
from ...model.validation import ValidationError
from ...verbs.config import Config as ConfigVerb
from .base import Action

__all__ = ["Config"]


@model
class Config(ConfigVerb, Action):
    """Run the ``config`` verb at once."""

    command = "config"
    rest = False

    @classmethod
    def prepare(cls, options: dict[str, Any], target: ServerTarget) -> dict[str, Any]:
        if not options.keys() - {"extra"} and not options.get("extra"):
            raise ValidationError("expected options of the config verb", expected="options of the config verb")
        return options
