"""Which options of which verbs the simulator plays as the server does: one statement for each of them.

Options have their names on the wire. What is not simulated is said in each call that asks for it, and the tables of
the documentation are made from what is here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from .coverage_statement import Coverage
from .coverage_statement import exact as _exact
from .coverage_statement import like as _like
from .coverage_statement import part as _part
from .coverage_statement import unheard as _unheard
from .model_coverage import MODEL_COVERAGE
from .recognizer_coverage import RECOGNIZER_COVERAGE
from .waits import Verb

__all__ = ["COVERAGE", "NOT_RUN", "VERB_NAMES", "Coverage", "described_as", "gaps"]

_ON_THE_LINE = "SIP and media of the called leg: no such line is simulated"
_TYPED = "what the caller says is taken as the test wrote it"
_ONE_VOICE = "all voices speak at the pace of the call"
_MEETING = "between calls that meet; alone, whoever comes is of the scenario"
_NO_NOISE = "the line has no noise"
_LOUDER = "it is in the transcript; louder is only what the app plays to the caller on an audio stream"
_AS_DOCUMENTED = "as documented, and as public tests of the server have it"

#: verb, or part of one -> the statements about its options
COVERAGE: Mapping[str, tuple[Coverage, ...]] = {
    **MODEL_COVERAGE,
    **RECOGNIZER_COVERAGE,
    "alert": (_exact("id message"),),
    "answer": (_exact("id"),),
    "conference": (
        _exact("id startConferenceOnEnter actionHook waitHook enterHook statusHook"),
        _like("name beep memberTag speakOnlyTo joinMuted endConferenceOnExit maxParticipants", _MEETING),
        _like("endConferenceDuration distributeDtmf", _MEETING),
        _like("statusEvents", "who talks is heard from their first word to their last, and whoever ends it tells end"),
        _like("record", "whoever starts the conference has it written into the transcript; nothing is recorded"),
        _like(
            "listen stream",
            "as documented; the stream ends with the call of whoever has opened it, too, voices come one after the "
            "other, and what is said by the app is text only",
        ),
    ),
    "config": (
        _exact("id notifyEvents referHook reset trackTtsPlayout"),
        _part("synthesizer", "synthesizer"),
        _part("recognizer", "recognizer"),
        _part("bargeIn", "config.bargeIn"),
        _part("ttsStream", "config.ttsStream"),
        _part("listen stream", "listen.background"),
        _part("transcribe", "transcribe"),
        _part("amd", "amd"),
        _part("fillerNoise", "fillerNoise"),
        _part("actionHookDelayAction", "actionHookDelayAction"),
        _like("record", "it is written into the transcript, and nothing is recorded"),
        _unheard("disableTtsCache", "nothing is kept"),
        _like("vad", "the caller's voice is noticed with the first word"),
        _like("notifySttLatency", "a recogniser takes as long as the pace of the call says, from 2026-01-01 on"),
        _like("onHoldMusic", "the other party of a dial hears it, also if it is set when the media of its leg is up"),
        _like("sipRequestWithinDialogHook", "of the headers, those that a test gives"),
        _like("boostAudioSignal", _LOUDER),
        _like("earlyMedia", "as on the server 0.9, which does nothing about it"),
        _like("autoStreamTts", "the say of a gather is spoken as a whole"),
        _unheard("noiseIsolation", _NO_NOISE),
        _unheard("turnTaking", "a turn of the caller ends with what they say"),
    ),
    "config.bargeIn": (
        _exact("enable sticky actionHook input minBargeinWordCount partialResultHook finishOnKey numDigits minDigits"),
        _exact("maxDigits interDigitTimeout dtmfBargein"),
    ),
    "config.ttsStream": (_exact("enable"), _like("synthesizer", _ONE_VOICE)),
    "listen.background": (
        _exact("id enable url actionHook wsAuth mixType metadata sampleRate finishOnKey maxLength passDtmf"),
        _exact("disableBidirectionalAudio bidirectionalAudio timeout earlyMedia channel auth"),
        _part("transcribe", "transcribe"),
        _like("playBeep", "it is written into the transcript, and is in no audio"),
    ),
    "dequeue": (
        _exact("id name actionHook timeout"),
        _like("beep callSid", _MEETING),
    ),
    "dial": (
        _exact("id actionHook answerOnBridge callerId confirmHook dialMusic timeLimit timeout tag"),
        _exact("dtmfCapture dtmfHook referHook onHoldHook"),
        _part("target", "target"),
        _part("listen stream", "listen.background"),
        _part("transcribe", "transcribe"),
        _part("amd", "amd"),
        _part("dub", "dub"),
        _unheard("callerName headers anchorMedia codecs exitMediaPath proxy forwardPAI srtpEncryption", _ON_THE_LINE),
        _like("boostAudioSignal", "it is in the transcript; what the callee hears is text"),
    ),
    "target": (
        _exact("type number sipUri name confirmHook method"),
        _unheard("tenant trunk headers from auth vmail overrideTo proxy", _ON_THE_LINE),
    ),
    "dtmf": (_exact("id dtmf duration"),),
    "dub": (
        _exact("id"),
        _exact("action track"),
        _like("play say", "each is heard when it begins; no audio is mixed"),
        _like("loop", "a track that loops is heard once, until it is silenced or removed"),
        _like("gain", "it is written into the transcript: what is heard of a track is text"),
    ),
    "enqueue": (
        _exact("id name actionHook waitHook"),
        _like("priority", _MEETING),
        _unheard("_", "for jambonz itself"),
    ),
    "gather": (
        _exact("id actionHook input finishOnKey numDigits minDigits maxDigits interDigitTimeout timeout"),
        _exact("partialResultHook listenDuringPrompt dtmfBargein bargein minBargeinWordCount"),
        _part("recognizer", "recognizer"),
        _part("say", "say"),
        _part("play", "play"),
        _part("fillerNoise", "fillerNoise"),
        _part("actionHookDelayAction", "actionHookDelayAction"),
        _unheard("speechTimeout", "jambonz 0.9 does nothing about it; asrTimeout of the recogniser is simulated"),
    ),
    "hangup": (_exact("id"), _unheard("headers", "those of a SIP request that nobody gets")),
    "leave": (_exact("id"),),
    "listen": (
        _exact("id url actionHook wsAuth mixType metadata sampleRate finishOnKey maxLength passDtmf"),
        _exact("disableBidirectionalAudio bidirectionalAudio timeout earlyMedia channel auth"),
        _part("transcribe", "transcribe"),
        _like("playBeep", "it is written into the transcript, and is in no audio"),
    ),
    "message": (
        _exact("id to text message_sid actionHook"),
        _unheard("from media carrier account_sid", "no message leaves the simulator"),
    ),
    "pause": (_exact("id length"),),
    "play": (
        _exact("id loop earlyMedia seekOffset timeoutSecs actionHook"),
        _like("url", "each recording lasts as long as the pace of the call says"),
    ),
    "redirect": (_exact("id actionHook statusHook"),),
    "say": (
        _exact("id text stream loop earlyMedia closeStreamOnEmpty"),
        _part("synthesizer", "synthesizer"),
        _unheard("disableTtsCache", "nothing is kept"),
        _unheard("instructions", _ONE_VOICE),
    ),
    "sip:decline": (_exact("id status reason"), _unheard("headers", "those of a SIP answer that nobody gets")),
    "sip:refer": (
        _exact("id referTo headers eventHook"),
        _like("actionHook", "the phone of the caller always follows"),
        _unheard("referredBy referredByDisplayName", "for the phone of the caller"),
    ),
    "sip:request": (
        _exact("id method body headers"),
        _like("actionHook", "the phone of the caller always agrees"),
    ),
    "tag": (_exact("id data"),),
    "transcribe": (
        _exact("id enable transcriptionHook earlyMedia channel"),
        _part("recognizer", "recognizer"),
        _like("translationHook", "the translations are those that the test gives, and of final results only"),
    ),
    "transfer": (
        _exact("id"),
        _like("mode target timeout callerId brief callerPresent onHoldHook", _AS_DOCUMENTED),
        _like("blindMethod", "by refer, the phone of the caller always follows, and tells how that goes"),
        _like("confirm", f"{_AS_DOCUMENTED}; the prompt comes after the brief, and 15 s are left for the key"),
        _like("disposition", f"{_AS_DOCUMENTED}; nothing is heard of the voicemail, and failed is told of a hang-up"),
        _like("actionHook", f"{_AS_DOCUMENTED}; it is asked before a disposition hangs up"),
        _like("eventHook", "initiated, bridged, returned and failed, with nothing but their event_type"),
        _part("amd", "amd"),
    ),
    "actionHookDelayAction": (
        _exact("enabled noResponseTimeout noResponseGiveUpTimeout retries actions giveUpActions"),
    ),
    "amd": (
        _exact("actionHook thresholdWordCount digitCount"),
        _part("timers", "amd.timers"),
        _like("recognizer", _TYPED),
    ),
    "amd.timers": (_exact("noSpeechTimeoutMs decisionTimeoutMs toneTimeoutMs greetingCompletionTimeoutMs"),),
    "fillerNoise": (_exact("enable url startDelaySecs"),),
    "synthesizer": (
        _exact("vendor language"),
        _unheard("label fallbackVendor fallbackLabel fallbackLanguage fallbackVoice", "no voice fails"),
        _unheard("voice engine gender options", _ONE_VOICE),
    ),
}

#: verbs that are not run -> the reason
NOT_RUN: Mapping[str, str] = {
    "pipeline": "it is called agent by the servers that have it",
    "rest:dial": "jambonz itself runs it, for a call that the REST API has placed",
}

#: the verbs among the entries of :data:`COVERAGE`
VERB_NAMES: tuple[str, ...] = tuple(
    name
    for name in COVERAGE
    if "." not in name
    and name not in ("target", "actionHookDelayAction", "amd", "fillerNoise", "handoff", "recognizer", "synthesizer")
)

_ALIASES: Mapping[str, str] = {"stream": "listen", "room": "conference", "s2s": "llm"}
_BY_OPTION: Mapping[str, Mapping[str, Coverage]] = {
    name: {option: statement for statement in statements for option in statement.options}
    for name, statements in COVERAGE.items()
}


def described_as(name: str) -> str:
    """Return the verb that tells of a verb with several names: ``llm`` of all that end with ``_s2s``."""
    return "llm" if name.endswith("_s2s") else _ALIASES.get(name, name)


def gaps(verb: Verb) -> Iterator[tuple[str, str]]:
    """Yield what a verb asks for and is not simulated: verb and option with a dot between them, and the words for it.

    Args:
        verb: A verb that runs.
    """
    name = verb["verb"]
    if name in VERB_NAMES:
        yield from _gaps(name, name, verb)
    else:
        yield name, NOT_RUN.get(name, "the verb is not run")


def _gaps(path: str, entry: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    statements = _BY_OPTION[entry]
    for option, value in values.items():
        statement = statements.get(option)
        if statement is None:
            continue
        if statement.level == "none" and statement.asks(value):
            yield f"{path}.{option}", statement.note
        elif statement.part is not None:
            parts = cast("list[object]", value) if isinstance(value, list) else [value]
            for part in parts:
                if isinstance(part, Mapping):
                    yield from _gaps(f"{path}.{option}", statement.part, cast("Mapping[str, Any]", part))
