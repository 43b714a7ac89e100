"""Verbs that stream the audio of the call to a WebSocket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ..model.declare import model, option, required
from .base import Verb
from .components.common import Auth, BidirectionalAudio, Hook
from .dicts import AuthDict, BidirectionalAudioDict, TranscribeDict
from .transcribe import Transcribe

__all__ = ["Listen", "Stream"]


@model(verb="listen", since="0.9.6")
class Listen(Verb):
    """Stream the audio of the call to a WebSocket, and back.

    Args:
        url: Address of the WebSocket: a ``ws(s)://`` URL, or a path on the host of the control socket.
        action_hook: Called when the stream has ended.
        ws_auth: Credentials for the WebSocket.
        mix_type: ``mono`` the caller alone, ``mixed`` both legs in one channel, ``stereo`` both legs in two.
        metadata: Data of your own for the first message of the stream.
        sample_rate: Rate in Hz; 8000 if not set.
        finish_on_key: Keys that end the stream.
        max_length: Longest duration in seconds.
        pass_dtmf: Tell the stream of keys that the caller presses.
        play_beep: Beep when it starts.
        disable_bidirectional_audio: Take no audio from the WebSocket.
        bidirectional_audio: Form of the audio from the WebSocket.
        timeout: Seconds without audio that end the stream.
        transcribe: Transcribe as well: the options of ``transcribe``.
        early_media: Start before the call is answered.
        channel: Channel to stream, of a call with several.
    """

    url: str = required(kw_only=False)
    action_hook: Hook | None = None
    ws_auth: Auth | AuthDict | None = None
    mix_type: Literal["mono", "stereo", "mixed"] | None = option(default=None, server_default="mono")
    metadata: Mapping[str, Any] | None = None
    sample_rate: int | None = option(default=None, server_default=8000)
    finish_on_key: str | None = None
    max_length: float | None = None
    pass_dtmf: bool | None = None
    play_beep: bool | None = None
    disable_bidirectional_audio: bool | None = None
    bidirectional_audio: BidirectionalAudio | BidirectionalAudioDict | None = None
    timeout: float | None = None
    transcribe: Transcribe | TranscribeDict | None = None
    early_media: bool | None = None
    channel: int | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="stream", since="0.9.6")
class Stream(Listen):
    """Stream the audio of the call to a WebSocket, and back. Another name of ``listen``."""
