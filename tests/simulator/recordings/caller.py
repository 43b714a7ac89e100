"""The caller of a case, who takes its steps in the time of the call."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from typing import Any

from jambonz_sync.simulator import CallerWait, Pressed, Said, Turn
from jambonz_sync.simulator.engine.machine import Machine
from jambonz_sync.simulator.engine.phone import Phone
from jambonz_sync.simulator.engine.waits import Sleep

__all__ = ["StepCaller"]

#: milliseconds that a step waits at most, a little less than then: there, the first messages took some
_PATIENCE = 5990
#: how sure the recogniser of the recordings is
_SURE = 0.97
#: seconds between two looks
_LOOK = 0.002


class StepCaller:
    """Takes the steps of a case; when one fails, or none is left, the caller hangs up."""

    def __init__(self, steps: list[list[Any]]) -> None:
        self._steps = steps
        self._heard = 0

    def next_turn(self, wait: CallerWait) -> Turn | None:
        return None

    def gives_up(self) -> bool:
        return False

    def script_for(self, phone: Phone, machine: Machine) -> Generator[Any, Any, None]:
        for name, *args in self._steps:
            done = yield from getattr(self, f"_{name}")(phone, machine, *args)
            if done is False:
                break
        yield from self._until(lambda: machine.begun or machine.finished, machine, 60_000)
        machine.hang_up("caller")

    def _until(self, condition: Callable[[], bool], machine: Machine, milliseconds: float) -> Any:
        began = machine.call.now
        end = began + milliseconds / 1000
        while not condition():
            if machine.call.now >= end:
                return False
            # who waits for long need not look so often
            yield Sleep(max(_LOOK, (machine.call.now - began) / 500))
        return True

    # -- what the caller does

    def _says(self, phone: Phone, machine: Machine, text: str, mode: str = "words") -> Any:
        def listened_to() -> bool:
            return any(ear.speech for ear in phone.ears) and not phone.playing

        if (yield from self._until(listened_to, machine, _PATIENCE)):
            yield phone.take(Said(text, _SURE, interim="none" if mode == "final" else "words", lead=0.05))

    def _interrupts(self, phone: Phone, machine: Machine, text: str) -> Any:
        yield phone.take(Said(text, _SURE, interim="once", lead=0.0))

    def _presses(self, phone: Phone, machine: Machine, keys: str) -> Any:
        def listened_to() -> bool:
            return bool(phone.ears) and not phone.playing

        if (yield from self._until(listened_to, machine, _PATIENCE)):
            digits_only = not any(ear.speech for ear in phone.ears)
            yield phone.take(Pressed(keys, lead=0.03 if digits_only else 0.0))

    def _keys(self, phone: Phone, machine: Machine, keys: str) -> Any:
        yield phone.take(Pressed(keys, lead=0.0))

    def _silent(self, phone: Phone, machine: Machine) -> Any:
        yield Sleep(0.0)

    def _hangup(self, phone: Phone, machine: Machine) -> Any:
        machine.hang_up("caller")
        yield Sleep(0.0)

    def _sleep(self, phone: Phone, machine: Machine, milliseconds: float) -> Any:
        yield Sleep(milliseconds / 1000)

    def _model(self, phone: Phone, machine: Machine, what: list[Any]) -> Any:
        models = machine.call.models
        if (yield from self._until(lambda: models.current is not None, machine, _PATIENCE)) and models.current:
            yield Sleep(0.03)
            if what[0] == "disconnect":
                models.current.ends("disconnect from remote end")

    # -- what the caller waits for

    def _hears(self, phone: Phone, machine: Machine, pattern: str, milliseconds: float = _PATIENCE) -> Any:
        wanted = re.compile(pattern, re.IGNORECASE)

        def heard() -> bool:
            lines = machine.call.transcript.lines("app")
            for number in range(self._heard, len(lines)):
                if wanted.search(lines[number]):
                    self._heard = number + 1
                    return True
            return False

        return (yield from self._until(heard, machine, milliseconds))

    _streams = _hears

    def _over(self, phone: Phone, machine: Machine, _: Any = None, milliseconds: float = _PATIENCE) -> Any:
        return (yield from self._until(lambda: machine.finished, machine, milliseconds))

    def _listens(self, phone: Phone, machine: Machine) -> Any:
        return (yield from self._until(lambda: any(ear.speech for ear in phone.ears), machine, _PATIENCE))

    def _sent(self, phone: Phone, machine: Machine, kind: str) -> Any:
        messages = machine.call.transcript.messages
        return (yield from self._until(lambda: any(m.kind == kind for m in list(messages)), machine, 15_000))

    def _hook(self, phone: Phone, machine: Machine, path: str) -> Any:
        asked = machine.call.asked
        return (yield from self._until(lambda: any(name.endswith(path) for name in asked), machine, _PATIENCE))
