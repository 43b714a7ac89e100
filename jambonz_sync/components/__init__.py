"""The parts that verbs are made of: recognizer, synthesizer, target ... each a frozen dataclass.

``from jambonz_sync.components import Recognizer``. A dict in either spelling does as well wherever a verb takes one.
Each is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from .speechmatics import AudioEventsConfig as AudioEventsConfig
    from .speechmatics import AudioFilteringConfig as AudioFilteringConfig
    from .speechmatics import ConversationConfig as ConversationConfig
    from .speechmatics import PunctuationOverrides as PunctuationOverrides
    from .speechmatics import Replacement as Replacement
    from .speechmatics import SpeakerDiarizationConfig as SpeakerDiarizationConfig
    from .speechmatics import SpeechmaticsOptions as SpeechmaticsOptions
    from .speechmatics import TranscriptFilteringConfig as TranscriptFilteringConfig
    from .speechmatics import TranscriptionConfig as TranscriptionConfig
    from .speechmatics import TranslationConfig as TranslationConfig
    from .transfer import Confirm as Confirm
    from .transfer import Disposition as Disposition
    from .transfer import Handoff as Handoff
    from .transfer import HandoffBrief as HandoffBrief
    from .transfer import TransferOptions as TransferOptions
    from .vendors import AssemblyAiOptions as AssemblyAiOptions
    from .vendors import AwsOptions as AwsOptions
    from .vendors import AzureOptions as AzureOptions
    from .vendors import CustomOptions as CustomOptions
    from .vendors import DeepgramOptions as DeepgramOptions
    from .vendors import ElevenlabsOptions as ElevenlabsOptions
    from .vendors import GladiaOptions as GladiaOptions
    from .vendors import GoogleOptions as GoogleOptions
    from .vendors import IbmOptions as IbmOptions
    from .vendors import ModulateOptions as ModulateOptions
    from .vendors import NvidiaOptions as NvidiaOptions
    from .vendors import XaiOptions as XaiOptions
    from .vendors_legacy import CobaltOptions as CobaltOptions
    from .vendors_legacy import NuanceFormatting as NuanceFormatting
    from .vendors_legacy import NuanceOptions as NuanceOptions
    from .vendors_legacy import NuanceReference as NuanceReference
    from .vendors_legacy import NuanceResource as NuanceResource
    from .vendors_legacy import VerbioOptions as VerbioOptions
    from .vendors_more import HoundifyOptions as HoundifyOptions
    from .vendors_more import OpenaiOptions as OpenaiOptions
    from .vendors_more import OpenaiTurnDetection as OpenaiTurnDetection
    from .vendors_more import PromptTemplates as PromptTemplates
    from .vendors_more import SonioxContext as SonioxContext
    from .vendors_more import SonioxOptions as SonioxOptions
    from .vendors_more import SonioxStorage as SonioxStorage
    from .vendors_more import SonioxTerm as SonioxTerm
    from .vendors_more import SonioxTranslation as SonioxTranslation

#: the classes of each module
_MODULES = {
    "agent": (
        "AgentBargeIn AgentLlm AgentLlmOptions AgentNoiseIsolation ConnectOptions LanguageConfig LlmMessage "
        "ToolFiller TurnDetection"
    ),
    "calls": "Amd AmdTimers DialFrom Target",
    "common": "ActionHook Auth BidirectionalAudio FillerNoise Hook Synthesizer Vad",
    "llm": "HangupTool LlmAuth McpServer",
    "recognizer": "Hint Recognizer",
    "session": "BargeIn ListenOptions NoiseIsolation RecordOptions TranscribeOptions TtsStream TurnTaking",
    "speechmatics": (
        "AudioEventsConfig AudioFilteringConfig ConversationConfig PunctuationOverrides Replacement "
        "SpeakerDiarizationConfig SpeechmaticsOptions TranscriptFilteringConfig TranscriptionConfig "
        "TranslationConfig"
    ),
    "transfer": "Confirm Disposition Handoff HandoffBrief TransferOptions",
    "vendors": (
        "AssemblyAiOptions AwsOptions AzureOptions CustomOptions DeepgramOptions ElevenlabsOptions "
        "GladiaOptions GoogleOptions IbmOptions ModulateOptions NvidiaOptions XaiOptions"
    ),
    "vendors_legacy": ("CobaltOptions NuanceFormatting NuanceOptions NuanceReference NuanceResource VerbioOptions"),
    "vendors_more": (
        "HoundifyOptions OpenaiOptions OpenaiTurnDetection PromptTemplates SonioxContext SonioxOptions "
        "SonioxStorage SonioxTerm SonioxTranslation"
    ),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = [*_HOME]  # noqa: PLE0604 - the keys are literals


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
