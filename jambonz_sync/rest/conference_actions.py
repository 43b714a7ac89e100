"""Steering a call in its conference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..protocol import actions
from .call_update import action_body
from .checks import sid
from .resource import Resource

if TYPE_CHECKING:
    from typing import Literal

    from ..protocol.actions.choices import HoldStatus, MuteStatus, ParticipantAction

__all__ = ["ConferenceActions"]

Json = Mapping[str, Any]


class ConferenceActions(Resource):
    """The actions on the conference that a call is in, and the one request that all actions are."""

    def _path(self, call_sid: str) -> str:
        return f"{self._scope.account_path}/Calls/{sid(call_sid, 'call_sid')}"

    def _act(
        self, call_sid: str, action: type[actions.Action], options: Mapping[str, Any] | None = None, /, **named: Any
    ) -> Any:
        """Ask for ``action`` with the options given by name, which come first, and those of the dict ``options``."""
        return self._http.send("PUT", self._path(call_sid), action_body(action, named, options))

    def conference_mute(self, call_sid: str, status: MuteStatus | bool = True) -> None:
        """Mute or unmute all members of the call's conference but its moderators.

        Args:
            call_sid: The call of a member.
            status: ``"mute"`` or True, ``"unmute"`` or False.
        Example:
            >>> client.calls.conference_mute(call_sid)
            >>> client.calls.conference_mute(call_sid, "unmute")
        """
        self._act(call_sid, actions.MuteOthers, status=status)

    def conference_hold(self, call_sid: str, status: HoldStatus | bool = True, *, wait_hook: str | None = None) -> None:
        """Put the call on hold in its conference, or take it off.

        Args:
            call_sid: The call.
            status: ``"hold"`` or True, ``"unhold"`` or False.
            wait_hook: Hook for what a member on hold hears.
        Example:
            >>> client.calls.conference_hold(call_sid, wait_hook="/hold-music")
        """
        self._act(call_sid, actions.Hold, status=status, wait_hook=wait_hook)

    def conference_participant(
        self, call_sid: str, action: ParticipantAction, *, tag: str | None = None, wait_hook: str | None = None
    ) -> None:
        """Act on one participant of a conference.

        Args:
            call_sid: The call of the participant.
            action: ``kick`` is for newer servers: 0.9 answers it with 400.
            tag: The name to give the participant (``tag``), or the one to coach (``coach``); needed by these two.
            wait_hook: Hook for what a member on hold hears.
        Example:
            >>> client.calls.conference_participant(agent_call_sid, "tag", tag="agent")
            >>> client.calls.conference_participant(supervisor_call_sid, "coach", tag="agent")
        """
        self._act(call_sid, actions.Participant, action=action, tag=tag, wait_hook=wait_hook)

    def room_say(
        self,
        call_sid: str,
        text: str | Sequence[str],
        options: Json | None = None,
        *,
        synthesizer: Any = None,
        loop: int | Literal["forever"] | None = None,
        stream: bool | None = None,
        id: str | None = None,
        replace: bool | None = None,
    ) -> None:
        """Speak to everybody in the call's conference. Server 0.9 answers 400.

        Args:
            call_sid: The call of a member.
            text: The text to say; of several, jambonz picks one at random.
            options: The options below in one dict, in either spelling; those given by name come first.
            synthesizer: The vendor and voice that speak it; None takes those of the application.
            loop: How often to say it; ``"forever"`` repeats until something else happens.
            stream: Speak the text that ``send_tts_tokens`` delivers instead of ``text``.
            id: A name of your choice, which the ``say-start`` and ``say-done`` events carry.
            replace: Cut off what is being spoken.
        Example:
            >>> client.calls.room_say(call_sid, "The meeting ends in five minutes.")
        """
        self._act(
            call_sid,
            actions.RoomSay,
            options,
            text=text,
            synthesizer=synthesizer,
            loop=loop,
            stream=stream,
            id=id,
            replace=replace,
        )

    def room_play(
        self,
        call_sid: str,
        url: str,
        options: Json | None = None,
        *,
        id: str | None = None,
        replace: bool | None = None,
    ) -> None:
        """Play a file or a tone to everybody in the call's conference. Server 0.9 answers 400.

        Args:
            call_sid: The call of a member.
            url: The URL of the file, or the description of the tone.
            options: The options below in one dict; those given by name come first.
            id: A name of your choice, which its events carry.
            replace: Cut off what is being played.
        Example:
            >>> client.calls.room_play(call_sid, "https://app.example.com/gong.mp3", replace=True)
        """
        self._act(call_sid, actions.RoomPlay, options, url=url, id=id, replace=replace)
