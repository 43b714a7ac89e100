"""Verbs that bring callers together in a room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model.declare import Model, model, option, required
from .base import Verb
from .components.common import Hook
from .dicts import ListenDict, StreamDict
from .listen import Listen, Stream

__all__ = ["Conference", "ConferenceRecord", "Room"]


@model(open_since="v10")
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
        status_hook: Called with events of the conference. That of whoever starts it is used for all who join later.
        status_events: Events to tell ``status_hook`` of: ``"start"``, ``"end"``, ``"join"``, ``"leave"``,
            ``"start-talking"``, ``"stop-talking"``.
        beep: Let all in the conference hear a beep when this member joins.
        max_participants: Most members at a time, two at least.
        speak_only_to: Be heard only by the member of this tag.
        end_conference_duration: Seconds until the conference ends for all, after the last member with
            ``end_conference_on_exit`` has left.
        record: Recording of the conference.
        listen: Stream the conference: the options of ``listen``.
        stream: The same under its other name.
        distribute_dtmf: Let all members hear this member's keys.
    """

    name: str = required(min_length=1, kw_only=False)
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
    max_participants: int | None = None
    speak_only_to: str | None = None
    end_conference_duration: float | None = None
    record: ConferenceRecord | Mapping[str, Any] | None = None
    listen: Listen | ListenDict | None = None
    stream: Stream | StreamDict | None = option(default=None, since="v10")
    distribute_dtmf: bool | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="room", since="v10", new=True)
class Room(Conference):
    """Join a room. Another name of ``conference``."""
