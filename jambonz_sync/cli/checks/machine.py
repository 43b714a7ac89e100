"""Checks of this machine: Python, how gunicorn is set up, and how many threads and files a process may have."""

from __future__ import annotations

import ast
import importlib.util
import os
import platform
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from ..._version import __version__
from .check import Check

__all__ = ["check_files", "check_machine", "check_threads", "check_worker"]

_COMMAND: Final = "gunicorn -c python:jambonz_sync.gunicorn 'app:app'"
#: threads that the pool may have in a process, and calls that a worker of gunicorn takes
_CALLS: Final = 1000
#: with fewer threads than that callbacks of a few calls wait for each other
_FEWEST: Final = 64
#: files that a process has open besides its calls
_OTHER_FILES: Final = 100
#: where Linux has the limit of processes of a container, and how many there are
_PIDS: Final = (Path("/sys/fs/cgroup/pids.max"), Path("/sys/fs/cgroup/pids/pids.max"))


def check_machine() -> Iterator[Check]:
    """Check Python, the settings of gunicorn in this folder, and the limits of this process."""
    gevent = ", gevent is there" if importlib.util.find_spec("gevent") else ""
    yield Check("python", "ok", f"{platform.python_version()}, jambonz_sync {__version__}{gevent}")
    is_there = importlib.util.find_spec("gunicorn") is not None
    yield check_worker(Path.cwd(), os.environ.get("GUNICORN_CMD_ARGS", ""), is_there)
    yield check_threads(_process_limit())
    yield check_files(*_file_limits())


def check_worker(folder: Path, arguments: str, gunicorn_is_there: bool) -> Check:
    """Check the class of gunicorn's workers: one that serves a call at a time is killed in the middle of it.

    Args:
        folder: Where gunicorn would be started; its ``gunicorn.conf.py`` is read, and not run.
        arguments: Those of the environment (GUNICORN_CMD_ARGS).
        gunicorn_is_there: True if it is installed.
    """
    if not gunicorn_is_there:
        return Check("worker class", "skipped", "gunicorn is not installed", f"to deploy with it: {_COMMAND}")
    options = _options_in(arguments)
    path = folder / options.get("config", "gunicorn.conf.py")
    if options.get("config", "").startswith("python:"):
        source = "GUNICORN_CMD_ARGS"
        settings = {"worker_class": "gthread", "threads": str(_CALLS)} if "jambonz_sync" in options["config"] else {}
    elif path.is_file():
        source = path.name
        try:
            settings = _settings_in(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, SyntaxError) as error:
            return Check("worker class", "failed", f"{path.name} cannot be read: {error}", f"use ours: {_COMMAND}")
    elif options:
        source, settings = "GUNICORN_CMD_ARGS", {}
    else:
        return Check("worker class", "skipped", "no settings of gunicorn here", f"start it with: {_COMMAND}")
    return _judge_worker({**settings, **options}, source)


def _judge_worker(settings: Mapping[str, str], source: str) -> Check:
    threads = int(settings["threads"]) if settings.get("threads", "").isdigit() else 1
    worker = settings.get("worker_class", "sync").rpartition(".")[2]
    if worker == "sync" and threads > 1:
        worker = "gthread"  # as gunicorn has it
    if worker == "sync":
        detail = f"sync ({source}): it takes one call at a time, and is killed in the middle of one"
        return Check("worker class", "failed", detail, f"use {_COMMAND}, or worker_class = 'gthread' with threads")
    if worker not in ("gthread", "gevent"):
        detail = f"{worker} ({source}) is none that calls can be served by"
        return Check("worker class", "failed", detail, f"use {_COMMAND}, or worker_class = 'gthread' or 'gevent'")
    if worker == "gthread" and threads < _FEWEST:
        detail = f"gthread with {threads} thread{'' if threads == 1 else 's'} ({source}): so many calls at a time"
        return Check("worker class", "warning", detail, f"threads = {_CALLS} costs nothing while they are idle")
    return Check("worker class", "ok", f"{worker} ({source})")


def _options_in(arguments: str) -> dict[str, str]:
    """Read the options that matter here from the arguments of gunicorn."""
    names = {"-k": "worker_class", "--worker-class": "worker_class", "--threads": "threads", "-c": "config",
             "--config": "config"}  # fmt: skip
    options: dict[str, str] = {}
    try:
        words = iter(shlex.split(arguments))
    except ValueError:
        return options
    for word in words:
        name, separator, value = word.partition("=")
        if name in names:
            options[names[name]] = value if separator else next(words, "")
    return options


def _settings_in(source: str) -> dict[str, str]:
    """Read the settings that matter here from a gunicorn.conf.py, as far as they are plain values."""
    settings: dict[str, str] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module == "jambonz_sync.gunicorn":
            settings |= {"worker_class": "gthread", "threads": str(_CALLS)}
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id in ("worker_class", "threads"):
                    settings[target.id] = str(node.value.value)
    return settings


def check_threads(limit: int | None) -> Check:
    """Check how many threads more there may be.

    Args:
        limit: As many; None if nothing limits them.
    """
    mend = "raise TasksMax= of the unit, --pids-limit of the container, or ulimit -u"
    if limit is None:
        return Check("threads", "ok", "no limit")
    if limit < _FEWEST:
        return Check("threads", "failed", f"room for {limit} more: callbacks of calls wait for each other", mend)
    if limit < _CALLS:
        return Check("threads", "warning", f"room for {limit} more: so many callbacks may block at a time", mend)
    return Check("threads", "ok", f"room for {limit:,} more")


def check_files(soft: int | None, hard: int | None) -> Check:
    """Check how many files, sockets among them, a process may have open.

    Args:
        soft: The limit that holds; None if there is none.
        hard: The limit up to which it may be raised; None if there is none.
    """
    if soft is None:
        return Check("open files", "ok", "no limit")
    calls = max(soft - _OTHER_FILES, 0)
    higher = hard is None or hard > soft
    mend = f"ulimit -n {hard or 65536}, or LimitNOFILE= of the unit" if higher else "LimitNOFILE= of the unit"
    if soft < 1024:
        return Check("open files", "warning", f"{soft:,}: about {calls:,} calls at a time", mend)
    return Check("open files", "ok", f"{soft:,}: about {calls:,} calls at a time", mend if soft < 4096 else None)


def _process_limit() -> int | None:
    """Find how many threads more may be started: by the limit of the user, and by that of the container."""
    limits: list[int] = []
    if sys.platform != "win32":
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_NPROC)
        if soft != resource.RLIM_INFINITY and os.geteuid() != 0:  # which does not hold for root
            limits.append(soft)
    for path in _PIDS:
        try:
            most = path.read_text().strip()
            if most != "max":
                limits.append(max(int(most) - int(path.with_name("pids.current").read_text()), 0))
        except (OSError, ValueError):
            continue
    return min(limits, default=None)


def _file_limits() -> tuple[int | None, int | None]:
    if sys.platform == "win32":
        return None, None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return tuple(None if limit == resource.RLIM_INFINITY else limit for limit in (soft, hard))  # type: ignore[return-value]
