"""Steering a call in progress.

202 only says that the feature server took a command. It acts afterwards and reports nothing back: a mute of a
call that is in no dial and no conference is logged there, and ignored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from .checks import one_of, sid
from .http.errors import Conflict, InvalidRequest
from .resource import Resource, checked_body

if TYPE_CHECKING:
    from typing import Unpack

    from .call_update import CallUpdate
    from .models.calls import SipAnswer

__all__ = ["CallActions"]

Hook = str | Mapping[str, Any]
Json = Mapping[str, Any]

_RECORDING = {
    "start": "startCallRecording",
    "stop": "stopCallRecording",
    "pause": "pauseCallRecording",
    "resume": "resumeCallRecording",
}


class CallActions(Resource):
    """The actions on a call in progress. Each is one request, repeated only if it provably did not leave.

    All raise NotFound where there is no record of the call, and Conflict where the call has ended or is not in
    a state for the action.
    """

    def _path(self, call_sid: str) -> str:
        return f"{self._scope.account_path}/Calls/{sid(call_sid, 'call_sid')}"

    def update(self, call_sid: str, **fields: Unpack[CallUpdate]) -> Any:
        """Any action by its field: ``update(sid, mute_status="mute")``. The methods below are easier to get right.

        One action per request, as the server refuses two; only ``call_hook`` and ``child_call_hook`` go together,
        and ``whisper`` beside those that leave it alone. Returns None, but the far end's answer for ``sip_request``.
        """
        from .call_update import CallUpdate

        return self._checked(call_sid, checked_body(fields, CallUpdate))

    def _checked(self, call_sid: str, fields: Json) -> Any:
        from .call_update import update_body

        return self._do(call_sid, update_body(fields))

    def _do(self, call_sid: str, body: Json) -> Any:
        return self._http.send("PUT", self._path(call_sid), body)

    # The call as a whole

    def hangup(self, call_sid: str) -> bool:
        """End the call, whether it rings or talks. True if there was something to end, False if it was over already.

        One request for an answered call, two for a ringing one and three for one that is over: an answered call
        takes only ``completed``, a ringing one only ``no-answer``, and it may be answered in between.
        """
        for state in ("completed", "no-answer", "completed"):
            try:
                self._do(call_sid, {"call_status": state})
            except Conflict:
                continue
            return True
        return False

    def redirect(
        self,
        call_sid: str,
        call_hook: Hook | None = None,
        *,
        child_call_hook: Hook | None = None,
        call_status_hook: Hook | None = None,
    ) -> None:
        """Replace the application by that of ``call_hook``, for the dialled leg ``child_call_hook``, or both.

        Relative urls are fine here. Hooks are sent as objects: a bare string would lose its user and password.
        ``call_status_hook`` only means something beside ``call_hook``.
        """
        fields = {"call_hook": call_hook, "child_call_hook": child_call_hook, "call_status_hook": call_status_hook}
        self._checked(call_sid, {name: hook for name, hook in fields.items() if hook is not None})

    def tag(self, call_sid: str, data: Json) -> None:
        """Attach data to the call: it comes back in its events as customer data. It cannot be read here."""
        self._checked(call_sid, {"tag": data})

    # Audio

    def mute(self, call_sid: str) -> None:
        """Mute the caller. Needs a dial or a conference."""
        self._do(call_sid, {"mute_status": "mute"})

    def unmute(self, call_sid: str) -> None:
        """Undo :meth:`mute`."""
        self._do(call_sid, {"mute_status": "unmute"})

    def whisper(self, call_sid: str, verbs: Json | Sequence[Json]) -> None:
        """Say or play to this party only: one say or play verb, or several. Needs a dial or listen.

        A url, which older servers took, is refused here: this one ignores it.
        """
        self._checked(call_sid, {"whisper": verbs})

    def dtmf(self, call_sid: str, digit: str, *, duration: int | None = None) -> None:
        """Send one digit to the far end, for ``duration`` milliseconds (250)."""
        value = {"digit": digit} if duration is None else {"digit": digit, "duration": duration}
        self._checked(call_sid, {"dtmf": value})

    def dub(
        self,
        call_sid: str,
        action: Literal["addTrack", "removeTrack", "silenceTrack", "playOnTrack", "sayOnTrack"],
        track: str,
        *,
        play: str | None = None,
        say: str | Json | None = None,
        loop: bool | None = None,
        gain: float | str | None = None,
    ) -> None:
        """Add a track of sound beneath the call, play or say something on it, silence or remove it."""
        value = {"action": action, "track": track, "play": play, "say": say, "loop": loop, "gain": gain}
        self._checked(call_sid, {"dub": {k: v for k, v in value.items() if v is not None}})

    def boost_audio(self, call_sid: str, gain: float | str) -> None:
        """Make the party louder or softer: decibels, or text like ``"+3 dB"``. 0 undoes it."""
        self._checked(call_sid, {"boost_audio_signal": gain})

    def media_path(
        self,
        call_sid: str,
        path: Literal["no-media", "partial-media", "full-media"],
    ) -> None:
        """How much of the audio of a dial goes through jambonz."""
        self._checked(call_sid, {"media_path": path})

    def listen(self, call_sid: str, status: Literal["pause", "silence", "resume"]) -> None:
        """Pause, silence or resume the audio that goes to a listen or stream."""
        self._checked(call_sid, {"listen_status": status})

    def transcribe(self, call_sid: str, status: Literal["pause", "resume"]) -> None:
        """Pause or resume a transcription. The server does not check the value; this does."""
        self._checked(call_sid, {"transcribe_status": status})

    def record(
        self,
        call_sid: str,
        action: Literal["start", "stop", "pause", "resume"],
        *,
        siprec_server_url: str | None = None,
        recording_id: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Start, stop, pause or resume recording: to the SIPREC server at that url, without one to the cloud.

        The server wants to be told which of the two for every action, ``stop`` included.
        """
        one_of(action, tuple(_RECORDING), "action")
        value: dict[str, Any] = {"action": _RECORDING[action]}
        if siprec_server_url is None:
            value["type"] = "cloud"
        else:
            value["siprecServerURL"] = siprec_server_url
        if recording_id is not None:
            value["recordingID"] = recording_id
        if headers is not None:
            value["headers"] = dict(headers)
        self._do(call_sid, {"record": value})

    # Conferences

    def conference_mute(self, call_sid: str, muted: bool = True) -> None:
        """Mute (or unmute) all members of the call's conference but its moderators."""
        self._do(call_sid, {"conf_mute_status": "mute" if muted else "unmute"})

    def conference_hold(self, call_sid: str, held: bool = True, *, wait_hook: str | None = None) -> None:
        """Put the call on hold in its conference (or take it off); ``wait_hook`` is the url for the music."""
        body = {"conf_hold_status": "hold" if held else "unhold"}
        if wait_hook is not None:
            body["wait_hook"] = wait_hook  # the server's own spelling, waitHook, is read by nothing
        self._do(call_sid, body)

    def conference_participant(
        self,
        call_sid: str,
        action: Literal["tag", "untag", "coach", "uncoach", "mute", "unmute", "hold", "unhold", "kick"],
        *,
        tag: str | None = None,
        wait_hook: str | None = None,
    ) -> None:
        """One participant of a conference: name it (``tag``), let it speak to those with a tag only (``coach``) ...

        ``tag`` must be given for tag and coach. ``kick`` is for newer servers: 0.9 answers it with 400.
        """
        value = {"action": action, "tag": tag, "wait_hook": wait_hook}
        body = {"conference_participant_action": {k: v for k, v in value.items() if v is not None}}
        self._checked(call_sid, body)

    # SIP

    def sip_request(
        self,
        call_sid: str,
        method: str,
        content_type: str,
        content: str,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> SipAnswer:
        """Send a SIP request (INFO, MESSAGE ...) within an answered call, and return what the far end answers.

        The server wants type and content for every method, and answers 500 while the call is not answered.
        """
        from .models.calls import SipAnswer

        value: dict[str, Any] = {"method": method, "content_type": content_type, "content": content}
        if missing := [name for name, part in value.items() if not part]:
            raise InvalidRequest(f"sip_request needs {', '.join(missing)}", field=missing[0])
        if headers is not None:
            value["headers"] = dict(headers)
        answer = self._do(call_sid, {"sip_request": value})
        return SipAnswer.from_dict(answer if isinstance(answer, Mapping) else {})

    # For servers newer than 0.9, which answers these with 400

    def noise_isolation(
        self,
        call_sid: str,
        status: Literal["enable", "disable"],
        *,
        vendor: str | None = None,
        level: int | None = None,
        model: str | None = None,
    ) -> None:
        """Filter noise out of the caller's audio, at ``level`` 0 to 100. Server 0.9 answers 400."""
        one_of(status, ("enable", "disable"), "status")
        parts = {"noise_isolation_vendor": vendor, "noise_isolation_level": level, "noise_isolation_model": model}
        body = {"noise_isolation_status": status, **{k: v for k, v in parts.items() if v is not None}}
        self._do(call_sid, body)

    def agent_update(
        self,
        call_sid: str,
        type: Literal["update_instructions", "inject_context", "update_tools", "generate_reply"],
        data: Json | None = None,
    ) -> None:
        """Change what an agent verb does: ``data`` has instructions, messages, tools ... Server 0.9 answers 400."""
        kinds = ("update_instructions", "inject_context", "update_tools", "generate_reply")
        self._do(call_sid, {"agent_update": {**(data or {}), "type": one_of(type, kinds, "type")}})

    def transfer(self, call_sid: str, data: Json) -> None:
        """Transfer the call, blind or warm, with the options of the transfer verb. Server 0.9 answers 400."""
        self._do(call_sid, {"transfer": dict(data)})

    def room_say(self, call_sid: str, text: str, data: Json | None = None) -> None:
        """Say something to everybody in the call's conference, with options of say. Server 0.9 answers 400."""
        self._do(call_sid, {"room_say": {**(data or {}), "text": text}})

    def room_play(self, call_sid: str, url: str, data: Json | None = None) -> None:
        """Play a file to everybody in the call's conference (``id``, ``replace``). Server 0.9 answers 400."""
        self._do(call_sid, {"room_play": {**(data or {}), "url": url}})

    def llm_status(
        self,
        call_sid: str,
        status: Literal["move-to-conference", "move-from-conference", "stop"],
        *,
        conference: str | None = None,
    ) -> None:
        """Move a speech-to-speech session into a conference and back, or stop it. Server 0.9 answers 400."""
        one_of(status, ("move-to-conference", "move-from-conference", "stop"), "status")
        body: dict[str, str] = {"llm_status": status}
        if conference is not None:
            body["conference"] = conference
        self._do(call_sid, body)
