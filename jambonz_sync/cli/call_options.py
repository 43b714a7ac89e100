"""Options of commands that place calls, and what they are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from ..simulator import Played, Pressed, Said, Turn
from ..simulator.engine.turns import KEYS
from .callers import turn_of

__all__ = ["CommandWithTurns", "keys", "pairs", "parse_seconds", "seconds", "turns_of", "user"]

_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "m": 60.0, "": 1.0}


class CommandWithTurns(click.Command):
    """Keeps ``--says``, ``--plays`` and ``--press`` in the order of the command line; click sorts them by name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        values, _, order = self.make_parser(ctx).parse_args(list(args))
        turns: dict[str | None, tuple[Callable[[str], Turn], Iterator[str]]] = {
            name: (turn_type, iter(values.get(name, ())))
            for name, turn_type in (("says", Said), ("plays", _played), ("press", Pressed))
        }
        in_order = (turns[parameter.name] for parameter in order if parameter.name in turns)
        ctx.obj = [turn_type(next(texts)) for turn_type, texts in in_order]
        return super().parse_args(ctx, args)


def _played(path: str) -> Played:
    try:
        return Played(Path(path).read_bytes())
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}", param_hint="'--plays'") from None
    except ValueError as error:
        raise click.BadParameter(f"{path}: {error}", param_hint="'--plays'") from None


def turns_of(script: Path) -> list[Turn]:
    """Read a script: a turn a line, as those of a pipe.

    Args:
        script: The file.
    Raises:
        BadParameter: It cannot be read.
    """
    try:
        return [turn_of(line.strip()) for line in script.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise click.BadParameter(f"{script}: {why}", param_hint="'--script'") from None


def parse_seconds(text: str) -> float:
    """Return a duration such as ``60s``, ``500ms`` or ``2min`` in seconds.

    Args:
        text: The duration.
    Raises:
        ValueError: It is none.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|)", text.strip())
    if match is None:
        raise ValueError(f"expected a time such as 60s, 500ms or 2min, got {text!r}")
    return float(match[1]) * _UNITS[match[2]]


def seconds(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    try:
        return None if value is None else parse_seconds(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def pairs(separator: str) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], dict[str, str]]:
    def split(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
        pairs: dict[str, str] = {}
        for value in values:
            name, separated, content = value.partition(separator)
            if not separated or not name.strip():
                raise click.BadParameter(f"{value!r} is not NAME{separator}VALUE", ctx, param)
            pairs[name.strip()] = content.strip()
        return pairs

    return split


def user(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, str] | None:
    if value is None:
        return None
    user, separated, password = value.partition(":")
    if not separated:
        raise click.BadParameter("expected USER:PASSWORD", ctx, param)
    return user, password


def keys(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not value or not KEYS.issuperset(value):
            raise click.BadParameter(f"{value!r}: keys are 0-9, * and #", ctx, param)
    return values
