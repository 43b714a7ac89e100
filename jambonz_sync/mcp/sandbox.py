"""A process of its own for code of somebody else, with a deadline: it ends with all that it has started."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

__all__ = ["MARK", "MOST_OUTPUT", "Outcome", "python", "run_bounded"]

#: the environment variable by which all that a process has started is found, whatever group it is in
MARK: Final = "JAMBONZ_SYNC_RUN"
_PACKAGE_FOLDER: Final = Path(__file__).parents[2]
#: bytes of output after which a process is ended
MOST_OUTPUT: Final = 8 * 1024 * 1024
#: bytes of output that are kept, of its beginning and of its end
_KEPT: Final = 6000
#: bytes of a result
_MOST_RESULT: Final = 4 * 1024 * 1024
#: seconds in which everything must be gone
_ENDING: Final = 5.0
#: variables that a process is given: none that holds a credential
_PASSED: Final = frozenset(
    {
        *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"),
        *("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH"),
    }
)


@dataclass(frozen=True)
class Outcome:
    """The end of a process.

    Args:
        result: What it has written as its result; None if it has written none.
        output: What it has printed, the middle of it left out if it is long.
        stopped: Why it was ended; empty if it has ended by itself.
    """

    result: Any
    output: str
    stopped: str = ""


class _Output:
    """The beginning and the end of what a process prints."""

    def __init__(self) -> None:
        self.size = 0
        self._head = b""
        self._tail = b""

    def add(self, data: bytes) -> None:
        self.size += len(data)
        room = _KEPT - len(self._head)
        self._head += data[:room] if room > 0 else b""
        if len(data) > max(room, 0):
            self._tail = (self._tail + data[max(room, 0) :])[-_KEPT:]

    @property
    def text(self) -> str:
        missing = self.size - len(self._head) - len(self._tail)
        middle = f"\n... {missing} bytes left out ...\n".encode() if missing else b""
        return (self._head + middle + self._tail).decode("utf-8", "replace")


def run_bounded(command: Sequence[str], request: Mapping[str, Any], *, cwd: Path, seconds: float) -> Outcome:
    """Run a command in a process of its own, and end it, and all that it has started, at the deadline.

    Args:
        command: Its arguments; ``{fd}`` among them is the descriptor that it writes its result to, a line of JSON.
        request: What it reads from its standard input, as JSON.
        cwd: Where it runs.
        seconds: Its deadline.
    Returns:
        Its result, and what it has printed.
    Blocks: up to ``seconds``, and 5 s more for its end.  Threads: any.
    """
    if os.name != "posix":
        return Outcome(None, "", "apps are run on Linux and macOS only: elsewhere nothing would surely end them")
    reader, writer = os.pipe()
    mark = uuid.uuid4().hex
    environment = {name: value for name, value in os.environ.items() if name in _PASSED}
    environment |= {MARK: mark, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    # -P, below, leaves out the folder of the app, whose modules must not stand in for those of Python
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [environment.get("PYTHONPATH"), str(_PACKAGE_FOLDER)]))
    try:
        process = subprocess.Popen(
            [part.replace("{fd}", str(writer)) for part in command],
            cwd=cwd,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(writer,),
            start_new_session=True,
        )
    except BaseException:
        os.close(reader)
        raise
    finally:
        os.close(writer)
    output, result = _Output(), bytearray()
    try:
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(request).encode())
            process.stdin.close()
        stopped = _read(process, reader, output, result, monotonic() + seconds, seconds)
    finally:
        _end(process, mark)
        os.close(reader)
        assert process.stdout is not None
        process.stdout.close()
    line, ended, _ = bytes(result).partition(b"\n")
    if not ended:
        return Outcome(None, output.text, stopped or f"it has ended with {process.returncode}, without a result")
    return Outcome(json.loads(line), output.text, stopped)


def _read(
    process: subprocess.Popen[bytes], reader: int, output: _Output, result: bytearray, deadline: float, seconds: float
) -> str:
    """Read until the result is there, or the process has ended, or has to be ended: why."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(reader, selectors.EVENT_READ)
        while selector.get_map():
            remaining = deadline - monotonic()
            if remaining <= 0:
                return f"it was ended after {seconds:g} s, its deadline"
            has_ended = process.poll() is not None  # before what it has written is looked at
            ready = selector.select(0 if has_ended else min(remaining, 0.2))
            for key, _ in ready:
                data = os.read(key.fd, 65536)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.fd == reader:
                    result += data
                    if len(result) > _MOST_RESULT:
                        return f"its result is larger than {_MOST_RESULT} bytes"
                    if b"\n" in data:
                        return ""
                else:
                    output.add(data)
                    if output.size > MOST_OUTPUT:
                        return f"it was ended because it has printed more than {MOST_OUTPUT} bytes"
            if has_ended and reader not in [key.fd for key, _ in ready]:
                return ""  # what it has started may hold its pipes open for ever
    return ""


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """End a process and all that it has started: its group, and what has left that."""
    deadline = monotonic() + _ENDING
    _kill_group(process.pid)
    while (pids := _marked(mark)) and monotonic() < deadline:
        for pid in pids:  # first all are stopped, so that none goes on starting others
            _signal(pid, signal.SIGSTOP)
        for pid in pids:
            _signal(pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_ENDING)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _marked(mark: str) -> list[int]:
    """The processes that carry a mark in their environment; none where the system does not tell (not Linux)."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    with suppress(OSError):
        for entry in os.listdir("/proc"):
            if entry.isdigit() and int(entry) != os.getpid():
                with suppress(OSError):
                    if wanted in Path("/proc", entry, "environ").read_bytes().split(b"\0"):
                        found.append(int(entry))
    return [pid for pid in found if not _is_dead(pid)]


def _is_dead(pid: int) -> bool:
    try:
        return Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return True


def python(*arguments: str) -> list[str]:
    """Return the command that runs this Python with arguments."""
    return [sys.executable, "-P", *arguments]
