"""``jambonz-sync docs``: the documentation in a terminal."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping
from typing import Final

import click

from ..reference.names import describe
from ..reference.pages import examples, pages, search, search_examples
from .name_text import name_page
from .page_text import page_text
from .table import wrap
from .terminal import has_colour, width_of

__all__ = ["docs"]

_INDENT: Final = 4
#: columns of a line where there is no terminal
_WITHOUT_TERMINAL: Final = 100


@click.command()
@click.argument("query", nargs=-1)
@click.option("--page", metavar="NAME", help="Show a page, such as howto/tts.")
@click.option("--section", metavar="TITLE", help="Of the page, only the section of that title.")
@click.option("--example", metavar="NAME", help="Show an example, such as voice_bot.")
@click.option("-n", "--number", default=5, show_default=True, type=click.IntRange(1, 50), help="Places shown at most.")
def docs(query: tuple[str, ...], page: str | None, section: str | None, example: str | None, number: int) -> None:
    """Search the documentation for QUERY, or show a page of it.

    Of a name, such as gather, client.calls.wait or InvalidVerb, it tells the meaning first. Without anything, it
    lists the pages and the examples. Exits with 1 if nothing is found.
    """
    if page is not None:
        _show_page(page, section)
    elif example is not None:
        _show_example(example)
    elif query:
        is_name = len(query) == 1 and _show_name(query[0])
        _show_hits(" ".join(query), number, is_answered=is_name)
    else:
        _list()


def _show_page(name: str, section: str | None) -> None:
    found = pages().get(name.strip("/").removesuffix(".rst"))
    if found is None:
        _missing("page", name, list(pages()))
    elif section is None:
        _print_page(found.text)
    else:
        part = found.section(section)
        if part is None:
            _missing("section", section, [each.title for each in found.sections])
        else:
            _print_page(part.text)


def _show_example(name: str) -> None:
    found = examples().get(name.removesuffix(".py"))
    if found is None:
        _missing("example", name, list(examples()))
    else:
        _print(found.source)  # as it is, so that it can be written to a file


def _show_name(name: str) -> bool:
    """Tell what a name means. False if there is no such name."""
    described = describe(name)
    if described.kind == "unknown":
        return False
    click.echo(page_text(name_page(described), _width(), has_colour(sys.stdout)))
    return True


def _show_hits(query: str, number: int, *, is_answered: bool) -> None:
    hits = search(query, number)
    for hit in hits:
        click.secho(f"{hit.page}: {hit.section}", bold=True, fg="cyan")
        excerpt = page_text(hit.excerpt, _width() - _INDENT, has_colour(sys.stdout))
        click.echo(textwrap.indent(excerpt, " " * _INDENT))
    fitting = search_examples(query, 3)
    if fitting:
        _names("examples", {example.name: example.about for example in fitting})
    if not hits and not fitting and not is_answered:
        click.echo(f"jambonz-sync: nothing about {query!r}; `jambonz-sync docs` lists the pages", err=True)
        sys.exit(1)
    if hits:
        click.echo(f'\njambonz-sync docs --page {hits[0].page} --section "{hits[0].section}"')


def _list() -> None:
    _names("pages", {name: page.title for name, page in pages().items()})
    click.echo()
    _names("examples", {name: example.about for name, example in examples().items()})


def _names(title: str, meanings: Mapping[str, str]) -> None:
    """Print names, and beside them what they are."""
    click.secho(title, bold=True, fg="cyan")
    margin = _INDENT + max(map(len, meanings)) + 2
    for name, meaning in meanings.items():
        first, *more = wrap(meaning, max(_width() - margin, 20))
        click.echo(f"{' ' * _INDENT}{click.style(name, fg='cyan')}{' ' * (margin - _INDENT - len(name))}{first}")
        for line in more:
            click.echo(" " * margin + line)


def _width() -> int:
    return width_of(sys.stdout) or _WITHOUT_TERMINAL


def _print_page(markdown: str) -> None:
    _print(page_text(markdown, _width(), has_colour(sys.stdout)))


def _print(text: str) -> None:
    """Print a text, screen by screen where a person reads."""
    if sys.stdout.isatty():
        click.echo_via_pager(text)
    else:
        click.echo(text, nl=False)


def _missing(kind: str, name: str, known: list[str]) -> None:
    click.echo(f"jambonz-sync: there is no {kind} {name!r}; known: {', '.join(known)}", err=True)
    sys.exit(1)
