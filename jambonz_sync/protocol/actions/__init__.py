"""The commands that change a call while it runs, each a pure builder of the message jambonz takes.

A builder checks its arguments, sends nothing and returns ``{"type": "command", "command": ..., "data": ...}``.
What jambonz would refuse, or would drop without a word, raises :class:`~jambonz_sync.errors.InvalidVerb`
naming the command and what it takes. ``call_sid`` aims a command at another leg of the call, such as the
dialled one; without it the leg that the connection belongs to is meant.

Commands are not answered. jambonz acts on one at once, or logs why it could not.
"""

from __future__ import annotations

from .call import (
    DubAction,
    MediaPath,
    RecordAction,
    boost_audio,
    config,
    dial,
    dtmf,
    dub,
    hangup,
    listen_status,
    media_path,
    mute,
    noise_isolation,
    record,
    redirect_hook,
    redirect_legs,
    redirect_verbs,
    sip_request,
    stt_reconfigure,
    tag,
    transcribe_status,
    whisper,
)
from .checks import Hook, Message, command, invalid
from .llm import (
    AgentUpdate,
    agent_update,
    generate_reply,
    inject_context,
    llm_update,
    tool_output,
    update_instructions,
    update_tools,
)
from .room import ConferenceAction, conference_action, conference_hold, conference_mute, play_in_room, say_in_room

__all__ = [
    "AgentUpdate",
    "ConferenceAction",
    "DubAction",
    "Hook",
    "MediaPath",
    "Message",
    "RecordAction",
    "agent_update",
    "boost_audio",
    "command",
    "conference_action",
    "conference_hold",
    "conference_mute",
    "config",
    "dial",
    "dtmf",
    "dub",
    "generate_reply",
    "hangup",
    "inject_context",
    "invalid",
    "listen_status",
    "llm_update",
    "media_path",
    "mute",
    "noise_isolation",
    "play_in_room",
    "record",
    "redirect_hook",
    "redirect_legs",
    "redirect_verbs",
    "say_in_room",
    "sip_request",
    "stt_reconfigure",
    "tag",
    "tool_output",
    "transcribe_status",
    "update_instructions",
    "update_tools",
    "whisper",
]
