"""``jambonz-sync docs``: the documentation in a terminal."""

from __future__ import annotations

import re
import sys

import click

from ..reference.pages import examples, pages, search, search_examples

__all__ = ["docs"]


@click.command()
@click.argument("query", nargs=-1)
@click.option("--page", metavar="NAME", help="Show a page, such as howto/tts.")
@click.option("--section", metavar="TITLE", help="Of the page, only the section of that title.")
@click.option("--example", metavar="NAME", help="Show an example, such as voice_bot.")
@click.option("-n", "--number", default=5, show_default=True, type=click.IntRange(1, 50), help="Places shown at most.")
def docs(query: tuple[str, ...], page: str | None, section: str | None, example: str | None, number: int) -> None:
    """Search the documentation for QUERY, or show a page of it.

    Without anything, it lists the pages and the examples. Exits with 1 if nothing is found.
    """
    if page is not None:
        _show_page(page, section)
    elif example is not None:
        _show_example(example)
    elif query:
        _show_hits(" ".join(query), number)
    else:
        _list()


def _show_page(name: str, section: str | None) -> None:
    found = pages().get(name.strip("/").removesuffix(".rst"))
    if found is None:
        _missing("page", name, list(pages()))
    elif section is None:
        _print(found.text)
    else:
        part = found.section(section)
        if part is None:
            _missing("section", section, [each.title for each in found.sections])
        else:
            _print(part.text)


def _show_example(name: str) -> None:
    found = examples().get(name.removesuffix(".py"))
    if found is None:
        _missing("example", name, list(examples()))
    else:
        _print(found.source)


def _show_hits(query: str, number: int) -> None:
    hits = search(query, number)
    for hit in hits:
        click.secho(f"{hit.page}: {hit.section}", bold=True, fg="cyan")
        click.echo(f"    {hit.excerpt}\n")
    fitting = search_examples(query, 3)
    if fitting:
        click.secho("examples", bold=True, fg="cyan")
        for example in fitting:
            click.echo(f"    {example.name}: {example.about}")
    if not hits and not fitting:
        click.echo(f"jambonz-sync: nothing about {query!r}; `jambonz-sync docs` lists the pages", err=True)
        sys.exit(1)
    if hits:
        click.echo(f'\njambonz-sync docs --page {hits[0].page} --section "{hits[0].section}"')


def _list() -> None:
    for name, page in pages().items():
        click.echo(f"{click.style(f'{name:<28}', fg='cyan')}{page.title}")
    click.echo()
    for name, example in examples().items():
        click.echo(f"{click.style(f'{name:<28}', fg='cyan')}{example.about}")


def _print(text: str) -> None:
    """Print a text, headings bold and code coloured, page by page where a person reads."""
    styled = []
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            styled.append(click.style(f"    {line}", fg="green"))
        elif re.match(r"#{1,6} ", line):
            styled.append(click.style(line.lstrip("# "), bold=True))
        else:
            styled.append(re.sub(r"`([^`]+)`", lambda match: click.style(match[1], fg="cyan"), line))
    whole = "\n".join(styled) + "\n"
    if sys.stdout.isatty():
        click.echo_via_pager(whole)
    else:
        click.echo(whole, nl=False)


def _missing(kind: str, name: str, known: list[str]) -> None:
    click.echo(f"jambonz-sync: there is no {kind} {name!r}; known: {', '.join(known)}", err=True)
    sys.exit(1)
