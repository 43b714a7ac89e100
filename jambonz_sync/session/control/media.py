"""Commands for the audio of a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...protocol import actions
from ...protocol.actions.choices import (
    AudioPath,
    DubAction,
    ListenStatus,
    MuteStatus,
    NoiseIsolationStatus,
    RecordAction,
    RecordType,
    StreamStatus,
    TranscribeStatus,
)
from .base import Commands

if TYPE_CHECKING:
    from ...verbs import Say

__all__ = ["MediaCommands"]


class MediaCommands(Commands):
    """The audio of a call."""

    def inject_mute(self, status: MuteStatus = "mute", call_sid: str | None = None) -> None:
        """Mute or unmute a leg of a dial, or a member of a conference.

        Args:
            status: ``"mute"`` or ``"unmute"``.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.Mute, call_sid, status=status)

    def inject_whisper(self, verbs: Any, call_sid: str | None = None) -> None:
        """Speak or play to one leg only, while a dial or a listen runs.

        Args:
            verbs: One ``say`` or ``play`` verb, several in a list, or a chain of them.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.Whisper, call_sid, verbs=verbs)

    def inject_noise_isolation(
        self,
        status: NoiseIsolationStatus,
        options: Mapping[str, Any] | None = None,
        call_sid: str | None = None,
        *,
        vendor: str | None = None,
        level: float | None = None,
        model: str | None = None,
    ) -> None:
        """Switch the removal of background noise on or off (jambonz 10).

        Args:
            status: ``"enable"`` or ``"disable"``.
            options: The options below in one dict, in either spelling; those given by name come first.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
            vendor: The vendor that removes it, such as ``"krisp"``; None leaves that to jambonz, as with the others.
                Credentials (``label``, ``auth``) go by ``inject_config(noise_isolation={...})``, not by this command.
            level: How much of it to remove, 0 to 100.
            model: The vendor's model.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.NoiseIsolation, call_sid, options, status=status, vendor=vendor, level=level, model=model)

    def inject_record(
        self,
        action: RecordAction,
        options: Mapping[str, Any] | None = None,
        call_sid: str | None = None,
        *,
        type: RecordType | None = None,
        siprec_server_url: str | Sequence[str] | None = None,
        recording_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        silence: bool | None = None,
    ) -> None:
        """Start, stop, pause or resume recording.

        Args:
            action: ``"start"``, ``"stop"``, ``"pause"`` or ``"resume"``; ``"startCallRecording"``, as jambonz calls
                it, is accepted as well, and so on.
            options: The options below in one dict, in either spelling; those given by name come first.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
            type: ``"cloud"`` records to the account's bucket, ``"siprec"`` to ``siprec_server_url``. To start, one of
                ``"cloud"`` and ``siprec_server_url`` is needed.
            siprec_server_url: SIP URI of a SIPREC server, or several.
            recording_id: A name of your choice for the SIPREC server.
            headers: SIP headers for the SIPREC server.
            silence: Record silence during a pause, which ``"cloud"`` alone can.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(
            actions.Record,
            call_sid,
            options,
            action=action,
            type=type,
            siprec_server_url=siprec_server_url,
            recording_id=recording_id,
            headers=headers,
            silence=silence,
        )

    def inject_listen_status(self, status: ListenStatus, call_sid: str | None = None) -> None:
        """Pause or resume the audio that is sent to a listen (or stream) verb.

        Args:
            status: ``"pause"``, ``"resume"``, or ``"silence"``, which sends silence in place of the audio.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.Listen, call_sid, status=status)

    def inject_stream_status(
        self, status: StreamStatus, call_sid: str | None = None, *, room: str | None = None
    ) -> None:
        """Move the stream of a stream (or listen) verb, and the caller with it, into a room (jambonz 10).

        Its WebSocket stays as it is, and streams what is said in the room. The verb must have an ``id``.

        Args:
            status: ``"move-to-room"``; or ``"pause"``, ``"silence"`` or ``"resume"``, as for
                :meth:`inject_listen_status`.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
            room: Name of the room, for ``"move-to-room"``, which needs it; it is made if there is none.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.Stream, call_sid, status=status, room=room)

    def inject_transcribe_status(self, status: TranscribeStatus, call_sid: str | None = None) -> None:
        """Pause or resume a transcribe verb, one in the background or one nested in a dial.

        Args:
            status: ``"pause"`` or ``"resume"``.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.Transcribe, call_sid, status=status)

    def inject_dtmf(self, digit: str, duration: int | None = None, call_sid: str | None = None) -> None:
        """Send DTMF digits.

        Args:
            digit: One or more of ``0-9 * # A-D``.
            duration: Milliseconds that each digit lasts; None leaves it to jambonz, which takes 250.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.Dtmf, call_sid, digit=digit, duration=duration)

    def inject_dub(
        self,
        action: DubAction,
        track: str,
        *,
        play: str | None = None,
        say: str | Say | Mapping[str, Any] | None = None,
        loop: bool | None = None,
        gain: float | str | None = None,
        call_sid: str | None = None,
    ) -> None:
        """Mix a further audio track into a leg.

        Args:
            action: ``"addTrack"``, ``"removeTrack"``, ``"silenceTrack"``, ``"playOnTrack"`` or ``"sayOnTrack"``.
            track: Name of the track, of your choice.
            play: URL of the audio to play on it, for ``"playOnTrack"``.
            say: A text to say on it, or the options of a ``say`` verb, for ``"sayOnTrack"``.
            loop: Repeat it without an end.
            gain: Volume in decibels: ``-10`` or ``"-10 dB"``.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.Dub, call_sid, action=action, track=track, play=play, say=say, loop=loop, gain=gain)

    def inject_boost_audio(self, gain: float | str, call_sid: str | None = None) -> None:
        """Make a leg louder or quieter.

        Args:
            gain: Decibels by which it differs from the original volume: ``-6``, ``"+3 dB"``; 0 restores that.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.BoostAudio, call_sid, gain=gain)

    def inject_media_path(self, path: AudioPath, call_sid: str | None = None) -> None:
        """Choose how much of the media server the audio of a dial passes through.

        Args:
            path: ``"no-media"``, ``"partial-media"`` or ``"full-media"``.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.MediaPath, call_sid, path=path)

    def inject_stt_reconfigure(self, language_hints: Iterable[str], call_sid: str | None = None) -> None:
        """Tell the speech recogniser which languages to expect (jambonz 10).

        Args:
            language_hints: BCP-47 codes such as ``"de-DE"``; an empty list makes it detect the language.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.SttReconfigure, call_sid, language_hints=language_hints)
