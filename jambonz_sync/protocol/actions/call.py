"""Commands for a call: its verbs, its audio, its data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from .checks import (
    Hook,
    Message,
    as_list,
    build,
    check_hook,
    check_mapping,
    check_number,
    check_text,
    check_verbs,
    given,
    invalid,
    one_of,
)

RecordAction: TypeAlias = Literal[
    "startCallRecording", "stopCallRecording", "pauseCallRecording", "resumeCallRecording"
]
DubAction: TypeAlias = Literal["addTrack", "removeTrack", "silenceTrack", "playOnTrack", "sayOnTrack"]
MediaPath: TypeAlias = Literal["no-media", "partial-media", "full-media"]

_RECORD = ("startCallRecording", "stopCallRecording", "pauseCallRecording", "resumeCallRecording")
_DUB = ("addTrack", "removeTrack", "silenceTrack", "playOnTrack", "sayOnTrack")
_MEDIA = ("no-media", "partial-media", "full-media")
_DIGITS = frozenset("0123456789*#ABCDabcd")


def redirect_verbs(verbs: Sequence[Mapping[str, Any]], *, queue: bool = False, call_sid: str | None = None) -> Message:
    """Replace what is still to run by ``verbs``, at once; with ``queue`` they are put behind it."""
    message = build("redirect", check_verbs("redirect", None, verbs), call_sid)
    message["queueCommand"] = queue
    return message


def redirect_hook(hook: Hook | None = None, *, child_hook: Hook | None = None, call_sid: str | None = None) -> Message:
    """Ask ``hook`` for new verbs for this leg, ``child_hook`` for the leg that it has dialled, or both.

    With ``child_hook`` alone this leg is hung up: nothing is left for it to do. ``child_hook`` needs a connected dial.
    """
    if hook is None and child_hook is None:
        raise invalid("redirect", "call_hook", "a hook for this leg, for the child leg, or both", None)
    data: dict[str, Any] = {}
    if hook is not None:
        data["call_hook"] = check_hook("redirect", "call_hook", hook)
    if child_hook is not None:
        data["child_call_hook"] = check_hook("redirect", "child_call_hook", child_hook)
    return build("redirect", data, call_sid)


def redirect_legs(
    parent: Sequence[Mapping[str, Any]] | None = None,
    child: Sequence[Mapping[str, Any]] | None = None,
    *,
    call_sid: str | None = None,
) -> Message:
    """New verbs for this leg (``parent``), for the leg that it has dialled (``child``), or both.

    jambonz 0.9.8 fails on ``child``; :func:`redirect_hook` with ``child_hook`` does the same there.
    """
    if parent is None and child is None:
        raise invalid("redirect", "parent_call", "verbs for the parent leg, the child leg, or both", None)
    data: dict[str, Any] = {}
    if parent is not None:
        data["parent_call"] = check_verbs("redirect", "parent_call", parent)
    if child is not None:
        data["child_call"] = check_verbs("redirect", "child_call", child)
    return build("redirect", data, call_sid)


def hangup(status: Literal["completed", "no-answer"] = "completed", *, call_sid: str | None = None) -> Message:
    """Hang up an answered call (``completed``), or give up one that is not answered yet (``no-answer``)."""
    one_of("call:status", "call_status", status, ("completed", "no-answer"))
    return build("call:status", {"call_status": status}, call_sid)


def config(options: Mapping[str, Any], *, call_sid: str | None = None) -> Message:
    """Run the ``config`` verb now. ``options`` are that verb's, as they go on the wire."""
    if not isinstance(options, Mapping) or not options:
        raise invalid("config", None, "options of the config verb", options)
    return build("config", {name: value for name, value in options.items() if name != "verb"}, call_sid)


def dial(
    *,
    to: Mapping[str, Any],
    from_: str,
    application_sid: str | None = None,
    call_hook: Hook | None = None,
    options: Mapping[str, Any] | None = None,
    call_sid: str | None = None,
) -> Message:
    """Place another outbound call, which runs ``call_hook`` or the application, apart from this one.

    ``to`` is a target object (``{"type": "phone", "number": "+15085551212"}``). ``options`` are more fields of
    the REST call "create call", by their wire names (``call_status_hook``,
    ``timeout`` in seconds, ``tag``, ``amd`` ...).
    """
    check_mapping("dial", "to", to)
    one_of("dial", "to.type", to.get("type"), ("phone", "user", "sip", "teams"))
    check_text("dial", "from", from_)
    if (application_sid is None) == (call_hook is None):
        raise invalid("dial", "call_hook", "either call_hook or application_sid", call_hook or application_sid)
    data: dict[str, Any] = {"to": dict(to), "from": from_}
    if application_sid is not None:
        check_text("dial", "application_sid", application_sid)
        data["application_sid"] = application_sid
    if call_hook is not None:
        data["call_hook"] = check_hook("dial", "call_hook", call_hook)
    return build("dial", {**(options or {}), **data}, call_sid)


# -- the audio of the call ---------------------------------------------------------------------------------------


def mute(status: Literal["mute", "unmute"], *, call_sid: str | None = None) -> Message:
    """Mute or unmute a leg. Only in a dial or a conference."""
    one_of("mute:status", "mute_status", status, ("mute", "unmute"))
    return build("mute:status", {"mute_status": status}, call_sid)


def whisper(verbs: Mapping[str, Any] | Sequence[Mapping[str, Any]], *, call_sid: str | None = None) -> Message:
    """Speak or play to one leg only. ``verbs`` is one ``say`` or ``play``, or several. Only in a dial or a listen."""
    if isinstance(verbs, Mapping):
        verbs = [verbs]
    wire = check_verbs("whisper", "whisper", verbs)
    for verb in wire:
        name = verb.get("verb") or next(iter(verb), None)
        one_of("whisper", "whisper.verb", name, ("say", "play"))
    return build("whisper", {"whisper": wire}, call_sid)


def noise_isolation(
    status: Literal["enable", "disable"],
    *,
    vendor: str | None = None,
    level: float | None = None,
    model: str | None = None,
    call_sid: str | None = None,
) -> Message:
    """Switch the removal of background noise on or off. ``level`` is 0 to 100. (jambonz 10)"""
    name = "noiseIsolation:status"
    one_of(name, "noise_isolation_status", status, ("enable", "disable"))
    if level is not None:
        check_number(name, "level", level)
        if not 0 <= level <= 100:
            raise invalid(name, "level", "a number from 0 to 100", level)
    data = {"noise_isolation_status": status, **given(vendor=vendor, level=level, model=model)}
    return build(name, data, call_sid)


def record(
    action: RecordAction,
    *,
    type: Literal["siprec", "cloud"] | None = None,
    siprec_server_url: str | Sequence[str] | None = None,
    recording_id: str | None = None,
    headers: Mapping[str, str] | None = None,
    silence: bool | None = None,
    call_sid: str | None = None,
) -> Message:
    """Start, stop, pause or resume recording: by SIPREC to ``siprec_server_url``, or with ``type="cloud"`` to the
    account's bucket. ``silence`` records silence during a pause (cloud only)."""
    one_of("record", "action", action, _RECORD)
    if type is not None:
        one_of("record", "type", type, ("siprec", "cloud"))
    if action == "startCallRecording" and type != "cloud" and not siprec_server_url:
        raise invalid("record", "siprecServerURL", 'a SIP URI, or type="cloud"', siprec_server_url)
    url = siprec_server_url
    if url is not None and not isinstance(url, str):
        url = list(url)
    data = {
        "action": action,
        **given(type=type, siprecServerURL=url, recordingID=recording_id, headers=headers, silence=silence),
    }
    return build("record", data, call_sid)


def listen_status(status: Literal["pause", "silence", "resume"], *, call_sid: str | None = None) -> Message:
    """Pause or resume sending audio to a listen (or stream) verb; ``silence`` sends silence instead."""
    one_of("listen:status", "listen_status", status, ("pause", "silence", "resume"))
    return build("listen:status", {"listen_status": status}, call_sid)


def transcribe_status(status: Literal["pause", "resume"], *, call_sid: str | None = None) -> Message:
    """Pause or resume a transcribe verb, one in the background or one nested in a dial."""
    one_of("transcribe:status", "transcribe_status", status, ("pause", "resume"))
    return build("transcribe:status", {"transcribe_status": status}, call_sid)


def dtmf(digit: str, *, duration: int | None = None, call_sid: str | None = None) -> Message:
    """Send DTMF. ``digit`` is one or more of ``0-9 * # A-D``; ``duration`` is milliseconds a digit (default 250).

    jambonz 0.9 reads the values one level deeper than jambonz 10: both are sent.
    """
    if not isinstance(digit, str) or not digit or not _DIGITS.issuperset(digit):
        raise invalid("dtmf", "digit", "a string of digits 0-9 * # A-D", digit)
    data: dict[str, Any] = {"digit": digit}
    if duration is not None:
        if isinstance(duration, bool) or not isinstance(duration, int) or duration <= 0:
            raise invalid("dtmf", "duration", "a whole number of milliseconds above 0", duration)
        data["duration"] = duration
    return build("dtmf", {**data, "dtmf": data}, call_sid)


def dub(
    action: DubAction,
    track: str,
    *,
    play: str | None = None,
    say: str | Mapping[str, Any] | None = None,
    loop: bool | None = None,
    gain: float | str | None = None,
    call_sid: str | None = None,
) -> Message:
    """Mix a further audio track into a leg. ``gain`` is in decibels (``-10`` or ``"-10 dB"``)."""
    one_of("dub", "action", action, _DUB)
    check_text("dub", "track", track)
    if action == "playOnTrack" and not play:
        raise invalid("dub", "play", "the url of what to play", play)
    if action == "sayOnTrack" and not say:
        raise invalid("dub", "say", "the text to say", say)
    data = {"action": action, "track": track, **given(play=play, say=say, loop=loop, gain=gain)}
    return build("dub", data, call_sid)


def boost_audio(gain: float | str, *, call_sid: str | None = None) -> Message:
    """Make a leg louder or quieter, by decibels: ``-6``, ``"+3 dB"``; 0 is as it was."""
    name = "boostAudioSignal"
    if isinstance(gain, str):
        number, _, unit = gain.strip().lower().partition("db")
        try:
            check_number(name, "gain", float(number))
        except ValueError:
            raise invalid(name, "gain", 'decibels, such as -6 or "+3 dB"', gain) from None
        if unit or "db" not in gain.lower():
            raise invalid(name, "gain", 'decibels, such as -6 or "+3 dB"', gain)
        return build(name, gain, call_sid)
    check_number(name, "gain", gain)
    # jambonz takes the number 0 for a command without data
    return build(name, gain or "0 dB", call_sid)


def media_path(path: MediaPath, *, call_sid: str | None = None) -> Message:
    """How much of the media server a bridged call passes through. Only in a dial."""
    one_of("media:path", "data", path, _MEDIA)
    return build("media:path", path, call_sid)


def stt_reconfigure(language_hints: Iterable[str], *, call_sid: str | None = None) -> Message:
    """Tell the speech recogniser which languages to expect (BCP-47 codes); none means it detects them. (jambonz 10)"""
    hints = as_list("stt:reconfigure", "languageHints", "an array of language codes", language_hints)
    if not all(isinstance(hint, str) and hint for hint in hints):
        raise invalid("stt:reconfigure", "languageHints", "an array of language codes", hints)
    return build("stt:reconfigure", {"languageHints": hints}, call_sid)


# -- data about the call -----------------------------------------------------------------------------------------


def tag(data: Mapping[str, Any], *, call_sid: str | None = None) -> Message:
    """Attach data of yours to the call; it comes back as ``customer_data`` in later events. (jambonz 10)"""
    if not isinstance(data, Mapping) or not data:
        raise invalid("tag", "data", "an object with at least one key", data)
    return build("tag", dict(data), call_sid)


def sip_request(
    method: str,
    *,
    content_type: str | None = None,
    content: str | None = None,
    headers: Mapping[str, str] | None = None,
    call_sid: str | None = None,
) -> Message:
    """Send a SIP request (``INFO``, ``MESSAGE``, ``NOTIFY`` ...) within the call's dialog."""
    check_text("sip:request", "method", method)
    if content is not None and not content_type:
        raise invalid("sip:request", "content_type", "the type of the content", content_type)
    data = {"method": method, **given(content_type=content_type, content=content, headers=headers)}
    return build("sip:request", {"sip_request": data}, call_sid)
