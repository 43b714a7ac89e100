"""Projects to begin with: made from the templates, which are whole applications with their tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .files import folder

__all__ = ["TEMPLATES", "ProjectError", "Template", "create_project"]

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*([-_.][A-Za-z0-9]+)*\Z")
_PLACE: Final = re.compile(r"\{\{(\w+)\}\}")
#: files whose names would mean something in the repository of the templates
_RENAMED: Final = {"gitignore": ".gitignore", "pyproject.in": "pyproject.toml"}


@dataclass(frozen=True)
class Template:
    """A kind of project.

    Args:
        about: What the app does, in a line.
        url: The URL by which it is called on this machine.
        portal: The URL for the portal.
        served: What gunicorn serves.
        env: Lines of ``.env.example``.
        dependencies: Further packages that it needs.
        modules: Its modules.
    """

    about: str
    url: str = "ws://127.0.0.1:3000/"
    portal: str = "wss://voice.example.com/"
    served: str = "app:endpoint"
    env: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    modules: tuple[str, ...] = ("app",)


TEMPLATES: Final = {
    "ivr": Template("A menu by speech and keys, which puts callers through."),
    "bot": Template(
        "A voice bot: a language model speaks while it writes, uses tools, and can be interrupted.",
        env=("LLM_API_KEY=", "# another server with the API of OpenAI", "# LLM_BASE_URL=", "LLM_MODEL=gpt-4.1-mini"),
        dependencies=("openai>=2",),
    ),
    "agent": Template("A voice agent of jambonz, with tools of yours."),
    "flask": Template(
        "Calls as a part of a Flask application, by signed webhooks.",
        url="http://127.0.0.1:3000/voice/incoming",
        portal="https://voice.example.com/voice/incoming",
        served="app:app",
        env=("# the webhook secret of the account", "JAMBONZ_SIGNING_SECRET="),
    ),
    "campaign": Template(
        "Calls to a list of numbers, each once, from cron.",
        env=(
            "JAMBONZ_BASE_URL=https://api.example.com",
            "JAMBONZ_ACCOUNT_SID=",
            "JAMBONZ_API_KEY=",
            "APPLICATION_SID=",
            "CALLING_NUMBER=+15085550000",
            "CALLING_HOURS=09:00-20:00",
        ),
        modules=("app", "campaign"),
    ),
}


class ProjectError(ValueError):
    """A project that cannot be made, and why. Nothing has been written."""


def create_project(target: Path, template: str) -> list[Path]:
    """Make a project.

    Args:
        target: Its folder, which must not be there, or be empty. Its name is the name of the project.
        template: One of :data:`TEMPLATES`.
    Returns:
        The files, relative to the folder.
    Raises:
        ProjectError: There is something in the folder, or its name is none for a project, or there is no such template.
        OSError: The files cannot be written.
    """
    kind = TEMPLATES.get(template)
    if kind is None:
        raise ProjectError(f"there is no template {template!r}; known: {', '.join(TEMPLATES)}")
    name = target.resolve().name
    if not _NAME.match(name):
        raise ProjectError(f"{name!r} is no name for a project: letters, digits, and single - _ . between them")
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise ProjectError(f"{target} is there already, and is no empty folder")
    values = {
        "name": name,
        "about": kind.about,
        "url": kind.url,
        "portal": kind.portal,
        "served": kind.served,
        "env": "\n".join(kind.env),
        "dependencies": "".join(f', "{dependency}"' for dependency in kind.dependencies),
        "modules": ", ".join(f'"{module}"' for module in kind.modules),
    }
    root = folder("templates")
    files: dict[str, str] = {}
    for part in ("common", template):
        for path in sorted((root / part).iterdir()):
            if path.is_file():
                text = path.read_text(encoding="utf-8")
                files[_RENAMED.get(path.name, path.name)] = _PLACE.sub(lambda match: values[match[1]], text)
    target.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        (target / file).write_text(text.rstrip() + "\n", encoding="utf-8")
    return sorted(map(Path, files))
