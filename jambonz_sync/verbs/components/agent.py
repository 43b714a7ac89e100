"""Components of the ``agent`` verb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from ...model.declare import Model, ServerTarget, model, option, required
from ...model.validation import ValidationError
from ..dicts import AgentLlmOptionsDict, ConnectOptionsDict, SynthesizerDict
from ..vendors.kugelaudio import KUGELAUDIO
from .common import NoiseIsolationAuth
from .llm import LlmAuth
from .synthesizer import Synthesizer

__all__ = [
    "AgentBargeIn",
    "AgentLlm",
    "AgentLlmOptions",
    "AgentNoiseIsolation",
    "ConnectOptions",
    "LanguageConfig",
    "LlmMessage",
    "ToolFiller",
    "TurnDetection",
]

#: the vendors that jambonz has an adapter for, and ``custom``
AgentVendor: TypeAlias = Literal[
    "anthropic",
    "azure-openai",
    "baseten",
    "bedrock",
    "bedrock-mantle",
    "custom",
    "deepseek",
    "google",
    "groq",
    "huggingface",
    "moonshot",
    "openai",
    "vertex-gemini",
    "vertex-openai",
    "xai",
    "zai",
]


@model
class LanguageConfig(Model):
    """The agent's way to speak one language.

    Args:
        tts: Text-to-speech for this language.
    """

    tts: Synthesizer | SynthesizerDict | None = None
    extra: Mapping[str, Any] | None = None


@model
class TurnDetection(Model):
    """Turn detection: the agent finds out that the caller has finished speaking.

    Args:
        mode: Detector.
        threshold: Confidence, 0 to 1, from which the turn has ended; lower is faster.
        model: Model of the detector.
    """

    mode: Literal["krisp"]
    threshold: float | None = option(default=None, ge=0, le=1)
    model: str | None = None
    extra: Mapping[str, Any] | None = None


@model
class AgentBargeIn(Model):
    """Barge-in: the caller interrupts the agent.

    Args:
        enable: Let the caller interrupt. On if not set.
        strategy: ``vad`` any speech; ``interruptPrediction`` only speech that a model takes for an interruption.
        vendor: Vendor of ``interruptPrediction``.
        threshold: Probability, 0 to 1, from which ``interruptPrediction`` interrupts.
        min_speech_duration: Seconds of speech that confirm an interruption, for ``vad``; 0.5 if not set.
        sticky: Do not go on with what was interrupted.
    """

    enable: bool | None = option(default=None, server_default=True)
    strategy: Literal["vad", "interruptPrediction"] | None = option(default=None, server_default="vad")
    vendor: str | None = None
    threshold: float | None = option(default=None, ge=0, le=1)
    min_speech_duration: float | None = option(default=None, ge=0, server_default=0.5)
    sticky: bool | None = option(default=None, server_default=False)
    extra: Mapping[str, Any] | None = None


@model
class ConnectOptions(Model):
    """The connection to the vendor of the model.

    Args:
        timeout: Longest wait for it, in the measure of the vendor's client.
        max_retries: Number of further attempts.
        endpoint: Endpoint of your own.
        base_url: Base URL of your own.
    """

    timeout: float | None = option(default=None, ge=0)
    max_retries: int | None = option(default=None, ge=0)
    endpoint: str | None = None
    base_url: str | None = option(default=None, wire="baseURL")
    extra: Mapping[str, Any] | None = None


@model(owner="vendor")
class LlmMessage(Model):
    """A message of the conversation so far.

    Args:
        role: Speaker of the message.
        content: The words; some vendors take more than text.
    """

    role: Literal["system", "user", "assistant", "tool"]
    content: Any
    extra: Mapping[str, Any] | None = None


@model
class AgentLlmOptions(Model):
    """The prompt and the parameters of the model.

    Args:
        system_prompt: System prompt.
        messages: The conversation so far.
        initial_messages: The same under its older name.
        max_tokens: Most tokens of an answer.
        temperature: Sampling temperature.
        reasoning_effort: Effort of thinking; ``minimal`` answers soonest.
        tools: Tools that the model may call: ``{"name": ..., "description": ..., "parameters": ...}``.
    """

    system_prompt: str | None = None
    messages: Sequence[LlmMessage | Mapping[str, Any]] | None = None
    initial_messages: Sequence[LlmMessage | Mapping[str, Any]] | None = None
    max_tokens: int | None = option(default=None, ge=1)
    temperature: float | None = option(default=None, ge=0)
    reasoning_effort: Literal["minimal", "low", "medium", "high"] | None = None
    tools: Sequence[Mapping[str, Any]] | None = None
    extra: Mapping[str, Any] | None = None


@model
class AgentLlm(Model):
    """The model behind the agent.

    Args:
        vendor: Vendor of the model, ``custom`` for one of your own; that of the application if not set.
        model: Model by name; that of the application if not set.
        label: Label of the credentials, where one vendor has several.
        auth: Credentials, in place of the account's.
        connect_options: Connection to the vendor.
        llm_options: Prompt and parameters of the model.
    """

    vendor: AgentVendor | None = None
    model: str | None = None
    label: str | None = None
    auth: LlmAuth | Mapping[str, Any] | None = None
    connect_options: ConnectOptions | ConnectOptionsDict | None = None
    llm_options: AgentLlmOptions | AgentLlmOptionsDict | None = None
    extra: Mapping[str, Any] | None = None


@model
class AgentNoiseIsolation(Model):
    """Noise isolation: noise is taken out of the audio.

    Args:
        mode: Vendor, ``"krisp"``, ``"rnnoise"`` or ``"kugelaudio"``.
        label: Label of the credentials, where one vendor has several.
        auth: Credentials for the vendor, in place of the account's.
        level: Strength, 0 to 100.
        direction: ``read`` the caller's audio, ``write`` the agent's.
        model: Model of the vendor.
    """

    mode: str = required(newer=KUGELAUDIO)
    label: str | None = option(default=None, since="v11")
    auth: NoiseIsolationAuth | Mapping[str, Any] | None = option(default=None, since="v11")
    level: float | None = option(default=None, ge=0, le=100)
    direction: Literal["read", "write"] | None = None
    model: str | None = None
    extra: Mapping[str, Any] | None = None


def _finish_tool_filler(wire: dict[str, Any], _server_target: ServerTarget) -> None:
    if wire.get("type") == "audio" and "url" not in wire:
        raise ValidationError("is missing for type audio", "url", expected="url")


@model(finish=_finish_tool_filler)
class ToolFiller(Model):
    """Sound for the caller while a tool takes its time.

    Args:
        type: ``audio`` plays a file, ``backchannel`` speaks short phrases.
        start_delay_secs: Seconds until it starts; 2 if not set.
        url: Audio file, http(s), needed for ``audio``.
        style: Style of the phrases, for ``backchannel``.
        escalation_secs: Seconds until a longer phrase, for ``backchannel``; 10 if not set.
    """

    type: Literal["audio", "backchannel"]
    start_delay_secs: float | None = option(default=None, ge=0, server_default=2)
    url: str | None = None
    style: str | None = None
    escalation_secs: float | None = option(default=None, ge=0, server_default=10)
    extra: Mapping[str, Any] | None = None
