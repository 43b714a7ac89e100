"""The lines of an app that its verbs and commands come from: found in its process, told to who watches it.

Nothing of it goes over the wire: what jambonz gets is as it always is. Who watches finds on the wire what is told here
by its :func:`fingerprint`, in the order in which it was sent.
"""

from __future__ import annotations

import hashlib
import io
import json
import linecache
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import FrameType
from typing import Any

from ...logs.where import frame_of_application, shortened
from ...model.wire import dumps
from ..wsgi import Environ, StartResponse, WSGIApp

__all__ = ["ORIGINS", "Origin", "Place", "Sources", "fingerprint", "origins_of"]

#: the variable of the environment that asks for the lines of the app that send, if it is not empty
ORIGINS = "JAMBONZ_SYNC_ORIGINS"
#: verbs of which the lines are known
_MOST_VERBS = 5_000
#: lines of code before and behind a line that are told, and characters of one
_AROUND, _LONGEST_LINE = 3, 200
#: bytes of a webhook's body in which a call is looked for
_MOST_BODY = 1 << 20


@dataclass(frozen=True)
class Place:
    """A line of an app.

    Args:
        file: The file, as it is written from the working directory.
        line: The number of the line.
        function: The function that it stands in.
        first: The number of the first of the ``lines``.
        lines: The line, and some around it.
    """

    file: str
    line: int
    function: str
    first: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Origin:
    """The lines that a verb or a command comes from.

    Args:
        fingerprint: Of the verb or command.
        made: The line that has made the verb; None if it is not known.
        sent: The line that has sent it; None if it is not known, as for what a callback leaves to be sent behind it.
    """

    fingerprint: str
    made: Place | None
    sent: Place | None


def fingerprint(content: object) -> str:
    """Return what tells one verb or command from others, here and where it has arrived.

    Args:
        content: Its JSON, as Python has it.
    """
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), default=repr)
    return hashlib.blake2b(canonical.encode(errors="replace"), digest_size=8).hexdigest()


def origins_of(event: Mapping[str, Any]) -> list[Origin]:
    """Return what :class:`Sources` has told.

    Args:
        event: The content of its event.
    """
    places = [Place(**{**place, "lines": tuple(place["lines"])}) for place in event["places"]]

    def place(number: int | None) -> Place | None:
        return None if number is None else places[number]

    return [Origin(digest, place(made), place(sent)) for digest, made, sent in event["items"]]


class Sources:
    """Finds the lines, and tells of them when something is sent.

    Args:
        tell: Called with what :func:`origins_of` reads; on the thread that sends.
    Threads: any.
    """

    def __init__(self, tell: Callable[[Mapping[str, Any]], None]) -> None:
        self._tell = tell
        # guards the verbs
        self._lock = threading.Lock()
        # id(verb) -> the verb, which is kept so that the id stays its own, and the line that has made it
        self._made: OrderedDict[int, tuple[Mapping[str, Any], Place | None]] = OrderedDict()
        # ``verbs``: those that the webhook which this thread answers has made
        self._webhook = threading.local()

    def made(self, verb: Mapping[str, Any]) -> None:
        """Take in that a verb has been made.

        Args:
            verb: The verb.
        """
        place = _place(sys._getframe(1))
        verbs: list[tuple[Mapping[str, Any], Place | None]] | None = getattr(self._webhook, "verbs", None)
        if verbs is not None:
            verbs.append((verb, place))
            return
        with self._lock:
            self._made[id(verb)] = (verb, place)
            if len(self._made) > _MOST_VERBS:
                self._made.popitem(last=False)

    def sent(self, call_sid: str, content: Sequence[Mapping[str, Any]]) -> None:
        """Take in that verbs, or a command, have been sent to a call.

        Args:
            call_sid: The call.
            content: The verbs, or the command alone.
        """
        place = _place(sys._getframe(1))
        with self._lock:
            made = [self._made.get(id(item), (item, None))[1] for item in content]
        self._tell_of(call_sid, [(_on_wire(item), line, place) for item, line in zip(content, made, strict=True)])

    def watch_webhooks(self, app: WSGIApp) -> WSGIApp:
        """Return the app, of whose answers to webhooks the lines are told, too.

        Args:
            app: The app.
        """

        def watched(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] != "POST":
                return app(environ, start_response)
            call_sid = _call_sid_of(environ)
            types: list[str] = []

            def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                types.extend(value for name, value in headers if name.lower() == "content-type")
                return start_response(status, headers, *more)

            self._webhook.verbs = []
            try:
                chunks = app(environ, start)
                if call_sid is None or not types or "json" not in types[-1]:
                    return chunks
                try:
                    answer = b"".join(chunks)
                finally:
                    getattr(chunks, "close", lambda: None)()
                self._answered(call_sid, answer, self._webhook.verbs)
                return [answer]
            finally:
                self._webhook.verbs = None

        return watched

    def _answered(self, call_sid: str, answer: bytes, made: list[tuple[Mapping[str, Any], Place | None]]) -> None:
        try:
            verbs = json.loads(answer)
        except ValueError:
            return
        if not isinstance(verbs, list):
            return
        lines: dict[str, deque[Place | None]] = {}
        for verb, place in made:
            lines.setdefault(fingerprint(_on_wire(verb)), deque()).append(place)
        told: list[tuple[Any, Place | None, Place | None]] = []
        for verb in verbs:
            places = lines.get(fingerprint(verb))
            told.append((verb, places.popleft() if places else None, None))
        self._tell_of(call_sid, told)

    def _tell_of(self, call_sid: str, sent: Iterable[tuple[Any, Place | None, Place | None]]) -> None:
        places: dict[Place, int] = {}

        def number(place: Place | None) -> int | None:
            return None if place is None else places.setdefault(place, len(places))

        # what comes from no line that is known is told, too: else the next of its like would be taken for it
        items = [[fingerprint(item), number(made), number(by)] for item, made, by in sent]
        if items:
            self._tell({"call_sid": call_sid, "places": [asdict(place) for place in places], "items": items})


def _on_wire(item: Mapping[str, Any]) -> Any:
    """Return a verb or command as it arrives: tuples are lists there, and numbers of other classes plain ones."""
    return json.loads(dumps(item))


def _place(frame: FrameType | None) -> Place | None:
    frame = frame_of_application(frame)
    if frame is None:
        return None
    name, line = frame.f_code.co_filename, frame.f_lineno
    source = linecache.getlines(name, frame.f_globals)
    first = max(1, line - _AROUND)
    around = source[first - 1 : line + _AROUND]
    lines = tuple(each.rstrip("\n")[:_LONGEST_LINE] for each in around)
    return Place(shortened(name), line, frame.f_code.co_qualname, first, lines)


def _call_sid_of(environ: Environ) -> str | None:
    """Return the call that a webhook is about; its body is there to be read once more."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > _MOST_BODY or "json" not in environ.get("CONTENT_TYPE", ""):
        return None
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    try:
        data = json.loads(body)
    except ValueError:
        return None
    sid = data.get("call_sid") if isinstance(data, dict) else None
    return sid if isinstance(sid, str) else None
