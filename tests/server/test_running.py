"""A server that cannot start says why in one line, and ends with 2."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from typing import Any

import pytest

from jambonz_sync import JambonzBlueprint, create_endpoint
from jambonz_sync.server.running import exit_in_one_line

SCRIPT = "from jambonz_sync import create_endpoint\nendpoint = create_endpoint({})\nendpoint.run()\n"
ELSEWHERE = "create_endpoint(port=...), or the environment variable PORT"


def run(options: str, **env: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(options)],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("port", ["abc", "70000", "-1", "80.5"])
def test_a_port_in_the_environment_that_is_none_ends_it_with_one_line(port: str) -> None:
    shown = port if port == "70000" else repr(port)
    assert run('host="127.0.0.1"', PORT=port) == (
        2,
        "",
        f"jambonz_sync: the environment variable PORT: expected a port, a whole number from 0 to 65535, got {shown}\n",
    )


def test_a_port_that_is_in_use_ends_it_with_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = (
            f"jambonz_sync: port {port} is in use, by another program or another run of this one: end it, or choose "
            f"another port: {ELSEWHERE}\n"
        )
        assert run(f'host="127.0.0.1", port={port}') == (2, "", line)
        assert run('host="127.0.0.1"', PORT=str(port)) == (2, "", line)


def test_a_host_that_is_not_of_this_machine_ends_it_with_one_line() -> None:
    assert run('host="203.0.113.1", port=0') == (
        2,
        "",
        "jambonz_sync: host '203.0.113.1' is no address of this machine\n",
    )


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            PermissionError(13, "Permission denied"),
            f"port 80 may not be used by this user: choose one from 1024 on: {ELSEWHERE}",
        ),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
    ],
)
def test_other_reasons_are_told_too(error: OSError, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, exit_in_one_line("127.0.0.1", 80):
        raise error
    assert caught.value.code == 2
    assert capsys.readouterr().err == f"jambonz_sync: {line}\n"


def test_on_another_thread_it_stays_an_error() -> None:
    raised: list[BaseException] = []

    def start() -> None:
        try:
            with exit_in_one_line("127.0.0.1", 80):
                raise OSError(98, "Address already in use")
        except BaseException as exc:
            raised.append(exc)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join(15)
    assert type(raised[0]) is OSError


def test_an_endpoint_of_gunicorn_needs_no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "abc")
    endpoint = create_endpoint()
    with pytest.raises(ValueError, match="PORT: expected a port"):
        endpoint.start()
    with pytest.raises(ValueError, match="PORT: expected a port"):
        _ = endpoint.port
    monkeypatch.setenv("PORT", "0")
    with endpoint:
        assert endpoint.port > 0


@pytest.mark.parametrize("port", [70000, -1, "3000", 1.5, True])
def test_a_port_that_is_none_is_refused_at_once(port: Any) -> None:
    with pytest.raises(ValueError, match=r"^port: expected a port, a whole number from 0 to 65535, got "):
        create_endpoint(port=port)


@pytest.mark.parametrize(
    ("auth", "got"),
    [
        ("u:p", "a string"),
        (("u",), "1 parts"),
        (("u", "p", "x"), "3 parts"),
        (("u", 5), "parts that are no strings"),
        (7, "a number"),
    ],
)
def test_credentials_in_another_form_are_refused_and_not_shown(auth: Any, got: str) -> None:
    message = f'auth: expected a user name and a password, auth=("user", "password"), got {got}'
    for make in (
        lambda: create_endpoint(auth=auth),
        lambda: create_endpoint().audio("/a", auth=auth),
    ):
        with pytest.raises(ValueError, match="auth") as caught:
            make()
        assert str(caught.value) == message


def test_a_blueprint_refuses_them_too() -> None:
    with pytest.raises(ValueError, match=r"^auth: expected a user name and a password, .* got a string$"):
        JambonzBlueprint("v", "v", auth="u:p")  # type: ignore[arg-type]
