"""What verbs name and is not there, told when they are sent: hooks that nobody listens to, audio services.

A callback may still register the functions of hooks when it has sent their verbs: the hooks wait for its end. So what
it sends is judged when it has ended.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ..model.validation import did_you_mean, nearest
from ..model.wire import to_python_name
from ..runtime.handlers import Handlers
from .conversation.hooks import PREFIX

if TYPE_CHECKING:
    from .context import MissingAudio

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
#: verbs whose components have hooks, or streams, too
_NESTED: Final = frozenset({"config", "dial"})
#: the verbs, and the options of those, that stream audio
_STREAMS: Final = frozenset({"listen", "stream"})


class UnheardHooks:
    """Tells the log of hooks that nobody listens to, of each once in a call.

    Args:
        call_sid: For the log.
        handlers: The callbacks of the session.
        missing_audio: Looks for the audio service of a path; None looks for none.
    """

    __slots__ = ("_background", "_call_sid", "_handlers", "_missing_audio", "_told", "later")

    def __init__(self, call_sid: str, handlers: Handlers, missing_audio: MissingAudio | None = None) -> None:
        self._missing_audio = missing_audio
        self._call_sid = call_sid
        self._handlers = handlers
        self._told: set[str] | None = None  # made for the first: most calls have none
        self._background: Mapping[str, Any] | None = None  # barge_in of a config, while it listens
        self.later: list[tuple[str, str, str | None]] | None = None  # to be judged when a callback has ended

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

    def check(self, verbs: Iterable[Mapping[str, Any]], waited_for: str | None = None, *, later: bool = False) -> None:
        """Warn of hooks of verbs that are about to be sent.

        Args:
            verbs: The verbs, in wire form.
            waited_for: The name of a hook that a thread waits for.
            later: A callback sends them, which may yet register functions: :meth:`check_later` warns.
        """
        handlers = self._handlers
        if self._background is not None and not self._background.get("sticky"):
            self._background = None  # it listens for one result only, which may have brought these verbs about
        for verb in verbs:  # of each answer: what most of them have costs little
            name = verb.get("verb")
            if name in _WITHOUT_HOOKS:
                continue
            hook = verb.get("actionHook")
            if name == "config":
                self._take_barge_in(verb.get("bargeIn"))
            elif self._background is not None and name == "gather":
                self._check_skipped(verb, self._background)
            if name == "gather" and type(hook) is str and hook in handlers and "partialResultHook" not in verb:
                continue
            for key, hook in verb.items():
                if key[-4:] == "Hook":
                    self._check(hook, key, name, waited_for, later)
            if name in _NESTED:
                for option, options in verb.items():
                    if type(options) is dict:
                        if option in _STREAMS:
                            self._check_stream(options, f"{option} of {name}")
                        for key, hook in options.items():
                            if key[-4:] == "Hook":
                                self._check(hook, key, name, waited_for, later)
            elif name in _STREAMS:
                self._check_stream(verb, name)
            elif name == "gather" and "actionHook" not in verb:
                self._check_gather(verb)

    def check_later(self) -> None:
        """Warn of the hooks that callbacks have sent and still nobody listens to. Threads: that of a callback's end."""
        sent, self.later = self.later, None
        for hook, option, verb in sent or ():
            self._check(hook, option, verb, None, False)

    def _check(self, hook: Any, option: str, verb: str | None, waited_for: str | None, later: bool) -> None:
        if isinstance(hook, Mapping):
            hook = hook.get("url")
        handlers = self._handlers
        if not isinstance(hook, str) or not hook or "//" in hook or option in _ELSEWHERE:
            return  # it leads to another server
        if hook == waited_for or hook.startswith(PREFIX) or hook in handlers or path_of(hook) in handlers:
            return
        if any(name in handlers for name in _CATCH_ALL):
            return
        if later:
            self.later = [*(self.later or ())[: _MOST - 1], (hook[:100], option, verb)]
            return
        name = hook[:100]
        if self.is_new(name):
            near = nearest(path_of(name) or name, [known for known in handlers.names() if known.startswith("/")])
            fix = f"/{name}" if near is None and not name.startswith("/") else near or name
            log.warning(
                'call %s: nobody listens to %s, the %s of %s%s: session.on("%s", fn)',
                *(self._call_sid, name, to_python_name(option), verb, did_you_mean(near), fix),
            )

    def _check_gather(self, verb: Mapping[str, Any]) -> None:
        if not verb.get("bargein") and "partialResultHook" not in verb and self.is_new("gather"):
            log.warning(
                "call %s: a gather without an action_hook: what the caller says or keys in is lost; "
                'gather(action_hook="/heard"), or session.ask()',
                self._call_sid,
            )

    def _check_stream(self, verb: Mapping[str, Any], what: Any) -> None:
        url = verb.get("url")
        if not isinstance(url, str) or "//" in url or self._missing_audio is None:
            return  # it leads to another server
        path = f"/{url.lstrip('/')}"
        advice = self._missing_audio(path_of(path) or path)
        if advice is not None and self.is_new(f"audio {path[:100]}"):
            log.warning(
                "call %s: %s streams to %s, and there is no audio service: %s", self._call_sid, what, path[:100], advice
            )

    def _take_barge_in(self, options: Any) -> None:
        if isinstance(options, Mapping):
            self._background = options if options.get("enable") else None

    def _check_skipped(self, verb: Mapping[str, Any], background: Mapping[str, Any]) -> None:
        hears_speech = "speech" in (background.get("input") or ["speech"])
        if (hears_speech or "speech" not in (verb.get("input") or ["digits"])) and self.is_new("barge_in"):
            log.warning(
                "call %s: jambonz skips a gather, or ask(), while barge_in of config listens in its place, for its own "
                'action_hook: leave it out, or end it with config(barge_in={"enable": False})',
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
