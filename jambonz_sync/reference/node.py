"""Applications of the Node SDK, ported name by name: the equivalents, and what somebody has to decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from .. import verbs
from ..model.wire import to_python_name
from ..session import Session

__all__ = ["Equivalent", "Port", "port_from_node"]


@dataclass(frozen=True)
class Equivalent:
    """A thing of the Node SDK, and the same here.

    Args:
        node: As it stands in the source.
        python: As it is written here.
        note: What differs.
    """

    node: str
    python: str
    note: str = ""


@dataclass(frozen=True)
class Port:
    """All that is found in a source.

    Args:
        transport: ``websocket``, ``webhook``, ``rest`` or several.
        equivalents: What has an equivalent.
        decisions: What somebody has to decide.
        see: Pages of the documentation.
    """

    transport: list[str]
    equivalents: list[Equivalent]
    decisions: list[str]
    see: list[str] = field(default_factory=lambda: ["howto/node"])


#: pattern in the source -> what it is here, and what differs
_FIXED: Final = (
    (r"require\(['\"]@jambonz/(?:sdk|node-client)[\w/-]*['\"]\)|from ['\"]@jambonz/sdk[\w/-]*['\"]",
     "from jambonz_sync import ...", "pip install jambonz-sync"),
    (r"createEndpoint\(", "create_endpoint(port=..., env_vars=...)", "it serves by itself: endpoint.run()"),
    (r"makeService\.audio\(", 'endpoint.audio("/path")', ""),
    (r"makeService\(", 'endpoint.service("/path")', "or @endpoint.call(\"/path\"), top to bottom"),
    (r"new WebhookResponse\(\)", "WebhookResponse()", "in Flask: return it from @bp.webhook(...)"),
    (r"new JambonzClient\(", "JambonzClient(base_url=..., account_sid=..., api_key=...)", "or from the environment"),
    (r"\.on\(['\"]session:new['\"]", '@svc.on("session:new")', ""),
    (r"notifyEvents", "session.notify_events()", ""),
    (r"\bsession\.callSid\b|\bcall_sid\b", "session.call_sid", ""),
    (r"\bdata\.env_vars\b|\benv_vars\.", 'session.env("NAME")', "typed, and with the default of the declaration"),
    (r"speech\??\.alternatives", "evt.transcript", '"" where nothing was said'),
    (r"\bevt\.digits\b|\breq\.body\.digits\b", "evt.digits", "None where nothing was pressed"),
    (r"WebhookResponse\.verifyJambonzSignature|verifySignature", "JambonzBlueprint(..., signing_secret=...)", ""),
    (r"\bisTtsPaused\b", "session.is_tts_paused", "stream_tts waits by itself"),
)  # fmt: skip
_DECISIONS: Final = (
    (r"\basync\b|\bawait\b", "async/await: there is none here. Callbacks are plain functions and may block."),
    (r"\bsetTimeout\(|\bsetInterval\(", "setTimeout: a thread (threading.Timer), or a pause verb; nothing is dropped."),
    (r"\bexpress\b|\bfastify\b", "Express: a Flask application with JambonzBlueprint; other routes stay beside it."),
    (r"\bPromise\.(all|race)\b", "Promise.all: concurrent.futures; a callback that waits blocks only its own call."),
    (r"process\.env", "process.env: os.environ for keys; env_vars= for what is set in the portal, per application."),
    (r"session\.locals|app\.locals", "locals: session.locals is a dict; one object per call, not per process."),
    (r"\bon\(['\"]\w[\w-]*['\"]\s*,", "Names of hooks begin with / here, and unknown names of events are refused."),
    (r"openai|anthropic", "A model that your code asks: session.chat, or stream_tts of its stream."),
    (r"sendTtsTokens", "sendTtsTokens in a loop: stream_tts(iterable) is one line, and ends when the caller cuts in."),
    (r"llm:tool-call|agent:tool-call|toolHook", "Tool hooks by hand: a ToolSet makes schemas, checks and runs them."),
    (r"\bredis\b|\bmysql\b|\bpg\b|\bmongo", "The database client: take a blocking one (redis, psycopg, PyMySQL)."),
    (r"\.(say|gather|dial)\([^)\n]{0,200}=>", "Callbacks as options of verbs: there are none; use hooks, or ask()."),
)  # fmt: skip
_METHOD: Final = re.compile(r"\.([a-z][A-Za-z0-9]*)\(")
_CAMEL: Final = re.compile(r"\b([a-z]+(?:[A-Z][a-z0-9]*)+)\s*:")


def port_from_node(source: str) -> Port:
    """Read a source in JavaScript or TypeScript, and name what each thing of the SDK in it is called here.

    Args:
        source: The source.
    Returns:
        The equivalents, and what needs a decision.
    """
    source = source[:200_000]
    equivalents = [
        Equivalent(found[0].strip(), python, note)
        for pattern, python, note in _FIXED
        if (found := re.search(pattern, source))
    ]
    equivalents += [*_methods(source), *_options(source)]
    decisions = [text for pattern, text in _DECISIONS if re.search(pattern, source)]
    return Port([*_transports(source)], equivalents, decisions)


def _methods(source: str) -> Iterator[Equivalent]:
    """Verbs, and other methods of a session, in the order of the source."""
    for name in dict.fromkeys(_METHOD.findall(source)):
        python = to_python_name(name)
        if python in verbs.VERBS:
            yield Equivalent(f".{name}({{...}})", f".{python}(...)", "options by keyword")
        elif python in _RENAMED:
            yield Equivalent(f".{name}(...)", _RENAMED[python], "")
        elif not python.startswith("_") and callable(getattr(Session, python, None)):
            yield Equivalent(f".{name}(...)", f"session.{python}(...)", "")


_RENAMED: Final = {"locals": "session.locals", "on": "@session.on(...)", "once": "@session.once(...)"}


def _options(source: str) -> Iterator[Equivalent]:
    for name in dict.fromkeys(_CAMEL.findall(source)):
        yield Equivalent(f"{name}:", f"{to_python_name(name)}=", "")


def _transports(source: str) -> Iterator[str]:
    if re.search(r"createEndpoint|session:new|/websocket", source):
        yield "websocket"
    if re.search(r"new WebhookResponse|/webhook", source):
        yield "webhook"
    if re.search(r"JambonzClient|/client", source):
        yield "rest"
