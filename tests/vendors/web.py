"""A web service that answers JSON, or text, as a function of the request says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    body: Any


class Web:
    """``answer`` gets each request and returns text, what JSON is made of, or an int: a status without a body."""

    def __init__(self, answer: Callable[[Asked], Any]) -> None:
        self.asked: list[Asked] = []

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_GET(handler) -> None:
                self._serve(handler, answer)

            do_POST = do_GET

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Web:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(15)

    def _serve(self, handler: BaseHTTPRequestHandler, answer: Callable[[Asked], Any]) -> None:
        parts = urlsplit(handler.path)
        size = int(handler.headers.get("Content-Length") or 0)
        body = json.loads(handler.rfile.read(size)) if size else None
        asked = Asked(handler.command, parts.path, parse_qs(parts.query, keep_blank_values=True), body)
        self.asked.append(asked)
        answered = answer(asked)
        text = "" if isinstance(answered, int) else answered if isinstance(answered, str) else json.dumps(answered)
        handler.send_response(answered if isinstance(answered, int) else 200)
        handler.send_header(
            "Content-Type", "text/plain; charset=utf-8" if isinstance(answered, str) else "application/json"
        )
        handler.end_headers()
        handler.wfile.write(text.encode())
