"""Steering a call in progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..protocol import actions
from . import models
from .call_update import update_body
from .checks import hook_object
from .conference_actions import ConferenceActions
from .http.errors import Conflict, InvalidRequest
from .resource import without_none

if TYPE_CHECKING:
    from typing import Unpack

    from ..protocol.actions.choices import (
        AgentUpdateType,
        AudioPath,
        DubAction,
        ListenStatus,
        LlmStatusChange,
        MuteStatus,
        NoiseIsolationStatus,
        RecordAction,
        RecordType,
        TranscribeStatus,
    )
    from ..verbs import Say
    from .call_update import CallUpdate

__all__ = ["CallActions"]

Json = Mapping[str, Any]


class CallActions(ConferenceActions):
    """The actions on a call in progress. Each is one request, repeated only if it provably did not leave.

    They take what ``session.inject_...`` takes, after the call that is meant. The answer only says that the feature
    server took a command: it acts afterwards and reports nothing back. A mute of a call that is in no dial and no
    conference is logged there, and ignored.

    All raise InvalidRequest for what jambonz would refuse, drop or ignore, NotFound where there is no record of the
    call, and Conflict where the call has ended or is not in a state for the action.
    """

    def update(self, call_sid: str, **fields: Unpack[CallUpdate]) -> Any:
        """Ask for any action by its field: ``update(sid, mute_status="mute")``.

        The methods for single actions, such as :meth:`mute`, are easier to get right.

        Args:
            call_sid: The call.
            fields: One action per request, as the server refuses two; only ``call_hook`` and ``child_call_hook`` go
                together, and ``whisper`` beside those that leave it alone.
        Returns:
            None, but the far end's answer for ``sip_request``.
        Example:
            >>> client.calls.update(call_sid, mute_status="mute")
        """
        return self._http.send("PUT", self._path(call_sid), update_body(fields))

    # -- the call as a whole

    def hangup(self, call_sid: str) -> bool:
        """End the call, whether it rings or talks.

        One request for an answered call, two for a ringing one and three for one that is over: an answered call
        takes only ``completed``, a ringing one only ``no-answer``, and it may be answered in between.

        Args:
            call_sid: The call.
        Returns:
            True if there was something to end, False if it was over already.
        Example:
            >>> if not client.calls.hangup(call_sid):
            ...     print("it was over already")
        """
        for state in ("completed", "no-answer", "completed"):
            try:
                self._act(call_sid, actions.Hangup, status=state)
            except Conflict:
                continue
            return True
        return False

    def redirect(
        self,
        call_sid: str,
        call_hook: models.AnyHook | None = None,
        *,
        child_call_hook: models.AnyHook | None = None,
        call_status_hook: models.AnyHook | None = None,
        child: models.AnyHook | None = None,
    ) -> None:
        """Replace the application by that of a hook.

        Verbs go to a call by its own connection only: ``session.inject_redirect``.

        Args:
            call_sid: The call.
            call_hook: The hook for this call: a url, relative ones included, or an object with ``url``. Sent as an
                object always, as the server forgets the user and password of a bare url.
            child_call_hook: The hook for the leg that it has dialled. With it alone this leg is hung up.
            call_status_hook: The hook that gets status events from now on; only beside ``call_hook``.
            child: Another name of ``child_call_hook``, as sessions have it; one of the two.
        Example:
            >>> client.calls.redirect(call_sid, "https://app.example.com/voicemail")
        """
        hooks = {"call_hook": call_hook, "child_call_hook": child_call_hook, "call_status_hook": call_status_hook}
        objects = {name: hook_object(hook, name, absolute=False) for name, hook in without_none(hooks).items()}
        if child is not None:
            objects["child"] = hook_object(child, "child", absolute=False)
        self._act(call_sid, actions.Redirect, **objects)

    def tag(self, call_sid: str, data: Json) -> None:
        """Attach data to the call: it comes back in its events as customer data. It cannot be read here.

        Args:
            call_sid: The call.
            data: A mapping with at least one key. It replaces the data that was attached before.
        Example:
            >>> client.calls.tag(call_sid, {"order": 4711, "priority": "high"})
        """
        self._act(call_sid, actions.Tag, data=data)

    # -- audio

    def mute(self, call_sid: str, status: MuteStatus = "mute") -> None:
        """Mute or unmute the caller. Needs a dial or a conference.

        Args:
            call_sid: The call.
            status: ``"mute"`` or ``"unmute"``.
        Example:
            >>> client.calls.mute(call_sid)
        """
        self._act(call_sid, actions.Mute, status=status)

    def unmute(self, call_sid: str) -> None:
        """Undo :meth:`mute`.

        Args:
            call_sid: The call.
        """
        self.mute(call_sid, "unmute")

    def whisper(self, call_sid: str, verbs: Any) -> None:
        """Speak or play to this party only. Needs a dial or a listen.

        Args:
            call_sid: The call.
            verbs: One ``say`` or ``play``, several, or a chain of them. A url, which older servers took, is refused:
                this one ignores it.
        Example:
            >>> client.calls.whisper(agent_call_sid, {"verb": "say", "text": "The customer is a VIP."})
        """
        self._act(call_sid, actions.Whisper, verbs=verbs)

    def dtmf(self, call_sid: str, digit: str, duration: int | None = None) -> None:
        """Send DTMF to the far end.

        Args:
            call_sid: The call.
            digit: One or more of ``0-9 * # A-D``.
            duration: Milliseconds that each digit lasts; None leaves it to jambonz, which takes 250.
        Example:
            >>> client.calls.dtmf(call_sid, "1234#", duration=200)
        """
        self._act(call_sid, actions.Dtmf, digit=digit, duration=duration)

    def dub(
        self,
        call_sid: str,
        action: DubAction,
        track: str,
        *,
        play: str | None = None,
        say: str | Say | Json | None = None,
        loop: bool | None = None,
        gain: float | str | None = None,
    ) -> None:
        """Mix a further audio track into the call.

        Args:
            call_sid: The call.
            action: ``"addTrack"``, ``"removeTrack"``, ``"silenceTrack"``, ``"playOnTrack"`` or ``"sayOnTrack"``.
            track: Name of the track, of your choice.
            play: URL of the audio to play on it, for ``"playOnTrack"``.
            say: A text to say on it, or the options of a ``say`` verb, for ``"sayOnTrack"``.
            loop: Repeat it without an end.
            gain: Volume in decibels, ``-10`` or ``"-10 dB"``.
        Example:
            >>> client.calls.dub(call_sid, "addTrack", "music")
            >>> client.calls.dub(call_sid, "playOnTrack", "music", play="https://app.example.com/waltz.mp3", gain=-10)
        """
        self._act(call_sid, actions.Dub, action=action, track=track, play=play, say=say, loop=loop, gain=gain)

    def boost_audio(self, call_sid: str, gain: float | str) -> None:
        """Make the party louder or quieter.

        Args:
            call_sid: The call.
            gain: Decibels by which it differs from the original volume: ``-6``, ``"+3 dB"``; 0 restores that.
        Example:
            >>> client.calls.boost_audio(call_sid, "+6 dB")
        """
        self._act(call_sid, actions.BoostAudio, gain=gain)

    def media_path(self, call_sid: str, path: AudioPath) -> None:
        """Choose how much of the media server the audio of a dial passes through.

        Args:
            call_sid: The call.
            path: ``"no-media"``, ``"partial-media"`` or ``"full-media"``.
        Example:
            >>> client.calls.media_path(call_sid, "partial-media")
        """
        self._act(call_sid, actions.MediaPath, path=path)

    def listen(self, call_sid: str, status: ListenStatus) -> None:
        """Pause or resume the audio that goes to a listen or stream.

        Args:
            call_sid: The call.
            status: ``"pause"``, ``"resume"``, or ``"silence"``, which sends silence in place of the audio.
        Example:
            >>> client.calls.listen(call_sid, "silence")  # while the caller reads out a card number
        """
        self._act(call_sid, actions.Listen, status=status)

    def transcribe(self, call_sid: str, status: TranscribeStatus) -> None:
        """Pause or resume a transcription.

        Args:
            call_sid: The call.
            status: ``"pause"`` or ``"resume"``. The server does not check it; this does.
        Example:
            >>> client.calls.transcribe(call_sid, "pause")
        """
        self._act(call_sid, actions.Transcribe, status=status)

    def record(
        self,
        call_sid: str,
        action: RecordAction,
        options: Json | None = None,
        *,
        type: RecordType | None = None,
        siprec_server_url: str | Sequence[str] | None = None,
        recording_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        silence: bool | None = None,
    ) -> None:
        """Start, stop, pause or resume recording.

        The server wants to be told of the SIPREC server for every action, ``stop`` included; where there is none,
        ``type`` is ``"cloud"``.

        Args:
            call_sid: The call.
            action: ``"start"``, ``"stop"``, ``"pause"`` or ``"resume"``; ``"startCallRecording"``, as jambonz calls
                it, is accepted as well, and so on.
            options: The options below in one dict, in either spelling; those given by name come first.
            type: ``"cloud"`` records to the account's bucket, ``"siprec"`` to ``siprec_server_url``.
            siprec_server_url: SIP URI of a SIPREC server, or several.
            recording_id: A name of your choice for the SIPREC server.
            headers: SIP headers for the SIPREC server.
            silence: Record silence during a pause, which ``"cloud"`` alone can.
        Example:
            >>> client.calls.record(call_sid, "start")
            >>> client.calls.record(call_sid, "pause", silence=True)
        """
        if type is None and siprec_server_url is None and not _names_server(options):
            type = "cloud"
        self._act(
            call_sid,
            actions.Record,
            options,
            action=action,
            type=type,
            siprec_server_url=siprec_server_url,
            recording_id=recording_id,
            headers=headers,
            silence=silence,
        )

    # -- SIP

    def sip_request(
        self,
        call_sid: str,
        method: str,
        content_type: str,
        content: str,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> models.SipAnswer:
        """Send a SIP request within an answered call.

        The server answers 500 while the call is not answered.

        Args:
            call_sid: The call.
            method: ``"INFO"``, ``"MESSAGE"``, ``"NOTIFY"`` ...
            content_type: MIME type of ``content``. The API server wants type and content for every method.
            content: The body.
            headers: SIP headers.
        Returns:
            The answer of the far end.
        Example:
            >>> answer = client.calls.sip_request(call_sid, "INFO", "text/plain", "ticket 4711")
            >>> print(answer.status, answer.reason)
        """
        answer = self._act(
            call_sid, actions.SipRequest, method=method, content_type=content_type, content=content, headers=headers
        )
        return models.SipAnswer.from_dict(answer if isinstance(answer, Mapping) else {})

    # -- for servers newer than 0.9, which answers these with 400

    def noise_isolation(
        self,
        call_sid: str,
        status: NoiseIsolationStatus,
        options: Json | None = None,
        *,
        vendor: str | None = None,
        level: float | None = None,
        model: str | None = None,
    ) -> None:
        """Switch the removal of background noise on or off. Server 0.9 answers 400.

        Args:
            call_sid: The call.
            status: ``"enable"`` or ``"disable"``.
            options: The options below in one dict, in either spelling; those given by name come first.
            vendor: The vendor that removes it, such as ``"krisp"``; None leaves that to jambonz, as with the others.
            level: How much of it to remove, 0 to 100.
            model: The vendor's model.
        Example:
            >>> client.calls.noise_isolation(call_sid, "enable", vendor="krisp", level=80)
        """
        self._act(call_sid, actions.NoiseIsolation, options, status=status, vendor=vendor, level=level, model=model)

    def agent_update(
        self, call_sid: str, type: AgentUpdateType | Json, data: Json | None = None, **fields: Any
    ) -> None:
        """Change a running ``agent`` verb. Server 0.9 answers 400.

        Args:
            call_sid: The call.
            type: The kind of change; or all fields in one dict, ``type`` among them.
            data: The fields of that kind, in one dict; not beside a dict as ``type``.
            fields: The same by name: ``instructions``, ``messages``, ``tools``, ``user_input``, ``interrupt``.
        Example:
            >>> client.calls.agent_update(call_sid, "update_instructions", instructions="Speak more slowly.")
        """
        if isinstance(type, Mapping):
            if data is not None:
                raise InvalidRequest("data goes into the dict that type is, where that is one", field="data")
            self._act(call_sid, actions.AgentUpdate, type, **fields)
        else:
            self._act(call_sid, actions.AgentUpdate, data, type=type, **fields)

    def transfer(self, call_sid: str, data: Json) -> None:
        """Transfer the call, blind or warm. Server 0.9 answers 400.

        Args:
            call_sid: The call.
            data: Options of the transfer verb, as they go on the wire.
        Example:
            >>> colleague = {"type": "phone", "number": "+15085550101"}
            >>> client.calls.transfer(call_sid, {"mode": "blind", "target": [colleague]})
        """
        self._act(call_sid, actions.Transfer, data=data)

    def llm_status(self, call_sid: str, status: LlmStatusChange, *, conference: str | None = None) -> None:
        """Move a speech-to-speech session into a conference and back, or stop it. Server 0.9 answers 400.

        Args:
            call_sid: The call.
            status: ``"move-to-conference"``, ``"move-from-conference"`` or ``"stop"``.
            conference: Name of the conference.
        Example:
            >>> client.calls.llm_status(call_sid, "move-to-conference", conference="support")
        """
        self._act(call_sid, actions.LlmStatus, status=status, conference=conference)


def _names_server(options: object) -> bool:
    return isinstance(options, Mapping) and any(
        options.get(name) is not None for name in ("siprec_server_url", "siprecServerURL", "type")
    )
