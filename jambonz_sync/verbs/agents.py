"""Verbs that hand the conversation to an agent: jambonz' own, or Dialogflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ..model.declare import Model, ServerTarget, model, option
from ..model.validation import ValidationError
from .base import Verb
from .components.agent import AgentBargeIn, AgentLlm, AgentNoiseIsolation, LanguageConfig, ToolFiller, TurnDetection
from .components.common import Hook
from .components.llm import HangupTool, McpServer
from .components.recognizer import Recognizer
from .components.synthesizer import Synthesizer
from .components.transfer import Handoff
from .dicts import (
    AgentBargeInDict,
    AgentLlmDict,
    AgentNoiseIsolationDict,
    HandoffDict,
    HangupToolDict,
    LanguageConfigDict,
    McpServerDict,
    QueryInputDict,
    RecognizerDict,
    SynthesizerDict,
    ToolFillerDict,
    TurnDetectionDict,
)
from .tools import Tools, declare_tools, tools_of
from .vendors.kugelaudio import KUGELAUDIO

__all__ = ["Agent", "Dialogflow", "QueryInput"]


@model(verb="agent", since="10.1.0", new=True, finish=declare_tools)
class Agent(Verb):
    """Let a voice agent talk to the caller: speech-to-text, a language model and text-to-speech, with turn taking.

    Args:
        llm: The model behind the agent.
        stt: Speech-to-text to use.
        tts: Text-to-speech to use.
        action_hook: Called when the agent has ended.
        event_hook: Called at each step: ``user_transcript``, ``llm_response``, ``user_interruption``, ``turn_end``.
        tool_hook: Called when the model calls a tool; answers with its result.
        tools: Tools that the model may call: a :class:`~jambonz_sync.ToolSet`, or a list of declarations. They are put
            into the ``llm_options`` of ``llm``; ``session.use_tools`` runs them.
        greeting: Let the model speak first. On if not set.
        auto_lock_language: Follow the caller's language: after the first utterance, or ``"always"``.
        language_config: The way to speak each language, by its code.
        turn_detection: Detection of the end of the caller's turn; ``"stt"`` if not set.
        barge_in: Interruptions by the caller.
        no_response_timeout: Seconds of silence until the caller is asked again, 0 for never. 12 if not set; jambonz 10
            takes 0 then.
        no_response_max_prompts: The number of times that a silent caller is asked; then the agent ends, with the
            ``completion_reason`` ``no_response``. 0, no limit, if not set.
        early_generation: Ask the model before it is certain that the turn has ended.
        speak: Speak the answers of the model. On if not set.
        speech_cleanup: Clean answers of what is not meant to be spoken. On if not set.
        noise_isolation: Take noise out of the audio.
        mcp_servers: Servers whose tools the model may call.
        handoff: Let the model transfer the caller to a human.
        hangup: Let the model end the call.
        tool_filler: Sound for the caller while a tool takes its time; False for none.
    """

    llm: AgentLlm | AgentLlmDict | None = None
    stt: Recognizer | RecognizerDict | None = None
    tts: Synthesizer | SynthesizerDict | None = None
    action_hook: Hook | None = None
    event_hook: Hook | None = None
    tool_hook: Hook | None = None
    tools: Tools | None = option(default=None, convert=tools_of)
    greeting: bool | None = option(default=None, server_default=True)
    auto_lock_language: bool | Literal["always"] | None = option(default=None, server_default=False)
    language_config: Mapping[str, LanguageConfig | LanguageConfigDict] | None = None
    turn_detection: Literal["stt", "krisp"] | TurnDetection | TurnDetectionDict | None = option(
        default=None, server_default="stt"
    )
    barge_in: AgentBargeIn | AgentBargeInDict | None = None
    no_response_timeout: float | None = option(default=None, ge=0, server_default=12)
    no_response_max_prompts: int | None = option(default=None, ge=0, server_default=0, since="v11")
    early_generation: bool | None = option(default=None, server_default=False)
    speak: bool | None = option(default=None, server_default=True, since="v11")
    speech_cleanup: bool | None = option(default=None, server_default=True, since="v11")
    noise_isolation: (
        Literal["krisp", "rnnoise", "kugelaudio"] | AgentNoiseIsolation | AgentNoiseIsolationDict | None
    ) = option(default=None, newer=KUGELAUDIO)
    mcp_servers: Sequence[McpServer | McpServerDict] | None = None
    handoff: Handoff | HandoffDict | None = None
    hangup: HangupTool | HangupToolDict | None = None
    tool_filler: Literal[False] | ToolFiller | ToolFillerDict | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model
class QueryInput(Model):
    """The first input of Dialogflow.

    Args:
        text: A text, as if the caller had said it.
        intent: An intent.
        event: An event.
        dtmf: Keys, as if the caller had pressed them.
    """

    text: str | None = None
    intent: str | None = None
    event: str | None = None
    dtmf: str | None = None
    extra: Mapping[str, Any] | None = None


def _finish_dialogflow(wire: dict[str, Any], _server_target: ServerTarget) -> None:
    if wire.get("model") == "cx" and not wire.get("agent"):
        raise ValidationError('is missing, model="cx" needs it', "agent", expected="agent")


@model(verb="dialogflow", since="0.9.6", finish=_finish_dialogflow)
class Dialogflow(Verb):
    """Connect the caller to an agent of Google Dialogflow.

    Args:
        project: Google Cloud project.
        credentials: Service account key, as an object or as JSON.
        lang: Language code, ``"en-US"``.
        agent: Agent of CX, or app of CES.
        environment: Environment of CX.
        deployment: Deployment of CES.
        region: Region of Google Cloud.
        model: Product of Dialogflow.
        session_id: Name of the conversation; the same name later goes on with it. The call's sid if not set.
        action_hook: Called when the conversation has ended.
        event_hook: Called with events on the way.
        tool_hook: Called when the agent calls a tool; answers with its result.
        events: Events to tell ``event_hook`` of.
        welcome_event: Event that starts the conversation.
        welcome_event_params: Parameters of that event, passed on untouched.
        no_input_timeout: Seconds of silence until ``no_input_event``.
        no_input_event: Event for a caller who says nothing.
        pass_dtmf_as_text_input: Give the agent keys as text.
        thinking_music: Audio file while the agent thinks, http(s).
        tts: Text-to-speech to use.
        bargein: Let the caller interrupt.
        query_input: First input of the agent.
    """

    project: str
    credentials: Mapping[str, Any] | str
    lang: str
    agent: str | None = None
    environment: str | None = None
    deployment: str | None = option(default=None, since="v10")
    region: str | None = None
    model: Literal["es", "cx", "ces"] | None = None
    session_id: str | None = option(default=None, pattern="^[A-Za-z0-9_-]{1,200}$", since="v10")
    action_hook: Hook | None = None
    event_hook: Hook | None = None
    tool_hook: Hook | None = option(default=None, since="v10")
    events: Sequence[str] | None = None
    welcome_event: str | None = None
    welcome_event_params: Mapping[str, Any] | None = None
    no_input_timeout: float | None = None
    no_input_event: str | None = None
    pass_dtmf_as_text_input: bool | None = None
    thinking_music: str | None = None
    tts: Synthesizer | SynthesizerDict | None = None
    bargein: bool | None = None
    query_input: QueryInput | QueryInputDict | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None
