"""Which options of recognisers the simulator plays, see :mod:`.coverage`: words are typed, not recognised."""

from __future__ import annotations

from collections.abc import Mapping

from .coverage_statement import Coverage, exact, like, missing, part, unheard

__all__ = ["RECOGNIZER_COVERAGE"]

_AS_WRITTEN = "the words of the caller are those that a recogniser writes, and no vendor is asked"
_ENDS = "what the caller says begins and ends as the pace of the call says"
_IN_EVT = "it adds to the vendor's own event, vendor.evt in the payload, which is what the test gives, or empty"
_LANGUAGE = "the caller speaks the language that the test gives, or that of the recogniser"
_BY_CLOUD = "only the vendor's cloud could tell"


def _vendor(written: str, *, ends: str = "", adds: str = "", languages: str = "") -> tuple[Coverage, ...]:
    """State how far the options of a vendor are played.

    Args:
        written: Those that change what is recognised, and how it is written.
        ends: Those that change when an utterance begins and ends.
        adds: Those that add to the vendor's own event.
        languages: Those that find out the language.
    """
    statements = (
        unheard(written, _AS_WRITTEN),
        like(ends, _ENDS),
        like(languages, _LANGUAGE),
        like(adds, _IN_EVT),
    )
    return tuple(statement for statement in statements if statement.options)


#: options of a recogniser -> the statements about the options in them
_VENDORS: Mapping[str, tuple[Coverage, ...]] = {
    "assemblyAiOptions": _vendor(
        "apiKey formatTurns keyterms prompt serviceVersion speechModel voiceFocus languageCodes",
        ends="endOfTurnConfidenceThreshold maxTurnSilence minEndOfTurnSilenceWhenConfident minTurnSilence vadThreshold "
        "inactivityTimeout",
        languages="languageDetection",
    ),
    "awsOptions": _vendor(
        "accessKey languageModelName piiEntityTypes piiIdentifyEntities region secretKey securityToken "
        "vocabularyFilterMethod vocabularyFilterName vocabularyName"
    ),
    "azureOptions": _vendor(
        "audioLogging postProcessing speechRecognitionMode",
        ends="speechSegmentationSilenceTimeoutMs",
        languages="languageIdMode",
    ),
    "cobaltOptions": _vendor(
        "compiledContextData contextToken metadata serverUri", adds="enableConfusionNetwork wordTimeOffsets"
    ),
    "customOptions": _vendor("authToken options sampleRate uri"),
    "deepgramOptions": _vendor(
        "apiKey customModel deepgramSttUri deepgramSttUseTls entityPrompt fillerWords keyterms keywords mipOptOut "
        "model noDelay numerals profanityFilter punctuate redact replace smartFormatting tag tier version",
        ends="endpointing utteranceEndMs vadTurnoff shortUtterance eotThreshold eotTimeoutMs eagerEotThreshold",
        adds="alternatives diarize diarizeVersion multichannel ner search",
        languages="languageHints",
    ),
    "elevenlabsOptions": _vendor(
        "enableLogging",
        ends="commitStrategy minSilenceDurationMs minSpeechDurationMs vadSilenceThresholdSecs vadThreshold",
        adds="includeTimestamps",
    ),
    "googleOptions": _vendor(
        "customVocabulary mode parentPath recognizerId serviceVersion transcriptNormalization",
        ends="enableVoiceActivityEvents speechEndTimeoutMs speechStartTimeoutMs",
    ),
    "gradiumOptions": _vendor(
        "apiKey gradiumSttUri gradiumSttUseTls keywordBoost keywordBoostId keywords model temp",
        ends="delayInFrames paddingBonus turn_detection",
    ),
    "houndifyOptions": (
        *_vendor(
            "audioEndpoint audioFormat city connectionTimeout country customVocabulary domain enableCapitalization "
            "enableDisfluencyFilter enableNoiseReduction enableProfanityFilter enablePunctuation languageModel "
            "latitude longitude requestInfo sampleRate state timeZone vadDebug",
            ends="audioQueryAbsoluteTimeout eoqThreshold maxSilenceSeconds maxSilenceAfterFullQuerySeconds "
            "maxSilenceAfterPartialQuerySeconds partialTranscriptInterval sessionTimeout vadMode vadSensitivity "
            "vadSilenceMs vadStopThreshold vadTimeout vadVoiceMs",
            adds="enableWordTimestamps maxAlternatives maxResults",
        ),
        missing("confidenceThreshold", f"{_BY_CLOUD} what it holds back; minConfidence of the recogniser is simulated"),
    ),
    "ibmOptions": _vendor(
        "acousticCustomizationId baseModelVersion instanceId languageCustomizationId model sttApiKey sttRegion "
        "ttsApiKey ttsRegion watsonLearningOptOut watsonMetadata"
    ),
    "mistralOptions": _vendor(
        "apiKey contextBias mistralSttUri model verbatim",
        ends="streamingDelayMs turnDetection",
        adds="diarize speakerReferences",
    ),
    "modulateOptions": _vendor(
        "apiKey modulateSttUri modulateSttUseTls",
        ends="endpointing",
        adds="accentSignal deepfakeSignal emotionSignal piiPhiTagging",
    ),
    "nuanceOptions": _vendor(
        "allowZeroBaseLmWeight clientData clientId discardSpeakerAdaptation filterWakeupWord formatting "
        "includeTokenization kryptonEndpoint maskLoadFailures profanityFilter punctuation resources secret "
        "speechDomain suppressCallRecording suppressInitialCapitalization topic userId",
        ends="noInputTimeoutMs recognitionTimeoutMs resultType speechDetectionSensitivity utteranceDetectionMode "
        "utteranceEndSilenceMs",
        adds="maxHypotheses",
    ),
    "nvidiaOptions": (
        *_vendor(
            "customConfiguration profanityFilter punctuation rivaUri verbatimTranscripts",
            adds="wordTimeOffsets",
        ),
        like("maxAlternatives", "the alternatives are those that the test gives"),
    ),
    "openaiOptions": _vendor(
        "apiKey input_audio_noise_reduction keywords language languages model prompt promptTemplates",
        ends="delay turn_detection vadMode vadSilenceMs vadVoiceMs",
    ),
    "sonioxOptions": _vendor(
        "apiKey clientRequestReference context languageHints model profanityFilter speechContext storage",
        ends="endpointDetection endpointSensitivity maxEndpointDelayMs maxNonFinalTokensDurationMs",
        adds="enableSpeakerDiarization",
        languages="enableLanguageIdentification",
    ),
    "speechmaticsOptions": (
        *_vendor("host profile", ends="transcription_config"),
        like("translation_config", "the translations are those that the test gives, and of final results only"),
        unheard("audio_events_config audio_events_config_config", "jambonz 0.9 does nothing about it"),
    ),
    "verbioOptions": _vendor(
        "enable_formatting grammar_uri inline_grammar label topic",
        ends="recognition_timeout speech_complete_timeout speech_incomplete_timeout",
        adds="enable_diarization",
    ),
    "xaiOptions": _vendor(
        "apiKey fillerWords keyterms model", ends="endpointing smartTurn smartTurnTimeout", adds="diarize"
    ),
    "zoomOptions": _vendor("apiKey zoomSttUri zoomSttUseTls", ends="turn_detection"),
}

#: part of a verb -> the statements about its options
RECOGNIZER_COVERAGE: Mapping[str, tuple[Coverage, ...]] = {
    "recognizer": (
        exact("vendor language interim asrDtmfTerminationDigit asrTimeout fastRecognitionTimeout minConfidence"),
        *(part(name, f"recognizer.{name}") for name in _VENDORS),
        unheard("label fallbackVendor fallbackLabel fallbackLanguage", "no recogniser fails"),
        unheard("autogeneratePrompt hints hintsBoost enhancedModel interactionType naicsCode model", _AS_WRITTEN),
        unheard("vocabularyName azureServiceEndpoint azureSttEndpointId", _AS_WRITTEN),
        unheard("profanityFilter profanityOption vocabularyFilterName filterMethod punctuation", _AS_WRITTEN),
        unheard("singleUtterance", "what the caller says at a time is one utterance"),
        unheard("initialSpeechTimeoutMs", "jambonz listens again, and nobody is told"),
        like("vad", "the caller's voice is noticed with the first word"),
        like("altLanguages", _LANGUAGE),
        like("gladiaOptions", f"{_AS_WRITTEN}; {_ENDS}"),
        like("words outputFormat requestSnr", _IN_EVT),
        like("diarization diarizationMinSpeakers diarizationMaxSpeakers", _IN_EVT),
        exact("separateRecognitionPerChannel"),
        unheard("dualChannel identifyChannels", "jambonz 0.9 does nothing about it"),
    ),
    **{f"recognizer.{name}": statements for name, statements in _VENDORS.items()},
}
