"""Verbs that speak, play and press keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ..model.declare import ServerTarget, model, option, required
from ..model.validation import ValidationError
from .base import Verb, advise
from .components.common import Hook
from .components.synthesizer import Synthesizer
from .dicts import SayDict, SynthesizerDict

__all__ = ["Dtmf", "Dub", "Play", "Say", "escape_urls", "taken_for_url"]

# The start of what the URL parser of jambonz accepts: it drops blanks in front, and line breaks and tabs anywhere.
_SCHEME = re.compile(r"[\x00-\x20]*([A-Za-z][A-Za-z0-9+.\-\t\n\r]*):").match
_SPEAKABLE = "\u200b"


def taken_for_url(text: str) -> str | None:
    """Return the word that makes jambonz 0.9 take ``text`` for a URL, and speak nothing; None if there is none."""
    scheme = _SCHEME(text)
    return scheme[1] if scheme else None


def escape_urls(text: str) -> str:
    """Return ``text``, with a zero-width space in front where jambonz would take it for a URL; advise about it once."""
    if _SCHEME(text) is None:
        return text
    advise(
        "escape_urls",
        "a text to say that starts with a word and a colon is taken for a URL by jambonz 0.9 and not spoken; "
        "a zero-width space precedes it (escape_urls=False sends it as it is)",
    )
    return _SPEAKABLE + text


def finish_say(wire: dict[str, Any], server_target: ServerTarget) -> None:
    text = wire.get("text")
    if text is None and wire.get("stream") is not True:
        raise ValidationError("needs text, or stream=True: without either jambonz drops the whole answer")
    if type(text) is str:
        if ":" in text and server_target.escape_urls:
            wire["text"] = escape_urls(text)
    elif text is not None and server_target.escape_urls:
        wire["text"] = [escape_urls(alternative) for alternative in text]


#: action of ``dub`` -> the option without which it does nothing
_DUB_NEEDS = {"sayOnTrack": "say", "playOnTrack": "play"}


def finish_dub(wire: dict[str, Any], server_target: ServerTarget) -> None:
    needed = _DUB_NEEDS.get(wire["action"])
    if needed is not None and not wire.get(needed):
        raise ValidationError(f"is missing, {wire['action']} needs it", needed, expected=needed)
    text = wire.get("say")
    if type(text) is str and server_target.escape_urls:
        wire["say"] = escape_urls(text)


@model(verb="say", since="0.9.6", finish=finish_say)
class Say(Verb):
    """Speak a text to the caller.

    Args:
        text: Text to say, plain or SSML; of a list, one text is picked at random.
        synthesizer: Text-to-speech to use in place of the application's.
        loop: Number of times; ``"forever"`` or 0 repeats until something else happens.
        early_media: Speak before the call is answered.
        instructions: Instructions on the way to say it, for vendors that take them.
        disable_tts_cache: Synthesize anew, even if the same text has been spoken before.
        stream: Speak what ``send_tts_tokens`` delivers instead of a text.
        close_stream_on_empty: With ``stream``, end the verb when nothing is left to be spoken.
    """

    text: str | Sequence[str] | None = option(default=None, kw_only=False)
    synthesizer: Synthesizer | SynthesizerDict | None = None
    loop: int | str | None = None
    early_media: bool | None = None
    instructions: str | None = None
    disable_tts_cache: bool | None = None
    stream: bool | None = None
    close_stream_on_empty: bool | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="play", since="0.9.6")
class Play(Verb):
    """Play an audio file to the caller.

    Args:
        url: Address of the audio, http(s); of a list, one after the other.
        loop: Number of times; ``"forever"`` or 0 repeats until something else happens.
        action_hook: Called when it has been played, with ``reason``, ``playback_seconds`` ...
        early_media: Play before the call is answered.
        seek_offset: Position in the file to start at, in samples.
        timeout_secs: Stop after so many seconds.
    """

    url: str | Sequence[str] = required(kw_only=False)
    loop: int | str | None = None
    action_hook: Hook | None = None
    early_media: bool | None = None
    seek_offset: int | str | None = None
    timeout_secs: float | str | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="dub", since="0.9.6", finish=finish_dub)
class Dub(Verb):
    """Mix further audio into the call.

    Args:
        action: Action on the track.
        track: Name of the track, of your choice.
        play: Audio file to play on the track, http(s).
        say: Text to speak on the track, or the options of ``say``.
        loop: Repeat.
        gain: Volume in dB, -10 or ``"-10dB"``.
    """

    action: Literal["addTrack", "removeTrack", "silenceTrack", "playOnTrack", "sayOnTrack"]
    track: str = required(min_length=1)
    play: str | None = None
    say: str | Say | SayDict | None = None
    loop: bool | None = None
    gain: float | str | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="dtmf", since="0.9.6")
class Dtmf(Verb):
    """Send keys to the caller.

    Args:
        dtmf: The keys, ``"123#"``.
        duration: Duration of each tone in milliseconds; 500 if not set.
    """

    dtmf: str = required(kw_only=False)
    duration: float | None = option(default=None, server_default=500)
    id: str | None = None
    extra: Mapping[str, Any] | None = None
