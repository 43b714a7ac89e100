"""The actions on a running call, and the methods that ask for each, read off the classes that have them."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from endpoints import resource_classes

from jambonz_sync import Session
from jambonz_sync.protocol import actions

#: the class of ``client.calls``
CALLS = resource_classes()["calls"]


class ActionMethods(NamedTuple):
    """An action and the names of the methods of a session, and of ``client.calls``, that ask for it."""

    action: type[actions.Action]
    session: list[str]
    rest: list[str]


def called_actions(function: object) -> set[str]:
    """Return the names of the actions that a method asks for: ``X`` of each ``actions.X`` in its source."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))  # type: ignore[arg-type]
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "actions"
    }


def methods_by_action(cls: type) -> dict[str, list[str]]:
    """Return the public methods of a class by the name of the action that they ask for."""
    by_action: dict[str, list[str]] = {}
    for base in cls.__mro__:
        for name, member in vars(base).items():
            if inspect.isfunction(member) and not name.startswith("_"):
                for action in sorted(called_actions(member)):
                    by_action.setdefault(action, []).append(name)
    return by_action


def action_methods() -> Iterator[ActionMethods]:
    """Yield each action with its methods: in the order of the session's methods, then those that it lacks.

    Raises:
        LookupError: No method asks for an action.
    """
    by_session, by_rest = methods_by_action(Session), methods_by_action(CALLS)
    for name in dict.fromkeys([*by_session, *actions.__all__]):
        action = getattr(actions, name)
        if isinstance(action, type) and issubclass(action, actions.Action) and action is not actions.Action:
            methods = ActionMethods(action, by_session.get(name, []), by_rest.get(name, []))
            if not methods.session and not methods.rest:
                raise LookupError(f"no method asks for {name}")
            yield methods


def session_methods() -> list[str]:
    """Return the names of the methods of a session that act on the running call, in the order of its classes."""
    named = {name for methods in action_methods() for name in methods.session}
    others = {name for name in dir(Session) if name.startswith(("inject_", "update_"))} | {"generate_reply"}
    return list(dict.fromkeys(name for base in Session.__mro__ for name in vars(base) if name in named | others))


def call_form(cls: type, name: str) -> str:
    """Return how a method is called: ``dtmf(call_sid, digit, duration)``, with ``name=`` for what goes by name only."""
    parameters = list(inspect.signature(getattr(cls, name)).parameters.values())[1:]
    marks = {inspect.Parameter.KEYWORD_ONLY: "{}=", inspect.Parameter.VAR_KEYWORD: "..."}
    return f"{name}({', '.join(marks.get(each.kind, '{}').format(each.name) for each in parameters)})"
