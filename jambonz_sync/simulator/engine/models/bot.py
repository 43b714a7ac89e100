"""A bot of Dialogflow, Lex or Rasa: a model whose events are hooks, with answers that may replace the conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ..clock import Timer
from ..waits import HookAnswer, HookRequest, Steps, Verb
from .conversation import ToolCall, as_json
from .model import Model
from .snake_case import snake_case_keys
from .vendor import Event, Function, Vendor, mapping_of

__all__ = ["Bot", "BotVendor"]


class BotVendor(Vendor):
    """A vendor whose events have the form ``{"event": name, "data": ...}``."""

    KNOWN = True
    EVENT_MESSAGE = "verb:hook"
    NORMAL_END = "caller hungup"
    #: True if events tell of the call, too
    TELLS_CALL: ClassVar[bool] = True
    #: True if a redirected conversation is reported to have ended by the caller, too
    REPORTS_TWICE: ClassVar[bool] = False

    @property
    def can_be_interrupted(self) -> bool:
        return bool(self.verb.get("bargein"))

    def tool_call(self, function: Function) -> Mapping[str, Any] | None:
        """Return what the app is told of a tool that the bot calls; None if that is not known here."""
        return None

    def type_of(self, event: Event) -> str:
        return str(event["event"])

    def wants(self, event: Event) -> bool:
        return self.type_of(event) in (self.verb.get("events") or self.EVENTS)


class Bot(Model):
    """A conversation with a bot."""

    vendor: BotVendor
    _is_speaking = False
    # ends the music that is heard while the bot thinks; None if none is
    _music: Timer | None = None
    # verbs that replace the conversation as soon as the bot has spoken
    _queued_verbs: list[Verb] | None = None

    def report(self) -> None:
        """Tell the action hook how the conversation has ended; the verbs of its answer replace what runs then."""
        self._send_report(lambda answer: answer.verbs)

    def hear(self, text: str) -> None:
        self._think()
        super().hear(text)

    def end(self, reason: str | None = None, error: Any = None) -> None:
        self._stop_thinking()
        super().end(reason, error)

    def _think(self) -> None:
        """Let the caller hear the music for a bot that thinks."""
        url, call = self.verb.get("thinkingMusic"), self._call
        if url and self._music is None:
            call.note("app", f"(plays {url})")
            call.phone.playing += 1
            self._music = call.clock.call_later(call.pace.recording, self._stop_thinking)

    def _stop_thinking(self) -> None:
        if self._music is not None:
            self._music.cancel()
            self._music = None
            self._call.phone.playing -= 1
            self._call.phone.changed()

    def _speak(self, text: str) -> Steps:
        self._stop_thinking()
        self._is_speaking = True
        yield from super()._speak(text)
        self._is_speaking = False
        verbs, self._queued_verbs = self._queued_verbs, None
        if verbs:
            self._redirect(verbs)
            self._call.replace_verbs(verbs)

    def _request_tools(self, calls: Sequence[ToolCall]) -> None:
        for call in calls:
            asked = self.vendor.tool_call(call.function)
            if asked is None:
                what = f"the tools of {self.vendor.name}"
                call.problem = f"not simulated: {what}"
                self._call.note_not_simulated(what, where="toolHook")
            else:
                self._ask_for_tool(call, asked)

    def _ask_for_tool(self, call: ToolCall, asked: Mapping[str, Any]) -> None:
        hook, name = self.verb.get("toolHook"), call.function.name
        self._call.note("status", f"tool call {name} {as_json(call.function.arguments)}")
        if hook:
            data = {**self._call.leg.describe(), **snake_case_keys({"tool_call": asked})}
            self._call.send_hook(HookRequest(hook, data), lambda answer: self._tool_answered(call, answer))
        else:
            call.problem = "the verb has no toolHook"
            problem = f"the bot calls {name}, and the verb has no toolHook"
            self._call.note_error(problem, "tool-hook-missing", where="toolHook")

    def _tool_answered(self, call: ToolCall, answer: HookAnswer) -> list[Verb]:
        data = mapping_of(answer.data)
        if "outputParameters" in data or "error" in data:
            output = data.get("outputParameters", {"error": data.get("error")})
            self._call.note("event", f"tool output of {call.function.name}: {as_json(output)}")
            self.tools.finish(call, output)
        else:
            problem = f"expected {{outputParameters}} or {{error}}, got {as_json(answer.data)}"
            self._call.find("tool-output-shape", problem, where="toolHook", wire=answer.data)
            call.problem = problem
            self._call.note("error", problem)
        return []

    def _tell(self, hook: Any, event: Event) -> None:
        self._call.note("status", f"event {self.vendor.type_of(event)}")
        about_call = self._call.leg.describe() if self.vendor.TELLS_CALL else {}
        request = HookRequest(hook, {**snake_case_keys(event), **about_call})
        self._call.send_hook(request, self._event_answered)

    def _event_answered(self, answer: HookAnswer) -> list[Verb]:
        if not answer.verbs or self.results is not None:
            return []
        if self._is_speaking:
            self._queued_verbs = answer.verbs
            return []
        self._redirect(answer.verbs)
        return answer.verbs

    def _redirect(self, verbs: list[Verb]) -> None:
        """End, because verbs take the place of the conversation; the answer of the action hook is not used."""
        self.end("redirect")
        self._send_report(None)
        if self.vendor.REPORTS_TWICE:
            self.results = {self.vendor.REASON: self.vendor.NORMAL_END}
            self.report()

    def _send_report(self, on_answer: Any) -> None:
        hook = self.verb.get("actionHook")
        if hook:
            verb_id = {"verb_id": self.verb["id"]} if "id" in self.verb else {}
            data = self._call.leg.describe(**(self.results or {}), **verb_id)
            self._call.send_hook(HookRequest(hook, data), on_answer)
