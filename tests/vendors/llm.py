"""Language models that answer what they are told to: Anthropic's Messages and OpenAI's chat completions, streamed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class ToolUse:
    """A part of an answer: the model calls a tool."""

    id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Failure:
    """What goes wrong: instead of an answer, with an HTTP status, or in the middle of it."""

    message: str
    status: int = 500


Answer = Iterable[str | ToolUse | Failure]


class Llm:
    """A server for both shapes, by path. Each request gets the next of ``answers``; they may be endless."""

    def __init__(self, *answers: Answer | Failure, key: str = "key") -> None:
        self.answers = list(answers)
        self.key = key
        self.bodies: list[dict[str, Any]] = []
        self.refused: list[str] = []  # requests that the vendor would not take, and why
        self.hung_up = threading.Event()  # the client has closed in the middle of an answer
        self.closed = threading.Event()  # no answer goes on
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"llm": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Llm:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(15)

    def url(self, shape: str) -> str:
        path = {"anthropic": "/v1/messages", "openai": "/v1/chat/completions"}[shape]
        return f"http://127.0.0.1:{self._server.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    llm: Llm

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        anthropic = self.path == "/v1/messages"
        wrong = _wrong_for_anthropic(self, body) if anthropic else _wrong_for_openai(self, body)
        if wrong:
            self.llm.refused.append(wrong)
            self._refuse(400, wrong)
            return
        self.llm.bodies.append(body)
        answer = self.llm.answers.pop(0)
        if isinstance(answer, Failure):
            self._refuse(answer.status, answer.message)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        pause = threading.Event()
        try:
            for data in _anthropic(answer) if anthropic else _openai(answer):
                text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
                name = f"event: {data['type']}\n" if anthropic and isinstance(data, dict) else ""
                self._chunk(f"{name}data: {text}\n\n".encode())
                pause.wait(0.001)
                if self.llm.closed.is_set():
                    break
            self._chunk(b"")
        except OSError:
            self.close_connection = True
            self.llm.hung_up.set()

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def _refuse(self, status: int, message: str) -> None:
        body = json.dumps({"error": {"message": message}}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _wrong_for_anthropic(handler: _Handler, body: dict[str, Any]) -> str | None:
    key = handler.headers["x-api-key"] or handler.headers["Authorization"].removeprefix("Bearer ")
    if key != handler.llm.key or not handler.headers["anthropic-version"]:
        return "x-api-key and anthropic-version are needed"
    if not body.get("max_tokens") or not body.get("model") or not body.get("stream"):
        return "model, max_tokens and stream are needed"
    if any(message["role"] not in ("user", "assistant") or not message["content"] for message in body["messages"]):
        return "messages are of user and assistant, and not empty"
    return None


def _wrong_for_openai(handler: _Handler, body: dict[str, Any]) -> str | None:
    if handler.headers["Authorization"] != f"Bearer {handler.llm.key}":
        return "wrong key"
    if not body.get("model") or not body.get("stream"):
        return "model and stream are needed"
    if any(message["role"] not in ("system", "user", "assistant", "tool") for message in body["messages"]):
        return "a message of an unknown role"
    if any(tool["type"] != "function" or not tool["function"]["parameters"] for tool in body.get("tools", [])):
        return "a tool that is no function"
    calls = [call for message in body["messages"] for call in message.get("tool_calls") or []]
    if any(call.keys() != {"id", "type", "function"} for call in calls):
        return "tool calls have an id, a type and a function"
    if [call["id"] for call in calls] != [
        message["tool_call_id"] for message in body["messages"] if message["role"] == "tool"
    ]:
        return "tool calls and their outputs do not match"
    return None


def _anthropic(answer: Answer) -> Iterator[dict[str, Any]]:
    yield {"type": "message_start", "message": {"id": "msg_1", "role": "assistant", "content": [], "usage": {}}}
    yield {"type": "ping"}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    reason = "end_turn"
    index = 0
    for part in answer:
        if isinstance(part, str):
            yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": part}}
        elif isinstance(part, ToolUse):
            reason = "tool_use"
            index += 1
            block = {"type": "tool_use", "id": part.id, "name": part.name, "input": {}}
            yield {"type": "content_block_start", "index": index, "content_block": block}
            arguments = json.dumps(part.arguments)
            for piece in (arguments[:5], arguments[5:]):
                delta = {"type": "input_json_delta", "partial_json": piece}
                yield {"type": "content_block_delta", "index": index, "delta": delta}
        else:
            yield {"type": "error", "error": {"type": "overloaded_error", "message": part.message}}
            return
    yield {"type": "content_block_stop", "index": 0}
    yield {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 9}}
    yield {"type": "message_stop"}


def _openai(answer: Answer) -> Iterator[dict[str, Any] | str]:
    def chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [choice]}

    yield chunk({"role": "assistant", "content": ""})
    reason = "stop"
    index = -1
    for part in answer:
        if isinstance(part, str):
            yield chunk({"content": part})
        elif isinstance(part, ToolUse):
            reason = "tool_calls"
            index += 1
            function = {"name": part.name, "arguments": ""}
            yield chunk({"tool_calls": [{"index": index, "id": part.id, "type": "function", "function": function}]})
            arguments = json.dumps(part.arguments)
            for piece in (arguments[:5], arguments[5:]):
                yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
        else:
            yield {"error": {"message": part.message}}
            return
    yield chunk({}, reason)
    yield {"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [], "usage": {"total_tokens": 9}}
    yield "[DONE]"
