"""The parts that verbs are made of: recognizer, synthesizer, target ... each a frozen dataclass.

``from jambonz_sync.verbs.components import Recognizer``. A dict in either spelling does as well wherever a verb takes
one. Each is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._lazy import lazy_exports

if TYPE_CHECKING:
    from ..vendors.legacy import CobaltOptions as CobaltOptions
    from ..vendors.legacy import NuanceFormatting as NuanceFormatting
    from ..vendors.legacy import NuanceOptions as NuanceOptions
    from ..vendors.legacy import NuanceReference as NuanceReference
    from ..vendors.legacy import NuanceResource as NuanceResource
    from ..vendors.legacy import VerbioOptions as VerbioOptions
    from ..vendors.main import AssemblyAiOptions as AssemblyAiOptions
    from ..vendors.main import AwsOptions as AwsOptions
    from ..vendors.main import AzureOptions as AzureOptions
    from ..vendors.main import CustomOptions as CustomOptions
    from ..vendors.main import DeepgramOptions as DeepgramOptions
    from ..vendors.main import ElevenlabsOptions as ElevenlabsOptions
    from ..vendors.main import GladiaOptions as GladiaOptions
    from ..vendors.main import GoogleOptions as GoogleOptions
    from ..vendors.main import IbmOptions as IbmOptions
    from ..vendors.main import ModulateOptions as ModulateOptions
    from ..vendors.main import NvidiaOptions as NvidiaOptions
    from ..vendors.main import XaiOptions as XaiOptions
    from ..vendors.more import HoundifyOptions as HoundifyOptions
    from ..vendors.more import OpenaiOptions as OpenaiOptions
    from ..vendors.more import OpenaiTurnDetection as OpenaiTurnDetection
    from ..vendors.more import PromptTemplates as PromptTemplates
    from ..vendors.more import SonioxContext as SonioxContext
    from ..vendors.more import SonioxOptions as SonioxOptions
    from ..vendors.more import SonioxStorage as SonioxStorage
    from ..vendors.more import SonioxTerm as SonioxTerm
    from ..vendors.more import SonioxTranslation as SonioxTranslation
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
    from .common import Synthesizer as Synthesizer
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
    from .transfer import Confirm as Confirm
    from .transfer import Disposition as Disposition
    from .transfer import Handoff as Handoff
    from .transfer import HandoffBrief as HandoffBrief
    from .transfer import TransferOptions as TransferOptions
else:
    __getattr__, __dir__, __all__ = lazy_exports(
        __name__,
        {
            "..vendors.legacy": (
                "CobaltOptions NuanceFormatting NuanceOptions NuanceReference NuanceResource VerbioOptions"
            ),
            "..vendors.main": (
                "AssemblyAiOptions AwsOptions AzureOptions CustomOptions DeepgramOptions ElevenlabsOptions "
                "GladiaOptions GoogleOptions IbmOptions ModulateOptions NvidiaOptions XaiOptions"
            ),
            "..vendors.more": (
                "HoundifyOptions OpenaiOptions OpenaiTurnDetection PromptTemplates SonioxContext "
                "SonioxOptions SonioxStorage SonioxTerm SonioxTranslation"
            ),
            "..vendors.speechmatics": (
                "AudioEventsConfig AudioFilteringConfig ConversationConfig PunctuationOverrides Replacement "
                "SpeakerDiarizationConfig SpeechmaticsOptions TranscriptFilteringConfig TranscriptionConfig "
                "TranslationConfig"
            ),
            ".agent": (
                "AgentBargeIn AgentLlm AgentLlmOptions AgentNoiseIsolation ConnectOptions LanguageConfig "
                "LlmMessage ToolFiller TurnDetection"
            ),
            ".calls": "Amd AmdTimers DialFrom Target",
            ".common": "ActionHook Auth BidirectionalAudio FillerNoise Hook Synthesizer Vad",
            ".llm": "HangupTool LlmAuth McpServer",
            ".recognizer": "Hint Recognizer",
            ".session": "BargeIn ListenOptions NoiseIsolation RecordOptions TranscribeOptions TtsStream TurnTaking",
            ".transfer": "Confirm Disposition Handoff HandoffBrief TransferOptions",
        },
    )
