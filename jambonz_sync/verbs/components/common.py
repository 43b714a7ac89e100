"""Components that many verbs share: hooks, credentials, speech, and what runs beside a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from ...model.declare import Model, model, option
from ..dicts import AuthDict

__all__ = [
    "ActionHook",
    "Auth",
    "BidirectionalAudio",
    "FillerNoise",
    "Hook",
    "NoiseIsolationAuth",
    "Vad",
]


@model
class Auth(Model):
    """HTTP Basic credentials.

    Args:
        username: User name.
        password: Password.
    """

    username: str
    password: str
    extra: Mapping[str, Any] | None = None


@model(owner="open")
class ActionHook(Model):
    """A webhook with more to it than its address.

    Args:
        url: Address to send the event to: an absolute URL, or a path on the host of the application.
        method: HTTP method, POST if not set. Not used on a WebSocket.
        basic_auth: Credentials for this hook.
    """

    url: str
    method: Literal["GET", "POST"] | None = option(default=None, server_default="POST")
    basic_auth: Auth | AuthDict | None = None
    extra: Mapping[str, Any] | None = None


#: the type of every option that names a hook: a path or URL, or an :class:`ActionHook`
Hook: TypeAlias = str | ActionHook | Mapping[str, Any]


@model
class Vad(Model):
    """Voice activity detection: when is the caller speaking.

    Args:
        enable: Switch it on or off.
        voice_ms: Least duration of speech that counts, in milliseconds.
        silence_ms: Duration of silence that ends it, in milliseconds.
        strategy: Strategy by name.
        mode: Aggressiveness of the webrtc detector, 0 to 3.
        vendor: Detector.
        threshold: Probability from which silero takes sound for speech.
        speech_pad_ms: Padding around speech, in milliseconds.
    """

    enable: bool | None = None
    voice_ms: float | None = None
    silence_ms: float | None = None
    strategy: str | None = None
    mode: float | None = option(default=None, ge=0, le=3)
    vendor: Literal["webrtc", "silero"] | None = None
    threshold: float | None = option(default=None, ge=0, le=1)
    speech_pad_ms: float | None = None
    extra: Mapping[str, Any] | None = None


@model
class FillerNoise(Model):
    """Sound that plays while the caller waits for the application.

    Args:
        enable: Play it or not.
        url: Audio file, http(s).
        start_delay_secs: Seconds of waiting before it starts.
    """

    enable: bool
    url: str | None = None
    start_delay_secs: float | None = None
    extra: Mapping[str, Any] | None = None


@model
class BidirectionalAudio(Model):
    """Audio from the application back into the call.

    Args:
        enabled: Take audio from the WebSocket.
        streaming: True for raw frames as they come, False for ``playAudio`` messages.
        sample_rate: Rate in Hz of the frames that the application sends.
    """

    enabled: bool | None = None
    streaming: bool | None = None
    sample_rate: int | None = None
    extra: Mapping[str, Any] | None = None


@model(owner="open")
class NoiseIsolationAuth(Model):
    """Credentials for a vendor of noise isolation.

    Args:
        api_key: API key.
        api_uri: Address of the vendor's API.
    """

    api_key: str | None = None
    api_uri: str | None = None
    extra: Mapping[str, Any] | None = None
