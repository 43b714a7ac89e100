"""Verbs that connect the caller to a speech-to-speech model whose options are declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ..model.declare import Model, ServerTarget, model, option, required
from ..model.validation import ValidationError
from .components.llm import LlmAuth
from .llm import SpeechToSpeech
from .tools import declare_tools

__all__ = [
    "ElevenlabsAuth",
    "ElevenlabsOptions",
    "ElevenlabsS2s",
    "GptliveAuth",
    "GptliveDelegation",
    "GptliveOptions",
    "GptliveResponses",
    "GptliveS2s",
    "GptliveSession",
    "NovaAuth",
    "NovaDtmf",
    "NovaMessage",
    "NovaOptions",
    "NovaS2s",
    "VoiceliveConnectOptions",
    "VoiceliveOptions",
    "VoiceliveS2s",
]


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


@model(verb="elevenlabs_s2s", since="10.1.0", finish=declare_tools)
class ElevenlabsS2s(SpeechToSpeech):
    """Connect the caller to an agent of ElevenLabs.

    Args:
        llm_options: Options of the agent. jambonz 0.9 insists on them, if only as ``{}``.
        auth: The agent to connect to.
        vendor: Always ``"elevenlabs"``; jambonz knows it.
    """

    llm_options: ElevenlabsOptions | Mapping[str, Any] | None = option(default=None, needed_on="0.9")
    auth: ElevenlabsAuth | Mapping[str, Any] = required()
    connect_options: Mapping[str, Any] | None = None
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


def _finish_gptlive(wire: dict[str, Any], server_target: ServerTarget) -> None:
    declare_tools(wire, server_target)
    needs = next((name for name in ("handoff", "hangup", "mcpServers") if name in wire), None)
    if needs is None or "llmOptions" not in wire:
        return
    delegation = wire["llmOptions"]["session_update"].get("delegation") or {}
    if delegation.get("type") != "responses":
        where = ("type", "delegation", "session_update", "llm_options")
        raise ValidationError(f"expected responses, which {needs} needs", *where, expected="responses")


@model(verb="gptlive_s2s", since="11.0.4", finish=_finish_gptlive)
class GptliveS2s(SpeechToSpeech):
    """Connect the caller to OpenAI's GPT Live. Tools, ``handoff`` and ``hangup`` need a delegation to ``responses``.

    Args:
        llm_options: Options of the session.
        auth: Credentials.
        vendor: Always ``"gptlive"``; jambonz knows it.
    """

    llm_options: GptliveOptions | Mapping[str, Any] = required()
    auth: GptliveAuth | Mapping[str, Any] = required()
    connect_options: Mapping[str, Any] | None = None
    vendor: Literal["gptlive"] | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(owner="open")
class VoiceliveConnectOptions(Model):
    """The connection to Voice Live.

    Args:
        host: Host of the resource, ``"name.services.ai.azure.com"``.
        api_version: Version of the API.
        agent_id: Agent to connect to, in place of a model.
        project_id: Project that the agent belongs to.
        path: Path of your own on the host.
    """

    host: str
    api_version: str | None = None
    agent_id: str | None = None
    project_id: str | None = None
    path: str | None = None
    extra: Mapping[str, Any] | None = None


@model(owner="vendor")
class VoiceliveOptions(Model):
    """Options of Voice Live. A dict in its place is passed on untouched.

    Args:
        session_update: The ``session.update`` that starts the conversation, in Microsoft's form.
        response_create: The ``response.create`` that makes the model speak first, in Microsoft's form.
    """

    session_update: Mapping[str, Any] = required(wire="session_update")
    response_create: Mapping[str, Any] = required(wire="response_create")
    extra: Mapping[str, Any] | None = None


@model(verb="voicelive_s2s", since="11.1.0", new=True, finish=declare_tools)
class VoiceliveS2s(SpeechToSpeech):
    """Connect the caller to Microsoft's Voice Live.

    Args:
        llm_options: Options of the session.
        auth: Credentials.
        connect_options: The connection: which resource of Azure, and which agent of it.
        vendor: Always ``"voicelive"``; jambonz knows it.
    """

    llm_options: VoiceliveOptions | Mapping[str, Any] = required()
    auth: LlmAuth | Mapping[str, Any] = required()
    connect_options: VoiceliveConnectOptions | Mapping[str, Any] = required()
    vendor: Literal["voicelive"] | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(owner="open")
class NovaAuth(Model):
    """Credentials for Amazon Bedrock.

    Args:
        access_key_id: Id of the access key.
        secret_access_key: The access key.
        session_token: Token of a temporary key.
        region: Region of AWS.
    """

    access_key_id: str = required(min_length=1)
    secret_access_key: str = required(min_length=1)
    session_token: str | None = None
    region: str | None = None
    extra: Mapping[str, Any] | None = None


@model(owner="open")
class NovaMessage(Model):
    """A message of the conversation so far.

    Args:
        role: Speaker of the message.
        content: The words.
    """

    role: Literal["user", "assistant", "USER", "ASSISTANT"]
    content: str
    extra: Mapping[str, Any] | None = None


@model(owner="open")
class NovaDtmf(Model):
    """Keys that the caller presses, given to the model as text.

    Args:
        enable: Take keys or not.
        finish_on_key: Keys that end the input.
        num_digits: Exact number of digits.
        min_digits: Least number of digits.
        max_digits: Greatest number of digits.
        inter_digit_timeout: Seconds between two digits, then the input is complete.
        timeout: Seconds until the input ends.
    """

    enable: bool
    finish_on_key: str | None = None
    num_digits: int | None = None
    min_digits: int | None = None
    max_digits: int | None = None
    inter_digit_timeout: float | None = None
    timeout: float | None = None
    extra: Mapping[str, Any] | None = None


@model(owner="open")
class NovaOptions(Model):
    """Options of Amazon Nova Sonic.

    Args:
        system_prompt: System prompt.
        speech_prompt: Instructions about the way to speak.
        history: The conversation so far.
        greeting: Words for the model to begin with.
        session_start: The ``sessionStart`` event, in Amazon's form: temperature and the like.
        prompt_start: The ``promptStart`` event, in Amazon's form: voice, audio formats, tools.
        dtmf: Keys that the caller presses.
    """

    system_prompt: str | None = None
    speech_prompt: str | None = None
    history: Sequence[NovaMessage | Mapping[str, Any]] | None = None
    greeting: str | None = None
    session_start: Mapping[str, Any] | None = None
    prompt_start: Mapping[str, Any] | None = None
    dtmf: NovaDtmf | Mapping[str, Any] | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="nova_s2s", since="11.1.7", new=True, finish=declare_tools)
class NovaS2s(SpeechToSpeech):
    """Connect the caller to Amazon's Nova Sonic.

    Args:
        llm_options: Prompt, history and session.
        auth: Credentials for AWS.
        vendor: Always ``"nova"``; jambonz knows it.
    """

    llm_options: NovaOptions | Mapping[str, Any] | None = None
    auth: NovaAuth | Mapping[str, Any] = required()
    connect_options: Mapping[str, Any] | None = None
    vendor: Literal["nova"] | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None
