"""Texts of errors and of the log, explained: their meaning, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ..simulator.engine.findings import CODES
from .names import describe, error_classes
from .pages import search

__all__ = ["Explanation", "explain"]


@dataclass(frozen=True)
class Explanation:
    """The meaning of a text.

    Args:
        meaning: What has happened, in words.
        mend: What to do.
        about: The error class, or the code of a finding, that it is about; empty if that is not known.
        see: Places in the documentation.
    """

    meaning: str
    mend: str
    about: str = ""
    see: list[str] = field(default_factory=list)


class _Rule(NamedTuple):
    pattern: str
    meaning: str
    mend: str
    page: str


_RULES: Final = (
    _Rule(
        r"unknown option|did you mean",
        "A verb or component has an option that jambonz does not know; it would void the whole answer.",
        "Take the name that the message proposes; describe(VERB) lists the options.",
        "reference/verbs",
    ),
    _Rule(
        r"(?i)async function|coroutine|is a stream of an async|belongs to an async",
        "An async function was given to a sync SDK.",
        "Write a plain def; it may block. Take the sync client of a vendor.",
        "howto/websockets",
    ),
    _Rule(
        r"nobody listens|UnknownEvent|has no event",
        "The name of a hook or event has no callback, or is misspelled: what comes under it is answered with no verbs.",
        'Register the callback under the very name of the verb: action_hook="/heard" and @session.on("/heard").',
        "howto/websockets",
    ),
    _Rule(
        r"no token stream|TtsNotEnabled|tokens-no-stream",
        "Text was streamed in a call whose token stream is not open: nobody would hear it.",
        'Begin the call with config(tts_stream={"enable": True}), or say(stream=True).',
        "howto/tts",
    ),
    _Rule(
        r"ReplyError|answers a hook, and no callback",
        "reply() was called where no hook waits for an answer.",
        "Use send(); reply() belongs into the callback of a hook, once.",
        "howto/websockets",
    ),
    _Rule(
        r"MessageTooLarge|24 KiB|answer-too-big",
        "A message is larger than the 24 KiB that jambonz takes.",
        "Send fewer verbs at a time, or send(split=True).",
        "howto/websockets",
    ),
    _Rule(
        r"has been waiting for its reply|was acked without its reply|ack-late|ack-slow",
        "A callback took longer than jambonz waits for an answer (5 s): its verbs follow later, after a silence.",
        "Say something first, and do what takes long afterwards; or reply() at once and send() later.",
        "howto/websockets",
    ),
    _Rule(
        r"HookTimeout",
        "A wait(timeout=...) was over before the hook came.",
        "Give the verb itself a timeout, and the wait a longer one; the call goes on.",
        "howto/conversations",
    ),
    _Rule(
        r"CallEnded|SessionClosed",
        "The call is over: the caller has hung up, or the connection was lost for good.",
        "Nothing: let the function end, and clean up in finally.",
        "howto/conversations",
    ),
    _Rule(
        r"VerbsReplaced",
        "Another thread has sent verbs, so that the hook which this one waits for may never come.",
        "Let one thread conduct the call, or catch VerbsReplaced.",
        "howto/conversations",
    ),
    _Rule(
        r"InvalidSignature|signature|\b403\b",
        "A webhook does not prove that it is from jambonz.",
        "signing_secret must be the webhook secret of the account, and the clock of this machine right.",
        "howto/webhooks",
    ),
    _Rule(
        r"\b426\b|Upgrade Required",
        "A WebSocket application was asked by plain HTTP.",
        "Give the portal a URL that begins with wss://, or serve a webhook at that path.",
        "howto/websockets",
    ),
    _Rule(
        r"\b503\b|sync worker|max_sessions",
        "The server takes no more calls: it is draining, it is full, or it is a sync worker of gunicorn.",
        "gunicorn -c python:jambonz_sync.gunicorn app:endpoint; more workers; max_sessions.",
        "howto/deployment",
    ),
    _Rule(
        r"\b480\b|NoFeatureServer",
        "No feature server is free, or the app was refused at the beginning of the call.",
        "In a simulated call read the findings; at the REST API look after the feature servers.",
        "howto/rest",
    ),
    _Rule(
        r"Unauthorized|\b401\b",
        "The credentials are wrong.",
        "JAMBONZ_API_KEY for the REST API; auth=(user, password) of the endpoint for calls.",
        "howto/rest",
    ),
    _Rule(
        r"Address already in use|PortError|port .* in use",
        "Another process serves that port.",
        "End it, or take another port: create_endpoint(port=...), or PORT in the environment.",
        "howto/websockets",
    ),
    _Rule(
        r"offers the subprotocol|connect-failed",
        "jambonz connects with the subprotocol ws.jambonz.org (calls) or audio.jambonz.org (audio), to the wrong path.",
        'endpoint.service("/") serves calls, endpoint.audio("/audio") audio streams.',
        "howto/audio",
    ),
    _Rule(
        r"tools answer in the shape of|tool-output-shape",
        "The outputs of tools have the shape of another vendor than the model's; jambonz drops them.",
        'use_tools(tools, vendor="...") with the vendor of the verb.',
        "howto/tools",
    ),
    _Rule(
        r"answer-empty",
        "The first answer of the app had no verbs, so the call was refused.",
        "Queue verbs and send() in session:new; a webhook returns a WebhookResponse with verbs.",
        "howto/websockets",
    ),
    _Rule(
        r"left-in-silence|silent",
        "The call waits for a command, and nothing is said: the last hook was answered with no verbs.",
        "Queue verbs in the callback of each hook, also for silence (transcript is empty), or hang up.",
        "howto/websockets",
    ),
)


def explain(text: str) -> Explanation:
    """Explain a text of an error, of the log, or the code of a finding.

    Args:
        text: The text, a traceback, or a code such as ``ack-late``.
    Returns:
        Its meaning. Of a text that is not known, places in the documentation that may be about it.
    """
    text = text[-20_000:]
    code = next((code for code in CODES if re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", text)), "")
    named = code or _error_in(text)
    for rule in _RULES:
        if re.search(rule.pattern, text):
            return Explanation(rule.meaning, rule.mend, named, [rule.page])
    if code:
        severity, advice = CODES[code]
        return Explanation(f"A finding of the simulator ({severity}).", advice, code, _places(code.replace("-", " ")))
    if named:
        described = describe(named)
        return Explanation(described.summary, "See what the message names.", named, _places(named))
    return Explanation("This text is not known.", "The places below may be about it.", "", _places(text[-300:]))


def _error_in(text: str) -> str:
    """The error of this package that is named last, as a traceback does."""
    errors = error_classes()
    return next((name for name in reversed(re.findall(r"\b[A-Z]\w+\b", text)) if name in errors), "")


def _places(query: str) -> list[str]:
    return [f"{hit.page}: {hit.section}" for hit in search(query, 3)]
