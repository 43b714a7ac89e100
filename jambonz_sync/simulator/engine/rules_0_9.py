"""The verbs and options that the server 0.9 knows, and the types that it demands, as its own table has them.

One line an entry of that table: ``name*:type`` for each option, ``*`` for one that must be there. A type that begins
with ``#`` is another entry, ``@`` a list of entries.
"""

from __future__ import annotations

__all__ = ["RULES", "VERBS"]

#: the entries that are verbs: the table has what verbs are made of, too, and checks that by itself
VERBS = frozenset(
    {
        *("alert", "answer", "conference", "config", "dequeue", "dial", "dialogflow", "dtmf", "dub", "enqueue"),
        *("gather", "hangup", "leave", "lex", "listen", "llm", "message", "pause", "play", "rasa", "redirect"),
        *("rest:dial", "say", "sip:decline", "sip:refer", "sip:request", "tag", "transcribe"),
    }
)
#: name of a verb or of a part of one -> its options
RULES: dict[str, str] = {
    "alert": "id:string message*:string",
    "answer": "id:string",
    "sip:decline": "id:string status*:number reason:string headers:object",
    "sip:request": "id:string method*:string body:string headers:object actionHook:object|string",
    "sip:refer": (
        "id:string referTo*:string referredBy:string referredByDisplayName:string headers:object "
        "actionHook:object|string eventHook:object|string"
    ),
    "config": (
        "id:string synthesizer:#synthesizer recognizer:#recognizer bargeIn:#bargeIn ttsStream:#ttsStream "
        "record:#recordOptions listen:#listenOptions stream:#listenOptions transcribe:#transcribeOptions amd:#amd "
        "fillerNoise:#fillerNoise notifyEvents:boolean notifySttLatency:boolean reset:string|array "
        "onHoldMusic:string actionHookDelayAction:#actionHookDelayAction sipRequestWithinDialogHook:object|string "
        "boostAudioSignal:number|string vad:#vad referHook:object|string earlyMedia:boolean autoStreamTts:boolean "
        "disableTtsCache:boolean trackTtsPlayout:boolean noiseIsolation:#noiseIsolation turnTaking:#turnTaking"
    ),
    "fillerNoise": "enable*:boolean url:string startDelaySecs:number",
    "listenOptions": (
        "enable*:boolean url:string sampleRate:number wsAuth:#auth mixType:enum(mono|stereo|mixed) metadata:object "
        "maxLength:number passDtmf:boolean playBeep:boolean disableBidirectionalAudio:boolean "
        "bidirectionalAudio:#bidirectionalAudio timeout:number"
    ),
    "ttsStream": "enable*:boolean synthesizer:#synthesizer",
    "bargeIn": (
        "enable*:boolean sticky:boolean actionHook:object|string partialResultHook:object|string input:array "
        "finishOnKey:string numDigits:number minDigits:number maxDigits:number interDigitTimeout:number "
        "dtmfBargein:boolean minBargeinWordCount:number"
    ),
    "transcribeOptions": "enable*:boolean transcriptionHook:string recognizer:#recognizer",
    "dub": (
        "id:string action*:enum(addTrack|removeTrack|silenceTrack|playOnTrack|sayOnTrack) track*:string play:string "
        "say:string|object loop:boolean gain:number|string"
    ),
    "dequeue": "id:string name*:string actionHook:object|string timeout:number beep:boolean callSid:string",
    "enqueue": "id:string name*:string actionHook:object|string waitHook:object|string priority:number _:object",
    "leave": "id:string",
    "hangup": "id:string headers:object",
    "play": (
        "id:string url*:string|array loop:number|string earlyMedia:boolean seekOffset:number|string "
        "timeoutSecs:number|string actionHook:object|string"
    ),
    "say": (
        "id:string text:string|array instructions:string stream:boolean loop:number|string synthesizer:#synthesizer "
        "earlyMedia:boolean disableTtsCache:boolean closeStreamOnEmpty:boolean"
    ),
    "gather": (
        "id:string actionHook:object|string finishOnKey:string input:array numDigits:number minDigits:number "
        "maxDigits:number interDigitTimeout:number partialResultHook:object|string speechTimeout:number "
        "listenDuringPrompt:boolean dtmfBargein:boolean bargein:boolean minBargeinWordCount:number timeout:number "
        "recognizer:#recognizer play:#play say:#say fillerNoise:#fillerNoise "
        "actionHookDelayAction:#actionHookDelayAction"
    ),
    "conference": (
        "id:string name*:string beep:boolean memberTag:string speakOnlyTo:string startConferenceOnEnter:boolean "
        "endConferenceOnExit:boolean endConferenceDuration:number maxParticipants:number joinMuted:boolean "
        "actionHook:object|string waitHook:object|string statusEvents:array statusHook:object|string "
        "enterHook:object|string record:#record listen:#listen distributeDtmf:boolean"
    ),
    "dial": (
        "id:string actionHook:object|string onHoldHook:object|string answerOnBridge:boolean callerId:string "
        "callerName:string confirmHook:object|string referHook:object|string dialMusic:string dtmfCapture:object "
        "dtmfHook:object|string headers:object anchorMedia:boolean exitMediaPath:boolean "
        "boostAudioSignal:number|string listen:#listen stream:#listen target*:@target timeLimit:number "
        "timeout:number proxy:string transcribe:#transcribe amd:#amd dub:@dub tag:object forwardPAI:boolean "
        "srtpEncryption:enum(sdes|dtls)"
    ),
    "dialogflow": (
        "id:string credentials*:object|string project*:string agent:string environment:string region:string "
        "model:enum(es|cx|ces) lang*:string actionHook:object|string eventHook:object|string events:array "
        "welcomeEvent:string welcomeEventParams:object noInputTimeout:number noInputEvent:string "
        "passDtmfAsTextInput:boolean thinkingMusic:string tts:#synthesizer bargein:boolean queryInput:#queryInput"
    ),
    "queryInput": "text:string intent:string event:string dtmf:string",
    "dtmf": "id:string dtmf*:string duration:number",
    "lex": (
        "id:string botId*:string botAlias*:string credentials*:object region*:string locale:string "
        "intent:#lexIntent welcomeMessage:string metadata:object bargein:boolean passDtmf:boolean "
        "actionHook:object|string eventHook:object|string noInputTimeout:number tts:#synthesizer"
    ),
    "listen": (
        "id:string actionHook:object|string auth:#auth finishOnKey:string maxLength:number metadata:object "
        "mixType:enum(mono|stereo|mixed) passDtmf:boolean playBeep:boolean disableBidirectionalAudio:boolean "
        "bidirectionalAudio:#bidirectionalAudio sampleRate:number timeout:number transcribe:#transcribe url*:string "
        "wsAuth:#auth earlyMedia:boolean channel:number"
    ),
    "llm": (
        "id:string vendor*:string model:string auth:object connectOptions:object mcpServers:@mcpServer "
        "actionHook:object|string eventHook:object|string toolHook:object|string events:array llmOptions*:object"
    ),
    "mcpServer": "url*:string auth:object roots:@root",
    "message": (
        "id:string carrier:string account_sid:string message_sid:string to*:string from*:string text:string "
        "media:string|array actionHook:object|string"
    ),
    "pause": "id:string length*:number",
    "rasa": (
        "id:string url*:string recognizer:#recognizer tts:#synthesizer prompt:string actionHook:object|string "
        "eventHook:object|string"
    ),
    "record": "path*:string",
    "recordOptions": (
        "action*:enum(startCallRecording|stopCallRecording|pauseCallRecording|resumeCallRecording) "
        "type:enum(cloud|siprec) recordingID:string siprecServerURL:string|array headers:object"
    ),
    "redirect": "id:string actionHook*:object|string statusHook:object|string",
    "rest:dial": (
        "id:string account_sid:string application_sid:string call_hook*:object|string "
        "call_status_hook:object|string from*:string callerName:string fromHost:string "
        "speech_synthesis_vendor:string speech_synthesis_voice:string speech_synthesis_language:string "
        "speech_recognizer_vendor:string speech_recognizer_language:string tag:object to*:#target headers:object "
        "timeout:number amd:#amd dual_streams:boolean sipRequestWithinDialogHook:string referHook:object|string "
        "timeLimit:number"
    ),
    "tag": "id:string data*:object",
    "transcribe": (
        "id:string transcriptionHook:string translationHook:string recognizer:#recognizer earlyMedia:boolean "
        "channel:number"
    ),
    "target": (
        "type*:enum(phone|sip|user|teams) confirmHook:object|string method:enum(GET|POST) headers:object "
        "from:#dialFrom name:string number:string sipUri:string auth:#auth vmail:boolean tenant:string trunk:string "
        "overrideTo:string proxy:string"
    ),
    "dialFrom": "user:string host:string",
    "auth": "username*:string password*:string",
    "synthesizer": (
        "vendor*:string label:string language:string voice:string|object fallbackVendor:string fallbackLabel:string "
        "fallbackLanguage:string fallbackVoice:string|object engine:enum(standard|neural|generative|long-form) "
        "gender:enum(MALE|FEMALE|NEUTRAL) options:object"
    ),
    "recognizer": (
        "vendor*:string label:string language:string fallbackVendor:string fallbackLabel:string "
        "fallbackLanguage:string vad:#vad autogeneratePrompt:boolean hints:array hintsBoost:number "
        "altLanguages:array profanityFilter:boolean interim:boolean singleUtterance:boolean dualChannel:boolean "
        "separateRecognitionPerChannel:boolean punctuation:boolean enhancedModel:boolean words:boolean "
        "diarization:boolean diarizationMinSpeakers:number diarizationMaxSpeakers:number "
        "interactionType:"
        "enum(unspecified|discussion|presentation|phone_call|voicemail|voice_search|voice_command|dictation) "
        "naicsCode:number identifyChannels:boolean vocabularyName:string vocabularyFilterName:string "
        "filterMethod:enum(remove|mask|tag) model:string outputFormat:enum(simple|detailed) "
        "profanityOption:enum(masked|removed|raw) requestSnr:boolean initialSpeechTimeoutMs:number "
        "azureServiceEndpoint:string azureSttEndpointId:string asrDtmfTerminationDigit:string asrTimeout:number "
        "fastRecognitionTimeout:number minConfidence:number nuanceOptions:#nuanceOptions "
        "deepgramOptions:#deepgramOptions ibmOptions:#ibmOptions nvidiaOptions:#nvidiaOptions "
        "sonioxOptions:#sonioxOptions cobaltOptions:#cobaltOptions awsOptions:#awsOptions "
        "azureOptions:#azureOptions assemblyAiOptions:#assemblyAiOptions googleOptions:#googleOptions "
        "customOptions:#customOptions verbioOptions:#verbioOptions speechmaticsOptions:#speechmaticsOptions "
        "openaiOptions:#openaiOptions houndifyOptions:#houndifyOptions gladiaOptions:object "
        "elevenlabsOptions:#elevenlabsOptions"
    ),
    "customOptions": "authToken:string uri:string sampleRate:number options:object",
    "awsOptions": (
        "accessKey:string secretKey:string securityToken:string region:string vocabularyName:string "
        "vocabularyFilterName:string vocabularyFilterMethod:enum(remove|mask|tag) languageModelName:string "
        "piiEntityTypes:array piiIdentifyEntities:boolean"
    ),
    "azureOptions": (
        "speechSegmentationSilenceTimeoutMs:number postProcessing:string audioLogging:boolean "
        "languageIdMode:enum(AtStart|Continuous) speechRecognitionMode:enum(CONVERSATION|DICTATION|INTERACTIVE)"
    ),
    "googleOptions": (
        "serviceVersion:enum(v1|v2) recognizerId:string speechStartTimeoutMs:number speechEndTimeoutMs:number "
        "enableVoiceActivityEvents:boolean transcriptNormalization:array parentPath:string"
    ),
    "houndifyOptions": (
        "requestInfo:object sampleRate:number latitude:number longitude:number city:string state:string "
        "country:string timeZone:string domain:string audioEndpoint:string maxSilenceSeconds:number "
        "maxSilenceAfterFullQuerySeconds:number maxSilenceAfterPartialQuerySeconds:number vadSensitivity:number "
        "vadTimeout:number vadMode:string vadVoiceMs:number vadSilenceMs:number vadDebug:boolean audioFormat:string "
        "enableNoiseReduction:boolean enableProfanityFilter:boolean enablePunctuation:boolean "
        "enableCapitalization:boolean confidenceThreshold:number enableDisfluencyFilter:boolean maxResults:number "
        "enableWordTimestamps:boolean maxAlternatives:number partialTranscriptInterval:number sessionTimeout:number "
        "connectionTimeout:number customVocabulary:array languageModel:string audioQueryAbsoluteTimeout:number"
    ),
    "elevenlabsOptions": (
        "includeTimestamps:boolean commitStrategy:enum(manual|vad) vadSilenceThresholdSecs:number "
        "vadThreshold:number minSpeechDurationMs:number minSilenceDurationMs:number enableLogging:boolean"
    ),
    "cobaltOptions": (
        "serverUri:string enableConfusionNetwork:boolean metadata:string compiledContextData:string "
        "wordTimeOffsets:boolean contextToken:string"
    ),
    "nvidiaOptions": (
        "rivaUri:string maxAlternatives:number profanityFilter:boolean punctuation:boolean wordTimeOffsets:boolean "
        "verbatimTranscripts:boolean customConfiguration:object"
    ),
    "ibmOptions": (
        "sttApiKey:string sttRegion:string ttsApiKey:string ttsRegion:string instanceId:string model:string "
        "languageCustomizationId:string acousticCustomizationId:string baseModelVersion:string "
        "watsonMetadata:string watsonLearningOptOut:boolean"
    ),
    "deepgramOptions": (
        "deepgramSttUri:string deepgramSttUseTls:boolean apiKey:string tier:string model:string customModel:string "
        "version:string punctuate:boolean smartFormatting:boolean noDelay:boolean profanityFilter:boolean "
        "redact:enum(pci|numbers|true|ssn) diarize:boolean diarizeVersion:string ner:boolean multichannel:boolean "
        "alternatives:number numerals:boolean search:array replace:array keywords:array keyterms:array "
        "endpointing:boolean|number utteranceEndMs:number shortUtterance:boolean vadTurnoff:number tag:string "
        "fillerWords:boolean eotThreshold:number eotTimeoutMs:number mipOptOut:boolean entityPrompt:string "
        "eagerEotThreshold:number languageHints:array"
    ),
    "sonioxOptions": (
        "apiKey:string model:string endpointDetection:boolean profanityFilter:boolean speechContext:string "
        "clientRequestReference:string storage:#sonioxStorage"
    ),
    "verbioOptions": (
        "enable_formatting:boolean enable_diarization:boolean topic:number inline_grammar:string grammar_uri:string "
        "label:string recognition_timeout:number speech_complete_timeout:number speech_incomplete_timeout:number"
    ),
    "openaiOptions": (
        "apiKey:string model:string prompt:string promptTemplates:#promptTemplates language:string "
        "input_audio_noise_reduction:enum(near_field|far_field) turn_detection:#turnDetection"
    ),
    "promptTemplates": "hintsTemplate:string conversationHistoryTemplate:string",
    "turnDetection": (
        "type*:enum(none|server_vad|semantic_vad) eagerness:enum(low|medium|high|auto) threshold:number "
        "prefix_padding_ms:number silence_duration_ms:number"
    ),
    "speechmaticsOptions": (
        "host:string profile:enum(adaptive|agile|smart|external) transcription_config:#sm_transcriptionConfig "
        "translation_config:#sm_translationConfig audio_events_config_config:#sm_audioEventsConfig"
    ),
    "sm_transcriptionConfig": (
        "language:string domain:string additional_vocab:array diarization:string "
        "speaker_diarization_config:#sm_speakerDiarizationConfig conversation_config:#sm_conversationConfig "
        "enable_partials:boolean max_delay:number max_delay_mode:enum(fixed|flexible) output_locale:string "
        "punctuation_overrides:#sm_puctuationOverrides operating_point:string enable_entities:boolean "
        "audio_filtering_config:#sm_audioFilteringConfig transcript_filtering_config:#sm_transcriptFilteringConfig"
    ),
    "sm_speakerDiarizationConfig": "speaker_sensitivity:number max_speakers:number",
    "sm_conversationConfig": "end_of_utterance_silence_trigger:number",
    "sm_puctuationOverrides": "permitted_marks:array sensitivity:number",
    "sm_audioFilteringConfig": "volume_threshold*:number",
    "sm_transcriptFilteringConfig": "remove_disfluencies*:boolean",
    "sm_translationConfig": "target_languages*:array enable_partials:boolean",
    "sm_audioEventsConfig": "types:enum(applause|music|laughter)",
    "sonioxStorage": (
        "id:string title:string disableStoreAudio:boolean disableStoreTranscript:boolean disableSearch:boolean "
        "metadata:object"
    ),
    "nuanceOptions": (
        "clientId:string secret:string kryptonEndpoint:string topic:string "
        "utteranceDetectionMode:enum(single|multiple|disabled) punctuation:boolean profanityFilter:boolean "
        "includeTokenization:boolean discardSpeakerAdaptation:boolean suppressCallRecording:boolean "
        "maskLoadFailures:boolean suppressInitialCapitalization:boolean allowZeroBaseLmWeight:boolean "
        "filterWakeupWord:boolean resultType:enum(final|partial|immutable_partial) noInputTimeoutMs:number "
        "recognitionTimeoutMs:number utteranceEndSilenceMs:number maxHypotheses:number speechDomain:string "
        "formatting:#formatting clientData:object userId:string speechDetectionSensitivity:number "
        "resources:@resource"
    ),
    "assemblyAiOptions": (
        "apiKey:string serviceVersion:enum(v2|v3) speechModel:string formatTurns:boolean "
        "endOfTurnConfidenceThreshold:number minEndOfTurnSilenceWhenConfident:number maxTurnSilence:number "
        "minTurnSilence:number keyterms:array prompt:string languageDetection:boolean vadThreshold:number "
        "inactivityTimeout:number"
    ),
    "resource": (
        "externalReference:#resourceReference inlineWordset:string builtin:string inlineGrammar:string "
        "wakeupWord:array weightName:enum(defaultWeight|lowest|low|medium|high|highest) weightValue:number "
        "reuse:enum(undefined_reuse|low_reuse|high_reuse)"
    ),
    "resourceReference": (
        "type:enum(undefined_resource_type|wordset|compiled_wordset|domain_lm|speaker_profile|grammar|settings) "
        "uri:string maxLoadFailures:boolean requestTimeoutMs:number headers:object"
    ),
    "formatting": "scheme*:string options*:object",
    "lexIntent": "name*:string slots:object",
    "vad": (
        "enable:boolean voiceMs:number silenceMs:number strategy:string mode:number vendor:enum(webrtc|silero) "
        "threshold:number speechPadMs:number"
    ),
    "amd": (
        "actionHook*:object|string thresholdWordCount:number digitCount:number timers:#amdTimers recognizer:#recognizer"
    ),
    "amdTimers": (
        "noSpeechTimeoutMs:number decisionTimeoutMs:number toneTimeoutMs:number greetingCompletionTimeoutMs:number"
    ),
    "actionHookDelayAction": (
        "enabled:boolean noResponseTimeout:number noResponseGiveUpTimeout:number retries:number actions:array "
        "giveUpActions:array"
    ),
    "bidirectionalAudio": "enabled:boolean streaming:boolean sampleRate:number",
    "pipeline": (
        "id:string stt:#recognizer tts:#synthesizer llm*:#llm turnDetection:string|object bargeIn:#bargeInPipeline "
        "actionHook:object|string eventHook:object|string toolHook:object|string greeting:boolean "
        "earlyGeneration:boolean noiseIsolation:string|#noiseIsolationPipeline mcpServers:@mcpServer "
        "noResponseTimeout:number"
    ),
    "bargeInPipeline": "enable:boolean minSpeechDuration:number sticky:boolean",
    "noiseIsolationPipeline": "mode:string level:number direction:enum(read|write) model:string",
    "noiseIsolation": "enable:boolean vendor:string level:number model:string",
    "turnTaking": "enable:boolean vendor:string threshold:number model:string",
}
