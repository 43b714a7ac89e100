"""Verbs that connect the caller to a speech-to-speech model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ..model.declare import Model, ServerTarget, model, option, required
from ..model.validation import ValidationError
from .base import Verb
from .components.common import Hook
from .components.llm import HangupTool, LlmAuth, McpServer
from .components.transfer import Handoff

__all__ = [
    "DeepgramS2s",
    "ElevenlabsAuth",
    "ElevenlabsOptions",
    "ElevenlabsS2s",
    "GoogleS2s",
    "GptliveAuth",
    "GptliveDelegation",
    "GptliveOptions",
    "GptliveResponses",
    "GptliveS2s",
    "GptliveSession",
    "Llm",
    "MicrosoftS2s",
    "OpenaiS2s",
    "QwenS2s",
    "S2s",
    "UltravoxS2s",
    "VoiceagentS2s",
    "VoiceliveS2s",
]


@model
class SpeechToSpeech(Verb):
    """The options that all speech-to-speech verbs share.

    Each verb says itself what its ``llm_options`` and ``auth`` are: they stand here for their place in the order.

    Args:
        model: Model of the vendor, by name.
        llm_options: Prompt, voice, tools ... in the vendor's own form, passed on untouched.
        auth: Credentials for the vendor.
        action_hook: Called when the conversation has ended, with ``completion_reason``; its answer goes on with the
            call.
        event_hook: Called with the vendor's events.
        tool_hook: Called when the model calls a tool; answers with its result.
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
    events: Sequence[str] | None = None
    mcp_servers: Sequence[McpServer | Mapping[str, Any]] | None = None
    handoff: Handoff | Mapping[str, Any] | None = option(default=None, since="v10")
    hangup: HangupTool | Mapping[str, Any] | None = option(default=None, since="v10")
    connect_options: Mapping[str, Any] | None = None
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


@model(verb="llm", since="0.9.6")
class Llm(SpeechToSpeech, _AnyVendor):
    """Connect the caller to a speech-to-speech model of any vendor."""

    llm_options: Mapping[str, Any] = required()
    auth: LlmAuth | Mapping[str, Any] | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="s2s", since="10.1.0")
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
    vendor: str | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="openai_s2s", since="10.1.0")
class OpenaiS2s(_VendorS2s):
    """Connect the caller to OpenAI's Realtime API.

    Args:
        vendor: Always ``"openai"``; jambonz knows it.
    """

    vendor: Literal["openai"] | None = None


@model(verb="google_s2s", since="10.1.0")
class GoogleS2s(_VendorS2s):
    """Connect the caller to Google's Gemini Live.

    Args:
        vendor: Always ``"google"``; jambonz knows it.
    """

    vendor: Literal["google"] | None = None


@model(verb="deepgram_s2s", since="10.1.0")
class DeepgramS2s(_VendorS2s):
    """Connect the caller to Deepgram's voice agent.

    Args:
        vendor: Always ``"deepgram"``; jambonz knows it.
    """

    vendor: Literal["deepgram"] | None = None


@model(verb="ultravox_s2s", since="10.1.0")
class UltravoxS2s(_VendorS2s):
    """Connect the caller to Ultravox.

    Args:
        vendor: Always ``"ultravox"``; jambonz knows it.
    """

    vendor: Literal["ultravox"] | None = None


@model(verb="qwen_s2s", since="0.4.0")
class QwenS2s(_VendorS2s):
    """Connect the caller to Qwen.

    Args:
        vendor: Always ``"qwen"``; jambonz knows it.
    """

    vendor: Literal["qwen"] | None = None


@model(verb="microsoft_s2s")
class MicrosoftS2s(_VendorS2s):
    """Connect the caller to a model on Microsoft Azure.

    Args:
        vendor: Always ``"microsoft"``; jambonz knows it.
    """

    vendor: Literal["microsoft"] | None = None


@model(verb="voiceagent_s2s")
class VoiceagentS2s(_VendorS2s):
    """Connect the caller to Deepgram's voice agent under its older name.

    Args:
        vendor: Always ``"voiceagent"``; jambonz knows it.
    """

    vendor: Literal["voiceagent"] | None = None


@model(verb="voicelive_s2s", since="v10", new=True)
class VoiceliveS2s(_VendorS2s):
    """Connect the caller to Microsoft's Voice Live.

    Args:
        vendor: Always ``"voicelive"``; jambonz knows it.
    """

    vendor: Literal["voicelive"] | None = None


@model(owner="vendor")
class ElevenlabsAuth(Model):
    """The agent of ElevenLabs to connect to.

    Args:
        agent_id: Id of the agent.
        api_key: API key, for an agent that is not public.
    """

    agent_id: str = required(wire="agent_id")
    api_key: str | None = option(default=None, wire="api_key")
    extra: Mapping[str, Any] | None = None


@model(owner="vendor")
class ElevenlabsOptions(Model):
    """Options of ElevenLabs' agent. A dict in its place is passed on untouched.

    Args:
        conversation_initiation_client_data: Overrides and variables of the agent, passed on untouched.
        input_sample_rate: Rate in Hz of the caller's audio; 16000 if not set.
        output_sample_rate: Rate in Hz of the agent's audio; 16000 if not set.
    """

    conversation_initiation_client_data: Mapping[str, Any] | None = option(
        default=None, wire="conversation_initiation_client_data"
    )
    input_sample_rate: int | None = option(default=None, wire="input_sample_rate", server_default=16000)
    output_sample_rate: int | None = option(default=None, wire="output_sample_rate", server_default=16000)
    extra: Mapping[str, Any] | None = None


@model(verb="elevenlabs_s2s", since="10.1.0")
class ElevenlabsS2s(SpeechToSpeech):
    """Connect the caller to an agent of ElevenLabs.

    Args:
        llm_options: Options of the agent. jambonz 0.9 insists on them, if only as ``{}``.
        auth: The agent to connect to.
        vendor: Always ``"elevenlabs"``; jambonz knows it.
    """

    llm_options: ElevenlabsOptions | Mapping[str, Any] | None = option(default=None, needed_on="0.9")
    auth: ElevenlabsAuth | Mapping[str, Any] = required()
    vendor: Literal["elevenlabs"] | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(owner="vendor")
class GptliveAuth(Model):
    """Credentials for OpenAI.

    Args:
        api_key: API key.
    """

    api_key: str = required(min_length=1)
    extra: Mapping[str, Any] | None = None


@model(owner="vendor")
class GptliveResponses(Model):
    """The Responses API turn that GPT Live delegates work to. A dict in its place is passed on untouched.

    Args:
        model: Model of the turn.
        tools: Tools in the flat form of the Responses API.
        instructions: Instructions for the turn.
    """

    model: str
    tools: Sequence[Mapping[str, Any]] | None = None
    instructions: str | None = None
    extra: Mapping[str, Any] | None = None


def _finish_delegation(wire: dict[str, Any], _server_target: ServerTarget) -> None:
    if "tools" in wire:
        raise ValidationError("belongs in responses", "tools", expected="responses.tools")
    if wire.get("type") == "responses" and "responses" not in wire:
        raise ValidationError("is missing for type responses", "responses", expected="responses")


@model(owner="vendor", finish=_finish_delegation)
class GptliveDelegation(Model):
    """Delegation of the work that GPT Live cannot do itself. A dict in its place is passed on untouched.

    Args:
        type: ``client`` asks the application for text; ``responses`` runs a turn that may call tools.
        responses: The turn, for ``responses``; its tools belong in it.
    """

    type: Literal["client", "responses"] | None = None
    responses: GptliveResponses | Mapping[str, Any] | None = None
    extra: Mapping[str, Any] | None = None


def _finish_session(wire: dict[str, Any], _server_target: ServerTarget) -> None:
    if "model" in wire:
        raise ValidationError("belongs in the model option of the verb", "model", expected="no model")


@model(owner="vendor", finish=_finish_session)
class GptliveSession(Model):
    """The ``session.update`` that starts GPT Live. A dict in its place is passed on untouched.

    Args:
        delegation: Delegation of the work that the model cannot do itself.
    """

    delegation: GptliveDelegation | Mapping[str, Any] | None = None
    extra: Mapping[str, Any] | None = None


@model(owner="vendor")
class GptliveOptions(Model):
    """Options of GPT Live. A dict in its place is passed on untouched.

    Args:
        session_update: The session that starts the conversation.
    """

    session_update: GptliveSession | Mapping[str, Any] = required(wire="session_update")
    extra: Mapping[str, Any] | None = None


def _finish_gptlive(wire: dict[str, Any], _server_target: ServerTarget) -> None:
    needs = next((name for name in ("handoff", "hangup", "mcpServers") if name in wire), None)
    if needs is None or "llmOptions" not in wire:
        return
    delegation = wire["llmOptions"]["session_update"].get("delegation") or {}
    if delegation.get("type") != "responses":
        where = ("type", "delegation", "session_update", "llm_options")
        raise ValidationError(f"expected responses, which {needs} needs", *where, expected="responses")


@model(verb="gptlive_s2s", since="11.1.0", finish=_finish_gptlive)
class GptliveS2s(SpeechToSpeech):
    """Connect the caller to OpenAI's GPT Live. Tools, ``handoff`` and ``hangup`` need a delegation to ``responses``.

    Args:
        llm_options: Options of the session.
        auth: Credentials.
        vendor: Always ``"gptlive"``; jambonz knows it.
    """

    llm_options: GptliveOptions | Mapping[str, Any] = required()
    auth: GptliveAuth | Mapping[str, Any] = required()
    vendor: Literal["gptlive"] | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None
