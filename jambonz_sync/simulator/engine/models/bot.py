"""A bot of Dialogflow, Lex or Rasa: a model whose events are hooks, with answers that may replace the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from ..waits import HookAnswer, HookRequest, Steps, Verb
from .conversation import ToolCall
from .model import Model
from .snake_case import snake_case_keys
from .vendor import Event, Vendor

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

    def type_of(self, event: Event) -> str:
        return str(event["event"])

    def wants(self, event: Event) -> bool:
        return self.type_of(event) in (self.verb.get("events") or self.EVENTS)


class Bot(Model):
    """A conversation with a bot."""

    vendor: BotVendor
    _is_speaking = False
    # verbs that replace the conversation as soon as the bot has spoken
    _queued_verbs: list[Verb] | None = None

    def report(self) -> None:
        """Tell the action hook how the conversation has ended; the verbs of its answer replace what runs then."""
        self._send_report(lambda answer: answer.verbs)

    def _speak(self, text: str) -> Steps:
        self._is_speaking = True
        yield from super()._speak(text)
        self._is_speaking = False
        verbs, self._queued_verbs = self._queued_verbs, None
        if verbs:
            self._redirect(verbs)
            self._call.replace_verbs(verbs)

    def _request_tools(self, calls: Sequence[ToolCall]) -> None:
        for call in calls:
            what = f"the tools of {self.vendor.name}"
            call.problem = f"not simulated: {what}"
            self._call.note_not_simulated(what, where="toolHook")

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
