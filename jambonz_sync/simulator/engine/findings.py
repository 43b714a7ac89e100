"""What the server holds against an app: the codes there are, and :class:`Finding`, one mistake as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["CODES", "Finding", "Severity"]

#: ``fatal``: the server refuses the call or ends it; ``error``: work of the app is lost; ``warning``: it goes well by
#: luck, or late; ``hint``: it could be better
Severity = Literal["fatal", "error", "warning", "hint"]

#: code -> its severity, and the advice that goes with it
CODES: Mapping[str, tuple[Severity, str]] = {
    # acks
    "ack-late": ("error", "ack within 5 s, and send what takes longer as a command"),
    "ack-missing": ("error", "ack every hook, with no verbs if there is nothing to do"),
    "ack-slow": ("warning", "ack first, and do what takes long afterwards: the caller hears nothing meanwhile"),
    "ack-twice": ("warning", "ack each hook once; the second ack is discarded"),
    "ack-unknown": ("error", "an ack needs the msgid of the hook that it answers"),
    # answers
    "answer-empty": ("fatal", "answer the first message with at least one verb"),
    "answer-void": ("error", "one unknown verb, option or type of value voids the whole answer"),
    "answer-not-a-list": ("error", "an answer is an array of verbs"),
    "answer-not-json": ("error", "answer with application/json"),
    "answer-too-big": ("fatal", "keep each message below 24 KiB"),
    "answer-lost": ("warning", "the answer to this hook is not used; send a command for verbs"),
    "text-not-spoken": ("error", "begin the text with a zero-width space (U+200B)"),
    "option-newer-than-server": ("error", "leave the option out, or name the server that you have"),
    "option-ignored-by-server": ("warning", "the server has this option, and does nothing about it"),
    "queue-verb-not-allowed": ("error", "a waitHook may answer with say, play, pause, tag and leave"),
    "digits-dropped": ("warning", "give the gather minDigits, without which interDigitTimeout never starts"),
    # webhooks
    "http-status": ("error", "answer with 200, 202 or 204"),
    "http-slow": ("warning", "answer at once: the caller hears nothing meanwhile"),
    "hook-unreachable": ("error", "nobody listens at the URL of the hook"),
    "hook-unanswered": ("error", "the hook was not answered, or with something that is no answer"),
    "event-hook-failed": ("warning", "the hook of an event was not answered; the server goes on"),
    "hook-get-without-data": ("warning", "a hook with method GET carries no data: use POST"),
    "handler-raised": ("error", "a callback of the app has raised an exception"),
    # messages and commands
    "message-invalid": ("error", "messages are JSON objects of the type ack or command"),
    "command-unknown": ("error", "the server has no such command, and does not say so"),
    "command-invalid": ("error", "the server drops the command, and does not say so"),
    "command-ignored": ("warning", "nothing runs that the command is for"),
    "command-late": ("warning", "the call has ended: send nothing after the hang-up"),
    "command-lost-at-opening": ("error", "wait until the first answer has arrived before the first command"),
    "command-lost-to-hook": ("error", "the answer of the hook has replaced what the command had sent"),
    "tool-output-shape": ("error", "give the output in the shape of the model's vendor"),
    "tool-hook-missing": (
        "error",
        "give the verb a toolHook: the server only logs the model's call, which waits for ever",
    ),
    "tool-output-unknown": ("error", "a tool_call_id is that of a call of this conversation"),
    # connections
    "close-1000-in-call": ("error", "close with 1001 or 1012 in a call: after 1000 jambonz does not come back"),
    "connect-failed": ("fatal", "the app must be reachable, and select the subprotocol ws.jambonz.org"),
    "reconnect-unacked": ("fatal", "ack session:reconnect: the call ends without"),
    "reconnect-refused": ("error", "accept the handshake: a reconnect that gets an HTTP status is not tried again"),
    "deaf-after-early-drop": ("fatal", "a call whose connection drops before the first ack is told nothing any more"),
    "secret-in-url": ("warning", "give credentials as auth, not in a URL: it is in logs"),
    # streamed text
    "tokens-no-stream": ("error", "switch streaming on by config with ttsStream before text is sent"),
    "tokens-too-long": ("error", "send at most 1,000 characters at a time"),
    "tokens-no-id": ("error", "tts:tokens needs an id: the server 0.9 drops it without a word"),
    # audio streams
    "audio": ("error", "see the protocol of audio streams"),
    # the call as a whole
    "redirect-loop": ("fatal", "let a redirect lead to something that the caller hears"),
    "dial-loop": ("error", "let a call that an app has dialled not dial the same number again"),
    "left-in-silence": ("error", "the call waits for a command, and the caller hears nothing"),
    "never-answered": ("error", "no verb has answered the call"),
    "never-ends": ("error", "the call has reached the time limit of the simulator"),
    "too-much": ("fatal", "the app sends without end"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the server holds against the app, or that would have lost the app something.

    Args:
        code: The kind of it: one of :data:`CODES`.
        severity: ``fatal``, ``error``, ``warning`` or ``hint``.
        at: Seconds since the call began, in the call's own time.
        text: The event, in words.
        advice: How to do better.
        where: The verb, option, hook or command that it is about.
        wire: The message of the app that it is about, as it was sent.
    """

    code: str
    severity: Severity
    at: float
    text: str
    advice: str = ""
    where: str = ""
    wire: Any = None

    @classmethod
    def make(cls, code: str, at: float, text: str, *, where: str = "", wire: Any = None) -> Finding:
        """Make a finding with the severity and the advice of its code.

        Args:
            code: One of :data:`CODES`.
            at: Seconds since the call began.
            text: The event, in words.
            where: The verb, option, hook or command.
            wire: The message of the app.
        Raises:
            KeyError: There is no such code.
        """
        severity, advice = CODES[code]
        return cls(code, severity, at, text, advice, where, wire)

    @property
    def lost(self) -> bool:
        """True for what the server refuses or loses: ``fatal`` and ``error``."""
        return self.severity in ("fatal", "error")

    def to_dict(self) -> dict[str, object]:
        """Return the finding as a dict for JSON, without what it does not say."""
        described: dict[str, object] = {"code": self.code, "severity": self.severity, "at": round(self.at, 3)}
        described["text"] = self.text
        for name in ("advice", "where", "wire"):
            if value := getattr(self, name):
                described[name] = value
        return described

    def __str__(self) -> str:
        return f"{self.severity} {self.code}: {self.text}" + (f" ({self.where})" if self.where else "")
