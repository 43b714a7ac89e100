"""The keys that ``dtmfCapture`` of a ``dial`` names, of both parties, which are reported to the ``dtmfHook``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from ..leg import Leg
from ..state import CallState
from ..waits import HookAnswer, HookRequest, Verb

__all__ = ["CapturedKeys", "captured_keys"]

#: seconds between two keys of one pattern
_BETWEEN_KEYS = 3.0


class CapturedKeys:
    """Reports keys of one party that ``dtmfCapture`` names.

    Args:
        call: The call.
        leg: The leg of the party.
        verb: The ``dial``.
        patterns: Keys in a row that are reported.
    """

    def __init__(self, call: CallState, leg: Leg, verb: Verb, patterns: tuple[str, ...]) -> None:
        self._call = call
        self._leg = leg
        self._hook = verb.get("dtmfHook")
        self._patterns = patterns
        self._keys = ""
        self._last = 0.0

    def press(self, key: str) -> None:
        """Take one key."""
        call = self._call
        self._keys = key if call.now - self._last >= _BETWEEN_KEYS else self._keys + key
        self._last = call.now
        found = next((pattern for pattern in self._patterns if self._keys.endswith(pattern)), None)
        if found is None or not self._hook:
            return
        if call.configuration.get("sipRequestWithinDialogHook"):
            text = f"the keys {found} are not reported: with a sipRequestWithinDialogHook, no dtmfHook is asked"
            call.find("option-ignored-by-server", text, where="dial.dtmfHook")
            return
        call.send_hook(HookRequest(self._hook, self._leg.describe(dtmf=found)), self._ignore)

    def _ignore(self, answer: HookAnswer) -> list[Verb]:
        if answer.verbs:
            text = "verbs in the answer to a dtmfHook are not run"
            self._call.find("answer-lost", text, where="dial.dtmfHook", wire=answer.data)
        return []


def captured_keys(call: CallState, verb: Verb, callee: Leg) -> tuple[CapturedKeys, CapturedKeys]:
    """Return what reports the keys of the caller and of the callee, as the ``dtmfCapture`` of a dial says."""
    capture = verb.get("dtmfCapture")
    of_caller: list[str] = []
    of_callee: list[str] = []
    if isinstance(capture, dict):
        options = cast("dict[str, object]", capture)
        of_caller, of_callee = _keys(options.get("parentCall")), _keys(options.get("childCall"))
        if of_caller and call.scenario.server == "0.9":
            text = "the server 0.9 listens for the keys of parentCall on the leg of the callee"
            call.find("option-ignored-by-server", text, where="dial.dtmfCapture.parentCall")
            of_caller, of_callee = [], of_callee + of_caller
    else:
        of_caller = of_callee = _keys(capture)
    return (
        CapturedKeys(call, call.leg, verb, tuple(of_caller)),
        CapturedKeys(call, callee, verb, tuple(of_callee)),
    )


def _keys(value: object) -> list[str]:
    return [str(each) for each in cast("Iterable[object]", value)] if isinstance(value, list) else []
