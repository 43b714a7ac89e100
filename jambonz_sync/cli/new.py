"""``jambonz-sync new``: a project that works at once."""

from __future__ import annotations

from pathlib import Path

import click

from ..reference.projects import TEMPLATES, ProjectError, create_project

__all__ = ["new"]


@click.command()
@click.argument("name", type=click.Path(path_type=Path))
@click.option("--template", type=click.Choice([*TEMPLATES]), default="ivr", show_default=True, help="The kind of app.")
def new(name: Path, template: str) -> None:
    """Make a project in the folder NAME: an app, its tests, and all that it needs to be served.

    \b
    ivr       a menu by speech and keys, which puts callers through
    bot       a language model of yours speaks while it writes, and can be interrupted
    agent     a voice agent of jambonz, with tools of yours
    flask     calls as a part of a Flask application, by signed webhooks
    campaign  calls to a list of numbers, each once, from cron
    """
    try:
        files = create_project(name, template)
    except ProjectError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
    for file in files:
        click.echo(f"  {name / file}")
    click.echo(f"\n  cd {name}\n  python -m pytest            # calls the app, without a phone or a server")
    click.echo("  python app.py               # then, in another terminal:")
    click.echo(f"  jambonz-sync call {TEMPLATES[template].url}")
