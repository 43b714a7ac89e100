"""The components of verbs: recognizer, synthesizer, target ... each a frozen dataclass, loaded when it is first used.

Imports model and vendors, never a verb: those that hold verbs live beside the verbs (``verbs.delay``).
Used by the verbs, and by users: ``from jambonz_sync.verbs.components import Recognizer``. A dict does as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._lazy import lazy_exports

if TYPE_CHECKING:
    from ..vendors.assemblyai import AssemblyAiOptions as AssemblyAiOptions
    from ..vendors.aws import AwsOptions as AwsOptions
    from ..vendors.azure import AzureOptions as AzureOptions
    from ..vendors.cobalt import CobaltOptions as CobaltOptions
    from ..vendors.custom import CustomOptions as CustomOptions
    from ..vendors.deepgram import DeepgramOptions as DeepgramOptions
    from ..vendors.elevenlabs import ElevenlabsOptions as ElevenlabsOptions
    from ..vendors.gladia import GladiaOptions as GladiaOptions
    from ..vendors.google import GoogleOptions as GoogleOptions
    from ..vendors.gradium import GradiumOptions as GradiumOptions
    from ..vendors.gradium import GradiumTurnDetection as GradiumTurnDetection
    from ..vendors.houndify import HoundifyOptions as HoundifyOptions
    from ..vendors.ibm import IbmOptions as IbmOptions
    from ..vendors.mistral import MistralOptions as MistralOptions
    from ..vendors.mistral import MistralTurnDetection as MistralTurnDetection
    from ..vendors.modulate import ModulateOptions as ModulateOptions
    from ..vendors.nuance import NuanceFormatting as NuanceFormatting
    from ..vendors.nuance import NuanceOptions as NuanceOptions
    from ..vendors.nuance import NuanceReference as NuanceReference
    from ..vendors.nuance import NuanceResource as NuanceResource
    from ..vendors.nvidia import NvidiaOptions as NvidiaOptions
    from ..vendors.openai import OpenaiOptions as OpenaiOptions
    from ..vendors.openai import OpenaiTurnDetection as OpenaiTurnDetection
    from ..vendors.openai import PromptTemplates as PromptTemplates
    from ..vendors.soniox import SonioxContext as SonioxContext
    from ..vendors.soniox import SonioxOptions as SonioxOptions
    from ..vendors.soniox import SonioxStorage as SonioxStorage
    from ..vendors.soniox import SonioxTerm as SonioxTerm
    from ..vendors.soniox import SonioxTranslation as SonioxTranslation
    from ..vendors.speechmatics import AudioEventsConfig as AudioEventsConfig
    from ..vendors.speechmatics import AudioFilteringConfig as AudioFilteringConfig
    from ..vendors.speechmatics import ConversationConfig as ConversationConfig
    from ..vendors.speechmatics import PunctuationOverrides as PunctuationOverrides
    from ..vendors.speechmatics import Replacement as Replacement
    from ..vendors.speechmatics import SpeakerDiarizationConfig as SpeakerDiarizationConfig
    from ..vendors.speechmatics import SpeechmaticsOptions as SpeechmaticsOptions
    from ..vendors.speechmatics import TranscriptFilteringConfig as TranscriptFilteringConfig
    from ..vendors.speechmatics import TranscriptionConfig as TranscriptionConfig
    from ..vendors.speechmatics import TranslationConfig as TranslationConfig
    from ..vendors.verbio import VerbioOptions as VerbioOptions
    from ..vendors.xai import XaiOptions as XaiOptions
    from ..vendors.zoom import ZoomOptions as ZoomOptions
    from ..vendors.zoom import ZoomTurnDetection as ZoomTurnDetection
    from .agent import AgentBargeIn as AgentBargeIn
    from .agent import AgentLlm as AgentLlm
    from .agent import AgentLlmOptions as AgentLlmOptions
    from .agent import AgentNoiseIsolation as AgentNoiseIsolation
    from .agent import ConnectOptions as ConnectOptions
    from .agent import LanguageConfig as LanguageConfig
    from .agent import LlmMessage as LlmMessage
    from .agent import ToolFiller as ToolFiller
    from .agent import TurnDetection as TurnDetection
    from .calls import Amd as Amd
    from .calls import AmdTimers as AmdTimers
    from .calls import DialFrom as DialFrom
    from .calls import Target as Target
    from .common import ActionHook as ActionHook
    from .common import Auth as Auth
    from .common import BidirectionalAudio as BidirectionalAudio
    from .common import FillerNoise as FillerNoise
    from .common import Hook as Hook
    from .common import NoiseIsolationAuth as NoiseIsolationAuth
    from .common import Vad as Vad
    from .llm import HangupTool as HangupTool
    from .llm import LlmAuth as LlmAuth
    from .llm import McpServer as McpServer
    from .recognizer import Hint as Hint
    from .recognizer import Recognizer as Recognizer
    from .session import BargeIn as BargeIn
    from .session import ListenOptions as ListenOptions
    from .session import NoiseIsolation as NoiseIsolation
    from .session import RecordOptions as RecordOptions
    from .session import TranscribeOptions as TranscribeOptions
    from .session import TtsStream as TtsStream
    from .session import TurnTaking as TurnTaking
    from .synthesizer import Synthesizer as Synthesizer
    from .transfer import Confirm as Confirm
    from .transfer import Disposition as Disposition
    from .transfer import Handoff as Handoff
    from .transfer import HandoffBrief as HandoffBrief
    from .transfer import TransferOptions as TransferOptions
else:
    __getattr__, __dir__, __all__ = lazy_exports(
        __name__,
        {
            "..vendors.assemblyai": "AssemblyAiOptions",
            "..vendors.aws": "AwsOptions",
            "..vendors.azure": "AzureOptions",
            "..vendors.cobalt": "CobaltOptions",
            "..vendors.custom": "CustomOptions",
            "..vendors.deepgram": "DeepgramOptions",
            "..vendors.elevenlabs": "ElevenlabsOptions",
            "..vendors.gladia": "GladiaOptions",
            "..vendors.google": "GoogleOptions",
            "..vendors.gradium": "GradiumOptions GradiumTurnDetection",
            "..vendors.houndify": "HoundifyOptions",
            "..vendors.ibm": "IbmOptions",
            "..vendors.mistral": "MistralOptions MistralTurnDetection",
            "..vendors.modulate": "ModulateOptions",
            "..vendors.nuance": "NuanceFormatting NuanceOptions NuanceReference NuanceResource",
            "..vendors.nvidia": "NvidiaOptions",
            "..vendors.openai": "OpenaiOptions OpenaiTurnDetection PromptTemplates",
            "..vendors.soniox": "SonioxContext SonioxOptions SonioxStorage SonioxTerm SonioxTranslation",
            "..vendors.speechmatics": (
                "AudioEventsConfig AudioFilteringConfig ConversationConfig PunctuationOverrides Replacement "
                "SpeakerDiarizationConfig SpeechmaticsOptions TranscriptFilteringConfig TranscriptionConfig "
                "TranslationConfig"
            ),
            "..vendors.verbio": "VerbioOptions",
            "..vendors.xai": "XaiOptions",
            "..vendors.zoom": "ZoomOptions ZoomTurnDetection",
            ".agent": (
                "AgentBargeIn AgentLlm AgentLlmOptions AgentNoiseIsolation ConnectOptions LanguageConfig "
                "LlmMessage ToolFiller TurnDetection"
            ),
            ".calls": "Amd AmdTimers DialFrom Target",
            ".common": "ActionHook Auth BidirectionalAudio FillerNoise Hook NoiseIsolationAuth Vad",
            ".llm": "HangupTool LlmAuth McpServer",
            ".recognizer": "Hint Recognizer",
            ".session": "BargeIn ListenOptions NoiseIsolation RecordOptions TranscribeOptions TtsStream TurnTaking",
            ".synthesizer": "Synthesizer",
            ".transfer": "Confirm Disposition Handoff HandoffBrief TransferOptions",
        },
    )
