"""Verbs that connect the caller to a speech-to-speech model, with options in the vendor's own form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from ..model.declare import Model, ServerTarget, model, option, required
from ..model.validation import ValidationError
from ..model.wire import to_python_name
from .base import Verb, advise
from .components.common import Hook
from .components.llm import HangupTool, LlmAuth, McpServer
from .components.transfer import Handoff
from .dicts import HandoffDict, HangupToolDict, McpServerDict
from .tools import Tools, declare_tools, tools_of

__all__ = [
    "DeepgramS2s",
    "GoogleS2s",
    "Llm",
    "MicrosoftS2s",
    "OpenaiS2s",
    "QwenS2s",
    "S2s",
    "SpeechToSpeech",
    "UltravoxS2s",
    "VoiceagentS2s",
]


_KEY = ("auth", "apiKey")
_OPENAI = (_KEY, ("llmOptions", "response_create"))
_THINK = ("llmOptions", "Settings", "agent", "think", "provider")
_DEEPGRAM = (_KEY, (*_THINK, "type"), (*_THINK, "model"))
#: vendor -> the options, as on the wire, without which jambonz 0.9 does not connect to it
_NEEDED: Final[Mapping[str, Sequence[tuple[str, ...]]]] = {
    "openai": _OPENAI,
    "microsoft": (*_OPENAI, ("connectOptions", "host")),
    "deepgram": _DEEPGRAM,
    "voiceagent": _DEEPGRAM,
    "ultravox": (_KEY,),
    "google": (_KEY, ("llmOptions", "setup")),
    "elevenlabs": (("auth", "agent_id"),),
}


def finish_llm(wire: dict[str, Any], server_target: ServerTarget) -> None:
    """Declare its tools, and refuse a verb that lacks what jambonz 0.9 needs for its vendor; of others it is advice.

    Args:
        wire: The options on the wire.
        server_target: The server that they are for.

    Raises:
        ValidationError: One is missing.
    """
    declare_tools(wire, server_target)
    vendor = wire.get("vendor") or wire.get("verb", "").removesuffix("_s2s")
    for path in _NEEDED.get(vendor, ()):
        at: Any = wire
        for step in path[:-1]:
            at = at.get(step) if isinstance(at, Mapping) else None
        options = at if isinstance(at, Mapping) else {}
        name = path[-1]
        if options.get(name) not in (None, ""):
            continue
        problem = f"is missing, vendor {vendor} needs it"
        other = to_python_name(name)
        if other != name and other in options:
            problem += f": jambonz reads {name}, not {other}"
        if server_target.server == "0.9":
            raise ValidationError(problem, *reversed(path), expected=".".join(path))
        advise(f"llm {vendor} {path}", f"{wire.get('verb', 'llm')}.{'.'.join(path)} {problem}")


@model
class SpeechToSpeech(Verb):
    """The options that all speech-to-speech verbs share.

    Each verb says itself what its ``llm_options``, ``auth`` and ``connect_options`` are: they stand here for their
    place in the order.

    Args:
        model: Model of the vendor, by name.
        llm_options: Prompt, voice, tools ... in the vendor's own form, passed on untouched.
        auth: Credentials for the vendor.
        action_hook: Called when the conversation has ended, with ``completion_reason``; its answer goes on with the
            call.
        event_hook: Called with the vendor's events.
        tool_hook: Called when the model calls a tool; answers with its result.
        tools: Tools that the model may call: a :class:`~jambonz_sync.ToolSet`, or a list in the vendor's shape. They
            are put into ``llm_options`` where the vendor wants them; ``session.use_tools`` runs them.
        events: Events of the vendor to send to ``event_hook``.
        mcp_servers: Servers whose tools the model may call.
        handoff: Let the model transfer the caller to a human.
        hangup: Let the model end the call.
        connect_options: Options of the connection to the vendor, passed on untouched.
        response_timeout_ms: Milliseconds that the model may take to start a response; then ``event_hook`` gets
            ``response.timeout``.
        cancel_on_response_timeout: Cancel the late response as well.
        cancel_on_barge_in: Cancel the response when the caller speaks, where the vendor does not.
    """

    model: str | None = None
    llm_options: Model | Mapping[str, Any] | None = None
    auth: Model | Mapping[str, Any] | None = None
    action_hook: Hook | None = None
    event_hook: Hook | None = None
    tool_hook: Hook | None = None
    tools: Tools | None = option(default=None, convert=tools_of)
    events: Sequence[str] | None = None
    mcp_servers: Sequence[McpServer | McpServerDict] | None = None
    handoff: Handoff | HandoffDict | None = option(default=None, since="v10")
    hangup: HangupTool | HangupToolDict | None = option(default=None, since="v10")
    connect_options: Model | Mapping[str, Any] | None = None
    response_timeout_ms: int | None = option(default=None, ge=1, since="v10")
    cancel_on_response_timeout: bool | None = option(default=None, server_default=False, since="v10")
    cancel_on_barge_in: bool | None = option(default=None, server_default=False, since="v10")


@model
class _AnyVendor(Verb):
    """Puts the vendor in front of the options of a verb for any vendor.

    Args:
        vendor: ``"openai"``, ``"ultravox"``, ``"google"`` ...
    """

    vendor: str


@model(verb="llm", since="0.9.6", finish=finish_llm)
class Llm(SpeechToSpeech, _AnyVendor):
    """Connect the caller to a speech-to-speech model of any vendor."""

    llm_options: Mapping[str, Any] = required()
    auth: LlmAuth | Mapping[str, Any] | None = None
    connect_options: Mapping[str, Any] | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="s2s", since="10.1.0", finish=finish_llm)
class S2s(Llm):
    """Connect the caller to a speech-to-speech model of any vendor. Another name of ``llm``."""


@model
class _VendorS2s(SpeechToSpeech):
    """The options that the verbs of one vendor share.

    Args:
        vendor: Always the one that the verb is named after; jambonz knows it.
    """

    llm_options: Mapping[str, Any] = required()
    auth: LlmAuth | Mapping[str, Any] | None = None
    connect_options: Mapping[str, Any] | None = None
    vendor: str | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="openai_s2s", since="10.1.0", finish=finish_llm)
class OpenaiS2s(_VendorS2s):
    """Connect the caller to OpenAI's Realtime API.

    Args:
        vendor: Always ``"openai"``; jambonz knows it.
    """

    vendor: Literal["openai"] | None = None


@model(verb="google_s2s", since="10.1.0", finish=finish_llm)
class GoogleS2s(_VendorS2s):
    """Connect the caller to Google's Gemini Live.

    Args:
        vendor: Always ``"google"``; jambonz knows it.
    """

    vendor: Literal["google"] | None = None


@model(verb="deepgram_s2s", since="10.1.0", finish=finish_llm)
class DeepgramS2s(_VendorS2s):
    """Connect the caller to Deepgram's voice agent.

    Args:
        vendor: Always ``"deepgram"``; jambonz knows it.
    """

    vendor: Literal["deepgram"] | None = None


@model(verb="ultravox_s2s", since="10.1.0", finish=finish_llm)
class UltravoxS2s(_VendorS2s):
    """Connect the caller to Ultravox.

    Args:
        vendor: Always ``"ultravox"``; jambonz knows it.
    """

    vendor: Literal["ultravox"] | None = None


@model(verb="qwen_s2s", since="0.4.0", finish=declare_tools)
class QwenS2s(_VendorS2s):
    """Connect the caller to Qwen.

    Args:
        vendor: Always ``"qwen"``; jambonz knows it.
    """

    vendor: Literal["qwen"] | None = None


@model(verb="microsoft_s2s", finish=finish_llm)
class MicrosoftS2s(_VendorS2s):
    """Connect the caller to a model on Microsoft Azure.

    Args:
        vendor: Always ``"microsoft"``; jambonz knows it.
    """

    vendor: Literal["microsoft"] | None = None


@model(verb="voiceagent_s2s", finish=finish_llm)
class VoiceagentS2s(_VendorS2s):
    """Connect the caller to Deepgram's voice agent under its older name.

    Args:
        vendor: Always ``"voiceagent"``; jambonz knows it.
    """

    vendor: Literal["voiceagent"] | None = None
