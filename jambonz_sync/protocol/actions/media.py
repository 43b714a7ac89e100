"""Actions on the audio of a call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ...model.declare import ServerTarget, model, option, required
from ...model.validation import ValidationError
from ...verbs.vendors.kugelaudio import KUGELAUDIO
from .base import Action, check_move, listed
from .choices import (
    AudioPath,
    ListenStatus,
    MuteStatus,
    NoiseIsolationStatus,
    RecordAction,
    RecordType,
    StreamStatus,
    TranscribeStatus,
)

__all__ = [
    "BoostAudio",
    "Dtmf",
    "Listen",
    "MediaPath",
    "Mute",
    "NoiseIsolation",
    "Record",
    "Stream",
    "SttReconfigure",
    "Transcribe",
    "check_gain",
]

_DIGITS = frozenset("0123456789*#ABCDabcd")
#: jambonz looks for digits before "dB": of ".5 dB" it would take 5, of "1e3 dB" 3
_DECIBELS = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\s*db", re.IGNORECASE)


@model
class Mute(Action):
    """Mute or unmute a leg of a dial, or a member of a conference."""

    command = "mute:status"

    status: MuteStatus = required(wire="mute_status")


@model
class Listen(Action):
    """Pause, silence or resume the audio that goes to a listen (or stream) verb."""

    command = "listen:status"

    status: ListenStatus = required(wire="listen_status")


def _finish_stream(options: dict[str, Any], target: ServerTarget) -> None:
    check_move(options, "stream_status")


@model(finish=_finish_stream)
class Stream(Action):
    """Move the stream of a stream (or listen) verb into a room, with the caller (jambonz 10), pause or resume it."""

    command = "stream:status"
    rest = False

    status: StreamStatus = required(wire="stream_status", newer={"move-to-room": "v10"})
    room: str | None = option(min_length=1)


@model
class Transcribe(Action):
    """Pause or resume a transcription."""

    command = "transcribe:status"

    status: TranscribeStatus = required(wire="transcribe_status")


@model
class MediaPath(Action):
    """Choose how much of the media server the audio of a dial passes through."""

    command = "media:path"
    rest_field = "media_path"
    value_of = "path"

    path: AudioPath


_NAMES_IN_REST = {name: f"noise_isolation_{name}" for name in ("vendor", "level", "model")}


@model(since="v10", new=True)
class NoiseIsolation(Action):
    """Switch the removal of background noise on or off (jambonz 10)."""

    command = "noiseIsolation:status"

    status: NoiseIsolationStatus = required(wire="noise_isolation_status")
    vendor: str | None = option(newer=KUGELAUDIO)
    level: float | None = option(ge=0, le=100)
    model: str | None = None

    @classmethod
    def update_body(cls, options: dict[str, Any]) -> dict[str, Any]:
        return {_NAMES_IN_REST.get(name, name): value for name, value in options.items()}


_RECORD_ACTIONS = {short: f"{short}CallRecording" for short in ("start", "stop", "pause", "resume")}


def _finish_record(options: dict[str, Any], target: ServerTarget) -> None:
    options["action"] = _RECORD_ACTIONS.get(options["action"], options["action"])
    starts = options["action"] == "startCallRecording"
    if starts and options.get("type") != "cloud" and not options.get("siprecServerURL"):
        raise ValidationError(
            'expected a SIP URI, or type="cloud"', "siprec_server_url", expected='a SIP URI, or type="cloud"'
        )


@model(finish=_finish_record)
class Record(Action):
    """Start, stop, pause or resume recording: by SIPREC, or to the account's bucket."""

    command = rest_field = "record"

    action: RecordAction
    type: RecordType | None = None
    siprec_server_url: str | Sequence[str] | None = option(wire="siprecServerURL")
    recording_id: str | None = option(wire="recordingID")
    headers: Mapping[str, Any] | None = None
    silence: bool | None = None

    @classmethod
    def prepare(cls, options: dict[str, Any], target: ServerTarget) -> dict[str, Any]:
        return {name: listed(value) for name, value in options.items()}

    @classmethod
    def update_body(cls, options: dict[str, Any]) -> dict[str, Any]:
        if not options.get("siprecServerURL") and options.get("type") != "cloud":
            expected = 'a SIP URI, or type="cloud", for each action'
            raise ValidationError(f"expected {expected}", "siprec_server_url", expected=expected)
        return {"record": options}


def _finish_dtmf(options: dict[str, Any], target: ServerTarget) -> None:
    if not options["digit"] or not _DIGITS.issuperset(options["digit"]):
        expected = "digits 0-9 * # A-D"
        raise ValidationError(f"expected {expected}, got {options['digit'][:40]!r}", "digit", expected=expected)


@model(finish=_finish_dtmf)
class Dtmf(Action):
    """Send DTMF."""

    command = rest_field = "dtmf"

    digit: str
    duration: int | None = option(ge=1)

    @classmethod
    def command_data(cls, options: dict[str, Any]) -> dict[str, Any]:
        return {**options, "dtmf": options}  # jambonz 0.9 reads them one level deeper than jambonz 10


def check_gain(value: float | str) -> float | str:
    """Return decibels that jambonz reads: a number, or a number and ``dB``. It takes other texts for 0 dB."""
    if isinstance(value, str) and not _DECIBELS.fullmatch(value.strip()):
        expected = 'decibels, such as -6 or "+3 dB"'
        raise ValidationError(f"expected {expected}, got {value[:40]!r}", "gain", expected=expected)
    return value


def _finish_boost(options: dict[str, Any], target: ServerTarget) -> None:
    options["gain"] = check_gain(options["gain"]) or "0 dB"  # jambonz takes the number 0 for no action at all


@model(finish=_finish_boost)
class BoostAudio(Action):
    """Make a leg louder or quieter."""

    command = rest_field = "boostAudioSignal"
    value_of = "gain"

    gain: float | str


def _finish_stt_reconfigure(options: dict[str, Any], target: ServerTarget) -> None:
    if not all(options["languageHints"]):
        raise ValidationError("expected codes that are not empty", "language_hints", expected="language codes")


@model(since="v10", new=True, finish=_finish_stt_reconfigure)
class SttReconfigure(Action):
    """Tell the speech recogniser which languages to expect (jambonz 10)."""

    command = "stt:reconfigure"
    rest = False

    language_hints: Sequence[str] = required()

    @classmethod
    def prepare(cls, options: dict[str, Any], target: ServerTarget) -> dict[str, Any]:
        return {name: listed(value) for name, value in options.items()}
