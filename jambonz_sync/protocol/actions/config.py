"""The ``config`` verb as an action. Apart from the others, because all that a recognizer has comes with it."""

from __future__ import annotations

from typing import Any

from ...model.checks import ValidationError
from ...model.declare import ServerTarget, model
from ...verbs.config import Config as ConfigVerb
from .base import Action

__all__ = ["Config"]


def _finish_config(options: dict[str, Any], target: ServerTarget) -> None:
    if not options:
        raise ValidationError("expected options of the config verb", expected="options of the config verb")


@model(finish=_finish_config)
class Config(ConfigVerb, Action):
    """Run the ``config`` verb at once."""

    command = "config"
    rest = False
