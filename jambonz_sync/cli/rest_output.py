"""The output of the REST commands: tables for people, JSON for programs, and no secrets in either."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click

from ..model.stored import StoredModel, is_secret

__all__ = ["Progress", "done", "public", "show", "show_one", "table"]


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns that are as wide as what is in them. Control characters are blanks: what callers send is shown here."""
    lines = [list(headers), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headers))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "".join(char if char.isprintable() else " " for char in str(value))


def public(value: Any) -> Any:
    """``value`` as JSON, with *** in place of secrets."""
    if isinstance(value, StoredModel):
        value = value.to_dict()
    if isinstance(value, Mapping):
        return {name: "***" if is_secret(name) and part else public(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [public(part) for part in value]
    return value


def show(as_json: bool, things: Iterable[Any], headers: Sequence[str], row: Callable[[Any], Sequence[object]]) -> None:
    """Print a list."""
    items = list(things)
    if as_json:
        click.echo(json.dumps([public(thing) for thing in items], indent=2, ensure_ascii=False))
    elif items:
        click.echo(table(headers, map(row, items)))
    else:
        click.echo("none", err=True)


def show_one(as_json: bool, thing: StoredModel) -> None:
    """Print one thing, field by field."""
    fields = public(thing)
    if as_json:
        click.echo(json.dumps(fields, indent=2, ensure_ascii=False))
    else:
        click.echo(table(("field", "value"), fields.items()))


def done(as_json: bool, facts: Mapping[str, Any], text: str) -> None:
    """Print what has been done: ``facts`` for programs, ``text`` for people."""
    click.echo(json.dumps(facts) if as_json else text)


class Progress:
    """A progress bar on standard error, drawn once it is known how much there will be, if it ever is."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None
        self._seen = 0

    def __call__(self, size: int, total: int | None) -> None:
        if self._bar is None:
            known: dict[str, Any] = {"length": total} if total else {"iterable": iter(()), "show_pos": True}
            self._bar = click.progressbar(**known, label=self._label, file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(size - self._seen)
        self._seen = size

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: Any) -> None:
        if self._bar is not None:
            self._bar.__exit__(*error)
