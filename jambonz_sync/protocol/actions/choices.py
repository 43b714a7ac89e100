"""Values that actions take, as types."""

from __future__ import annotations

from typing import Literal, TypeAlias

AgentUpdateType: TypeAlias = Literal["update_instructions", "inject_context", "update_tools", "generate_reply"]
AudioPath: TypeAlias = Literal["no-media", "partial-media", "full-media"]
CallStatus: TypeAlias = Literal["completed", "no-answer"]
DubAction: TypeAlias = Literal["addTrack", "removeTrack", "silenceTrack", "playOnTrack", "sayOnTrack"]
HoldStatus: TypeAlias = Literal["hold", "unhold"]
ListenStatus: TypeAlias = Literal["pause", "silence", "resume"]
LlmStatusChange: TypeAlias = Literal["move-to-conference", "move-from-conference", "stop"]
#: those that the connection of a call takes: the REST API knows no rooms
LlmStatusCommand: TypeAlias = Literal[LlmStatusChange, "move-to-room"]
MuteStatus: TypeAlias = Literal["mute", "unmute"]
NoiseIsolationStatus: TypeAlias = Literal["enable", "disable"]
ParticipantAction: TypeAlias = Literal["tag", "untag", "coach", "uncoach", "mute", "unmute", "hold", "unhold", "kick"]
#: what jambonz calls them, and short
RecordAction: TypeAlias = Literal[
    "startCallRecording",
    "stopCallRecording",
    "pauseCallRecording",
    "resumeCallRecording",
    "start",
    "stop",
    "pause",
    "resume",
]
RecordType: TypeAlias = Literal["siprec", "cloud"]
StreamStatus: TypeAlias = Literal["pause", "silence", "resume", "move-to-room"]
TranscribeStatus: TypeAlias = Literal["pause", "resume"]
