"""Apps of users, checked and called in processes of their own."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from .sandbox import Outcome, python, run_bounded

__all__ = ["AppCheck", "AppRunner", "CallResult", "NotAllowed"]

#: seconds that a tool may take, whatever it is asked for
LONGEST: Final = 120.0
#: type errors that are told
_MOST_LINES: Final = 30
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_CHILD: Final = ("-m", "jambonz_sync.mcp.child", "{fd}")


class NotAllowed(ValueError):
    """Something that this server does not do, and how it may be allowed."""


@dataclass(frozen=True)
class AppCheck:
    """The result of ``check_app``.

    Args:
        ok: True if the app can be imported and no mistake is known.
        summary: The result in a line.
        app: Module and name of the app.
        kind: ``endpoint``, or the class of a WSGI application.
        paths: What it serves: path and kind (``calls``, ``audio``, ``webhook``, ``status``, ``tools``).
        mistakes: Line, message and mend of each.
        type_errors: What mypy says, if it is installed.
        log: Warnings that came while it was imported.
        problem: Why it cannot be imported, with the traceback.
        printed: What it has printed.
        env_vars: The application environment variables that it declares.
    """

    ok: bool
    summary: str
    app: str = ""
    kind: str = ""
    paths: list[dict[str, str]] = field(default_factory=list)
    mistakes: list[dict[str, Any]] = field(default_factory=list)
    type_errors: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    problem: str = ""
    printed: str = ""
    env_vars: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CallResult:
    """The result of ``call_app``.

    Args:
        ok: True if the call ended normally and jambonz would hold nothing against the app.
        summary: The result in a line.
        transcript: What was said and done: seconds, who, text.
        findings: What jambonz would hold against the app: code, severity, text, advice.
        errors: Tracebacks of callbacks of the app.
        verbs: The verbs that were started, as they were sent.
        latencies: Hook -> seconds that the app took for its slowest answer.
        end_reason: Why the call ended.
        ended_by: Who ended it: ``app``, ``caller`` or ``jambonz``.
        log: Warnings of the SDK.
        printed: What the app has printed.
    """

    ok: bool
    summary: str
    transcript: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    verbs: list[dict[str, Any]] = field(default_factory=list)
    latencies: dict[str, float] = field(default_factory=dict)
    end_reason: str = ""
    ended_by: str = ""
    log: list[str] = field(default_factory=list)
    printed: str = ""


class AppRunner:
    """Runs apps of a folder, and of no other place.

    Args:
        root: The folder; apps run in it.
        allowed: Further folders whose apps may be run.
        hosts: Further hosts whose apps may be called; those of loopback always may.
    Threads: any.
    """

    def __init__(self, root: Path, allowed: Sequence[Path] = (), hosts: Sequence[str] = ()) -> None:
        self._root = root.resolve()
        self._allowed = [self._root, *(path.resolve() for path in allowed)]
        self._hosts = {*_LOOPBACK, *hosts}

    def check(self, path: str, *, types: bool = True, seconds: float = 30.0) -> AppCheck:
        """Import an app in a process of its own, and look for mistakes.

        Args:
            path: ``app.py``, ``app.py:endpoint`` or ``package.module:app``.
            types: Run mypy over it, if that is installed.
            seconds: The deadline of each.
        Returns:
            What was found.
        Raises:
            NotAllowed: The path leads out of the folder.
        Blocks: up to twice ``seconds``, and 10 s.
        """
        target = self._target(path)
        outcome = self._run({"do": "check", "target": target}, seconds)
        result: dict[str, Any] = outcome.result or {}
        if not result:
            return AppCheck(False, f"{path}: {outcome.stopped}", problem=outcome.stopped, printed=outcome.output)
        type_errors = self._types(target, seconds) if types else []
        problem = result.get("problem", "")
        mistakes = result["mistakes"]
        ok = result["loaded"] and not mistakes and not type_errors
        if not result["loaded"]:
            summary = f"{path} cannot be imported: {problem.splitlines()[0] if problem else ''}"
        else:
            served = ", ".join(f"{each['kind']} at {each['path']}" for each in result["paths"]) or "nothing"
            found = f"{len(mistakes)} mistakes, {len(type_errors)} type errors"
            if ok:
                found = "no mistakes are known before a call: call_app finds what shows in one"
            summary = f"{result['app']} serves {served}; {found}"
        return AppCheck(
            ok,
            summary,
            result.get("app", ""),
            result.get("kind", ""),
            result.get("paths", []),
            mistakes,
            type_errors,
            result["log"],
            problem,
            outcome.output,
            result.get("env_vars", {}),
        )

    def call(
        self,
        target: str,
        turns: Sequence[str] = (),
        *,
        path: str = "",
        until: str = "",
        env: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        secret: str = "",
        status_hook: str = "",
        callees: Sequence[str] = (),
        server: str = "",
        seconds: float = 30.0,
    ) -> CallResult:
        """Place a call to an app, in a process of its own, through the simulator.

        Args:
            target: The app, as for :meth:`check`, or the URL of one that is served.
            turns: What the caller does each time the app listens: words, keys (``12#``), ``(silence)``,
                ``(hangs up)``. ``(after 0.5 s)`` in front of one are seconds from when the app listens,
                ``(cuts in after 0.5 s)`` from when it begins to say something, which the turn interrupts.
            path: The path that is called; by default the first that the app serves.
            until: Hang up when the app has said this.
            env: Application environment variables.
            headers: SIP headers.
            secret: The secret that webhooks are signed with.
            status_hook: The path of the status webhook.
            callees: What dialled parties do: ``answer``, ``stay``, ``busy``, ``no-answer``, ``failed``.
            server: The version of jambonz.
            seconds: The deadline.
        Returns:
            What happened.
        Raises:
            NotAllowed: The path leads out of the folder, or the URL to another host.
        Blocks: up to ``seconds``, and 5 s.
        """
        is_url = target.startswith(("http://", "https://", "ws://", "wss://"))
        if is_url:
            self._check_host(target)
        request = {
            "do": "call",
            "url": target.rstrip("/") + path if is_url and path else (target if is_url else ""),
            "target": "" if is_url else self._target(target),
            "path": path,
            "turns": list(turns),
            "until": until,
            "env": dict(env or {}),
            "headers": dict(headers or {}),
            "secret": secret,
            "status_hook": status_hook,
            "callees": list(callees),
            "server": server,
            "seconds": _bounded(seconds),
        }
        outcome = self._run(request, _bounded(seconds) + 5)
        result: dict[str, Any] = outcome.result or {}
        if not result or "failed" in result:
            reason = result.get("failed") or outcome.stopped
            return CallResult(False, f"{target} cannot be called: {reason}", printed=outcome.output)
        summary = _summary(result, until)
        return CallResult(
            result["ok"] and result["heard_until"],
            summary,
            result["transcript"],
            result["findings"],
            result["errors"],
            result["verbs"],
            result["latencies"],
            result["end_reason"],
            result["ended_by"],
            result["log"],
            outcome.output,
        )

    def _run(self, request: Mapping[str, Any], seconds: float) -> Outcome:
        return run_bounded(python(*_CHILD), request, cwd=self._root, seconds=_bounded(seconds, LONGEST + 5))

    def _types(self, target: str, seconds: float) -> list[str]:
        file = target.partition(":")[0]
        if not file.endswith(".py") or importlib.util.find_spec("mypy") is None:
            return []
        options = ("--no-error-summary", "--hide-error-context", "--no-incremental", "--cache-dir", "/dev/null")
        outcome = run_bounded(python("-m", "mypy", *options, file), {}, cwd=self._root, seconds=_bounded(seconds))
        name = Path(file).name
        lines = [line for line in outcome.output.splitlines() if ": error:" in line and name in line.partition(":")[0]]
        return lines[:_MOST_LINES]

    def _target(self, target: str) -> str:
        """The target with the true path of its file, which must be in an allowed folder."""
        path, separator, name = target.partition(":")
        if not path or "\0" in target:
            raise NotAllowed(f"{target!r} names no app: app.py, app.py:endpoint or package.module:app")
        if not path.endswith(".py") and "/" not in path:
            parts = path.split(".")
            if not all(part.isidentifier() for part in parts):
                raise NotAllowed(f"{target!r} names no app: app.py, app.py:endpoint or package.module:app")
            candidates = [self._root.joinpath(*parts).with_suffix(".py"), self._root.joinpath(*parts, "__init__.py")]
            found = next((candidate for candidate in candidates if candidate.is_file()), None)
            if found is None:
                raise NotAllowed(f"there is no module {path} in {self._root}")
            self._check_folder(found.resolve(), target)
            return target
        file = (self._root / path).resolve()  # links followed: what counts is where they lead
        self._check_folder(file, target)
        return f"{file}{separator}{name}"

    def _check_folder(self, file: Path, target: str) -> None:
        if not any(file.is_relative_to(folder) for folder in self._allowed):
            raise NotAllowed(f"{target!r} is outside of {self._root}: start the server with --allow FOLDER to allow it")

    def _check_host(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        if host not in self._hosts:
            raise NotAllowed(f"{host!r} is another host: only loopback may be called, or what --allow-host names")


def _bounded(seconds: float, most: float = LONGEST) -> float:
    if not math.isfinite(seconds) or seconds <= 0:
        raise NotAllowed(f"a deadline of {seconds} s makes no sense: expected up to {LONGEST:g}")
    return min(seconds, most)


def _summary(result: Mapping[str, Any], until: str) -> str:
    lost = [finding for finding in result["findings"] if finding["severity"] in ("fatal", "error")]
    parts = [f"the call was ended by the {result['ended_by'] or 'caller'} ({result['end_reason']})"]
    parts.append(f"after {len(result['verbs'])} verbs")
    if until and not result["heard_until"]:
        parts.append(f"and the app never said {until!r}")
    if result["errors"]:
        parts.append(f"; {len(result['errors'])} exceptions in callbacks")
    if lost:
        parts.append(f"; jambonz would hold {len(lost)} things against it, first {lost[0]['code']}: {lost[0]['text']}")
    return " ".join(parts).replace(" ;", ";")
