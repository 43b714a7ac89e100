"""Hooks that verbs name and nobody listens to: told when the verbs are sent, and not only when the hook has come."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from ..model.validation import did_you_mean, nearest
from ..model.wire import to_python_name
from ..runtime.handlers import Handlers
from .conversation.hooks import PREFIX

__all__ = ["UnheardHooks", "path_of"]

log = logging.getLogger("jambonz_sync.session")

#: names of hooks that nobody listens to, of which the log tells in one call
_MOST: Final = 100
#: events by which the hooks of some verbs come as well: who listens to one of them may listen to any hook
_CATCH_ALL: Final = (
    *("verb:hook", "dial:confirm", "queue:status"),
    *("llm:event", "llm:tool-call", "agent:event", "agent:tool-call"),
)
#: options that lead to no callback of their own
_ELSEWHERE: Final = frozenset({"statusHook"})
#: the verbs that are sent most, and have none; the hook of a ``redirect`` may be for the service
_WITHOUT_HOOKS: Final = frozenset({"say", "pause", "hangup", "redirect", "tag", "answer"})
#: verbs whose components have hooks, too
_NESTED: Final = frozenset({"config", "dial"})


class UnheardHooks:
    """Tells the log of hooks that nobody listens to, of each once in a call.

    Args:
        call_sid: For the log.
        handlers: The callbacks of the session.
    """

    __slots__ = ("_call_sid", "_handlers", "_told")

    def __init__(self, call_sid: str, handlers: Handlers) -> None:
        self._call_sid = call_sid
        self._handlers = handlers
        self._told: set[str] | None = None  # made for the first: most calls have none

    def is_new(self, name: str) -> bool:
        """Return True if the log is to be told of a hook, which it is once.

        Args:
            name: Its name.
        """
        told = self._told = self._told or set()
        if name in told or len(told) >= _MOST:
            return False
        told.add(name)
        return True

    def check(self, verbs: Iterable[Mapping[str, Any]], waited_for: str | None = None) -> None:
        """Warn of hooks of verbs that are about to be sent.

        Args:
            verbs: The verbs, in wire form.
            waited_for: The name of a hook that a thread waits for.
        """
        handlers = self._handlers
        for verb in verbs:  # of each answer: what most of them have costs little
            name = verb.get("verb")
            if name in _WITHOUT_HOOKS:
                continue
            hook = verb.get("actionHook")
            if name == "gather" and type(hook) is str and hook in handlers and "partialResultHook" not in verb:
                continue
            for key, hook in verb.items():
                if key[-4:] == "Hook":
                    self._check(hook, key, name, waited_for)
            if name in _NESTED:
                for options in verb.values():
                    if type(options) is dict:
                        for key, hook in options.items():
                            if key[-4:] == "Hook":
                                self._check(hook, key, name, waited_for)
            elif name == "gather" and "actionHook" not in verb:
                self._check_gather(verb)

    def _check(self, hook: Any, option: str, verb: str | None, waited_for: str | None) -> None:
        if isinstance(hook, Mapping):
            hook = hook.get("url")
        handlers = self._handlers
        if not isinstance(hook, str) or not hook or "//" in hook or option in _ELSEWHERE:
            return  # it leads to another server
        if hook == waited_for or hook.startswith(PREFIX) or hook in handlers or path_of(hook) in handlers:
            return
        if any(name in handlers for name in _CATCH_ALL):
            return
        name = hook[:100]
        if self.is_new(name):
            near = nearest(path_of(name) or name, [known for known in handlers.names() if known.startswith("/")])
            fix = f"/{name}" if near is None and not name.startswith("/") else near or name
            log.warning(
                'call %s: nobody listens to %s, the %s of %s%s: session.on("%s", fn), before it is sent',
                *(self._call_sid, name, to_python_name(option), verb, did_you_mean(near), fix),
            )

    def _check_gather(self, verb: Mapping[str, Any]) -> None:
        if not verb.get("bargein") and "partialResultHook" not in verb and self.is_new("gather"):
            log.warning(
                "call %s: a gather without an action_hook: what the caller says or keys in is lost; "
                'gather(action_hook="/heard"), or session.ask()',
                self._call_sid,
            )


def path_of(name: str) -> str:
    """Return the path of a hook that is an absolute URL, or has a query; else nothing.

    Args:
        name: The name of the hook.
    """
    if "//" in name or "?" in name or "#" in name:
        try:
            return urlsplit(name).path
        except ValueError:
            pass  # it is no URL
    return ""
