"""Mistakes that can be seen in the source of an app, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from .. import verbs
from ..model.declare import options
from ..model.validation import did_you_mean, nearest
from ..session.tools.methods import MODEL_VERBS

__all__ = ["Mistake", "lint"]

#: options whose value is the name of a hook, beside those that end so
_HOOKS: Final = ("_hook", "Hook")
#: events by which hooks come as well
_CATCH_ALL: Final = {"verb:hook", "llm:event", "llm:tool-call", "agent:event", "agent:tool-call"}
_STREAMING: Final = frozenset({"stream_tts", "send_tts_tokens", "chat"})
_CALLBACKS: Final = frozenset({"on", "once", "call", "webhook", "websocket", "status", "tool"})
_SECRETS: Final = ("sk-", "sk_live", "AKIA", "xoxb-")
_SHORTEST_SECRET: Final = 12


@dataclass(frozen=True)
class Mistake:
    """A mistake.

    Args:
        line: The line; 0 if it is about the whole.
        message: What is wrong.
        mend: What to write instead.
    """

    line: int
    message: str
    mend: str


def lint(source: str) -> list[Mistake]:
    """Look for mistakes in the source of an app.

    Args:
        source: The source.
    Returns:
        The mistakes, by line. What is not certain is left out: a name that is computed may be right.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return [Mistake(getattr(error, "lineno", 0) or 0, f"it is no Python: {error}", "mend the syntax")]
    found = _Source(tree)
    mistakes = [*found.async_callbacks(), *found.unknown_options(), *found.unheard_hooks(), *found.others()]
    return sorted(mistakes, key=lambda mistake: mistake.line)


class _Source:
    def __init__(self, tree: ast.Module) -> None:
        self._nodes = list(ast.walk(tree))
        self._calls = [node for node in self._nodes if isinstance(node, ast.Call)]

    def async_callbacks(self) -> Iterator[Mistake]:
        for node in self._nodes:
            if isinstance(node, ast.AsyncFunctionDef) and any(map(_registers, node.decorator_list)):
                yield Mistake(node.lineno, f"async def {node.name}: callbacks are plain functions", f"def {node.name}")

    def unknown_options(self) -> Iterator[Mistake]:
        for node in self._calls:
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if method not in verbs.VERBS or not _is_chain(node.func):
                continue
            known = [option.name for option in options(getattr(verbs, verbs.VERBS[method]))]
            for keyword in node.keywords:
                if keyword.arg and keyword.arg not in known:
                    close = nearest(keyword.arg, known)
                    yield Mistake(
                        node.lineno,
                        f"{method} has no option {keyword.arg}{did_you_mean(close)}",
                        f"{close}=" if close else f"one of {', '.join(known)}",
                    )

    def unheard_hooks(self) -> Iterator[Mistake]:
        heard = {name for node in self._calls for name in _registered(node)}
        prefixes = {str(value) for node in self._calls for value in [_text(node, "url_prefix")] if value}
        heard |= {prefix + name for prefix in prefixes for name in heard}
        if not heard.isdisjoint(_CATCH_ALL):
            return
        for node in self._calls:
            method = _attribute(node)
            if method not in verbs.VERBS or method == "redirect":  # whose hook may be for another application
                continue
            for keyword in node.keywords:
                name = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
                is_hook = bool(keyword.arg) and str(keyword.arg).endswith(_HOOKS)
                if is_hook and isinstance(name, str) and name.startswith("/") and name.partition("?")[0] not in heard:
                    close = nearest(name, heard)
                    if close is None and method in MODEL_VERBS:  # the end of a model may be of no interest
                        continue
                    yield Mistake(
                        keyword.value.lineno,
                        f"nobody listens to {name}{did_you_mean(close)}",
                        f'@session.on("{name}"), or {keyword.arg}="{close}"' if close else f'@session.on("{name}")',
                    )

    def others(self) -> Iterator[Mistake]:
        streams = [node for node in self._calls if _attribute(node) in _STREAMING and _is_session(node)]
        if streams and not any(_opens_stream(node) for node in self._calls):
            mend = 'config(tts_stream={"enable": True}) in the first verbs'
            yield Mistake(streams[0].lineno, "text is streamed, and no token stream is opened", mend)
        audio = {_text(node, "path") or _first(node) for node in self._calls if _attribute(node) == "audio"}
        for node in self._calls:
            url = _text(node, "url") or (_first(node) if _attribute(node) in ("listen", "stream") else None)
            if _attribute(node) in ("listen", "stream") and url and url.startswith("/") and url not in audio:
                yield Mistake(node.lineno, f"listen({url!r}): no audio service is there", f'endpoint.audio("{url}")')
        for constant in (node for node in self._nodes if isinstance(node, ast.Constant)):
            value = constant.value
            if isinstance(value, str) and value.startswith(_SECRETS) and len(value) > _SHORTEST_SECRET:
                yield Mistake(constant.lineno, "a key is in the code", "os.environ, or env_vars= and session.env()")


def _attribute(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _is_chain(function: ast.expr) -> bool:
    """True for a verb of a chain: of a session, a response, or behind another verb."""
    if not isinstance(function, ast.Attribute):
        return False
    value: Any = function.value
    if isinstance(value, ast.Name):
        return value.id in {"session", "response", "s"}
    if isinstance(value, ast.Call):
        return (isinstance(value.func, ast.Name) and value.func.id == "WebhookResponse") or _is_chain(value.func)
    return False


def _is_session(node: ast.Call) -> bool:
    return (
        isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "session"
    )


def _registers(decorator: ast.expr) -> bool:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(function, ast.Attribute) and function.attr in _CALLBACKS


def _registered(node: ast.Call) -> Iterator[str]:
    """The names of hooks that a call registers."""
    method = _attribute(node)
    if method in _CALLBACKS - {"tool"} or method in ("use_tools", "tools"):
        yield from (arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
        hook = _text(node, "hook")
        if hook or method == "use_tools":
            yield hook or "/tool-call"


def _first(node: ast.Call) -> str | None:
    value = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
    return value if isinstance(value, str) else None


def _text(node: ast.Call, name: str) -> str | None:
    for keyword in node.keywords:
        if keyword.arg == name and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
            return keyword.value.value
    return None


def _opens_stream(node: ast.Call) -> bool:
    return any(keyword.arg in ("tts_stream", "stream", "auto_stream_tts") for keyword in node.keywords)
