"""Single calls of an app's source, tried with what is literal in them: the SDK itself says what is wrong with them.

Nothing of the app runs: a verb is put into a chain of its own, and a function is stood for by its parameters.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..errors import InvalidVerb, UnknownEvent
from ..model.wire import to_python_name
from ..runtime.handlers import Handlers
from ..session.listeners import EVENTS
from ..tools import ToolSet
from ..verbs.base import advice_collected
from ..verbs.chain import VerbChain

__all__ = ["Refusal", "try_registration", "try_verb"]

#: mistakes of one verb that are looked for
_MOST: Final = 20
#: what stands for a value that is known in the call only
_TEXT, _HOOK = "...", "/..."
#: the file of functions that stand for those of the app
_FILE: Final = "<app>"


@dataclass(frozen=True)
class Refusal:
    """What the SDK says of a call.

    Args:
        message: Its words.
        nearest: The name that was most likely meant; "" if there is none.
    """

    message: str
    nearest: str = ""


def try_verb(method: str, node: ast.Call) -> list[Refusal]:
    """Say what a verb would be refused for, or warned of.

    Args:
        method: The method of the chain.
        node: Its call. What it computes is taken to be right.
    """
    if any(isinstance(arg, ast.Starred) for arg in node.args) or any(keyword.arg is None for keyword in node.keywords):
        return []
    positional, computed = _positional(node)
    options: dict[str, Any] = {}
    for keyword in node.keywords:
        name = str(keyword.arg)
        known, value = _literal(keyword.value)
        if known:
            options[name] = value
        elif name.endswith("_hook"):
            options[name] = _HOOK
        elif name == "tools":
            options[name] = _some_tools()
        else:
            computed = True
    refusals: list[Refusal] = []
    with advice_collected() as advice:
        for _ in range(_MOST):
            wrong = _refused(method, positional, options)
            if wrong is None:
                break
            option = to_python_name(wrong.path.partition(".")[2].partition(".")[0].partition("[")[0])
            if option in options or not computed or len(positional) > 1:
                refusals.append(Refusal(str(wrong.error), wrong.nearest))
            if option not in options:
                break
            del options[option]  # there may be more
            computed = True
    # what is missing may be computed
    return [*refusals, *(Refusal(text) for text in dict.fromkeys(advice) if not (computed and "is missing" in text))]


@dataclass(frozen=True)
class _Wrong:
    error: Exception
    path: str = ""
    nearest: str = ""


def _refused(method: str, positional: list[Any], options: Mapping[str, Any]) -> _Wrong | None:
    try:
        getattr(VerbChain(), method)(*positional, **options)
    except InvalidVerb as error:
        return _Wrong(error, error.path or "", error.nearest or "")
    except (TypeError, ValueError, RecursionError) as error:
        return _Wrong(error)
    return None


def _positional(node: ast.Call) -> tuple[list[Any], bool]:
    values = [_literal(arg) for arg in node.args]
    return [value if known else _TEXT for known, value in values], not all(known for known, _ in values)


def _literal(node: ast.expr) -> tuple[bool, Any]:
    """Return whether a value is in the source, and the value."""
    if isinstance(node, ast.JoinedStr):
        return True, _TEXT
    try:
        return True, ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False, None


def _some_tools() -> ToolSet:
    tools = ToolSet()

    @tools.tool
    def look_up(name: str) -> str:
        """Look something up."""
        return name

    return tools


def try_registration(name: str, function: ast.FunctionDef | ast.Lambda | None) -> Refusal | None:
    """Say why a session would refuse a function for an event, or the event.

    Args:
        name: The event, or the name of a hook.
        function: The function; None if it cannot be seen.
    """
    try:
        Handlers(EVENTS).on(name, print if function is None else _stand_in(function))
    except UnknownEvent as error:
        return Refusal(str(error), error.nearest or "")
    except TypeError as error:
        name = function.name if isinstance(function, ast.FunctionDef) else "a lambda"
        return Refusal(str(error).replace(f"<lambda> ({_FILE}:1)", name))
    return None


def _stand_in(function: ast.FunctionDef | ast.Lambda) -> Any:
    """Return a function that has the same parameters, and does nothing."""
    old = function.args
    none = ast.Constant(None)
    parameters = ast.arguments(
        posonlyargs=[ast.arg(each.arg) for each in old.posonlyargs],
        args=[ast.arg(each.arg) for each in old.args],
        vararg=None if old.vararg is None else ast.arg(old.vararg.arg),
        kwonlyargs=[ast.arg(each.arg) for each in old.kwonlyargs],
        kw_defaults=[None if each is None else none for each in old.kw_defaults],
        kwarg=None if old.kwarg is None else ast.arg(old.kwarg.arg),
        defaults=[none for _ in old.defaults],
    )
    made: Any = eval(compile(ast.fix_missing_locations(ast.Expression(ast.Lambda(parameters, none))), _FILE, "eval"))
    return made
