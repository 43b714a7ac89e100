"""Apps written by hand, on the bare wire, to test the simulator with."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import simple_websocket
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from jambonz_sync.simulator import Call, CallLimits

from ..waiting import wait_for


def placed(url: str, *says: str, limits: CallLimits | None = None, **options: Any) -> Call:
    """A call whose handshake may take as long as a busy machine needs."""
    return Call(url, says, limits=replace(limits or CallLimits(), handshake=20.0), **options)


def wait_for_no_threads() -> None:
    """Return when no thread of the simulator is left."""
    wait_for(
        lambda: not any(thread.name.startswith("simulator-") for thread in threading.enumerate()),
        "the end of the simulator's threads",
    )


class Wire:
    """One control connection, from the app's side."""

    def __init__(self, ws: Any, raw: socket.socket) -> None:
        self._ws = ws
        self._raw = raw
        self.seen: list[dict[str, Any]] = []

    def read(self, *types: str) -> dict[str, Any]:
        """The next message, of one of these types if any are given."""
        while True:
            text = self._ws.receive(timeout=20)
            assert text is not None, f"no message of {types}, seen {[message['type'] for message in self.seen]}"
            message: dict[str, Any] = json.loads(text)
            self.seen.append(message)
            if not types or message["type"] in types:
                return message

    def send(self, text: str | bytes) -> None:
        self._ws.send(text)

    def ack(self, message: dict[str, Any] | str, verbs: Any = None) -> None:
        msgid = message if isinstance(message, str) else message["msgid"]
        self.send(json.dumps({"type": "ack", "msgid": msgid} | ({} if verbs is None else {"data": verbs})))

    def command(self, command: str, data: Any = None, **more: Any) -> None:
        self.send(
            json.dumps({"type": "command", "command": command, **({} if data is None else {"data": data}), **more})
        )

    def close(self, code: int) -> None:
        """Close, and stay until the simulator has gone: ending with bytes unread would reset the connection."""
        self._ws.close(code)
        with suppress(OSError):
            self._raw.settimeout(20)
            while self._raw.recv(65_536):
                pass

    def vanish(self) -> None:
        """No close frame: the network is gone."""
        self._raw.shutdown(socket.SHUT_RDWR)

    def until_closed(self) -> int:
        """Read to the end; the code of the close."""
        try:
            while True:
                text = self._ws.receive(timeout=20)
                assert text is not None, "the simulator does not hang up"
                self.seen.append(json.loads(text))
        except simple_websocket.ConnectionClosed as closed:
            return int(closed.reason)


class AudioWire(Wire):
    """One audio stream, from the app's side. ``seen`` has the text messages behind the first."""

    def begin(self) -> dict[str, Any]:
        """The first message."""
        message = self._receive()
        assert isinstance(message, str)
        first: dict[str, Any] = json.loads(message)
        return first

    def frame(self) -> bytes:
        """The next frame of audio."""
        while isinstance(message := self._receive(), str):
            self.seen.append(json.loads(message))
        return message

    def event(self) -> dict[str, Any]:
        """The next text message."""
        while isinstance(message := self._receive(), bytes):
            pass
        self.seen.append(json.loads(message))
        return self.seen[-1]

    def command(self, command: str, data: Any = None, **more: Any) -> None:
        self.send(json.dumps({"type": command, "data": data or more}))

    def until_closed(self) -> int:
        try:
            while True:
                self._receive()
        except simple_websocket.ConnectionClosed as closed:
            return int(closed.reason)

    def _receive(self) -> str | bytes:
        message: str | bytes | None = self._ws.receive(timeout=20)
        assert message is not None, "no message"
        return message


class App:
    """A server for one test: ``calls`` take the control connections in turn, ``streams`` those of audio, ``hooks``
    answer by path."""

    def __init__(self) -> None:
        self.calls: deque[Callable[[Wire], None]] = deque()
        self.streams: deque[Callable[[AudioWire], None]] = deque()
        self.hooks: dict[str, Callable[[Request], Any]] = {}
        self.requests: list[Request] = []
        self.errors: list[BaseException] = []
        self.handshakes: list[dict[str, str]] = []
        self.subprotocol: str | None = "ws.jambonz.org"
        self.audio_subprotocol: str | None = "audio.drachtio.org"
        self.refuse: int | None = None
        self.refuse_audio: int | None = None
        self.wires: list[Wire] = []
        logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
        self._server = make_server("127.0.0.1", 0, self, threaded=True)
        self.http = f"http://127.0.0.1:{self._server.server_port}"
        self.ws = f"ws://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            self.handshakes.append({k: v for k, v in environ.items() if isinstance(v, str)})
            is_audio = environ.get("HTTP_SEC_WEBSOCKET_PROTOCOL") == "audio.drachtio.org"
            refuse = self.refuse_audio if is_audio else self.refuse
            if refuse is not None:
                return Response(status=refuse)(environ, start_response)
            subprotocol = self.audio_subprotocol if is_audio else self.subprotocol
            subprotocols = [subprotocol] if subprotocol else None
            ws = simple_websocket.Server(environ, subprotocols=subprotocols, ping_interval=None)
            try:
                if is_audio:
                    stream = AudioWire(ws, environ["werkzeug.socket"])
                    self.streams.popleft()(stream)
                    stream.until_closed()
                else:
                    wire = Wire(ws, environ["werkzeug.socket"])
                    self.wires.append(wire)
                    self.calls.popleft()(wire)
                    wire.until_closed()
            except simple_websocket.ConnectionClosed:
                pass
            except BaseException as error:
                self.errors.append(error)
                ws.close(1000)
            raise ConnectionError
        request = Request(environ)
        request.get_data(cache=True)
        self.requests.append(request)
        hook = self.hooks.get(request.path)
        if hook is None or (request.method == "OPTIONS" and request.path not in ("/env",)):
            return Response(status=404)(environ, start_response)
        answer = hook(request)
        if not isinstance(answer, Response):
            answer = Response(json.dumps(answer), mimetype="application/json")
        return answer(environ, start_response)

    def verbs(self, path: str, answer: Any) -> None:
        """Answer the hooks to ``path`` with the same verbs each time."""
        self.hooks[path] = lambda request: answer

    def start(self) -> None:
        self._thread.start()

    def stop_serving(self) -> None:
        """Wait until all calls are done; no further ones are taken."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(10)
            self._server.server_close()


@contextmanager
def serving() -> Iterator[App]:
    app = App()
    app.start()
    try:
        yield app
    finally:
        app.stop_serving()
    for error in app.errors:
        raise error
