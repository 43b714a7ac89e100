"""What the caller hears while the app takes its time: filler noise, and the actions of ``actionHookDelayAction``."""

from __future__ import annotations

from typing import Any, cast

from ..clock import Timer
from ..flow import Flow, Killed
from ..stack import VerbStack
from ..waits import Steps, Verb

__all__ = ["DelayActions", "FillerNoise"]

_NOISE = "tone_stream://%(500,0,400,500)"


class FillerNoise:
    """Noise from a moment after a ``gather`` has heard something, until its hook has been answered."""

    def __init__(self, stack: VerbStack, verb: Verb) -> None:
        own = verb.get("fillerNoise")
        general = stack.call.configuration.get("fillerNoise")
        options: Verb = {**(cast("Verb", general) if isinstance(general, dict) else {})}
        options |= cast("Verb", own) if isinstance(own, dict) else {}
        self._stack = stack
        self._flow: Flow | None = None
        self._timer: Timer | None = None
        if options.get("enable"):
            self._url = str(options.get("url") or _NOISE)
            delay = float(options.get("startDelaySecs") or 0)
            if delay > 0:
                self._timer = stack.call.clock.call_later(delay, self._start)
            else:
                self._start()

    def _start(self) -> None:
        stack = self._stack
        self._flow = Flow(stack.play_on(self._url), stack.call.wait_of)
        self._flow.start()

    def stop(self) -> None:
        """End the noise."""
        if self._timer is not None:
            self._timer.cancel()
        if self._flow is not None:
            self._flow.kill(Killed())


class DelayActions:
    """Says and plays something while an action hook is not answered, and gives up in the end."""

    def __init__(self, stack: VerbStack, verb: Verb) -> None:
        options: Any = verb.get("actionHookDelayAction")
        if not isinstance(options, dict):
            options = stack.call.configuration.get("actionHookDelayAction")
        self._stack = stack
        self._timers: list[Timer] = []
        self._flow: Flow | None = None
        self._stopped = False
        self._options: Verb = cast("Verb", options) if isinstance(options, dict) else {}
        if not self._options or self._options.get("enabled", self._options.get("enable", True)) is not True:
            return
        self._tries = 0
        give_up = self._options.get("noResponseGiveUpTimeout")
        if give_up:
            self._timers.append(stack.call.clock.call_later(float(give_up), self._give_up))
        self._wait()

    def _wait(self) -> None:
        timeout = float(self._options.get("noResponseTimeout") or 0.001)
        # once, and as often again as the retries say
        if self._options.get("actions") and self._tries <= int(self._options.get("retries") or 0):
            self._timers.append(self._stack.call.clock.call_later(timeout, self._act))

    def _act(self) -> None:
        actions = cast("list[Verb]", self._options["actions"])
        action = actions[self._tries % len(actions)]
        self._tries += 1
        self._flow = Flow(self._perform(action), self._stack.call.wait_of)
        self._flow.on_done(lambda _: None if self._stopped else self._wait())
        self._flow.start()

    def _perform(self, action: Verb) -> Steps:
        if action.get("verb") == "say":
            yield from self._stack.speak(action)
        elif action.get("verb") == "play":
            yield from self._stack.play(action)

    def _give_up(self) -> None:
        stack = self._stack
        stack.call.note("event", "the app has not answered in time: jambonz gives up")
        verbs = cast("list[Verb]", self._options.get("giveUpActions") or [{"verb": "hangup"}])
        self.stop()
        if any(verb.get("verb") == "hangup" for verb in verbs[:1]):
            stack.call.hang_up_call("jambonz")
        else:
            stack.call.replace_verbs([dict(verb) for verb in verbs])

    def stop(self) -> None:
        """End what is being said, and wait no more."""
        self._stopped = True
        for timer in self._timers:
            timer.cancel()
        if self._flow is not None:
            self._flow.kill(Killed())
