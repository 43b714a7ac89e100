"""The scenario of a call: what everyone does but the app and the caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...model.versions import known_server
from .dialled_phone import DialledPhone
from .flow import Future
from .leg import DEFAULTS
from .person import Person
from .turns import Beep, PhoneRequest, Played, Pressed, Said, Timed

__all__ = ["Callee", "Scenario"]


@dataclass
class Callee:
    """The behaviour of one called party. Each that is called has one of their own, which a test may change meanwhile.

    Args:
        status: The SIP status that they answer or refuse with (200, 486, 603 ...); None: they never do.
        rings: False for a phone that does not ring before that.
        after: Seconds until they answer or refuse; by default as long as the pace of the call says.
        hangs_up: Seconds until they hang up; by default as long as the pace of the call says. None: they stay.
        presses: The keys that they press when a confirmHook asks them, one text for each time; those that none has
            asked for they press as soon as they are connected.
        turns: Things that they say, press and send by their phone, at moments from when they are connected.
        number: They are only there for this number, URI or name; None: for any.
        decided: Known once somebody who did not answer has made up their mind, and ``status`` says it.
        gone: Known once they have hung up, for those who decide that meanwhile.
        person: Decides all of this while the call runs, in place of the rest.
        phone: Their phone, once they are called.
        confirmed: The keys of ``presses`` that they have been asked for.
    Raises:
        ValueError: One of the turns is for a caller only.
    """

    status: int | None = 200
    rings: bool = True
    after: float | None = None
    hangs_up: float | None = -1.0
    presses: tuple[str, ...] = ()
    turns: tuple[Timed, ...] = ()
    number: str | None = None
    decided: Future = field(default_factory=Future, compare=False, repr=False)
    gone: Future = field(default_factory=Future, compare=False, repr=False)
    person: Person | None = None
    phone: DialledPhone | None = field(default=None, compare=False, repr=False)
    confirmed: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        for timed in self.turns:
            if not isinstance(timed.turn, Said | Played | Pressed | Beep | PhoneRequest):
                raise ValueError(f"turns: somebody who is dialled does not take the turn {timed.turn}")

    def as_behaved(self) -> Callee:
        """Return somebody who will do what these have done so far."""
        connected = self.phone is not None and self.phone.connected
        turns = tuple(self.phone.done) if self.phone is not None and connected else self.turns
        return replace(self, presses=(*self.confirmed, *self.presses), turns=turns, confirmed=())


#: what a word stands for in ``Scenario.callees``
CALLEES: Mapping[str, Callee] = {
    "answer": Callee(),
    "stay": Callee(hangs_up=None),
    "busy": Callee(486),
    "no-answer": Callee(None),
    "failed": Callee(480),
}


@dataclass(frozen=True)
class Scenario:
    """The behaviour of everyone but the app and the caller: dialled parties, people in queues, the server itself.

    Args:
        callees: The outcome of dialling the first, second, third party: ``answer`` (and hangs up after a moment),
            ``stay`` (answers, and stays until the caller or the app ends it), ``busy``, ``no-answer`` or ``failed``.
            Or a :class:`Callee`, for anything else. Further calls have the last one.
        callee_presses: The keys that callees press when a confirmHook asks them, in order.
        queue_rounds: How often a waitHook is asked before somebody takes the caller out of the queue, or lets them
            into the conference; None is for ever.
        queue_waiting: How many callers wait in the queues that a ``dequeue`` takes them from.
        model_connects: False if no model can be connected to: the verb ends with ``connection failure``.
        mcp_tools: The tools of the MCP servers that a verb names by ``mcpServers``, and the text that each answers
            with; None for one that fails. No server is asked.
        server: The version of jambonz whose verbs and options are known (``"0.9"``, ``"10"``, ``"11"`` or a release);
            None knows all of them.
        carrier: True if the account has a carrier for text messages.
        queue_event_hook: The hook of the account that is told who enters and leaves queues: an http URL, or a path at
            the host of the app, which answers webhooks there. None: it has none.
        synthesizer: The settings of the application for its voice.
        recognizer: The settings of the application for its recogniser.
    """

    callees: tuple[str | Callee, ...] = ("answer",)
    callee_presses: tuple[str, ...] = ()
    queue_rounds: int | None = 2
    queue_waiting: int = 1
    model_connects: bool = True
    mcp_tools: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    server: str | None = None
    carrier: bool = True
    queue_event_hook: str | None = None
    synthesizer: Mapping[str, Any] = field(default_factory=lambda: dict(DEFAULTS["synthesizer"]))
    recognizer: Mapping[str, Any] = field(default_factory=lambda: dict(DEFAULTS["recognizer"]))

    def __post_init__(self) -> None:
        if self.server is not None:
            object.__setattr__(self, "server", known_server(self.server))
        if self.queue_event_hook and not self.queue_event_hook.startswith(("http://", "https://", "/")):
            raise ValueError(f"queue_event_hook: expected an http URL or a path, got {self.queue_event_hook!r}")
        for callee in self.callees:
            if isinstance(callee, str) and callee not in CALLEES:
                raise ValueError(f"callees: expected a Callee or one of {', '.join(CALLEES)}, got {callee!r}")

    def callee(self, number: int, name: str) -> Callee:
        """Return who answers a call.

        Args:
            number: The number of the call, from 0.
            name: The number, URI or name that is called.
        """
        known = [CALLEES[callee] if isinstance(callee, str) else callee for callee in self.callees or ("answer",)]
        for callee in known:
            if callee.number == name:
                return callee
        others = [callee for callee in known if callee.number is None] or [Callee(404, rings=False)]
        return others[min(number, len(others) - 1)]
