"""The dicts that may stand for components, for type checkers: each key in either spelling.

Written by ``python -m tests.typing.component_dicts`` from the dataclasses, and compared with them by a test.
"""

# ruff: noqa
# fmt: off

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

from .base import Verb
from .components.agent import AgentLlmOptions, AgentVendor, ConnectOptions, LlmMessage
from .components.calls import Amd, AmdTimers, DialFrom, Target
from .components.common import Auth, BidirectionalAudio, Hook, NoiseIsolationAuth, Vad
from .components.llm import LlmAuth
from .components.recognizer import Hint, Recognizer
from .components.synthesizer import Synthesizer
from .components.transfer import Confirm, Disposition, HandoffBrief
from .s2s import ElevenlabsOptions
from .speech import Say
from .transcribe import Transcribe
from .vendors.assemblyai import AssemblyAiOptions
from .vendors.aws import AwsOptions
from .vendors.azure import AzureOptions
from .vendors.cobalt import CobaltOptions
from .vendors.custom import CustomOptions
from .vendors.deepgram import DeepgramOptions
from .vendors.gladia import GladiaOptions
from .vendors.google import GoogleOptions
from .vendors.gradium import GradiumOptions, GradiumTurnDetection
from .vendors.houndify import HoundifyOptions
from .vendors.ibm import IbmOptions
from .vendors.mistral import MistralOptions, MistralTurnDetection
from .vendors.modulate import ModulateOptions
from .vendors.nuance import NuanceOptions
from .vendors.nvidia import NvidiaOptions
from .vendors.openai import OpenaiOptions, OpenaiTurnDetection, PromptTemplates
from .vendors.soniox import SonioxContext, SonioxOptions, SonioxStorage, SonioxTerm, SonioxTranslation
from .vendors.speechmatics import AudioEventsConfig, AudioFilteringConfig, ConversationConfig, PunctuationOverrides, Replacement, SpeakerDiarizationConfig, SpeechmaticsOptions, TranscriptFilteringConfig, TranscriptionConfig, TranslationConfig
from .vendors.verbio import VerbioOptions
from .vendors.xai import XaiOptions
from .vendors.zoom import ZoomOptions, ZoomTurnDetection

class ActionHookDelayActionDict(TypedDict, total=False):
    enabled: bool | None
    no_response_timeout: float | None
    noResponseTimeout: float | None
    no_response_give_up_timeout: float | None
    noResponseGiveUpTimeout: float | None
    retries: float | None
    actions: Sequence[Verb | Mapping[str, Any]] | None
    give_up_actions: Sequence[Verb | Mapping[str, Any]] | None
    giveUpActions: Sequence[Verb | Mapping[str, Any]] | None
    extra: Mapping[str, Any] | None

class AgentBargeInDict(TypedDict, total=False):
    enable: bool | None
    strategy: Literal["vad", "interruptPrediction"] | None
    vendor: str | None
    threshold: float | None
    min_speech_duration: float | None
    minSpeechDuration: float | None
    sticky: bool | None
    extra: Mapping[str, Any] | None

class AgentLlmDict(TypedDict, total=False):
    vendor: AgentVendor | None
    model: str | None
    label: str | None
    auth: LlmAuth | Mapping[str, Any] | None
    connect_options: ConnectOptions | ConnectOptionsDict | None
    connectOptions: ConnectOptions | ConnectOptionsDict | None
    llm_options: AgentLlmOptions | AgentLlmOptionsDict | None
    llmOptions: AgentLlmOptions | AgentLlmOptionsDict | None
    extra: Mapping[str, Any] | None

class AgentLlmOptionsDict(TypedDict, total=False):
    system_prompt: str | None
    systemPrompt: str | None
    messages: Sequence[LlmMessage | Mapping[str, Any]] | None
    initial_messages: Sequence[LlmMessage | Mapping[str, Any]] | None
    initialMessages: Sequence[LlmMessage | Mapping[str, Any]] | None
    max_tokens: int | None
    maxTokens: int | None
    temperature: float | None
    reasoning_effort: Literal["minimal", "low", "medium", "high"] | None
    reasoningEffort: Literal["minimal", "low", "medium", "high"] | None
    tools: Sequence[Mapping[str, Any]] | None
    extra: Mapping[str, Any] | None

class AgentNoiseIsolationDict(TypedDict, total=False):
    mode: Required[str]
    label: str | None
    auth: NoiseIsolationAuth | Mapping[str, Any] | None
    level: float | None
    direction: Literal["read", "write"] | None
    model: str | None
    extra: Mapping[str, Any] | None

class AmdDict(TypedDict, total=False):
    action_hook: Hook
    actionHook: Hook
    threshold_word_count: int | None
    thresholdWordCount: int | None
    digit_count: int | None
    digitCount: int | None
    timers: AmdTimers | AmdTimersDict | None
    recognizer: Recognizer | RecognizerDict | None
    extra: Mapping[str, Any] | None

class AmdTimersDict(TypedDict, total=False):
    no_speech_timeout_ms: float | None
    noSpeechTimeoutMs: float | None
    decision_timeout_ms: float | None
    decisionTimeoutMs: float | None
    tone_timeout_ms: float | None
    toneTimeoutMs: float | None
    greeting_completion_timeout_ms: float | None
    greetingCompletionTimeoutMs: float | None
    extra: Mapping[str, Any] | None

class AssemblyAiOptionsDict(TypedDict, total=False):
    api_key: str | None
    apiKey: str | None
    service_version: Literal["v2", "v3"] | None
    serviceVersion: Literal["v2", "v3"] | None
    speech_model: str | None
    speechModel: str | None
    format_turns: bool | None
    formatTurns: bool | None
    end_of_turn_confidence_threshold: float | None
    endOfTurnConfidenceThreshold: float | None
    min_end_of_turn_silence_when_confident: float | None
    minEndOfTurnSilenceWhenConfident: float | None
    max_turn_silence: float | None
    maxTurnSilence: float | None
    min_turn_silence: float | None
    minTurnSilence: float | None
    keyterms: Sequence[str] | None
    prompt: str | None
    language_detection: bool | None
    languageDetection: bool | None
    language_codes: Sequence[str] | None
    languageCodes: Sequence[str] | None
    voice_focus: Literal["near-field", "far-field"] | None
    voiceFocus: Literal["near-field", "far-field"] | None
    vad_threshold: float | None
    vadThreshold: float | None
    inactivity_timeout: float | None
    inactivityTimeout: float | None
    extra: Mapping[str, Any] | None

class AudioEventsConfigDict(TypedDict, total=False):
    types: Sequence[Literal["applause", "music", "laughter"]] | None
    extra: Mapping[str, Any] | None

class AudioFilteringConfigDict(TypedDict, total=False):
    volume_threshold: Required[float]
    extra: Mapping[str, Any] | None

class AuthDict(TypedDict, total=False):
    username: Required[str]
    password: Required[str]
    extra: Mapping[str, Any] | None

class AwsOptionsDict(TypedDict, total=False):
    access_key: str | None
    accessKey: str | None
    secret_key: str | None
    secretKey: str | None
    security_token: str | None
    securityToken: str | None
    region: str | None
    vocabulary_name: str | None
    vocabularyName: str | None
    vocabulary_filter_name: str | None
    vocabularyFilterName: str | None
    vocabulary_filter_method: Literal["remove", "mask", "tag"] | None
    vocabularyFilterMethod: Literal["remove", "mask", "tag"] | None
    language_model_name: str | None
    languageModelName: str | None
    pii_entity_types: Sequence[str] | None
    piiEntityTypes: Sequence[str] | None
    pii_identify_entities: bool | None
    piiIdentifyEntities: bool | None
    extra: Mapping[str, Any] | None

class AzureOptionsDict(TypedDict, total=False):
    speech_segmentation_silence_timeout_ms: float | None
    speechSegmentationSilenceTimeoutMs: float | None
    post_processing: str | None
    postProcessing: str | None
    audio_logging: bool | None
    audioLogging: bool | None
    language_id_mode: Literal["AtStart", "Continuous"] | None
    languageIdMode: Literal["AtStart", "Continuous"] | None
    speech_recognition_mode: Literal["CONVERSATION", "DICTATION", "INTERACTIVE"] | None
    speechRecognitionMode: Literal["CONVERSATION", "DICTATION", "INTERACTIVE"] | None
    extra: Mapping[str, Any] | None

class BargeInDict(TypedDict, total=False):
    enable: bool | None
    sticky: bool | None
    action_hook: Hook | None
    actionHook: Hook | None
    partial_result_hook: Hook | None
    partialResultHook: Hook | None
    input: Sequence[Literal["speech", "digits"]] | None
    finish_on_key: str | None
    finishOnKey: str | None
    num_digits: int | None
    numDigits: int | None
    min_digits: int | None
    minDigits: int | None
    max_digits: int | None
    maxDigits: int | None
    inter_digit_timeout: float | None
    interDigitTimeout: float | None
    dtmf_bargein: bool | None
    dtmfBargein: bool | None
    min_bargein_word_count: int | None
    minBargeinWordCount: int | None
    extra: Mapping[str, Any] | None

class BidirectionalAudioDict(TypedDict, total=False):
    enabled: bool | None
    streaming: bool | None
    sample_rate: int | None
    sampleRate: int | None
    extra: Mapping[str, Any] | None

class ConfirmDict(TypedDict, total=False):
    prompt: Required[str]
    digit: Required[str]
    extra: Mapping[str, Any] | None

class ConnectOptionsDict(TypedDict, total=False):
    timeout: float | None
    max_retries: int | None
    maxRetries: int | None
    endpoint: str | None
    base_url: str | None
    baseURL: str | None
    extra: Mapping[str, Any] | None

class ConversationConfigDict(TypedDict, total=False):
    end_of_utterance_silence_trigger: float | None
    extra: Mapping[str, Any] | None

class CustomOptionsDict(TypedDict, total=False):
    auth_token: str | None
    authToken: str | None
    uri: str | None
    sample_rate: int | None
    sampleRate: int | None
    options: Mapping[str, Any] | None
    extra: Mapping[str, Any] | None

class DeepgramOptionsDict(TypedDict, total=False):
    deepgram_stt_uri: str | None
    deepgramSttUri: str | None
    deepgram_stt_use_tls: bool | None
    deepgramSttUseTls: bool | None
    api_key: str | None
    apiKey: str | None
    tier: str | None
    model: str | None
    custom_model: str | None
    customModel: str | None
    version: str | None
    punctuate: bool | None
    smart_formatting: bool | None
    smartFormatting: bool | None
    no_delay: bool | None
    noDelay: bool | None
    profanity_filter: bool | None
    profanityFilter: bool | None
    redact: Literal["pci", "numbers", "true", "ssn"] | None
    diarize: bool | None
    diarize_version: str | None
    diarizeVersion: str | None
    ner: bool | None
    multichannel: bool | None
    alternatives: float | None
    numerals: bool | None
    search: Sequence[str] | None
    replace: Sequence[str] | None
    keywords: Sequence[str] | None
    keyterms: Sequence[str] | None
    endpointing: bool | float | None
    utterance_end_ms: float | None
    utteranceEndMs: float | None
    short_utterance: bool | None
    shortUtterance: bool | None
    vad_turnoff: float | None
    vadTurnoff: float | None
    tag: str | None
    filler_words: bool | None
    fillerWords: bool | None
    eot_threshold: float | None
    eotThreshold: float | None
    eot_timeout_ms: float | None
    eotTimeoutMs: float | None
    mip_opt_out: bool | None
    mipOptOut: bool | None
    entity_prompt: str | None
    entityPrompt: str | None
    eager_eot_threshold: float | None
    eagerEotThreshold: float | None
    language_hints: Sequence[str] | None
    languageHints: Sequence[str] | None
    extra: Mapping[str, Any] | None

class DialFromDict(TypedDict, total=False):
    user: str | None
    host: str | None
    extra: Mapping[str, Any] | None

class DispositionDict(TypedDict, total=False):
    on_no_answer: Literal["return", "voicemail", "hangup"] | None
    onNoAnswer: Literal["return", "voicemail", "hangup"] | None
    on_busy: Literal["return", "voicemail", "hangup"] | None
    onBusy: Literal["return", "voicemail", "hangup"] | None
    on_decline: Literal["return", "voicemail", "hangup"] | None
    onDecline: Literal["return", "voicemail", "hangup"] | None
    on_failure: Literal["return", "voicemail", "hangup"] | None
    onFailure: Literal["return", "voicemail", "hangup"] | None
    voicemail_url: str | None
    voicemailUrl: str | None
    extra: Mapping[str, Any] | None

class DubDict(TypedDict, total=False):
    action: Required[Literal["addTrack", "removeTrack", "silenceTrack", "playOnTrack", "sayOnTrack"]]
    track: Required[str]
    play: str | None
    say: str | Say | SayDict | None
    loop: bool | None
    gain: float | str | None
    id: str | None
    extra: Mapping[str, Any] | None

class FillerNoiseDict(TypedDict, total=False):
    enable: Required[bool]
    url: str | None
    start_delay_secs: float | None
    startDelaySecs: float | None
    extra: Mapping[str, Any] | None

class GoogleOptionsDict(TypedDict, total=False):
    mode: Literal["VERBATIM", "SMART"] | None
    custom_vocabulary: Sequence[str] | None
    customVocabulary: Sequence[str] | None
    service_version: Literal["v1", "v2"] | None
    serviceVersion: Literal["v1", "v2"] | None
    recognizer_id: str | None
    recognizerId: str | None
    parent_path: str | None
    parentPath: str | None
    speech_start_timeout_ms: float | None
    speechStartTimeoutMs: float | None
    speech_end_timeout_ms: float | None
    speechEndTimeoutMs: float | None
    enable_voice_activity_events: bool | None
    enableVoiceActivityEvents: bool | None
    transcript_normalization: Sequence[Any] | None
    transcriptNormalization: Sequence[Any] | None
    extra: Mapping[str, Any] | None

class GradiumOptionsDict(TypedDict, total=False):
    api_key: str | None
    apiKey: str | None
    model: str | None
    delay_in_frames: int | None
    delayInFrames: int | None
    temp: float | None
    padding_bonus: float | None
    paddingBonus: float | None
    keywords: Sequence[str] | None
    keyword_boost: float | None
    keywordBoost: float | None
    keyword_boost_id: str | None
    keywordBoostId: str | None
    turn_detection: GradiumTurnDetection | GradiumTurnDetectionDict | None
    gradium_stt_uri: str | None
    gradiumSttUri: str | None
    gradium_stt_use_tls: bool | None
    gradiumSttUseTls: bool | None
    extra: Mapping[str, Any] | None

class GradiumTurnDetectionDict(TypedDict, total=False):
    threshold: float | None
    horizon: float | None
    extra: Mapping[str, Any] | None

class HandoffDict(TypedDict, total=False):
    target: Required[Sequence[Target | TargetDict]]
    mode: Required[Literal["blind", "warm"]]
    blind_method: Literal["refer", "dial"] | None
    blindMethod: Literal["refer", "dial"] | None
    caller_present: bool | None
    callerPresent: bool | None
    caller_id: str | None
    callerId: str | None
    on_hold_hook: Hook | None
    onHoldHook: Hook | None
    timeout: float | None
    confirm: Confirm | ConfirmDict | None
    amd: Amd | AmdDict | None
    disposition: Disposition | DispositionDict | None
    action_hook: Hook | None
    actionHook: Hook | None
    event_hook: Hook | None
    eventHook: Hook | None
    brief: Literal["auto", "none"] | HandoffBrief | HandoffBriefDict | None
    brief_synthesizer: Synthesizer | SynthesizerDict | None
    briefSynthesizer: Synthesizer | SynthesizerDict | None
    tool_name: str | None
    toolName: str | None
    tool_description: str | None
    toolDescription: str | None
    extra: Mapping[str, Any] | None

class HandoffBriefDict(TypedDict, total=False):
    template: Required[str]
    extra: Mapping[str, Any] | None

class HangupToolDict(TypedDict, total=False):
    reason: str | None
    extra: Mapping[str, Any] | None

class HintDict(TypedDict, total=False):
    phrase: Required[str]
    boost: float | None
    extra: Mapping[str, Any] | None

class HoundifyOptionsDict(TypedDict, total=False):
    request_info: Mapping[str, Any] | None
    requestInfo: Mapping[str, Any] | None
    sample_rate: int | None
    sampleRate: int | None
    latitude: float | None
    longitude: float | None
    city: str | None
    state: str | None
    country: str | None
    time_zone: str | None
    timeZone: str | None
    domain: str | None
    audio_endpoint: str | None
    audioEndpoint: str | None
    max_silence_seconds: float | None
    maxSilenceSeconds: float | None
    max_silence_after_full_query_seconds: float | None
    maxSilenceAfterFullQuerySeconds: float | None
    max_silence_after_partial_query_seconds: float | None
    maxSilenceAfterPartialQuerySeconds: float | None
    vad_sensitivity: float | None
    vadSensitivity: float | None
    vad_timeout: float | None
    vadTimeout: float | None
    vad_mode: str | None
    vadMode: str | None
    vad_voice_ms: float | None
    vadVoiceMs: float | None
    vad_silence_ms: float | None
    vadSilenceMs: float | None
    vad_debug: bool | None
    vadDebug: bool | None
    audio_format: str | None
    audioFormat: str | None
    enable_noise_reduction: bool | None
    enableNoiseReduction: bool | None
    enable_profanity_filter: bool | None
    enableProfanityFilter: bool | None
    enable_punctuation: bool | None
    enablePunctuation: bool | None
    enable_capitalization: bool | None
    enableCapitalization: bool | None
    confidence_threshold: float | None
    confidenceThreshold: float | None
    enable_disfluency_filter: bool | None
    enableDisfluencyFilter: bool | None
    max_results: float | None
    maxResults: float | None
    enable_word_timestamps: bool | None
    enableWordTimestamps: bool | None
    max_alternatives: float | None
    maxAlternatives: float | None
    partial_transcript_interval: float | None
    partialTranscriptInterval: float | None
    session_timeout: float | None
    sessionTimeout: float | None
    connection_timeout: float | None
    connectionTimeout: float | None
    custom_vocabulary: Sequence[str] | None
    customVocabulary: Sequence[str] | None
    language_model: str | None
    languageModel: str | None
    audio_query_absolute_timeout: float | None
    audioQueryAbsoluteTimeout: float | None
    eoq_threshold: float | None
    eoqThreshold: float | None
    vad_stop_threshold: float | None
    vadStopThreshold: float | None
    extra: Mapping[str, Any] | None

class IbmOptionsDict(TypedDict, total=False):
    stt_api_key: str | None
    sttApiKey: str | None
    stt_region: str | None
    sttRegion: str | None
    tts_api_key: str | None
    ttsApiKey: str | None
    tts_region: str | None
    ttsRegion: str | None
    instance_id: str | None
    instanceId: str | None
    model: str | None
    language_customization_id: str | None
    languageCustomizationId: str | None
    acoustic_customization_id: str | None
    acousticCustomizationId: str | None
    base_model_version: str | None
    baseModelVersion: str | None
    watson_metadata: str | None
    watsonMetadata: str | None
    watson_learning_opt_out: bool | None
    watsonLearningOptOut: bool | None
    extra: Mapping[str, Any] | None

class LanguageConfigDict(TypedDict, total=False):
    tts: Synthesizer | SynthesizerDict | None
    extra: Mapping[str, Any] | None

class ListenDict(TypedDict, total=False):
    url: Required[str]
    action_hook: Hook | None
    actionHook: Hook | None
    ws_auth: Auth | AuthDict | None
    wsAuth: Auth | AuthDict | None
    mix_type: Literal["mono", "stereo", "mixed"] | None
    mixType: Literal["mono", "stereo", "mixed"] | None
    metadata: Mapping[str, Any] | None
    sample_rate: int | None
    sampleRate: int | None
    finish_on_key: str | None
    finishOnKey: str | None
    max_length: float | None
    maxLength: float | None
    pass_dtmf: bool | None
    passDtmf: bool | None
    play_beep: bool | None
    playBeep: bool | None
    disable_bidirectional_audio: bool | None
    disableBidirectionalAudio: bool | None
    bidirectional_audio: BidirectionalAudio | BidirectionalAudioDict | None
    bidirectionalAudio: BidirectionalAudio | BidirectionalAudioDict | None
    timeout: float | None
    transcribe: Transcribe | TranscribeDict | None
    early_media: bool | None
    earlyMedia: bool | None
    channel: int | None
    id: str | None
    extra: Mapping[str, Any] | None

class McpServerDict(TypedDict, total=False):
    url: Required[str]
    auth: Mapping[str, Any] | None
    roots: Sequence[Mapping[str, Any]] | None
    extra: Mapping[str, Any] | None

class MistralOptionsDict(TypedDict, total=False):
    api_key: str | None
    apiKey: str | None
    model: str | None
    streaming_delay_ms: int | None
    streamingDelayMs: int | None
    verbatim: bool | None
    context_bias: Sequence[str] | None
    contextBias: Sequence[str] | None
    diarize: bool | None
    speaker_references: Sequence[Mapping[str, Any]] | None
    speakerReferences: Sequence[Mapping[str, Any]] | None
    turn_detection: MistralTurnDetection | MistralTurnDetectionDict | None
    turnDetection: MistralTurnDetection | MistralTurnDetectionDict | None
    mistral_stt_uri: str | None
    mistralSttUri: str | None
    extra: Mapping[str, Any] | None

class MistralTurnDetectionDict(TypedDict, total=False):
    start_threshold: float | None
    startThreshold: float | None
    eager_end_threshold: float | None
    eagerEndThreshold: float | None
    end_threshold: float | None
    endThreshold: float | None
    min_silence_ms: int | None
    minSilenceMs: int | None
    end_timeout_ms: int | None
    endTimeoutMs: int | None
    extra: Mapping[str, Any] | None

class ModulateOptionsDict(TypedDict, total=False):
    api_key: str | None
    apiKey: str | None
    endpointing: bool | None
    emotion_signal: bool | None
    emotionSignal: bool | None
    accent_signal: bool | None
    accentSignal: bool | None
    deepfake_signal: bool | None
    deepfakeSignal: bool | None
    pii_phi_tagging: bool | None
    piiPhiTagging: bool | None
    modulate_stt_uri: str | None
    modulateSttUri: str | None
    modulate_stt_use_tls: bool | None
    modulateSttUseTls: bool | None
    extra: Mapping[str, Any] | None

class NvidiaOptionsDict(TypedDict, total=False):
    riva_uri: str | None
    rivaUri: str | None
    max_alternatives: float | None
    maxAlternatives: float | None
    profanity_filter: bool | None
    profanityFilter: bool | None
    punctuation: bool | None
    word_time_offsets: bool | None
    wordTimeOffsets: bool | None
    verbatim_transcripts: bool | None
    verbatimTranscripts: bool | None
    custom_configuration: Mapping[str, Any] | None
    customConfiguration: Mapping[str, Any] | None
    extra: Mapping[str, Any] | None

class OpenaiOptionsDict(TypedDict, total=False):
    api_key: str | None
    apiKey: str | None
    model: str | None
    prompt: str | None
    prompt_templates: PromptTemplates | PromptTemplatesDict | None
    promptTemplates: PromptTemplates | PromptTemplatesDict | None
    language: str | None
    languages: Sequence[str] | None
    keywords: Sequence[str] | None
    delay: Literal["minimal", "low", "medium", "high", "xhigh"] | None
    input_audio_noise_reduction: Literal["near_field", "far_field"] | None
    turn_detection: OpenaiTurnDetection | OpenaiTurnDetectionDict | None
    vad_mode: int | None
    vadMode: int | None
    vad_silence_ms: int | None
    vadSilenceMs: int | None
    vad_voice_ms: int | None
    vadVoiceMs: int | None
    extra: Mapping[str, Any] | None

class OpenaiTurnDetectionDict(TypedDict, total=False):
    type: Required[Literal["none", "server_vad", "semantic_vad"]]
    eagerness: Literal["low", "medium", "high", "auto"] | None
    threshold: float | None
    prefix_padding_ms: float | None
    silence_duration_ms: float | None
    extra: Mapping[str, Any] | None

class PlayDict(TypedDict, total=False):
    url: Required[str | Sequence[str]]
    loop: int | str | None
    action_hook: Hook | None
    actionHook: Hook | None
    early_media: bool | None
    earlyMedia: bool | None
    seek_offset: int | str | None
    seekOffset: int | str | None
    timeout_secs: float | str | None
    timeoutSecs: float | str | None
    id: str | None
    extra: Mapping[str, Any] | None

class PromptTemplatesDict(TypedDict, total=False):
    hints_template: str | None
    hintsTemplate: str | None
    conversation_history_template: str | None
    conversationHistoryTemplate: str | None
    extra: Mapping[str, Any] | None

class PunctuationOverridesDict(TypedDict, total=False):
    permitted_marks: Sequence[str] | None
    sensitivity: float | None
    extra: Mapping[str, Any] | None

class QueryInputDict(TypedDict, total=False):
    text: str | None
    intent: str | None
    event: str | None
    dtmf: str | None
    extra: Mapping[str, Any] | None

class RecognizerDict(TypedDict, total=False):
    vendor: Required[str]
    label: str | None
    language: str | None
    fallback_vendor: str | None
    fallbackVendor: str | None
    fallback_label: str | None
    fallbackLabel: str | None
    fallback_language: str | None
    fallbackLanguage: str | None
    vad: Vad | VadDict | None
    autogenerate_prompt: bool | None
    autogeneratePrompt: bool | None
    hints: Sequence[str | Hint | HintDict] | None
    hints_boost: float | None
    hintsBoost: float | None
    alt_languages: Sequence[str] | None
    altLanguages: Sequence[str] | None
    profanity_filter: bool | None
    profanityFilter: bool | None
    interim: bool | None
    single_utterance: bool | None
    singleUtterance: bool | None
    dual_channel: bool | None
    dualChannel: bool | None
    separate_recognition_per_channel: bool | None
    separateRecognitionPerChannel: bool | None
    punctuation: bool | None
    enhanced_model: bool | None
    enhancedModel: bool | None
    words: bool | None
    diarization: bool | None
    diarization_min_speakers: int | None
    diarizationMinSpeakers: int | None
    diarization_max_speakers: int | None
    diarizationMaxSpeakers: int | None
    interaction_type: Literal["unspecified", "discussion", "presentation", "phone_call", "voicemail", "voice_search", "voice_command", "dictation"] | None
    interactionType: Literal["unspecified", "discussion", "presentation", "phone_call", "voicemail", "voice_search", "voice_command", "dictation"] | None
    naics_code: float | None
    naicsCode: float | None
    identify_channels: bool | None
    identifyChannels: bool | None
    vocabulary_name: str | None
    vocabularyName: str | None
    vocabulary_filter_name: str | None
    vocabularyFilterName: str | None
    filter_method: Literal["remove", "mask", "tag"] | None
    filterMethod: Literal["remove", "mask", "tag"] | None
    model: str | None
    output_format: Literal["simple", "detailed"] | None
    outputFormat: Literal["simple", "detailed"] | None
    profanity_option: Literal["masked", "removed", "raw"] | None
    profanityOption: Literal["masked", "removed", "raw"] | None
    request_snr: bool | None
    requestSnr: bool | None
    initial_speech_timeout_ms: float | None
    initialSpeechTimeoutMs: float | None
    azure_service_endpoint: str | None
    azureServiceEndpoint: str | None
    azure_stt_endpoint_id: str | None
    azureSttEndpointId: str | None
    asr_dtmf_termination_digit: str | None
    asrDtmfTerminationDigit: str | None
    asr_timeout: float | None
    asrTimeout: float | None
    fast_recognition_timeout: float | None
    fastRecognitionTimeout: float | None
    min_confidence: float | None
    minConfidence: float | None
    deepgram_options: DeepgramOptions | DeepgramOptionsDict | None
    deepgramOptions: DeepgramOptions | DeepgramOptionsDict | None
    google_options: GoogleOptions | GoogleOptionsDict | None
    googleOptions: GoogleOptions | GoogleOptionsDict | None
    aws_options: AwsOptions | AwsOptionsDict | None
    awsOptions: AwsOptions | AwsOptionsDict | None
    azure_options: AzureOptions | AzureOptionsDict | None
    azureOptions: AzureOptions | AzureOptionsDict | None
    ibm_options: IbmOptions | IbmOptionsDict | None
    ibmOptions: IbmOptions | IbmOptionsDict | None
    nvidia_options: NvidiaOptions | NvidiaOptionsDict | None
    nvidiaOptions: NvidiaOptions | NvidiaOptionsDict | None
    soniox_options: SonioxOptions | SonioxOptionsDict | None
    sonioxOptions: SonioxOptions | SonioxOptionsDict | None
    xai_options: XaiOptions | XaiOptionsDict | None
    xaiOptions: XaiOptions | XaiOptionsDict | None
    modulate_options: ModulateOptions | ModulateOptionsDict | None
    modulateOptions: ModulateOptions | ModulateOptionsDict | None
    assembly_ai_options: AssemblyAiOptions | AssemblyAiOptionsDict | None
    assemblyAiOptions: AssemblyAiOptions | AssemblyAiOptionsDict | None
    speechmatics_options: SpeechmaticsOptions | SpeechmaticsOptionsDict | None
    speechmaticsOptions: SpeechmaticsOptions | SpeechmaticsOptionsDict | None
    openai_options: OpenaiOptions | OpenaiOptionsDict | None
    openaiOptions: OpenaiOptions | OpenaiOptionsDict | None
    houndify_options: HoundifyOptions | HoundifyOptionsDict | None
    houndifyOptions: HoundifyOptions | HoundifyOptionsDict | None
    gladia_options: GladiaOptions | Mapping[str, Any] | None
    gladiaOptions: GladiaOptions | Mapping[str, Any] | None
    elevenlabs_options: ElevenlabsOptions | Mapping[str, Any] | None
    elevenlabsOptions: ElevenlabsOptions | Mapping[str, Any] | None
    gradium_options: GradiumOptions | GradiumOptionsDict | None
    gradiumOptions: GradiumOptions | GradiumOptionsDict | None
    mistral_options: MistralOptions | MistralOptionsDict | None
    mistralOptions: MistralOptions | MistralOptionsDict | None
    zoom_options: ZoomOptions | ZoomOptionsDict | None
    zoomOptions: ZoomOptions | ZoomOptionsDict | None
    custom_options: CustomOptions | CustomOptionsDict | None
    customOptions: CustomOptions | CustomOptionsDict | None
    nuance_options: NuanceOptions | Mapping[str, Any] | None
    nuanceOptions: NuanceOptions | Mapping[str, Any] | None
    cobalt_options: CobaltOptions | Mapping[str, Any] | None
    cobaltOptions: CobaltOptions | Mapping[str, Any] | None
    verbio_options: VerbioOptions | Mapping[str, Any] | None
    verbioOptions: VerbioOptions | Mapping[str, Any] | None
    extra: Mapping[str, Any] | None

ReplacementDict = TypedDict(
    "ReplacementDict",
    {
        "from_": str,
        "from": str,
        "to": Required[str],
        "extra": Mapping[str, Any] | None,
    },
    total=False,
)

class SayDict(TypedDict, total=False):
    text: str | Sequence[str] | None
    synthesizer: Synthesizer | SynthesizerDict | None
    loop: int | str | None
    early_media: bool | None
    earlyMedia: bool | None
    instructions: str | None
    disable_tts_cache: bool | None
    disableTtsCache: bool | None
    stream: bool | None
    close_stream_on_empty: bool | None
    closeStreamOnEmpty: bool | None
    id: str | None
    extra: Mapping[str, Any] | None

class SonioxContextDict(TypedDict, total=False):
    general: Sequence[SonioxTerm | SonioxTermDict] | None
    text: str | None
    terms: Sequence[str] | None
    translation_terms: Sequence[SonioxTranslation | SonioxTranslationDict] | None
    extra: Mapping[str, Any] | None

class SonioxOptionsDict(TypedDict, total=False):
    api_key: str | None
    apiKey: str | None
    model: str | None
    language_hints: Sequence[str] | None
    languageHints: Sequence[str] | None
    enable_language_identification: bool | None
    enableLanguageIdentification: bool | None
    enable_speaker_diarization: bool | None
    enableSpeakerDiarization: bool | None
    endpoint_detection: bool | None
    endpointDetection: bool | None
    endpoint_sensitivity: float | None
    endpointSensitivity: float | None
    max_endpoint_delay_ms: int | None
    maxEndpointDelayMs: int | None
    max_non_final_tokens_duration_ms: int | None
    maxNonFinalTokensDurationMs: int | None
    profanity_filter: bool | None
    profanityFilter: bool | None
    context: SonioxContext | SonioxContextDict | None
    speech_context: str | None
    speechContext: str | None
    client_request_reference: str | None
    clientRequestReference: str | None
    storage: SonioxStorage | SonioxStorageDict | None
    extra: Mapping[str, Any] | None

class SonioxStorageDict(TypedDict, total=False):
    id: str | None
    title: str | None
    disable_store_audio: bool | None
    disableStoreAudio: bool | None
    disable_store_transcript: bool | None
    disableStoreTranscript: bool | None
    disable_search: bool | None
    disableSearch: bool | None
    metadata: Mapping[str, Any] | None
    extra: Mapping[str, Any] | None

class SonioxTermDict(TypedDict, total=False):
    key: Required[str]
    value: Required[str]
    extra: Mapping[str, Any] | None

class SonioxTranslationDict(TypedDict, total=False):
    source: Required[str]
    target: Required[str]
    extra: Mapping[str, Any] | None

class SpeakerDiarizationConfigDict(TypedDict, total=False):
    speaker_sensitivity: float | None
    max_speakers: float | None
    extra: Mapping[str, Any] | None

class SpeechmaticsOptionsDict(TypedDict, total=False):
    host: str | None
    profile: Literal["adaptive", "agile", "smart", "external"] | None
    transcription_config: TranscriptionConfig | TranscriptionConfigDict | None
    translation_config: TranslationConfig | TranslationConfigDict | None
    audio_events_config: AudioEventsConfig | AudioEventsConfigDict | None
    extra: Mapping[str, Any] | None

class StreamDict(TypedDict, total=False):
    url: Required[str]
    action_hook: Hook | None
    actionHook: Hook | None
    ws_auth: Auth | AuthDict | None
    wsAuth: Auth | AuthDict | None
    mix_type: Literal["mono", "stereo", "mixed"] | None
    mixType: Literal["mono", "stereo", "mixed"] | None
    metadata: Mapping[str, Any] | None
    sample_rate: int | None
    sampleRate: int | None
    finish_on_key: str | None
    finishOnKey: str | None
    max_length: float | None
    maxLength: float | None
    pass_dtmf: bool | None
    passDtmf: bool | None
    play_beep: bool | None
    playBeep: bool | None
    disable_bidirectional_audio: bool | None
    disableBidirectionalAudio: bool | None
    bidirectional_audio: BidirectionalAudio | BidirectionalAudioDict | None
    bidirectionalAudio: BidirectionalAudio | BidirectionalAudioDict | None
    timeout: float | None
    transcribe: Transcribe | TranscribeDict | None
    early_media: bool | None
    earlyMedia: bool | None
    channel: int | None
    id: str | None
    extra: Mapping[str, Any] | None

class SynthesizerDict(TypedDict, total=False):
    vendor: Required[str]
    label: str | None
    language: str | None
    voice: str | Mapping[str, Any] | None
    fallback_vendor: str | None
    fallbackVendor: str | None
    fallback_label: str | None
    fallbackLabel: str | None
    fallback_language: str | None
    fallbackLanguage: str | None
    fallback_voice: str | Mapping[str, Any] | None
    fallbackVoice: str | Mapping[str, Any] | None
    engine: Literal["standard", "neural", "generative", "long-form"] | None
    gender: Literal["MALE", "FEMALE", "NEUTRAL"] | None
    options: Mapping[str, Any] | None
    extra: Mapping[str, Any] | None

TargetDict = TypedDict(
    "TargetDict",
    {
        "type": Required[Literal["phone", "sip", "user", "teams"]],
        "number": str | None,
        "sip_uri": str | None,
        "sipUri": str | None,
        "name": str | None,
        "tenant": str | None,
        "trunk": str | None,
        "confirm_hook": Hook | None,
        "confirmHook": Hook | None,
        "method": Literal["GET", "POST"] | None,
        "headers": Mapping[str, str] | None,
        "from_": DialFrom | DialFromDict | None,
        "from": DialFrom | DialFromDict | None,
        "auth": Auth | AuthDict | None,
        "vmail": bool | None,
        "override_to": str | None,
        "overrideTo": str | None,
        "proxy": str | None,
        "extra": Mapping[str, Any] | None,
    },
    total=False,
)

class ToolFillerDict(TypedDict, total=False):
    type: Required[Literal["audio", "backchannel"]]
    start_delay_secs: float | None
    startDelaySecs: float | None
    url: str | None
    style: str | None
    escalation_secs: float | None
    escalationSecs: float | None
    extra: Mapping[str, Any] | None

class TranscribeDict(TypedDict, total=False):
    transcription_hook: str | None
    transcriptionHook: str | None
    recognizer: Recognizer | RecognizerDict | None
    translation_hook: str | None
    translationHook: str | None
    early_media: bool | None
    earlyMedia: bool | None
    channel: Literal[1, 2] | None
    enable: bool | None
    id: str | None
    extra: Mapping[str, Any] | None

class TranscriptFilteringConfigDict(TypedDict, total=False):
    remove_disfluencies: bool | None
    replacements: Sequence[Replacement | ReplacementDict] | None
    extra: Mapping[str, Any] | None

class TranscriptionConfigDict(TypedDict, total=False):
    language: str | None
    domain: str | None
    additional_vocab: Sequence[Any] | None
    diarization: str | None
    speaker_diarization_config: SpeakerDiarizationConfig | SpeakerDiarizationConfigDict | None
    conversation_config: ConversationConfig | ConversationConfigDict | None
    enable_partials: bool | None
    max_delay: float | None
    max_delay_mode: Literal["fixed", "flexible"] | None
    output_locale: str | None
    punctuation_overrides: PunctuationOverrides | PunctuationOverridesDict | None
    operating_point: str | None
    model: str | None
    enable_entities: bool | None
    audio_filtering_config: AudioFilteringConfig | AudioFilteringConfigDict | None
    transcript_filtering_config: TranscriptFilteringConfig | TranscriptFilteringConfigDict | None
    extra: Mapping[str, Any] | None

class TransferBriefDict(TypedDict, total=False):
    text: Required[str]
    synthesizer: Synthesizer | SynthesizerDict | None
    extra: Mapping[str, Any] | None

class TranslationConfigDict(TypedDict, total=False):
    target_languages: Required[Sequence[str]]
    enable_partials: bool | None
    extra: Mapping[str, Any] | None

class TtsStreamDict(TypedDict, total=False):
    enable: bool | None
    synthesizer: Synthesizer | SynthesizerDict | None
    extra: Mapping[str, Any] | None

class TurnDetectionDict(TypedDict, total=False):
    mode: Required[Literal["krisp"]]
    threshold: float | None
    model: str | None
    extra: Mapping[str, Any] | None

class VadDict(TypedDict, total=False):
    enable: bool | None
    voice_ms: float | None
    voiceMs: float | None
    silence_ms: float | None
    silenceMs: float | None
    strategy: str | None
    mode: float | None
    vendor: Literal["webrtc", "silero"] | None
    threshold: float | None
    speech_pad_ms: float | None
    speechPadMs: float | None
    extra: Mapping[str, Any] | None

class XaiOptionsDict(TypedDict, total=False):
    api_key: str | None
    apiKey: str | None
    model: str | None
    endpointing: int | None
    diarize: bool | None
    filler_words: bool | None
    fillerWords: bool | None
    keyterms: Sequence[str] | None
    smart_turn: float | None
    smartTurn: float | None
    smart_turn_timeout: int | None
    smartTurnTimeout: int | None
    extra: Mapping[str, Any] | None

class ZoomOptionsDict(TypedDict, total=False):
    api_key: str | None
    apiKey: str | None
    turn_detection: ZoomTurnDetection | ZoomTurnDetectionDict | None
    zoom_stt_uri: str | None
    zoomSttUri: str | None
    zoom_stt_use_tls: bool | None
    zoomSttUseTls: bool | None
    extra: Mapping[str, Any] | None

class ZoomTurnDetectionDict(TypedDict, total=False):
    threshold: float | None
    prefix_padding_ms: int | None
    silence_duration_ms: int | None
    extra: Mapping[str, Any] | None
