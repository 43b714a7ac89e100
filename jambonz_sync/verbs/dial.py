"""The verb that calls somebody and joins the two calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from ..model.declare import ServerTarget, model, option, required
from ..model.validation import ValidationError, did_you_mean, nearest
from .base import Headers, Verb, finish_codecs
from .components.calls import Amd, Target
from .components.common import Hook
from .dicts import AmdDict, DubDict, ListenDict, StreamDict, TargetDict, TranscribeDict
from .listen import Listen, Stream
from .speech import Dub
from .transcribe import Transcribe

__all__ = ["Dial"]

_LEGS: Final = {"child_call": "childCall", "parent_call": "parentCall"}


def _finish(wire: dict[str, Any], server_target: ServerTarget) -> None:
    """Refuse a codec or a leg that there is not: jambonz would ignore all of the codecs, and the keys of that leg."""
    finish_codecs(wire, server_target)
    capture = wire.get("dtmfCapture")
    if isinstance(capture, Mapping):
        legs = {name: _leg(name) for name in capture}
        for name, leg in legs.items():
            if name != leg and leg in legs:
                problem = f"names one leg twice, as {name} and as {leg}: put all keys of the leg under one of them"
                raise ValidationError(problem, "dtmf_capture", expected="each leg once")
        wire["dtmfCapture"] = {legs[name]: keys for name, keys in capture.items()}


def _leg(name: str) -> str:
    leg = _LEGS.get(name, name)
    if leg not in _LEGS.values():
        near = nearest(name, _LEGS)
        problem = f"expected a leg, child_call or parent_call{did_you_mean(near)}"
        raise ValidationError(problem, name, "dtmf_capture", expected="child_call or parent_call", nearest=near)
    return leg


@model(verb="dial", since="0.9.6", finish=_finish, finish_of=("codecs", "dtmfCapture"))
class Dial(Verb):
    """Call somebody and join the two calls. Several targets ring at once; the first to answer gets the call.

    Args:
        target: Parties to call.
        action_hook: Called when the dialled call has ended, with ``dial_call_status`` ...; its answer goes on with
            the call.
        caller_id: Number to show to the target.
        caller_name: Name to show to the target.
        timeout: Seconds to ring.
        time_limit: Longest duration of the joined call in seconds.
        answer_on_bridge: Answer the caller only when a target does; until then the caller hears it ring.
        confirm_hook: Called when a target answers, before the calls are joined; answers with verbs for the target.
        dial_music: Audio file to play in place of ringing, http(s).
        headers: SIP headers of the INVITE.
        amd: Find out whether a human or a machine answers.
        on_hold_hook: Called when a party puts the other on hold; answers with the verbs to hear.
        refer_hook: Called when a party wants to transfer the other with a REFER.
        dtmf_capture: Keys to report, for both legs or by leg: ``{"child_call": ["*3"], "parent_call": ["*1"]}``.
        dtmf_hook: Called with captured keys.
        anchor_media: Keep the audio on the media server; ``listen``, ``dub`` and recording need it.
        codecs: Codecs to offer, the best first: ``"PCMU"``, ``"G722"`` ...; one that the media server lacks makes it
            ignore all of them.
        exit_media_path: Send the audio past jambonz once the calls are joined.
        boost_audio_signal: Volume towards the target in dB, 6 or ``"-6 dB"``.
        listen: Stream the joined call: the options of ``listen``.
        stream: The same under its other name.
        transcribe: Transcribe the joined call: the options of ``transcribe``.
        proxy: SIP proxy to send the call through.
        dub: Tracks to mix into the joined call: each the options of ``dub``.
        tag: Data of your own for the dialled leg.
        forward_pai: Pass the caller's ``P-Asserted-Identity`` on.
        srtp_encryption: Encrypt the audio, for SIP targets.
    """

    target: Sequence[Target | TargetDict] = required(min_items=1, kw_only=False)
    action_hook: Hook | None = None
    caller_id: str | None = None
    caller_name: str | None = None
    timeout: float | None = None
    time_limit: float | None = None
    answer_on_bridge: bool | None = None
    confirm_hook: Hook | None = None
    dial_music: str | None = None
    headers: Headers | None = None
    amd: Amd | AmdDict | None = None
    on_hold_hook: Hook | None = None
    refer_hook: Hook | None = None
    dtmf_capture: Sequence[str] | Mapping[str, Any] | None = None
    dtmf_hook: Hook | None = None
    anchor_media: bool | None = None
    codecs: Sequence[str] | None = option(default=None, min_items=1, since="v10")
    exit_media_path: bool | None = None
    boost_audio_signal: float | str | None = None
    listen: Listen | ListenDict | None = None
    stream: Stream | StreamDict | None = None
    transcribe: Transcribe | TranscribeDict | None = None
    proxy: str | None = None
    dub: Sequence[Dub | DubDict] | None = None
    tag: Mapping[str, Any] | None = None
    forward_pai: bool | None = option(default=None, wire="forwardPAI")
    srtp_encryption: Literal["sdes", "dtls"] | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None
