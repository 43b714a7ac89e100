"""The process that serves an app for a :class:`Reloader`: it loads, says so, and serves when it is told to.

It writes lines of JSON to a pipe: ``loaded`` or ``failed``, with the ``files`` of the app, and then ``raised`` for each
exception that the app raises, if the log is for who writes the app, and ``sent`` with the lines of the app that send,
if they are asked for. It reads a word a line from its standard input: ``serve``, and ``stop``, which the end of the
input means, too.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..._application import is_of_application
from ...errors import AppNotLoaded
from ...logs import origins
from ...logs.context import call_sid_of
from ...logs.live import LIVE, log_live, short_traceback
from ...logs.redaction import redacted_text
from ...runtime import fork
from ..http import HttpServer
from ..loading import LoadedApp, load_app
from ..paths import served_paths
from ..registry import drain, registries
from ..running import PortError
from ..wsgi import Environ, StartResponse, WSGIApp
from .sources import ORIGINS, Sources

__all__ = ["main"]

# keeps the lines apart that threads write to the pipe
_writing = fork.lock()

#: seconds that requests which are being served have at the end
_GRACE = 5.0
#: characters of a traceback that the parent is told
_LONGEST_TRACEBACK = 20_000


class _Counted:
    """The app, and how many requests it serves at this moment; a WebSocket counts only until it is open."""

    def __init__(self, app: WSGIApp) -> None:
        self._app = app
        # guards the number
        self._changed = threading.Condition()
        self._requests = 0

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        with self._changed:
            self._requests += 1
        try:
            return self._app(environ, start_response)
        finally:
            with self._changed:
                self._requests -= 1
                self._changed.notify_all()

    def wait_until_idle(self, timeout: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._requests == 0, timeout)


class _Raised(logging.Handler):
    """Tells the parent of each exception in the log."""

    def __init__(self, pipe: int) -> None:
        super().__init__(logging.ERROR)
        self._pipe = pipe

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of a record that has an exception."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            text = "".join(traceback.format_exception_only(error)).strip()[:_LONGEST_TRACEBACK]
            lines = "\n".join(short_traceback(error))[:_LONGEST_TRACEBACK]
            _tell(self._pipe, "raised", text=redacted_text(text), traceback=lines, call_sid=call_sid_of(record))


def main() -> None:
    """Load an app and serve it.

    The arguments are the target, the descriptor of the listening socket, and that of the pipe.
    """
    target, listener, pipe = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    # the app's own children must not keep either of them open
    os.set_inheritable(listener, False)
    os.set_inheritable(pipe, False)
    is_for_developers = log_live(os.environ.get(LIVE)) is not None
    # two versions that are saved in one second may have one size: what is cached of the first would be taken for both
    sys.dont_write_bytecode = True
    sources = Sources(lambda event: _tell(pipe, "sent", **event)) if os.environ.get(ORIGINS) else None
    origins.watch(sources)
    try:
        loaded = load_app(target)
    except AppNotLoaded as error:
        _tell(pipe, "failed", text=str(error), traceback=_traceback(error), files=_files(target, error))
        return
    facts = {
        "name": loaded.name if getattr(loaded.module, loaded.name) is loaded.app else f"{loaded.name}()",
        "is_endpoint": loaded.endpoint is not None,
        "paths": served_paths(loaded.app),
        "port": _port(loaded),
    }
    _tell(pipe, "loaded", files=_files(target), **facts)
    if is_for_developers:
        logging.root.addHandler(_Raised(pipe))
    app = _Counted(loaded.wsgi if sources is None else sources.watch_webhooks(loaded.wsgi))
    server: HttpServer | None = None
    for line in sys.stdin:
        if line.strip() == "stop":
            break
        if server is None:
            server = HttpServer("", 0, app, listener=socket.socket(fileno=listener))
    if server is not None:
        server.stop()
    end = time.monotonic() + _GRACE
    drain(registries(), 0)  # closes them with 1012: jambonz connects again
    app.wait_until_idle(end - time.monotonic())
    sys.stdout.flush()
    os._exit(0)  # threads of the app may run on: they do not keep the process


def _port(loaded: LoadedApp) -> int | None:
    """Return the port that an endpoint would listen at by itself."""
    with suppress(PortError):  # that of the environment is none, which may not be wanted
        if loaded.endpoint is not None:
            return loaded.endpoint.port
    return None


def _tell(pipe: int, event: str, **content: Any) -> None:
    line = (json.dumps({"event": event, **content}) + "\n").encode()
    with suppress(OSError), _writing:  # the parent is gone, which the end of the input tells, too
        while line:
            line = line[os.write(pipe, line) :]


def _traceback(error: AppNotLoaded) -> str:
    """Return the traceback of what the app itself has raised, from its own code on; "" if it has raised nothing."""
    cause = error.__cause__
    if cause is None:
        return ""
    frames = cause.__traceback__
    while frames is not None and not _is_own(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(cause), cause, frames))


def _files(target: str, error: BaseException | None = None) -> list[str]:
    """Return the files of the app: of all modules that are neither Python's nor installed, and of a traceback."""
    files = {file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))}
    files.update(_files_of(error))
    path = target.rpartition(":")[0] or target
    if path.endswith(".py"):
        files.add(path)
    return sorted({str(Path(file).resolve()) for file in files if _is_own(file)})


def _files_of(error: BaseException | None) -> Iterator[str]:
    cause = None if error is None else error.__cause__
    if isinstance(cause, SyntaxError) and cause.filename:
        yield cause.filename
    for frame, _ in traceback.walk_tb(None if cause is None else cause.__traceback__):
        yield frame.f_code.co_filename


def _is_own(file: str) -> bool:
    """Return True for a file that somebody may be editing."""
    return not file.startswith("<") and is_of_application(str(Path(file).resolve()))


if __name__ == "__main__":
    main()
