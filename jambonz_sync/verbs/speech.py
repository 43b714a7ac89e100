"""Verbs that speak, play and listen for an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ..components.common import FillerNoise, Hook, Synthesizer
from ..components.declare import Dialect, model, option
from ..components.recognizer import Recognizer
from .base import Verb, advise
from .delay import ActionHookDelayAction

__all__ = ["Dtmf", "Dub", "Gather", "Play", "Say", "Transcribe"]

# A text that starts like this is taken for a URL by jambonz 0.9, and never spoken.
_LIKE_A_URL = re.compile(r"\w+:").match
_SPEAKABLE = "\u200b"


def _speakable_text(text: str) -> str:
    if not _LIKE_A_URL(text):
        return text
    advise(
        "speakable",
        "say: a text that starts with a word and a colon is taken for a URL by jambonz 0.9 and not spoken; "
        "a zero-width space now precedes it (speakable=False sends it as it is)",
    )
    return _SPEAKABLE + text


def _finish_say(wire: dict[str, Any], dialect: Dialect) -> None:
    text = wire.get("text")
    if type(text) is str:
        if ":" in text and dialect.speakable:
            wire["text"] = _speakable_text(text)
    elif text is not None and dialect.speakable:
        wire["text"] = [_speakable_text(one) for one in text]


@model(verb="say", since="0.9.6", finish=_finish_say)
class Say(Verb):
    """Speak a text to the caller.

    Args:
        text: What to say, plain or SSML; of a list, one text picked at random.
        instructions: How to say it, for vendors that can be told.
        stream: Speak what ``send_tts_tokens`` delivers instead of a text.
        loop: How often; ``"forever"`` or 0 repeats until something else happens.
        synthesizer: Which vendor speaks, in place of the application's.
        early_media: Speak before the call is answered.
        disable_tts_cache: Synthesize anew, even if the same text has been spoken before.
        close_stream_on_empty: With ``stream``, end the verb when nothing is left to be spoken.
    """

    text: str | Sequence[str] | None = None
    instructions: str | None = None
    stream: bool | None = None
    loop: float | str | None = None
    synthesizer: Synthesizer | Mapping[str, Any] | None = None
    early_media: bool | None = None
    disable_tts_cache: bool | None = None
    close_stream_on_empty: bool | None = None


@model(verb="play", since="0.9.6")
class Play(Verb):
    """Play an audio file to the caller.

    Args:
        url: Address of the audio, http(s); of a list, one after the other.
        loop: How often; ``"forever"`` or 0 repeats until something else happens.
        early_media: Play before the call is answered.
        seek_offset: Where in the file to start, in samples.
        timeout_secs: Stop after so many seconds.
        action_hook: Told when it has been played: ``reason``, ``playback_seconds`` ...
    """

    url: str | Sequence[str]
    loop: float | str | None = None
    early_media: bool | None = None
    seek_offset: float | str | None = None
    timeout_secs: float | str | None = None
    action_hook: Hook | None = None


def _finish_gather(wire: dict[str, Any], _dialect: Dialect) -> None:
    if "interDigitTimeout" in wire and "minDigits" not in wire:
        advise(
            "inter_digit_timeout",
            "gather: inter_digit_timeout has no effect without min_digits, and digits are dropped at the timeout",
        )


@model(verb="gather", since="0.9.6", finish=_finish_gather)
class Gather(Verb):
    """Collect speech, keys, or both from the caller.

    Args:
        action_hook: Where the result goes: ``reason``, ``speech`` or ``digits``. Its answer goes on with the call.
        input: What to collect, ``["digits"]`` if not set.
        finish_on_key: Keys that end the input, ``"#"``.
        num_digits: Exact number of digits.
        min_digits: Least number of digits. Without it ``inter_digit_timeout`` has no effect.
        max_digits: Greatest number of digits.
        inter_digit_timeout: Seconds between two digits, then the input is complete. Needs ``min_digits``.
        speech_timeout: Seconds of silence that end what the caller says.
        timeout: Seconds without any input until the gather gives up; 0 waits for ever.
        partial_result_hook: Gets interim results of the speech recognition; its answers are not used.
        listen_during_prompt: Recognize speech while the prompt is playing. On if not set.
        dtmf_bargein: A key stops the prompt.
        bargein: Speech stops the prompt.
        min_bargein_word_count: Words that it takes to stop the prompt.
        recognizer: Which vendor listens, in place of the application's.
        say: Prompt to speak: the options of ``say``.
        play: Prompt to play: the options of ``play``.
        filler_noise: Sound while the hook takes its time.
        action_hook_delay_action: What to do while the hook takes its time.
    """

    action_hook: Hook | None = None
    input: Sequence[Literal["speech", "digits"]] | None = option(default=["digits"])
    finish_on_key: str | None = None
    num_digits: float | None = None
    min_digits: float | None = None
    max_digits: float | None = None
    inter_digit_timeout: float | None = None
    speech_timeout: float | None = None
    timeout: float | None = None
    partial_result_hook: Hook | None = None
    listen_during_prompt: bool | None = option(default=True)
    dtmf_bargein: bool | None = None
    bargein: bool | None = None
    min_bargein_word_count: float | None = None
    recognizer: Recognizer | Mapping[str, Any] | None = None
    say: Say | Mapping[str, Any] | None = None
    play: Play | Mapping[str, Any] | None = None
    filler_noise: FillerNoise | Mapping[str, Any] | None = None
    action_hook_delay_action: ActionHookDelayAction | Mapping[str, Any] | None = None


@model(verb="transcribe", since="0.9.6")
class Transcribe(Verb):
    """Transcribe the call in the background.

    Args:
        enable: Whether to transcribe. Needs jambonz v10; without it the verb starts a transcription.
        transcription_hook: Gets the transcripts: a path or URL.
        translation_hook: Gets translations: a path or URL.
        recognizer: Which vendor listens, in place of the application's.
        early_media: Transcribe before the call is answered.
        channel: Which leg to transcribe, 1 or 2.
    """

    enable: bool | None = option(since="v10")
    transcription_hook: str | None = None
    translation_hook: str | None = None
    recognizer: Recognizer | Mapping[str, Any] | None = None
    early_media: bool | None = None
    channel: Literal[1, 2] | None = None


@model(verb="dub", since="0.9.6")
class Dub(Verb):
    """Mix further audio into the call.

    Args:
        action: What to do with the track.
        track: Name of the track, of your choice.
        play: Audio file to play on the track, http(s).
        say: Text to speak on the track, or the options of ``say``.
        loop: Repeat.
        gain: Volume in dB, -10 or ``"-10dB"``.
    """

    action: Literal["addTrack", "removeTrack", "silenceTrack", "playOnTrack", "sayOnTrack"]
    track: str
    play: str | None = None
    say: str | Say | Mapping[str, Any] | None = None
    loop: bool | None = None
    gain: float | str | None = None


@model(verb="dtmf", since="0.9.6")
class Dtmf(Verb):
    """Send keys to the caller.

    Args:
        dtmf: The keys, ``"123#"``.
        duration: How long each sounds, in milliseconds; 500 if not set.
    """

    dtmf: str
    duration: float | None = option(default=500)
