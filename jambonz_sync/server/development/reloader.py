"""Serving an app with its files watched: the parent, which holds the port and starts a process for each version."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..http import netloc
from ..running import port_of_environment
from .sources import Origin, origins_of

__all__ = ["AppEvent", "Reloader"]

log = logging.getLogger("jambonz_sync.server")

#: seconds between two looks at the files
_LOOK_EVERY = 0.3
#: seconds that a process has to stop
_GRACE = 10.0


@dataclass(frozen=True)
class AppEvent:
    """Something that has happened to an app that is served.

    Args:
        kind: ``loading``; ``up``, it is served from now on; ``failed``, this version cannot be loaded, and the one
            before goes on; ``raised``, code of it has raised an exception, and it goes on; ``sent``, code of it has
            sent something, if that was asked for; ``ended``, its process has ended by itself; ``refused``, its port
            cannot be had, and nothing more comes.
        text: The event in words.
        traceback: What the app has raised, from its own code on; "" if nothing.
        call_sid: The call of what has been ``raised`` or ``sent``; None if it is of none.
        changed: The files that have changed, for ``loading``.
        name: The name of the app in its module, for ``up``; that of a factory ends with ``()``.
        is_endpoint: True for ``up`` if the app is an endpoint, which jambonz calls over a WebSocket.
        paths: What is served to jambonz, for ``up``: each path, and ``calls``, ``audio``, ``webhook`` ...
        origins: The lines that what was ``sent`` comes from.
    """

    kind: Literal["loading", "up", "failed", "raised", "sent", "ended", "refused"]
    text: str = ""
    traceback: str = ""
    call_sid: str | None = None
    changed: tuple[str, ...] = ()
    name: str = ""
    is_endpoint: bool = False
    paths: tuple[tuple[str, str], ...] = ()
    origins: tuple[Origin, ...] = ()


class Reloader:
    """Serves an app in a process of its own, and in a new one when a file of the app changes.

    The listening socket stays open all the time: who connects while the app is loaded waits a moment. Running calls
    are closed with 1012, upon which jambonz connects them to the new version. A version that cannot be loaded is
    reported; the one before is served on.

    Args:
        target: The app, as :func:`~jambonz_sync.server.loading.load_app` takes it.
        host: The address to listen at.
        port: The port; 0 takes a free one. None takes that of the app, once it is loaded: which it has been made with,
            or else that of the environment variable ``PORT``, or else 3000.
        on_event: Called with each event on a thread of the reloader: one at a time, but those that are ``raised``
            or ``sent``, which come meanwhile.
        watch: False serves one version, and leaves it when files change.
        env: The environment of the app, in place of that of this process.
    Raises:
        OSError: The address cannot be had.
    Threads: any may call the methods.
    """

    def __init__(
        self,
        target: str,
        *,
        host: str = "127.0.0.1",
        port: int | None = 0,
        on_event: Callable[[AppEvent], object] = lambda event: None,
        watch: bool = True,
        env: dict[str, str] | None = None,
    ) -> None:
        self.target = target
        self._host = host
        self._on_event = on_event
        self._watch = watch
        self._env = env
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.socket(family)
        #: the port that it listens at; 0 before that of the app is known
        self.port = 0
        if port is not None:
            self._listen(port)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jambonz-sync-reloader", daemon=True)

    def _listen(self, port: int) -> None:
        """Take a port. The processes have the socket already, which the system listens at from now on."""
        try:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind((self._host, port))
            self._listener.listen(128)
        except OSError as exc:
            self._listener.close()
            why = f"{netloc(self._host, port)} cannot be listened at ({exc.strerror})"
            raise OSError(exc.errno, why) from None
        self.port = int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        """Where it listens: ``http://127.0.0.1:3000``."""
        return f"http://{netloc(self._host, self.port)}"

    def start(self) -> Reloader:
        """Load the app and serve it, until :meth:`stop`.

        Returns:
            The reloader itself.
        """
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close the calls of the app with 1012, and end its process.

        Blocks: up to 10 s.
        """
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(2 * _GRACE)
        self._listener.close()

    def __enter__(self) -> Reloader:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    # -- the rest runs on the thread of the reloader

    def _run(self) -> None:
        serving: _Process | None = None
        changed: list[str] = []
        files = _Files()
        try:
            while not self._stop.is_set():
                names = tuple(os.path.relpath(file) for file in changed)
                self._tell(AppEvent("loading", f"loading {self.target}", changed=names))
                begun = time.time_ns()
                latest = _Process(self.target, self._listener.fileno(), self._env, self._tell)
                outcome = latest.outcome(self._stop)
                if self._stop.is_set():
                    latest.end()
                    break
                files.watch(outcome.files, begun)
                if outcome.loaded:
                    if not self.port:
                        try:
                            self._listen(port_of_environment() if outcome.port is None else outcome.port)
                        except OSError as exc:
                            latest.end()
                            self._tell(AppEvent("refused", str(exc.strerror)))
                            break
                    if serving is not None:
                        serving.end()
                    serving = latest
                    serving.send("serve")
                    text = f"serving {self.target} at {self.url}"
                    paths = tuple((path, kind) for path, kind in outcome.paths)
                    facts: dict[str, Any] = {"name": outcome.name, "is_endpoint": outcome.is_endpoint}
                    self._tell(AppEvent("up", text, paths=paths, **facts))
                else:
                    latest.end()
                    self._tell(AppEvent("failed", outcome.text, outcome.traceback))
                changed, serving = self._wait_for_change(files, serving)
        finally:
            if serving is not None:
                serving.end()

    def _wait_for_change(self, files: _Files, serving: _Process | None) -> tuple[list[str], _Process | None]:
        """Wait until a file has changed, and return which; also tell when the process has ended by itself."""
        while not self._stop.wait(_LOOK_EVERY):
            if serving is not None and serving.has_ended():
                serving.end()
                self._tell(AppEvent("ended", f"the process of {self.target} has ended with {serving.exit_code}"))
                serving = None
            changed = files.changed() if self._watch else []
            if changed:
                return changed, serving
        return [], serving

    def _tell(self, event: AppEvent) -> None:
        try:
            self._on_event(event)
        except Exception:
            log.exception("on_event of the reloader failed")


@dataclass
class _Outcome:
    """What came of loading one version."""

    loaded: bool = False
    text: str = ""
    traceback: str = ""
    files: list[str] = field(default_factory=list[str])
    name: str = ""
    is_endpoint: bool = False
    paths: list[list[str]] = field(default_factory=list[list[str]])
    port: int | None = None


class _Process:
    """The process of one version."""

    def __init__(
        self, target: str, listener: int, env: dict[str, str] | None, tell: Callable[[AppEvent], None]
    ) -> None:
        self._tell = tell
        self._reader: threading.Thread | None = None
        read, write = os.pipe()
        with os.fdopen(write, "wb"):
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jambonz_sync.server.development.worker", target, str(listener), str(write)],
                stdin=subprocess.PIPE,
                pass_fds=(listener, write),
                env=env,
                text=True,
                # a Ctrl-C is for this process, which then ends that one in order
                start_new_session=True,
            )
        self._events = os.fdopen(read, encoding="utf-8")

    def outcome(self, stop: threading.Event) -> _Outcome:
        """Wait until the app has been loaded, or has failed to. Blocks: as long as that takes, or until ``stop``."""
        lines: list[str] = []
        reader = threading.Thread(target=lambda: lines.append(self._events.readline()), daemon=True)
        reader.start()
        while reader.is_alive() and not stop.is_set():
            reader.join(0.1)
        if reader.is_alive():
            self._process.kill()
            reader.join()
        if not lines or not lines[0]:
            self._process.wait()
            return _Outcome(text=f"the process has ended with {self.exit_code} while it loaded the app")
        event: dict[str, Any] = json.loads(lines[0])
        loaded = event.pop("event") == "loaded"
        self._reader = threading.Thread(target=self._read, name="jambonz-sync-app-events", daemon=True)
        self._reader.start()
        return _Outcome(loaded, **event)

    def _read(self) -> None:
        """Tell what the app raises and sends, until the process ends."""
        for line in self._events:
            event: dict[str, Any] = json.loads(line)
            if event.pop("event") == "sent":
                self._tell(AppEvent("sent", call_sid=event["call_sid"], origins=tuple(origins_of(event))))
            else:
                self._tell(AppEvent("raised", **event))

    def send(self, word: str) -> None:
        """Tell the process what to do."""
        assert self._process.stdin is not None  # PIPE above
        with suppress(OSError):  # it may have died, which has_ended() tells
            self._process.stdin.write(word + "\n")
            self._process.stdin.flush()

    def has_ended(self) -> bool:
        """Return True if it has ended by itself."""
        return self._process.poll() is not None

    @property
    def exit_code(self) -> int | None:
        """Its exit code."""
        return self._process.returncode

    def end(self) -> None:
        """End it in order, or by force. Blocks: up to 10 s."""
        self.send("stop")
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._reader is not None:
            self._reader.join(_GRACE)
        self._events.close()
        assert self._process.stdin is not None  # PIPE above
        with suppress(OSError):  # what could not be sent to a process that has died
            self._process.stdin.close()


class _Files:
    """The files of the app, and the times at which they were changed last."""

    def __init__(self) -> None:
        self._times: dict[str, int | None] = {}

    def watch(self, files: Iterable[str], loaded_at: int) -> None:
        """Watch these files and those before: a version that fails early tells of fewer than it has.

        A file that has changed since ``loaded_at`` (nanoseconds of the epoch) may have been read before that: it counts
        as changed.
        """
        for file in {*files, *self._times}:
            changed_at = _changed_at(file)
            self._times[file] = None if changed_at is not None and changed_at >= loaded_at else changed_at

    def changed(self) -> list[str]:
        return sorted(file for file, changed_at in self._times.items() if _changed_at(file) != changed_at)


def _changed_at(file: str) -> int | None:
    try:
        return Path(file).stat().st_mtime_ns
    except OSError:
        return None
