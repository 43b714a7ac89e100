"""Mistakes that can be seen in the source of an app, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .. import verbs
from ..model.validation import did_you_mean, nearest
from ..session.tools.methods import MODEL_VERBS
from .trial import try_registration, try_verb

__all__ = ["Mistake", "lint"]

#: options whose value is the name of a hook, beside those that end so
_HOOKS: Final = ("_hook", "Hook")
#: events by which hooks come as well
_CATCH_ALL: Final = {"verb:hook", "llm:event", "llm:tool-call", "agent:event", "agent:tool-call"}
_STREAMING: Final = frozenset({"stream_tts", "send_tts_tokens", "chat"})
_CALLBACKS: Final = frozenset({"on", "once", "call", "webhook", "websocket", "status", "tool"})
#: options of a gather by which somebody is told, and one that has it end nothing
_HEARS: Final = frozenset({"action_hook", "partial_result_hook", "bargein", None})
_ASK: Final = 'gather(action_hook="/heard"), or session.ask()'
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
    mistakes = [
        *found.async_callbacks(),
        *found.refused_verbs(),
        *found.refused_listeners(),
        *found.gathers_without_hook(),
        *found.unheard_hooks(),
        *found.others(),
    ]
    return sorted(mistakes, key=lambda mistake: mistake.line)


class _Source:
    def __init__(self, tree: ast.Module) -> None:
        self._nodes = list(ast.walk(tree))
        self._calls = [node for node in self._nodes if isinstance(node, ast.Call)]
        #: a call or an attribute -> what it is called on, or read of: the next link of a chain
        self._parents: dict[ast.AST, ast.expr] = {}
        #: the name of a function -> all that have it
        self._functions: dict[str, list[ast.FunctionDef]] = {}
        #: the call of a decorator -> the function
        self._decorated: dict[ast.expr, ast.FunctionDef] = {}
        for node in self._nodes:
            if isinstance(node, ast.Call):
                self._parents[node.func] = node
            elif isinstance(node, ast.Attribute):
                self._parents[node.value] = node
            elif isinstance(node, ast.FunctionDef):
                self._functions.setdefault(node.name, []).append(node)
                self._decorated.update(dict.fromkeys(node.decorator_list, node))

    def async_callbacks(self) -> Iterator[Mistake]:
        for node in self._nodes:
            if isinstance(node, ast.AsyncFunctionDef) and any(map(_registers, node.decorator_list)):
                yield Mistake(node.lineno, f"async def {node.name}: callbacks are plain functions", f"def {node.name}")

    def refused_verbs(self) -> Iterator[Mistake]:
        for node in self._calls:
            method = _attribute(node)
            if method in verbs.VERBS and _is_chain(node.func):
                for refusal in try_verb(method, node):
                    yield Mistake(node.lineno, refusal.message, f"{refusal.nearest}=" if refusal.nearest else "")

    def refused_listeners(self) -> Iterator[Mistake]:
        for node in self._calls:
            if _attribute(node) not in ("on", "once") or not _is_session(node):
                continue
            name = _first(node)
            if name is None:
                continue
            refusal = try_registration(name, self._function_of(node))
            if refusal is not None:
                mend = f'session.on("{refusal.nearest}")' if refusal.nearest else ""
                yield Mistake(node.lineno, refusal.message, mend)

    def _function_of(self, node: ast.Call) -> ast.FunctionDef | ast.Lambda | None:
        """Return the function that a call registers; None if it cannot be told."""
        if len(node.args) < 2:
            return self._decorated.get(node)
        function = node.args[1]
        if isinstance(function, ast.Lambda):
            return function
        same_name = self._functions.get(function.id, []) if isinstance(function, ast.Name) else []
        return same_name[0] if len(same_name) == 1 else None

    def gathers_without_hook(self) -> Iterator[Mistake]:
        for node in self._calls:
            options = {keyword.arg for keyword in node.keywords}
            if _attribute(node) != "gather" or not _is_chain(node.func) or not options.isdisjoint(_HEARS):
                continue
            # wait() and start() have a hook of their own
            if self._ends_with(node, ("send", "reply")) or _begins_with_response(node):
                yield Mistake(node.lineno, "a gather without an action_hook: what the caller says is lost", _ASK)

    def _ends_with(self, node: ast.expr, names: tuple[str, ...]) -> bool:
        """Return True if the chain that a verb stands in ends with one of these methods."""
        last = ""
        while isinstance(outer := self._parents.get(node), ast.Attribute | ast.Call):
            node, last = outer, outer.attr if isinstance(outer, ast.Attribute) else last
        return last in names

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
                if not isinstance(name, str) or not str(keyword.arg or "").endswith(_HOOKS) or "//" in name:
                    continue
                is_path = name.startswith("/") or (name and _is_session_chain(node.func))
                if is_path and name.partition("?")[0] not in heard:
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
                close = did_you_mean(nearest(url, [path for path in audio if path]))
                mend = f'endpoint.audio("{url}"){close}'
                yield Mistake(node.lineno, f"listen({url!r}): no audio service is there", mend)
        for constant in (node for node in self._nodes if isinstance(node, ast.Constant)):
            value = constant.value
            if isinstance(value, str) and value.startswith(_SECRETS) and len(value) > _SHORTEST_SECRET:
                yield Mistake(constant.lineno, "a key is in the code", "os.environ, or env_vars= and session.env()")


def _attribute(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _begin_of(function: ast.expr) -> str:
    """Return the name that a chain begins with: that of a variable, or of what is called."""
    while isinstance(function, ast.Attribute):
        value = function.value
        if isinstance(value, ast.Call):
            function = value.func
            if isinstance(function, ast.Name):
                return f"{function.id}()"
        else:
            return value.id if isinstance(value, ast.Name) else ""
    return ""


def _is_chain(function: ast.expr) -> bool:
    """True for a verb of a chain: of a session, a response, or behind another verb."""
    return _begin_of(function) in {"session", "response", "s", "WebhookResponse()"}


def _is_session_chain(function: ast.expr) -> bool:
    return _begin_of(function) == "session"


def _begins_with_response(node: ast.Call) -> bool:
    return _begin_of(node.func) == "WebhookResponse()"


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
