"""A server of language models on loopback: it streams scripted answers, and knows what it was asked for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import anthropic as anthropic_client
import openai

from tests.waiting import wait_for


def openai_text(*texts: str) -> list[Any]:
    """The chunks of an answer of chat completions."""
    deltas = [{"role": "assistant", "content": ""}, *({"content": text} for text in texts)]
    return [*(chat_chunk(delta) for delta in deltas), chat_chunk({}, "stop"), "[DONE]"]


def chat_chunk(delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def openai_call(name: str, arguments: str, text: str = "", id: str = "t1", index: int = 0) -> list[Any]:
    """The chunks of an answer that calls a tool; the arguments come in pieces."""
    first = {"index": index, "id": id, "type": "function", "function": {"name": name, "arguments": ""}}
    pieces = [{"index": index, "function": {"arguments": piece}} for piece in (arguments[:3], arguments[3:])]
    calls = [chat_chunk({"tool_calls": [part]}) for part in (first, *pieces)]
    return [*([chat_chunk({"content": text})] if text else []), *calls, chat_chunk({}, "tool_calls"), "[DONE]"]


def anthropic_text(*texts: str) -> list[Any]:
    return anthropic(({"type": "text", "text": ""}, [{"type": "text_delta", "text": text} for text in texts]))


def anthropic_call(name: str, arguments: str, text: str = "Let me look.", id: str = "t1") -> list[Any]:
    tool = {"type": "tool_use", "id": id, "name": name, "input": {}}
    parts = [{"type": "input_json_delta", "partial_json": piece} for piece in ("", arguments[:3], arguments[3:])]
    return anthropic(
        ({"type": "thinking", "thinking": "", "signature": ""}, [
            {"type": "thinking_delta", "thinking": "I should look."},
            {"type": "signature_delta", "signature": "s1"},
        ]),
        ({"type": "text", "text": ""}, [{"type": "text_delta", "text": text}]),
        (tool, parts),
    )  # fmt: skip


def anthropic(*blocks: tuple[dict[str, Any], list[dict[str, Any]]]) -> list[Any]:
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "m1", "type": "message", "role": "assistant", "content": [], "model": "m", "stop_reason": None}
    events: list[Any] = [{"type": "message_start", "message": {**message, "stop_sequence": None, "usage": usage}}]
    for index, (block, deltas) in enumerate(blocks):
        events.append({"type": "content_block_start", "index": index, "content_block": block})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    return [*events, {"type": "message_delta", "delta": stop, "usage": usage}, {"type": "message_stop"}]


def responses_text(*texts: str) -> list[Any]:
    """The events of an answer of OpenAI's responses."""
    return responses({"id": "msg1", "type": "message", "role": "assistant", "status": "completed"}, texts=texts)


def responses_call(name: str, arguments: str, text: str = "", id: str = "t1") -> list[Any]:
    """The events of an answer that thinks, and calls a tool."""
    thought = {"id": "rs1", "type": "reasoning", "summary": [{"type": "summary_text", "text": "I should look."}]}
    said = [{"id": "msg1", "type": "message", "role": "assistant", "status": "completed"}] if text else []
    call = {"id": "fc1", "type": "function_call", "call_id": id, "name": name, "arguments": arguments}
    return responses(thought, *said, {**call, "status": "completed"}, texts=[text] if text else [])


def responses(*items: dict[str, Any], texts: Sequence[str] = (), store: bool = True) -> list[Any]:
    whole = {"id": "r1", "object": "response", "created_at": 1, "model": "m", "output": [], "store": store,
             "parallel_tool_calls": True, "tool_choice": "auto", "tools": []}  # fmt: skip
    events: list[dict[str, Any]] = [{"type": "response.created", "response": {**whole, "status": "in_progress"}}]
    for index, item in enumerate(items):
        place = {"item_id": item["id"], "output_index": index}
        content = [{"type": "output_text", "text": "".join(texts), "annotations": []}]
        whole_item = {**item, "content": content} if item["type"] == "message" else item
        events.append({"type": "response.output_item.added", "output_index": index, "item": whole_item})
        if item["type"] == "message":
            delta = {"type": "response.output_text.delta", **place, "content_index": 0, "logprobs": []}
            events += [{**delta, "delta": text} for text in texts]
        elif item["type"] == "function_call":
            delta = {"type": "response.function_call_arguments.delta", **place}
            events.append({**delta, "delta": item["arguments"]})
        events.append({"type": "response.output_item.done", "output_index": index, "item": whole_item})
    events.append({"type": "response.completed", "response": {**whole, "status": "completed"}})
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


def google_text(*texts: str) -> list[Any]:
    """The chunks of an answer of Gemini, as its server sends them. What it thinks comes first."""
    thought = google_chunk({"text": "I should greet them.", "thought": True})
    return [thought, *(google_chunk({"text": text}) for text in texts), {"usageMetadata": {"totalTokenCount": 3}}]


def google_call(name: str, arguments: str, text: str = "", id: str = "t1") -> list[Any]:
    """The chunks of an answer that calls a tool."""
    try:
        args = json.loads(arguments)
    except ValueError:
        args = None
    call = {"functionCall": {"id": id, "name": name, "args": args}, "thoughtSignature": "c2ln"}
    return [*([google_chunk({"text": text})] if text else []), google_chunk(call)]


def google_chunk(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"candidates": [{"content": {"parts": [*parts], "role": "model"}, "index": 0}], "modelVersion": "m"}


class ModelServer:
    """Answers each request with the next of ``answers``: chunks to stream, or a status and a body."""

    def __init__(self) -> None:
        self.answers: list[list[Any] | tuple[int, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self._clients: list[Any] = []
        #: an answer stands still before the chunk that is this object, until it is set
        self.pause = threading.Event()
        #: set when a client has gone away in the middle of an answer
        self.left = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                owner.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                answer = owner.answers.pop(0)
                if isinstance(answer, tuple):
                    return self._whole(*answer)
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                try:
                    for chunk in answer:
                        self._event(chunk)
                    self.wfile.write(b"0\r\n\r\n")
                except OSError:
                    owner.left.set()
                    self.close_connection = True
                return None

            def _event(self, chunk: Any) -> None:
                if chunk is owner.pause:
                    owner.pause.wait(20)
                    return
                if chunk is owner.left:  # text without an end, until the client goes away
                    while True:
                        self._event(chat_chunk({"content": "and on and on. "}))
                data = chunk if isinstance(chunk, str) else json.dumps(chunk)
                kind = f"event: {chunk['type']}\r\n" if isinstance(chunk, dict) and "type" in chunk else ""
                event = f"{kind}data: {data}\r\n\r\n".encode()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))

            def _whole(self, status: int, body: Any) -> None:
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def openai(self) -> openai.OpenAI:
        """Make a client of OpenAI for this server."""
        self._clients.append(openai.OpenAI(base_url=self.url, api_key="k", max_retries=0))
        return self._clients[-1]  # type: ignore[no-any-return]

    def anthropic(self) -> anthropic_client.Anthropic:
        """Make a client of Anthropic for this server."""
        self._clients.append(anthropic_client.Anthropic(base_url=self.url, api_key="k", max_retries=0))
        return self._clients[-1]  # type: ignore[no-any-return]

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self.pause.set()
        self._server.shutdown()
        self._server.server_close()

    def wait_until_left(self) -> None:
        wait_for(self.left.is_set, "the client to close the request")


def serve() -> Iterator[ModelServer]:
    """For a fixture."""
    server = ModelServer()
    yield server
    server.close()
