"""The recognizer: which speech-to-text vendor listens, and how. The vendors' own settings are in ``vendors``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, model, option
from ..dicts import (
    AssemblyAiOptionsDict,
    AwsOptionsDict,
    AzureOptionsDict,
    CustomOptionsDict,
    DeepgramOptionsDict,
    GoogleOptionsDict,
    GradiumOptionsDict,
    HintDict,
    HoundifyOptionsDict,
    IbmOptionsDict,
    MistralOptionsDict,
    ModulateOptionsDict,
    NvidiaOptionsDict,
    OpenaiOptionsDict,
    SonioxOptionsDict,
    SpeechmaticsOptionsDict,
    VadDict,
    XaiOptionsDict,
    ZoomOptionsDict,
)
from ..vendors.assemblyai import AssemblyAiOptions
from ..vendors.aws import AwsOptions
from ..vendors.azure import AzureOptions
from ..vendors.cobalt import CobaltOptions
from ..vendors.custom import CustomOptions
from ..vendors.deepgram import DeepgramOptions
from ..vendors.elevenlabs import ElevenlabsOptions
from ..vendors.gladia import GladiaOptions
from ..vendors.google import GoogleOptions
from ..vendors.gradium import GradiumOptions
from ..vendors.houndify import HoundifyOptions
from ..vendors.ibm import IbmOptions
from ..vendors.known import advise_on_speech
from ..vendors.mistral import MistralOptions
from ..vendors.modulate import ModulateOptions
from ..vendors.nuance import NuanceOptions
from ..vendors.nvidia import NvidiaOptions
from ..vendors.openai import OpenaiOptions
from ..vendors.soniox import SonioxOptions
from ..vendors.speechmatics import SpeechmaticsOptions
from ..vendors.verbio import VerbioOptions
from ..vendors.xai import XaiOptions
from ..vendors.zoom import ZoomOptions
from .common import Vad

__all__ = ["Hint", "Recognizer"]


@model
class Hint(Model):
    """A phrase that the caller is likely to say, with a weight.

    Args:
        phrase: The phrase.
        boost: Added likelihood, in the vendor's own measure.
    """

    phrase: str
    boost: float | None = None
    extra: Mapping[str, Any] | None = None


@model(finish=advise_on_speech)
class Recognizer(Model):
    """Speech-to-text: which vendor listens, and how.

    Args:
        vendor: ``"google"``, ``"deepgram"``, ``"microsoft"`` ..., ``"custom:name"``, or ``"default"`` for that of the
            application.
        label: Label of the credentials, where one vendor has several.
        language: Language code, ``"en-US"``.
        fallback_vendor: Vendor to turn to if the first fails.
        fallback_label: Credentials of the fallback vendor.
        fallback_language: Language for the fallback vendor.
        vad: Start the vendor only when the caller speaks.
        autogenerate_prompt: Make a prompt for the vendor out of the prompt that the caller hears.
        hints: Words and phrases to expect; each a string or a :class:`Hint`.
        hints_boost: Weight of all hints, in the vendor's own measure.
        alt_languages: Further languages that the caller may speak.
        profanity_filter: Mask bad words.
        interim: Deliver interim results.
        single_utterance: Stop after the first utterance.
        dual_channel: Transcribe both legs of a bridged call.
        separate_recognition_per_channel: Give each leg its own recognition.
        punctuation: Punctuate.
        enhanced_model: Use Google's enhanced model.
        words: Deliver the time of each word.
        diarization: Tell speakers apart.
        diarization_min_speakers: Least number of speakers.
        diarization_max_speakers: Greatest number of speakers.
        interaction_type: Kind of conversation, for Google.
        naics_code: Industry code, for Google.
        identify_channels: Amazon: tell the channels apart.
        vocabulary_name: Amazon: name of a custom vocabulary.
        vocabulary_filter_name: Amazon: name of a vocabulary filter.
        filter_method: Amazon: what the filter does.
        model: Model of the vendor, by name.
        output_format: Microsoft: how much detail results have.
        profanity_option: Microsoft: what happens to bad words.
        request_snr: Microsoft: deliver the signal-to-noise ratio.
        initial_speech_timeout_ms: Microsoft: how long to wait for speech to start, in milliseconds.
        azure_service_endpoint: Microsoft: URL of a service endpoint of your own.
        azure_stt_endpoint_id: Microsoft: id of a custom speech endpoint.
        asr_dtmf_termination_digit: Key that ends a continuous recognition.
        asr_timeout: Continuous recognition: seconds of silence that end it.
        fast_recognition_timeout: Seconds of silence after an interim result that make it final.
        min_confidence: Results below this confidence, 0 to 1, are ``stt-low-confidence``.
        deepgram_options: Deepgram's own settings.
        google_options: Google's own settings.
        aws_options: Amazon's own settings.
        azure_options: Microsoft's own settings.
        ibm_options: IBM's own settings.
        nvidia_options: NVIDIA Riva's own settings.
        soniox_options: Soniox' own settings.
        xai_options: xAI's own settings.
        modulate_options: Modulate's own settings.
        assembly_ai_options: AssemblyAI's own settings.
        speechmatics_options: Speechmatics' own settings.
        openai_options: OpenAI's own settings.
        houndify_options: Houndify's own settings.
        gladia_options: Gladia's own settings.
        elevenlabs_options: ElevenLabs' own settings.
        gradium_options: Gradium's own settings.
        mistral_options: Mistral's own settings.
        zoom_options: Zoom's own settings.
        custom_options: Settings of a recognizer of your own (``vendor="custom:name"``).
        nuance_options: Nuance's own settings.
        cobalt_options: Cobalt's own settings.
        verbio_options: Verbio's own settings.
    """

    vendor: str
    label: str | None = None
    language: str | None = None
    fallback_vendor: str | None = None
    fallback_label: str | None = None
    fallback_language: str | None = None
    vad: Vad | VadDict | None = None
    autogenerate_prompt: bool | None = None
    hints: Sequence[str | Hint | HintDict] | None = None
    hints_boost: float | None = None
    alt_languages: Sequence[str] | None = None
    profanity_filter: bool | None = None
    interim: bool | None = None
    single_utterance: bool | None = None
    dual_channel: bool | None = None
    separate_recognition_per_channel: bool | None = None
    punctuation: bool | None = None
    enhanced_model: bool | None = None
    words: bool | None = None
    diarization: bool | None = None
    diarization_min_speakers: int | None = None
    diarization_max_speakers: int | None = None
    interaction_type: (
        Literal[
            "unspecified",
            "discussion",
            "presentation",
            "phone_call",
            "voicemail",
            "voice_search",
            "voice_command",
            "dictation",
        ]
        | None
    ) = None
    naics_code: float | None = None
    identify_channels: bool | None = None
    vocabulary_name: str | None = None
    vocabulary_filter_name: str | None = None
    filter_method: Literal["remove", "mask", "tag"] | None = None
    model: str | None = None
    output_format: Literal["simple", "detailed"] | None = None
    profanity_option: Literal["masked", "removed", "raw"] | None = None
    request_snr: bool | None = None
    initial_speech_timeout_ms: float | None = None
    azure_service_endpoint: str | None = None
    azure_stt_endpoint_id: str | None = None
    asr_dtmf_termination_digit: str | None = None
    asr_timeout: float | None = None
    fast_recognition_timeout: float | None = None
    min_confidence: float | None = option(default=None, ge=0, le=1)
    deepgram_options: DeepgramOptions | DeepgramOptionsDict | None = None
    google_options: GoogleOptions | GoogleOptionsDict | None = None
    aws_options: AwsOptions | AwsOptionsDict | None = None
    azure_options: AzureOptions | AzureOptionsDict | None = None
    ibm_options: IbmOptions | IbmOptionsDict | None = None
    nvidia_options: NvidiaOptions | NvidiaOptionsDict | None = None
    soniox_options: SonioxOptions | SonioxOptionsDict | None = None
    xai_options: XaiOptions | XaiOptionsDict | None = option(default=None, since="v10")
    modulate_options: ModulateOptions | ModulateOptionsDict | None = option(default=None, since="v10")
    assembly_ai_options: AssemblyAiOptions | AssemblyAiOptionsDict | None = None
    speechmatics_options: SpeechmaticsOptions | SpeechmaticsOptionsDict | None = None
    openai_options: OpenaiOptions | OpenaiOptionsDict | None = None
    houndify_options: HoundifyOptions | HoundifyOptionsDict | None = None
    gladia_options: GladiaOptions | Mapping[str, Any] | None = None
    elevenlabs_options: ElevenlabsOptions | Mapping[str, Any] | None = None
    gradium_options: GradiumOptions | GradiumOptionsDict | None = option(default=None, since="v11")
    mistral_options: MistralOptions | MistralOptionsDict | None = option(default=None, since="v11")
    zoom_options: ZoomOptions | ZoomOptionsDict | None = option(default=None, since="v11")
    custom_options: CustomOptions | CustomOptionsDict | None = None
    nuance_options: NuanceOptions | Mapping[str, Any] | None = option(default=None, only_on="0.9")
    cobalt_options: CobaltOptions | Mapping[str, Any] | None = option(default=None, only_on="0.9")
    verbio_options: VerbioOptions | Mapping[str, Any] | None = option(default=None, only_on="0.9")
    extra: Mapping[str, Any] | None = None
