"""Commands for the conference that a call is in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from ...protocol import actions
from ...protocol.actions.choices import HoldStatus, MuteStatus, ParticipantAction
from .base import Commands

__all__ = ["ConferenceCommands"]


class ConferenceCommands(Commands):
    """The conference that a call is in."""

    def inject_conference(
        self,
        *,
        mute: MuteStatus | bool | None = None,
        hold: HoldStatus | bool | None = None,
        action: ParticipantAction | None = None,
        tag: str | None = None,
        wait_hook: str | None = None,
        call_sid: str | None = None,
    ) -> None:
        """Act on the conference in one of three ways.

        Args:
            mute: Mute (``"mute"`` or True) or unmute everybody but the moderators.
            hold: Put this member on hold (``"hold"`` or True), with what ``wait_hook`` plays, or take it off.
            action: Do this to this member: ``"tag"``, ``"coach"``, ``"mute"``, ``"hold"``, ``"kick"`` ...
            tag: The name to give this member (with ``action="tag"``), or the member to coach (with ``"coach"``).
            wait_hook: Hook that gives the verbs that a member on hold hears.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: Not exactly one of ``mute``, ``hold`` and ``action`` is given, or an option that does not
                go with it. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        if sum(option is not None for option in (mute, hold, action)) != 1:
            error = actions.refused("conference", None, "one of mute, hold and action", (mute, hold, action))
            error.call_sid = self.call_sid
            raise error
        if mute is not None:
            self._inject(actions.MuteOthers, call_sid, status=mute, tag=tag, wait_hook=wait_hook)
        elif hold is not None:
            self._inject(actions.Hold, call_sid, status=hold, tag=tag, wait_hook=wait_hook)
        else:
            self._inject(actions.Participant, call_sid, action=action, tag=tag, wait_hook=wait_hook)

    def inject_say(
        self,
        text: str | Sequence[str],
        *,
        synthesizer: Any = None,
        loop: int | Literal["forever"] | None = None,
        stream: bool | None = None,
        id: str | None = None,
        replace: bool | None = None,
        call_sid: str | None = None,
    ) -> None:
        """Speak to everybody in the conference (jambonz 10).

        Args:
            text: The text to say; of several, jambonz picks one at random.
            synthesizer: The vendor and voice that speak it; None takes those of the application.
            loop: How often to say it; ``"forever"`` repeats until something else happens.
            stream: Speak the text that ``send_tts_tokens`` delivers instead of ``text``.
            id: A name of your choice, which the ``say-start`` and ``say-done`` events carry.
            replace: Cut off what is being spoken.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(
            actions.RoomSay,
            call_sid,
            text=text,
            synthesizer=synthesizer,
            loop=loop,
            stream=stream,
            id=id,
            replace=replace,
        )

    def inject_play(
        self, url: str, *, id: str | None = None, replace: bool | None = None, call_sid: str | None = None
    ) -> None:
        """Play a file or a tone to everybody in the conference (jambonz 10).

        Args:
            url: The URL of the file, or the description of the tone.
            id: A name of your choice, which its events carry.
            replace: Cut off what is being played.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.RoomPlay, call_sid, url=url, id=id, replace=replace)
