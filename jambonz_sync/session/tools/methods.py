"""The method of a session that lets a model use tools. A session inherits it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ...verbs import VERBS

if TYPE_CHECKING:
    from ...runtime.handlers import Handlers
    from ...tools import ToolSet, Vendor

__all__ = ["MODEL_VERBS", "ToolMethods"]

#: the verbs that connect a call to a model
MODEL_VERBS: Final = frozenset({"agent", "llm", *(name for name in VERBS if name.endswith("s2s"))})


class ToolMethods:
    """What :meth:`use_tools` needs of a session are its handlers and ``send_tool_output``."""

    call_sid: str
    _handlers: Handlers
    _model_verb: dict[str, Any] | None = None  # the last one that the call was given

    if TYPE_CHECKING:

        def send_tool_output(self, tool_call_id: str, data: object) -> None: ...

    def use_tools(
        self,
        tools: ToolSet,
        hook: str = "/tool-call",
        *,
        vendor: Vendor = "agent",
        timeout: float = 20.0,
    ) -> None:
        """Run the tools that the model asks for through ``hook`` (the ``tool_hook`` of the verb), beside the call.

        Several run at once, on a pool of the process, each for at most ``timeout`` seconds unless it says otherwise.
        Outputs go in the shape of ``vendor``: ``agent`` for the agent verb, the name of the vendor for the
        speech-to-speech ones (``openai`` for ``openai_s2s`` or ``llm`` with that vendor). Unknown tools, wrong
        arguments, exceptions and timeouts become outputs that the model can read, and log lines. Tools that the hook
        has already are replaced; what the model has asked them for before is still answered. Does not block. Raises
        :class:`~jambonz_sync.errors.InvalidVerb` for an unknown vendor.
        """
        from .runner import ToolRunner  # a call without tools does not load them

        runner = ToolRunner(
            tools,
            self.send_tool_output,
            vendor=vendor,
            server=getattr(self, "server", None),
            timeout=timeout,
            call_sid=self.call_sid,
            context=getattr(getattr(self, "_context", None), "callback_context", None),
            model=self._model_vendor,
        )
        self._handlers.replace(hook, runner.submit, lambda fn: isinstance(getattr(fn, "__self__", None), ToolRunner))

    def _model_vendor(self) -> str | None:
        """The vendor of the model that the call talks to, as far as its verbs tell; "agent" for the agent verb."""
        verb = self._model_verb
        return None if verb is None else str(verb.get("vendor") or verb["verb"].removesuffix("_s2s"))
