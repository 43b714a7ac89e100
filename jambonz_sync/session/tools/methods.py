"""The method of a session that lets a model use tools. A session inherits it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Final

from ...verbs import VERBS

if TYPE_CHECKING:
    from ...runtime.handlers import Context, Handlers
    from ...tools import ToolSet, Vendor

__all__ = ["MODEL_VERBS", "ToolMethods"]

#: the verbs that connect a call to a model
MODEL_VERBS: Final = frozenset({"agent", "llm", *(name for name in VERBS if name.endswith("s2s"))})


class ToolMethods:
    """Tools for the model that a call talks to. It declares all that it needs of a session."""

    call_sid: str
    server: str | None
    _handlers: Handlers
    _model_verb: dict[str, Any] | None = None  # the last one that the call was given

    @property
    @abstractmethod
    def _callback_context(self) -> Context | None:
        """Makes the context that code of the application runs in."""

    @abstractmethod
    def send_tool_output(self, tool_call_id: str, data: object) -> None:
        """Give the model the output of a tool.

        Args:
            tool_call_id: The id of the call that the model has made.
            data: The output, in the shape of its vendor.
        """

    def use_tools(
        self,
        tools: ToolSet,
        hook: str = "/tool-call",
        *,
        vendor: Vendor | None = None,
        timeout: float = 20.0,
    ) -> None:
        """Run the tools that the model asks for, beside the call.

        Several run at once, on threads that all calls of the process share. Unknown tools, wrong arguments, exceptions
        and time-outs become outputs that the model can read, and log lines. Tools that the hook has already are
        replaced; calls that the model made of them before are still answered.

        Args:
            tools: The tools.
            hook: The ``tool_hook`` of the verb.
            vendor: The vendor whose shape outputs have, as jambonz drops those of another one. None takes that of the
                verb by which the call talks to a model: ``agent`` for the agent verb, else the vendor of the
                speech-to-speech model (``openai`` for ``openai_s2s``, or for ``llm`` with that vendor).
            timeout: Seconds for each tool that has no time limit of its own, counted from when the model calls it.
        Raises:
            InvalidVerb: There is no such vendor.
        """
        from .runner import ToolRunner  # a call without tools does not load them

        runner = ToolRunner(
            tools,
            self.send_tool_output,
            vendor=vendor,
            server=self.server,
            timeout=timeout,
            call_sid=self.call_sid,
            context=self._callback_context,
            model=self._model_vendor,
        )
        self._handlers.replace(hook, runner.submit, lambda fn: isinstance(getattr(fn, "__self__", None), ToolRunner))

    def _model_vendor(self) -> str | None:
        """The vendor of the model that the call talks to, as far as its verbs tell; "agent" for the agent verb."""
        verb = self._model_verb
        return None if verb is None else str(verb.get("vendor") or verb["verb"].removesuffix("_s2s"))
