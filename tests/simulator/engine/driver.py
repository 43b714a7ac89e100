"""Runs a machine as plain values: no sockets, no threads, no time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

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
Hook = Callable[[dict[str, Any]], Any] | Verbs | None


class Run:
    """A call whose app is a dict of hooks: each a list of verbs, or a function of the payload."""

    def __init__(
        self,
        first: object,
        hooks: dict[str, Hook] | None = None,
        caller: Iterable[Turn | str] = (),
        *,
        websocket: bool = True,
        scenario: Scenario | None = None,
        streams: bool = True,
    ) -> None:
        """``streams``: audio streams can be opened."""
        self.hooks = hooks or {}
        self.caller = ScriptedCaller(caller)
        self.transcript = Transcript()
        self.call = CallState(Leg(), scenario or Scenario(), self.transcript, websocket=websocket)
        self.machine = Machine(self.call, VERBS)
        self.asked: list[HookRequest] = []
        self.told: list[Notification] = []
        self.can_stream = streams
        #: what the app has got on each audio stream
        self.got: dict[AudioFork, list[str | bytes]] = {}
        self.machine.start(first)
        self.drain()

    def drain(self) -> Run:
        """Go on until the call is over, or waits for a command."""
        machine = self.machine
        while True:
            if self.call.out:
                self._deliver(self.call.out.pop(0))
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
                self.call.tick()
            else:
                return self.collect()

    def beat(self, frames: int = 1) -> Run:
        """Let time pass on the audio streams."""
        for _ in range(frames):
            self.call.tick()
        return self.drain()

    def _open(self) -> bool:
        """Open the audio streams that are to be opened; False if there are none."""
        streams = self.call.streams
        opening = [fork for fork in streams.forks if fork.opening]
        for fork in opening:
            self.got[fork] = []
            streams.opened(fork) if self.can_stream else streams.failed(fork, "nobody is there")
        return bool(opening)

    def collect(self) -> Run:
        for fork in self.got:
            self.got[fork] += fork.out
            fork.out.clear()
        return self

    @property
    def fork(self) -> AudioFork:
        """The newest audio stream."""
        return list(self.got)[-1]

    def app_sends(self, *messages: dict[str, Any] | str | bytes) -> Run:
        """The app sends on the newest audio stream."""
        for message in messages:
            raw = json.dumps(message) if isinstance(message, dict) else message
            self.call.streams.received(self.fork, raw)
        return self.drain()

    def events(self) -> list[dict[str, Any]]:
        """The text messages that the app got on the newest audio stream, without the first."""
        return [json.loads(one) for one in self.got[self.fork][1:] if isinstance(one, str)]

    def audio(self) -> bytes:
        """The audio that the app got on the newest audio stream."""
        return b"".join(one for one in self.got[self.fork] if isinstance(one, bytes))

    def _deliver(self, one: HookRequest | Notification) -> None:
        if isinstance(one, Notification):
            self.told.append(one)
            return
        self.asked.append(one)
        hook = self.hooks.get(str(one.hook))
        if hook is None and str(one.hook) not in self.hooks:
            self.machine.answer(one, error=f"{one.hook} is not there")
        else:
            self.machine.answer(one, hook(dict(one.data)) if callable(hook) else hook)

    def command(self, command: str, data: Any = None, **more: Any) -> Run:
        execute(self.machine, {"type": "command", "command": command, "data": data, **more})
        return self.drain()

    def says(self, text: str) -> Run:
        self.caller.script.append(Said(text))
        return self.drain()

    def hangs_up(self) -> Run:
        self.machine.hang_up("caller")
        return self.drain()

    def heard(self, text: str) -> bool:
        return self.transcript.heard(text)

    def asks(self, hook: str) -> list[dict[str, Any]]:
        return [dict(one.data) for one in self.asked if one.hook == hook]

    def tells(self, type: str) -> list[dict[str, Any]]:
        return [dict(one.data) for one in self.told if one.type == type]

    def verbs(self) -> list[str]:
        return [str(verb["verb"]) for verb in self.transcript.verbs]
