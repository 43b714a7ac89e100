"""Runs a machine as plain values: no sockets, no threads, no time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Self

from jambonz_sync.simulator.caller import ScriptedCaller
from jambonz_sync.simulator.engine.commands import execute
from jambonz_sync.simulator.engine.leg import Leg
from jambonz_sync.simulator.engine.machine import Machine
from jambonz_sync.simulator.engine.phone import Ear
from jambonz_sync.simulator.engine.scenario import Scenario
from jambonz_sync.simulator.engine.state import CallState
from jambonz_sync.simulator.engine.transcript import Transcript
from jambonz_sync.simulator.engine.turns import HangUp, Said, Silence, Turn
from jambonz_sync.simulator.engine.verbs import VERBS
from jambonz_sync.simulator.engine.waits import CallerWait, HookRequest, Notification
from jambonz_sync.simulator.media.fork import AudioFork
from jambonz_sync.simulator.media.pcm import FRAME

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
        self._silent_ears: list[Ear] = []
        self.state.clock.on_patience_over = self._end_silence
        self.machine.start(first)
        self.drain()

    def drain(self) -> Self:
        """Go on until the call is over, or nothing will happen any more."""
        while not self.machine.finished or self.state.out:
            if not self._step():
                break
        return self.collect()

    def _step(self) -> bool:
        """Let one thing happen; False if there is nothing."""
        state, clock, phone = self.state, self.state.clock, self.state.phone
        timer = clock.next_timer
        if state.out:
            self._deliver(state.out.pop(0))
        elif self._open():
            pass
        elif timer is not None and timer.at <= clock.now:
            clock.fire_next()
        elif state.streams.speaking or (state.awaits_audio and any(not fork.opening for fork in state.streams.forks)):
            self._frame()
        else:
            wait = phone.wait if not (phone.busy or phone.playing or self.silent or state.ended) else None
            if not self._caller_acts(wait):
                undecided = wait is not None and wait.optional and not wait.immediate
                if timer is None or (timer.patient and undecided):
                    return False
                clock.now = timer.at
        return True

    @property
    def silent(self) -> bool:
        """The caller keeps silent until a time-out passes, or others listen."""
        return bool(self._silent_ears) and self._silent_ears == self.state.phone.ears

    def _end_silence(self) -> None:
        self._silent_ears = []

    def _caller_acts(self, wait: CallerWait | None) -> bool:
        turn = None if wait is None else self.caller.next_turn(wait)
        if isinstance(turn, HangUp):
            self.machine.hang_up("caller")
        elif turn is not None:
            self._silent_ears = list(self.state.phone.ears) if isinstance(turn, Silence) else []
            self.state.phone.take(turn)
        return turn is not None

    def _frame(self) -> None:
        self.state.clock.advance(self.state.clock.now + FRAME)
        self.state.tick()

    def tick(self, frames: int = 1) -> Self:
        """Let time pass on the audio streams."""
        for _ in range(frames):
            self._frame()
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

    def commands(self, *commands: tuple[str, Any]) -> Self:
        """Commands that come at the same moment."""
        for command, data in commands:
            execute(self.machine, {"type": "command", "command": command, "data": data})
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
