"""The process that an app is imported and called in: ``python -m jambonz_sync.mcp.child FD`` reads what to do as JSON.

The result goes to the descriptor FD, a line of JSON. What the app prints goes to the standard output.
"""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import sys
import traceback
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ..errors import AppNotLoaded, SessionClosed
from ..reference.lint import lint
from ..server.http import HttpServer
from ..server.loading import LoadedApp, load_app
from ..server.paths import served_paths
from ..server.registry import drain, registries
from ..simulator import (
    Call,
    CallFailed,
    CallLimits,
    HangUp,
    Pressed,
    Said,
    Scenario,
    ScriptedCaller,
    Silence,
    Timed,
    TranscriptEntry,
    Turn,
    WireMessage,
    hook_exchanges,
)
from ..simulator.engine.turns import KEYS
from ..simulator.line.webhooks import declared_env

__all__ = ["main"]

#: bytes of memory that an app may have
_MEMORY: Final = 4 * 1024**3
#: entries of a transcript, and characters of one, that are told
_ENTRIES: Final = 200
_LONGEST: Final = 1000
#: seconds in which an app hears of the end of its call
_LAST_LINES = 2.0
#: lines of the log, findings and mistakes that are told
_MOST_LINES: Final = 50
#: turns of a caller that stand for something else than words
_SILENCE, _HANG_UP = "(silence)", "(hangs up)"
#: in front of a turn that cuts in: seconds from when the app begins to say something
_CUTS_IN: Final = re.compile(r"\(cuts in after (\d{1,3}(?:\.\d{1,3})?) s\) ")
#: in front of a turn: seconds from when the app listens
_AFTER: Final = re.compile(r"\(after (\d{1,3}(?:\.\d{1,3})?) s\) ")


class _Collected(logging.Handler):
    """Warnings of the log, and the tracebacks of the exceptions that callbacks have raised."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.of_sdk: list[str] = []
        self.tracebacks: list[str] = []
        logging.root.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line, and the exception."""
        text = record.getMessage()
        if len(self.lines) < _MOST_LINES:
            self.lines.append(f"{record.levelname} {record.name}: {text}"[:_LONGEST])
            if record.name.partition(".")[0] == "jambonz_sync":
                self.of_sdk.append(text[:_LONGEST])
        exception = record.exc_info[1] if record.exc_info else None
        if exception is None or isinstance(exception, SessionClosed):  # a caller who hangs up is no mistake
            return
        text = "".join(traceback.format_exception(exception))[-4 * _LONGEST :]
        if text not in self.tracebacks and len(self.tracebacks) < 10:
            self.tracebacks.append(text)


def main() -> None:
    """Do what the standard input says."""
    descriptor = int(sys.argv[1])
    os.set_inheritable(descriptor, False)  # what the app starts must not hold it open
    for limit, value in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    request = json.load(sys.stdin)
    result = {"check": _check, "call": _call}[request["do"]](request)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(result, default=str).encode() + b"\n")
    sys.stdout.flush()
    os._exit(0)  # threads of the app may run on


# -- check


def _check(request: Mapping[str, Any]) -> dict[str, Any]:
    collected = _Collected()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        loaded, problem = _load(request["target"])
    lines = [*collected.lines, *(f"{warning.category.__name__}: {warning.message}" for warning in caught)]
    # what the SDK warns of when functions are registered: open WebSockets, for one
    warned = [{"line": 0, "message": text, "mend": ""} for text in collected.of_sdk]
    if loaded is None:
        mistakes = warned + _lint(_file_of(request["target"]))
        return {"loaded": False, "problem": problem, "log": lines, "mistakes": mistakes}
    file = getattr(loaded.module, "__file__", None)
    return {
        "loaded": True,
        "app": f"{loaded.module.__name__}:{loaded.name}",
        "kind": "endpoint" if loaded.endpoint is not None else type(loaded.app).__name__,
        "paths": [{"path": path.path, "kind": path.kind} for path in served_paths(loaded.app)],
        "env_vars": _env_vars(loaded),
        "log": lines,
        "mistakes": warned + _lint(Path(file) if file else None),
    }


def _load(target: str) -> tuple[LoadedApp | None, str]:
    try:
        return load_app(target), ""
    except AppNotLoaded as error:
        cause = error.__cause__
        text = "" if cause is None else "".join(traceback.format_exception(cause))[-4000:]
        return None, f"{error}\n{text}".strip()


def _file_of(target: str) -> Path | None:
    path = target.partition(":")[0]
    file = Path(path if path.endswith(".py") else path.replace(".", "/") + ".py")
    return file if file.is_file() else None


def _lint(file: Path | None) -> list[dict[str, Any]]:
    if file is None or not file.is_file() or file.stat().st_size > 1_000_000:
        return []
    mistakes = lint(file.read_text(encoding="utf-8", errors="replace"))
    return [{"line": found.line, "message": found.message, "mend": found.mend} for found in mistakes[:_MOST_LINES]]


def _env_vars(loaded: LoadedApp) -> dict[str, Any]:
    """The variables that the app declares, asked for as the portal does."""
    server = HttpServer("127.0.0.1", 0, loaded.wsgi)
    try:
        return dict(declared_env(f"http://127.0.0.1:{server.port}{_first_path(loaded)}", CallLimits()))
    finally:
        server.stop()


# -- call


def _call(request: Mapping[str, Any]) -> dict[str, Any]:
    collected = _Collected()
    server: HttpServer | None = None
    url = request["url"]
    if not url:
        loaded, problem = _load(request["target"])
        if loaded is None:
            return {"failed": problem}
        path = request["path"] or _first_path(loaded)
        server = HttpServer("127.0.0.1", 0, loaded.wsgi)
        scheme = "ws" if _is_websocket(loaded, path) else "http"
        url = f"{scheme}://127.0.0.1:{server.port}{path}"
    try:
        result = _place(request, url, collected)
        drain(registries(), _LAST_LINES)  # the log has lines about a call when the app has heard of its end
        return result
    finally:
        if server is not None:
            server.stop()


def _first_path(loaded: LoadedApp) -> str:
    for path in served_paths(loaded.app):
        if path.kind in ("calls", "webhook"):
            return path.path
    return "/"


def _is_websocket(loaded: LoadedApp, path: str) -> bool:
    kinds = {served.kind for served in served_paths(loaded.app) if served.path.split("<")[0] == path.split("<")[0]}
    return "calls" in kinds or (not kinds and loaded.endpoint is not None)


def _place(request: Mapping[str, Any], url: str, collected: _Collected) -> dict[str, Any]:
    until = str(request["until"] or "").casefold()
    messages: list[WireMessage] = []
    calls: list[Call] = []

    def on_entry(entry: TranscriptEntry) -> None:
        if until and entry.who == "app" and until in entry.text.casefold():
            calls[0].hang_up()

    call = Call(
        url,
        caller=ScriptedCaller(map(_turn_of, request["turns"])),
        on_entry=on_entry,
        on_message=messages.append,
        timeout=request["seconds"],
        env=request["env"],
        headers=request["headers"],
        secret=request["secret"] or None,
        status_hook=request["status_hook"] or None,
        scenario=Scenario(callees=tuple(request["callees"]) or ("answer",), server=request["server"] or None),
    )
    calls.append(call)
    try:
        transcript = call.run()
    except (CallFailed, ValueError) as error:
        return {"failed": str(error)}
    latencies: dict[str, float] = {}
    for exchange in hook_exchanges(messages):
        if exchange.seconds is not None:
            latencies[exchange.name] = max(latencies.get(exchange.name, 0.0), round(exchange.seconds, 4))
    return {
        "ok": transcript.ok and not any(finding.lost for finding in call.findings),
        "end_reason": transcript.end_reason or "",
        "ended_by": transcript.ended_by or "",
        "heard_until": not until or transcript.heard(until),
        "transcript": [
            {"at": round(entry.at, 2), "who": entry.who, "text": entry.text[:_LONGEST]}
            for entry in transcript.entries[:_ENTRIES]
        ],
        "verbs": [dict(verb) for verb in transcript.verbs[:_ENTRIES]],
        "findings": [_finding(finding.to_dict()) for finding in call.findings[:_MOST_LINES]],
        "errors": collected.tracebacks,
        "latencies": latencies,
        "log": collected.lines,
    }


def _finding(described: dict[str, object]) -> dict[str, object]:
    wire = described.pop("wire", None)
    return described if wire is None else {**described, "wire": json.dumps(wire, default=str)[:_LONGEST]}


def _turn_of(text: str) -> Turn | Timed:
    cuts_in = _CUTS_IN.match(text)
    after = cuts_in or _AFTER.match(text)
    said = text[after.end() :] if after else text
    lead = None if after is None else 0.0 if cuts_in else float(after[1])
    turn: Turn
    if said == _SILENCE:
        turn = Silence()
    elif said == _HANG_UP:
        turn = HangUp()
    elif said and KEYS.issuperset(said):
        turn = Pressed(said, lead)
    else:
        turn = Said(said, lead=lead)
    return Timed(turn, float(cuts_in[1])) if cuts_in else turn


if __name__ == "__main__":
    main()
