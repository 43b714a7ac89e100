"""Playing a scenario: its steps one after the other, then what is expected of the whole call."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...simulator import CallFailed, TranscriptEntry
from ..app_errors import AppErrors
from ..call import TestCall
from ..errors import ExpectationFailed, ModelUnavailable, ScenarioInvalid
from ..language_model import LanguageModel
from .loading import CallScenario
from .model_steps import ModelSettings
from .outcome import Outcome, Result

if TYPE_CHECKING:
    from ..fixture import PlaceCall

__all__ = ["Player", "check_scenario", "play_scenario"]

#: seconds for the last verbs of a call to be started
_LAST_VERBS = 0.5


class Player:
    """A scenario that is being played."""

    def __init__(self, scenario: CallScenario, call: TestCall, model: LanguageModel | None) -> None:
        self.call = call
        self.variables = dict(scenario.variables or {})
        self.last: TranscriptEntry | None = None
        #: the line of the step that is being played
        self.line = scenario.line
        self._scenario = scenario
        self._model = model

    def ask_model(self, messages: Sequence[Mapping[str, str]], seconds: float) -> str:
        """Ask the language model, and return its answer. Raises ModelUnavailable."""
        if self._model is None:
            expected = "model: {url: ..., name: ...} in the file, or OPENAI_BASE_URL and OPENAI_MODEL"
            raise ModelUnavailable(f"no language model: expected {expected}")
        return self._model.ask(messages, seconds)

    def run(self) -> None:
        """Play all steps, hang up, and check the call as a whole. Raises ExpectationFailed."""
        for step in self._scenario.steps:
            self.line = step.line
            step.play(self)
        self.line = self._scenario.line
        self.call.listens(timeout=_LAST_VERBS)  # what the app has answered last is to be seen
        self.call.hangs_up()
        self.call.ended  # noqa: B018  # waits, and raises what has ended it
        self._check_whole()

    def _check_whole(self) -> None:
        expect, call = self._scenario.expect, self.call
        verbs = tuple(str(verb["verb"]) for verb in call.verbs)
        if expect.verbs is not None and verbs != expect.verbs:
            self._fail(f"expected the verbs {', '.join(expect.verbs)}, got {', '.join(verbs) or 'none'}")
        for hook, seconds in (expect.latency or {}).items():
            took = call.latency.worst if hook == "all" else call.latency.get(hook)
            if took is None:
                self._fail(f"expected an answer to {hook}, which was never asked")
            elif took > seconds:
                self._fail(f"expected an answer to {hook} within {seconds:g} s, it took {took:.3f} s")
        lost = [finding for finding in call.findings if finding.lost and finding.code not in self._scenario.allow]
        if lost:
            self._fail(f"the app got something wrong: {', '.join(dict.fromkeys(finding.code for finding in lost))}")

    def _fail(self, message: str) -> None:
        raise ExpectationFailed(f"{message}\n\n{self.call}")


def check_scenario(scenario: CallScenario, place_call: PlaceCall, app: Any = None) -> None:
    """Play a scenario in a test of pytest.

    Args:
        scenario: The scenario.
        place_call: The fixture ``jambonz_call``.
        app: The app, as for ``jambonz_call``; by default the URL of the scenario.
    Raises:
        ExpectationFailed: The app did something else. The message names the file and the line of the step.
        ModelUnavailable: It needs a language model, which is not there.
        CallFailed: The app could not be called.
        ScenarioInvalid: There is no app, and no URL in the scenario.
    Blocks: for as long as the call lasts.
    """
    __tracebackhide__ = True
    target = scenario.url if app is None else app
    if target is None:
        raise ScenarioInvalid(f"{scenario.file}:{scenario.line}: expected a url, or an app to be given")
    call = place_call(target, scenario.path, timeout=scenario.timeout, **(scenario.options or {}))
    call.allow.update(scenario.allow)
    player = Player(scenario, call, (scenario.model or ModelSettings()).model())
    try:
        player.run()
    except ExpectationFailed as error:
        raise ExpectationFailed(f"{scenario.file}:{player.line}: {error}") from None


def play_scenario(
    scenario: CallScenario,
    url: str,
    *,
    trace: Path | None = None,
    options: Mapping[str, Any] | None = None,
    app_errors: AppErrors | None = None,
) -> Outcome:
    """Play a scenario against the app at a URL.

    Args:
        scenario: The scenario.
        url: The URL of the app, if the scenario has none of its own.
        trace: The file that the trace is written to if it fails.
        options: Those of :class:`jambonz_sync.simulator.Call`; those of the scenario come first.
        app_errors: The exceptions of an app in this process.
    Returns:
        The outcome, which is ``error`` if the app or a model is not there.
    Blocks: for as long as the call lasts.
    """
    began = time.monotonic()
    line = scenario.line
    result: Result = "passed"
    message, details = "", ""
    call: TestCall | None = None
    try:
        placed = {**(options or {}), **(scenario.options or {})}
        call = TestCall(_url_of(scenario, url), timeout=scenario.timeout, app_errors=app_errors, **placed)
        player = Player(scenario, call, (scenario.model or ModelSettings()).model())
        try:
            player.run()
            details = str(call)
        finally:
            line = player.line
    except ExpectationFailed as error:
        result, details = "failed", str(error)
    except (CallFailed, ModelUnavailable, ValueError) as error:
        result, details = "error", str(error)
    finally:
        if call is not None:
            call.close()
    if result != "passed":
        message = details.partition("\n")[0]
        if trace is not None and call is not None:
            call.save_trace(trace)
    latencies = {} if call is None else {hook: call.latency.all(hook) for hook in call.latency}
    seconds = time.monotonic() - began
    return Outcome(scenario.name, scenario.file, line, result, seconds, message, details, latencies)


def _url_of(scenario: CallScenario, url: str) -> str:
    base = scenario.url or url
    return base if scenario.path == "/" else base.rstrip("/") + scenario.path
