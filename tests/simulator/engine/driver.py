"""Runs a machine as plain values: no sockets, no threads, no time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Self

from jambonz_sync.simulator.caller import ScriptedCaller
from jambonz_sync.simulator.engine.commands import execute
from jambonz_sync.simulator.engine.leg import Leg
from jambonz_sync.simulator.engine.machine import Machine
from jambonz_sync.simulator.engine.scenario import Scenario
from jambonz_sync.simulator.engine.state import CallState
from jambonz_sync.simulator.engine.transcript import Transcript
from jambonz_sync.simulator.engine.turns import HangUp, Said, Turn
from jambonz_sync.simulator.engine.verbs import VERBS
from jambonz_sync.simulator.engine.waits import AudioWait, CallerWait, HookRequest, Notification, ReactionWait
from jambonz_sync.simulator.media.fork import AudioFork

Verbs = list[dict[str, Any]]
HookReply = Callable[[dict[str, Any]], Any] | Verbs | None


class DrivenCall:
    """A call whose app is a dict of hooks: each a list of verbs, or a function of the payload."""

    def __init__(
        self,
        first: object,
        hooks: dict[str, HookReply] | None = None,
        caller: Iterable[Turn | str] = (),
        *,
        websocket: bool = True,
        scenario: Scenario | None = None,
        streams: bool = True,
        models_answer: bool = False,
    ) -> None:
        """``streams``: audio streams can be opened. ``models_answer``: models speak without a script."""
        self.hooks = hooks or {}
        self.caller = ScriptedCaller(caller)
        self.transcript = Transcript()
        self.state = CallState(Leg(), scenario or Scenario(), self.transcript, websocket=websocket)
        self.state.models.answer_alone = models_answer
        self.machine = Machine(self.state, VERBS)
        self.requests: list[HookRequest] = []
        self.notifications: list[Notification] = []
        self.can_stream = streams
        #: what the app has got on each audio stream
        self.stream_messages: dict[AudioFork, list[str | bytes]] = {}
        self.machine.start(first)
        self.drain()

    def drain(self) -> Self:
        """Go on until the call is over, or waits for a command."""
        machine = self.machine
        while True:
            if self.state.out:
                self._deliver(self.state.out.pop(0))
            elif self._open():
                pass
            elif isinstance(machine.waiting, CallerWait):
                turn = self.caller.next_turn(machine.waiting)
                if isinstance(turn, HangUp):
                    machine.hang_up("caller")
                elif turn is None and not machine.waiting.immediate:
                    return self.collect()
                else:
                    machine.caller_turn(turn)
            elif isinstance(machine.waiting, ReactionWait):
                machine.caller_turn(None)
            elif isinstance(machine.waiting, AudioWait):
                self.state.tick()
            else:
                return self.collect()

    def tick(self, frames: int = 1) -> Self:
        """Let time pass on the audio streams."""
        for _ in range(frames):
            self.state.tick()
        return self.drain()

    def _open(self) -> bool:
        """Open the audio streams that are to be opened; False if there are none."""
        streams = self.state.streams
        opening = [fork for fork in streams.forks if fork.opening]
        for fork in opening:
            self.stream_messages[fork] = []
            streams.opened(fork) if self.can_stream else streams.failed(fork, "nobody is there")
        return bool(opening)

    def collect(self) -> Self:
        for fork in self.stream_messages:
            self.stream_messages[fork] += fork.out
            fork.out.clear()
        return self

    @property
    def fork(self) -> AudioFork:
        """The newest audio stream."""
        return list(self.stream_messages)[-1]

    def app_sends(self, *messages: dict[str, Any] | str | bytes) -> Self:
        """The app sends on the newest audio stream."""
        for message in messages:
            raw = json.dumps(message) if isinstance(message, dict) else message
            self.state.streams.received(self.fork, raw)
        return self.drain()

    def events(self) -> list[dict[str, Any]]:
        """The text messages that the app got on the newest audio stream, without the first."""
        return [json.loads(message) for message in self.stream_messages[self.fork][1:] if isinstance(message, str)]

    def audio(self) -> bytes:
        """The audio that the app got on the newest audio stream."""
        return b"".join(message for message in self.stream_messages[self.fork] if isinstance(message, bytes))

    def _deliver(self, message: HookRequest | Notification) -> None:
        if isinstance(message, Notification):
            self.notifications.append(message)
            return
        self.requests.append(message)
        hook = self.hooks.get(str(message.hook))
        if hook is None and str(message.hook) not in self.hooks:
            self.machine.answer(message, error=f"{message.hook} is not there")
        else:
            self.machine.answer(message, hook(dict(message.data)) if callable(hook) else hook)

    def command(self, command: str, data: Any = None, **more: Any) -> Self:
        execute(self.machine, {"type": "command", "command": command, "data": data, **more})
        return self.drain()

    def caller_says(self, text: str) -> Self:
        self.caller.script.append(Said(text))
        return self.drain()

    def caller_hangs_up(self) -> Self:
        self.machine.hang_up("caller")
        return self.drain()

    def heard(self, text: str) -> bool:
        return self.transcript.heard(text)

    def payloads_of(self, hook: str) -> list[dict[str, Any]]:
        return [dict(message.data) for message in self.requests if message.hook == hook]

    def notified(self, type: str) -> list[dict[str, Any]]:
        return [dict(message.data) for message in self.notifications if message.type == type]

    def verbs(self) -> list[str]:
        return [str(verb["verb"]) for verb in self.transcript.verbs]
