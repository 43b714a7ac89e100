"""The output of the REST commands: tables for people, JSON for programs, and no secrets in either."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import click

from ..model.stored import StoredModel, is_secret
from .exits import stdout_may_be_closed
from .table import table, without_password
from .terminal import width_of

__all__ = ["Progress", "public", "show", "show_done", "show_one"]


def public(value: Any) -> Any:
    """Return ``value`` as it may be printed as JSON, with *** in place of secrets.

    Args:
        value: A model, a mapping, a list of them, or a plain value.
    """
    if isinstance(value, StoredModel):
        value = value.to_dict()
    if isinstance(value, Mapping):
        return {name: "***" if is_secret(name) and part else public(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [public(part) for part in value]
    return without_password(value) if isinstance(value, str) else value


def show(as_json: bool, items: Iterable[Any], headers: Sequence[str], row: Callable[[Any], Sequence[object]]) -> None:
    """Print a list, as a table or as JSON.

    Args:
        as_json: Print JSON.
        items: The models to print; all are fetched first.
        headers: The titles of the table's columns.
        row: Makes the values of a row from an item.
    """
    fetched = list(items)
    if as_json:
        click.echo(json.dumps([public(item) for item in fetched], indent=2, ensure_ascii=False))
    elif fetched:
        click.echo(table(headers, map(row, fetched), width_of(sys.stdout)))
    else:
        click.echo("none", err=True)


def show_one(as_json: bool, item: StoredModel) -> None:
    """Print one model, field by field.

    Args:
        as_json: Print JSON in place of a table.
        item: The model.
    """
    fields = public(item)
    if as_json:
        click.echo(json.dumps(fields, indent=2, ensure_ascii=False))
    else:
        click.echo(table(("field", "value"), _flat(fields), width_of(sys.stdout)))


def _flat(fields: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """The fields of an object and of the objects in it, those by names such as ``call_hook.url``."""
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def show_done(as_json: bool, facts: Mapping[str, Any], text: str) -> None:
    """Print the result of a command that has changed something, which must not be lost with a pipe that is closed.

    Args:
        as_json: Print ``facts`` as JSON in place of ``text``.
        facts: The result for programs.
        text: The result for people.
    """
    with stdout_may_be_closed(f"done: {text}"):
        click.echo(json.dumps(facts) if as_json else text)


class Progress:
    """A progress bar on standard error. Where the total is not known it shows the bytes so far.

    Args:
        label: The text before it, such as the name of the file.
    """

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
