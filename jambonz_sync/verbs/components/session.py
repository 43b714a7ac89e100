"""Components of the ``config`` verb: settings for the rest of the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, ServerTarget, model, option
from ...model.validation import ValidationError
from ..dicts import AuthDict, BidirectionalAudioDict, RecognizerDict, SynthesizerDict
from ..vendors.kugelaudio import KUGELAUDIO
from .common import Auth, BidirectionalAudio, Hook, NoiseIsolationAuth
from .recognizer import Recognizer
from .synthesizer import Synthesizer

__all__ = [
    "BargeIn",
    "ListenOptions",
    "NoiseIsolation",
    "RecordOptions",
    "TranscribeOptions",
    "TtsStream",
    "TurnTaking",
]


@model
class BargeIn(Model):
    """A gather that runs in the background, so that the caller can interrupt every prompt.

    Args:
        enable: Start or stop it.
        sticky: Start anew after each result.
        action_hook: Called with the result; its answer replaces the verbs that are left.
        partial_result_hook: Called with interim results.
        input: Kinds of input to collect.
        finish_on_key: Keys that end the input.
        num_digits: Exact number of digits.
        min_digits: Least number of digits.
        max_digits: Greatest number of digits.
        inter_digit_timeout: Seconds between two digits, then the input is complete.
        dtmf_bargein: A key stops the prompt.
        min_bargein_word_count: Words that it takes to stop the prompt.
    """

    enable: bool | None = option(default=None, needed_on="0.9")
    sticky: bool | None = None
    action_hook: Hook | None = None
    partial_result_hook: Hook | None = option(default=None, only_on="0.9")
    input: Sequence[Literal["speech", "digits"]] | None = None
    finish_on_key: str | None = option(default=None, only_on="0.9")
    num_digits: int | None = option(default=None, only_on="0.9")
    min_digits: int | None = option(default=None, only_on="0.9")
    max_digits: int | None = option(default=None, only_on="0.9")
    inter_digit_timeout: float | None = option(default=None, only_on="0.9")
    dtmf_bargein: bool | None = option(default=None, only_on="0.9")
    min_bargein_word_count: int | None = None
    extra: Mapping[str, Any] | None = None


@model
class TtsStream(Model):
    """Speak text as it comes, through ``send_tts_tokens``.

    Args:
        enable: Switch it on or off.
        synthesizer: Text-to-speech to use in place of the application's.
    """

    enable: bool | None = option(default=None, needed_on="0.9")
    synthesizer: Synthesizer | SynthesizerDict | None = None
    extra: Mapping[str, Any] | None = None


@model(open_since="v10")
class RecordOptions(Model):
    """Recording of the call.

    Args:
        action: Action on the recording.
        type: Recording to the cloud, or to a SIPREC server.
        recording_id: Id for the recording.
        siprec_server_url: SIPREC server, or several.
        headers: SIP headers for the SIPREC server.
    """

    action: Literal["startCallRecording", "stopCallRecording", "pauseCallRecording", "resumeCallRecording"] | None = (
        option(default=None, needed_on="0.9")
    )
    type: Literal["cloud", "siprec"] | None = None
    recording_id: str | None = option(default=None, wire="recordingID")
    siprec_server_url: str | Sequence[str] | None = option(default=None, wire="siprecServerURL")
    headers: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] | None = None


def _finish_listen(wire: dict[str, Any], _server_target: ServerTarget) -> None:
    if wire.get("enable") is True and "url" not in wire:
        raise ValidationError("is missing, enable=True needs it", "url", expected="url")


@model(open_since="v10", finish=_finish_listen)
class ListenOptions(Model):
    """Audio of the whole call to a WebSocket, in the background.

    Args:
        enable: Start or stop it.
        url: Address of the WebSocket: a ``ws(s)://`` URL, or a path on the host of the control socket.
        sample_rate: Rate in Hz.
        ws_auth: Credentials for the WebSocket.
        mix_type: ``mono`` the caller alone, ``mixed`` both legs in one channel, ``stereo`` both legs in two.
        metadata: Data of your own for the first message of the stream.
        max_length: Longest duration in seconds.
        pass_dtmf: Tell the stream of keys that the caller presses.
        play_beep: Beep when it starts.
        disable_bidirectional_audio: Take no audio from the WebSocket.
        bidirectional_audio: Form of the audio from the WebSocket.
        timeout: Seconds without audio that end the stream.
    """

    enable: bool | None = option(default=None, needed_on="0.9")
    url: str | None = None
    sample_rate: int | None = None
    ws_auth: Auth | AuthDict | None = None
    mix_type: Literal["mono", "stereo", "mixed"] | None = None
    metadata: Mapping[str, Any] | None = None
    max_length: float | None = None
    pass_dtmf: bool | None = None
    play_beep: bool | None = None
    disable_bidirectional_audio: bool | None = None
    bidirectional_audio: BidirectionalAudio | BidirectionalAudioDict | None = None
    timeout: float | None = None
    extra: Mapping[str, Any] | None = None


@model(open_since="v10")
class TranscribeOptions(Model):
    """Transcription of the whole call, in the background.

    Args:
        enable: Start or stop it.
        transcription_hook: Called with the transcripts: a path or URL.
        recognizer: Speech-to-text to use in place of the application's.
    """

    enable: bool | None = option(default=None, needed_on="0.9")
    transcription_hook: str | None = None
    recognizer: Recognizer | RecognizerDict | None = None
    extra: Mapping[str, Any] | None = None


@model(open_since="v10")
class NoiseIsolation(Model):
    """Take noise out of the audio of the call.

    Args:
        enable: Switch it on or off.
        vendor: Vendor, ``"krisp"``, ``"rnnoise"`` or ``"kugelaudio"``.
        label: Label of the credentials, where one vendor has several.
        auth: Credentials for the vendor, in place of the account's.
        level: Strength, 0 to 100.
        model: Model of the vendor.
    """

    enable: bool | None = None
    vendor: str | None = option(default=None, newer=KUGELAUDIO)
    label: str | None = option(default=None, since="v11")
    auth: NoiseIsolationAuth | Mapping[str, Any] | None = option(default=None, since="v11")
    level: float | None = None
    model: str | None = None
    extra: Mapping[str, Any] | None = None


@model(open_since="v10")
class TurnTaking(Model):
    """Find the end of the caller's turn with a model.

    Args:
        enable: Switch it on or off.
        vendor: Vendor, ``"krisp"``.
        threshold: Confidence from which the turn has ended.
        model: Model of the vendor.
    """

    enable: bool | None = None
    vendor: str | None = None
    threshold: float | None = None
    model: str | None = None
    extra: Mapping[str, Any] | None = None
