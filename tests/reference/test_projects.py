"""Each template makes a project that works at once: its tests pass, it can be served, and called."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from gunicorn.config import Config

from jambonz_sync import gunicorn
from jambonz_sync.reference.projects import TEMPLATES, ProjectError, create_project
from jambonz_sync.simulator import Call, CallLimits, Pressed, Said, ScriptedCaller, Transcript
from tests.vendors.llm import Llm

ROOT = Path(__file__).parent.parent.parent
LIMITS = CallLimits(handshake=20.0, ack=20.0, http=20.0)
#: template -> turns of a caller, and words of the app that answer them
CALLS = {
    "ivr": ([Pressed("1")], "nine to five"),
    "bot": ([Said("Where is it?")], "In Berlin."),
    "agent": ([Said("look up order A-17"), Said("goodbye")], "arrives on Tuesday"),
    "flask": ([Said("hello")], "You said: hello"),
    "campaign": ([Pressed("1")], "See you then"),
}
FILES = {
    *(".env.example", ".gitignore", "AGENTS.md", "Dockerfile", "README.md", "app.py", "gunicorn.conf.py"),
    *("pyproject.toml", "test_app.py"),
}


def environment(**more: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "PYTEST"))}
    return {**own, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **more}


@pytest.fixture(params=TEMPLATES)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    create_project(tmp_path / "my-app", request.param)
    return request.param, tmp_path / "my-app"


def test_a_project_has_all_that_it_needs(project: tuple[str, Path]) -> None:
    template, path = project
    assert {file.name for file in path.iterdir()} >= FILES
    settings = tomllib.loads((path / "pyproject.toml").read_text())
    assert settings["project"]["name"] == "my-app"
    for module in settings["tool"]["setuptools"]["py-modules"]:
        assert (path / f"{module}.py").exists()
    for file in path.iterdir():
        assert "{{" not in file.read_text()
    assert TEMPLATES[template].served in (path / "Dockerfile").read_text()


def test_the_tests_of_a_project_pass(project: tuple[str, Path]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=project[1],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"[3-9] passed", run.stdout)


@pytest.mark.skipif(shutil.which("ruff") is None, reason="ruff is not installed")
def test_a_project_is_clean(project: tuple[str, Path]) -> None:
    for command in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        run = subprocess.run(
            ["ruff", *command, "."], cwd=project[1], capture_output=True, text=True, timeout=50, check=False
        )
        assert run.returncode == 0, run.stdout + run.stderr


def call_app(template: str, path: Path, **env: str) -> Transcript:
    """Serve the app as its README says, and call it."""
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=path,
        env=environment(PORT="0", PYTHONUNBUFFERED="1", **env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if found := re.search(r"(?:ws|http)://(127\.0\.0\.1:\d+)", line):
                break
        else:
            pytest.fail("it does not start:\n" + "".join(lines))
        url = TEMPLATES[template].url.replace("127.0.0.1:3000", found[1])
        turns, _ = CALLS[template]
        settings = {"OPENAI_API_KEY": "k"} if template == "agent" else {}
        return Call(url, caller=ScriptedCaller(turns), limits=LIMITS, env=settings, timeout=40).run()
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_the_app_of_a_project_can_be_called(project: tuple[str, Path]) -> None:
    template, path = project
    with Llm(["In ", "Berlin."]) as llm:
        base_url = llm.url("openai").removesuffix("/chat/completions")
        transcript = call_app(template, path, LLM_BASE_URL=base_url, LLM_API_KEY="key")
    assert transcript.ok, str(transcript)
    # on a busy machine a text that comes in pieces is spoken in as many
    said = " ".join(entry.text for entry in transcript.entries if entry.who == "app")
    assert CALLS[template][1] in said, str(transcript)


def test_the_settings_of_gunicorn_serve_calls(tmp_path: Path) -> None:
    create_project(tmp_path / "app", "ivr")
    code = "import runpy; s = runpy.run_path('gunicorn.conf.py'); print(s['worker_class'], s['threads'], s['bind'])"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "app",
        env=environment(PORT="8000"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["gthread", "1000", "0.0.0.0:8000"]


def test_the_settings_of_gunicorn_are_all_that_the_package_has(tmp_path: Path) -> None:
    create_project(tmp_path / "app", "ivr")
    own = runpy.run_path(str(tmp_path / "app" / "gunicorn.conf.py"))
    assert own.keys() >= vars(gunicorn).keys() & Config().settings.keys()


def test_an_image_is_made_of_the_files_and_the_dependencies_of_the_project(project: tuple[str, Path]) -> None:
    commands = [line.partition(" ") for line in (project[1] / "Dockerfile").read_text().splitlines()]
    copied = [words for command, _, words in commands if command == "COPY"]
    installed = [words for command, _, words in commands if command == "RUN" and words.startswith("pip ")]
    assert copied == ["pyproject.toml *.py ./"]
    assert installed == ["pip install --no-cache-dir ."]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("mine")
    with pytest.raises(ProjectError, match="is no empty folder"):
        create_project(tmp_path, "ivr")
    assert [path.name for path in tmp_path.iterdir()] == ["app.py"]


@pytest.mark.parametrize("name", ["1app", "my app", "-x", "a..b", 'a"b', "é", "a{{name}}"])
def test_a_name_that_is_none_for_a_project_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError, match="is no name for a project"):
        create_project(tmp_path / name, "ivr")
    assert list(tmp_path.iterdir()) == []


def test_a_template_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no template 'django'; known: ivr, bot, agent, flask, campaign"):
        create_project(tmp_path / "app", "django")
