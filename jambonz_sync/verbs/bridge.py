"""Verbs that bring callers together, and one that writes to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ..model.declare import Model, model, option, required
from .audio import Listen, Stream
from .base import Headers, Verb
from .components.calls import Amd, Target
from .components.common import Hook
from .hearing import Transcribe
from .speech import Dub

__all__ = ["Conference", "ConferenceRecord", "Dequeue", "Dial", "Enqueue", "Message", "Room"]


@model(verb="dial", since="0.9.6")
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
        dtmf_capture: Keys to report, for both legs or by leg: ``{"childCall": ["*3"], "parentCall": ["*1"]}``.
        dtmf_hook: Called with captured keys.
        anchor_media: Keep the audio on the media server; ``listen``, ``dub`` and recording need it.
        codecs: Codecs to offer, the best first.
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

    target: Sequence[Target | Mapping[str, Any]] = required(min_items=1)
    action_hook: Hook | None = None
    caller_id: str | None = None
    caller_name: str | None = None
    timeout: float | None = None
    time_limit: float | None = None
    answer_on_bridge: bool | None = None
    confirm_hook: Hook | None = None
    dial_music: str | None = None
    headers: Headers | None = None
    amd: Amd | Mapping[str, Any] | None = None
    on_hold_hook: Hook | None = None
    refer_hook: Hook | None = None
    dtmf_capture: Sequence[str] | Mapping[str, Any] | None = None
    dtmf_hook: Hook | None = None
    anchor_media: bool | None = None
    codecs: Sequence[str] | None = option(default=None, min_items=1, since="v10")
    exit_media_path: bool | None = None
    boost_audio_signal: float | str | None = None
    listen: Listen | Mapping[str, Any] | None = None
    stream: Stream | Mapping[str, Any] | None = None
    transcribe: Transcribe | Mapping[str, Any] | None = None
    proxy: str | None = None
    dub: Sequence[Dub | Mapping[str, Any]] | None = None
    tag: Mapping[str, Any] | None = None
    forward_pai: bool | None = option(default=None, wire="forwardPAI")
    srtp_encryption: Literal["sdes", "dtls"] | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(owner="newer")
class ConferenceRecord(Model):
    """Recording of a conference.

    Args:
        path: Path of the recording.
    """

    path: str | None = option(default=None, needed_on="0.9")
    extra: Mapping[str, Any] | None = None


@model(verb="conference", since="0.9.6")
class Conference(Verb):
    """Join a conference with all who join one of the same name.

    Args:
        name: Name of the conference.
        action_hook: Called when this member has left.
        member_tag: A name for this member, for commands that aim at it.
        start_conference_on_enter: Start the conference on joining; else wait for somebody who does.
        end_conference_on_exit: End the conference for all on leaving.
        join_muted: Join muted.
        wait_hook: Called while waiting for the conference to start; answers with the verbs to hear.
        enter_hook: Called on joining; answers with verbs.
        status_hook: Called with events of the conference.
        status_events: Events to tell ``status_hook`` of: ``"start"``, ``"join"``, ``"leave"`` ...
        beep: Beep when somebody joins or leaves.
        max_participants: Most members at a time.
        speak_only_to: Be heard only by the member of this tag.
        end_conference_duration: Longest duration of the conference in seconds.
        record: Recording of the conference.
        listen: Stream the conference: the options of ``listen``.
        stream: The same under its other name.
        distribute_dtmf: Let all members hear this member's keys.
    """

    name: str
    action_hook: Hook | None = None
    member_tag: str | None = None
    start_conference_on_enter: bool | None = None
    end_conference_on_exit: bool | None = None
    join_muted: bool | None = None
    wait_hook: Hook | None = None
    enter_hook: Hook | None = None
    status_hook: Hook | None = None
    status_events: Sequence[str] | None = None
    beep: bool | None = None
    max_participants: float | None = None
    speak_only_to: str | None = None
    end_conference_duration: float | None = None
    record: ConferenceRecord | Mapping[str, Any] | None = None
    listen: Listen | Mapping[str, Any] | None = None
    stream: Stream | Mapping[str, Any] | None = option(default=None, since="v10")
    distribute_dtmf: bool | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="room", since="v10", new=True)
class Room(Conference):
    """Join a room. Another name of ``conference``."""


@model(verb="enqueue", since="0.9.6")
class Enqueue(Verb):
    """Wait in a queue until somebody dequeues the caller.

    Args:
        name: Name of the queue; it exists from the first use on.
        action_hook: Called when the wait has ended, with ``queue_result`` ...
        wait_hook: Called while waiting; answers with the verbs to hear: music, the place in the queue.
        priority: The lower, the earlier.
    """

    name: str
    action_hook: Hook | None = None
    wait_hook: Hook | None = None
    priority: float | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="dequeue", since="0.9.6")
class Dequeue(Verb):
    """Take the next caller out of a queue and join the two calls.

    Args:
        name: Name of the queue.
        action_hook: Called when it has ended, with ``dequeue_result``.
        timeout: Seconds to wait for a caller.
        beep: Beep when the calls are joined.
        call_sid: Take this call, whatever its place.
    """

    name: str
    action_hook: Hook | None = None
    timeout: float | None = None
    beep: bool | None = None
    call_sid: str | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="message", since="0.9.6")
class Message(Verb):
    """Send an SMS or MMS.

    Args:
        to: Number to send to.
        from_: Number to send from.
        text: Text of the message.
        media: Address of what to attach, or several.
        carrier: Carrier to use.
        account_sid: Account to send from.
        message_sid: Id for the message.
        action_hook: Called when it has been sent, or not, with ``message_status`` ...
    """

    to: str
    from_: str
    text: str | None = None
    media: str | Sequence[str] | None = None
    carrier: str | None = None
    account_sid: str | None = option(default=None, wire="account_sid")
    message_sid: str | None = option(default=None, wire="message_sid")
    action_hook: Hook | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None
