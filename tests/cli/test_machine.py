"""The checks of this machine: gunicorn's settings, threads and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from jambonz_sync.cli.checks.machine import check_files, check_machine, check_threads, check_worker


@pytest.mark.parametrize(
    ("settings", "arguments", "result", "says"),
    [
        (None, "", "skipped", "no settings of gunicorn here"),
        ("workers = 4", "", "failed", "sync (gunicorn.conf.py): it takes one call at a time"),
        ("worker_class = 'sync'", "", "failed", "sync (gunicorn.conf.py)"),
        ("worker_class = 'sync'\nthreads = 500", "", "ok", "gthread (gunicorn.conf.py)"),
        ("worker_class = 'gthread'\nthreads = 4", "", "warning", "gthread with 4 threads"),
        ("worker_class = 'gthread'", "", "warning", "gthread with 1 thread (gunicorn.conf.py)"),
        ("worker_class = 'gevent'", "", "ok", "gevent"),
        ("worker_class = 'uvicorn.workers.UvicornWorker'", "", "failed", "UvicornWorker (gunicorn.conf.py) is none"),
        ("from jambonz_sync.gunicorn import *\nbind = ':80'", "", "ok", "gthread"),
        ("from jambonz_sync.gunicorn import *\nworker_class = 'sync'\nthreads = 1", "", "failed", "sync"),
        ("def broken(:", "", "failed", "gunicorn.conf.py cannot be read"),
        (None, "--workers 2", "skipped", "no settings"),
        (None, "-k gthread --threads=800", "ok", "gthread (GUNICORN_CMD_ARGS)"),
        (None, "-k sync", "failed", "sync (GUNICORN_CMD_ARGS)"),
        ("workers = 4", "--worker-class gevent", "ok", "gevent"),
        (None, "-c python:jambonz_sync.gunicorn", "ok", "gthread (GUNICORN_CMD_ARGS)"),
        (None, "'unclosed", "skipped", "no settings"),
    ],
)
def test_a_worker_that_serves_one_call_at_a_time_is_found_before_it_serves(
    tmp_path: Path, settings: str | None, arguments: str, result: str, says: str
) -> None:
    if settings is not None:
        (tmp_path / "gunicorn.conf.py").write_text(settings)
    check = check_worker(tmp_path, arguments, True)
    assert (check.result, says in check.detail) == (result, True), check
    assert (check.advice is None) == (result == "ok")


def test_without_gunicorn_there_is_nothing_to_check(tmp_path: Path) -> None:
    assert check_worker(tmp_path, "", False).detail == "gunicorn is not installed"


@pytest.mark.parametrize(("limit", "result"), [(None, "ok"), (5000, "ok"), (500, "warning"), (10, "failed")])
def test_threads_are_counted(limit: int | None, result: str) -> None:
    check = check_threads(limit)
    assert (check.result, check.advice is None) == (result, result == "ok")


@pytest.mark.parametrize(
    ("soft", "hard", "result", "advice"),
    [
        (None, None, "ok", None),
        (100_000, 100_000, "ok", None),
        (1024, 65_536, "ok", "ulimit -n 65536, or LimitNOFILE= of the unit"),
        (1024, None, "ok", "ulimit -n 65536, or LimitNOFILE= of the unit"),
        (256, 256, "warning", "LimitNOFILE= of the unit"),
    ],
)
def test_files_are_counted(soft: int | None, hard: int | None, result: str, advice: str | None) -> None:
    check = check_files(soft, hard)
    assert (check.result, check.advice) == (result, advice)


def test_this_machine_is_looked_at() -> None:
    assert [check.check for check in check_machine()] == ["python", "worker class", "threads", "open files"]
