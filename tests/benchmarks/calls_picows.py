"""The application of calls.py on picows (WebSockets in Cython) and orjson: plain dicts, and no tokens. The port is in
PORT."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import orjson
from picows import WSListener, WSMsgType, WSUpgradeResponse, WSUpgradeResponseWithListener, ws_create_server

GATHER = {
    "verb": "gather",
    "input": ["speech"],
    "actionHook": "/echo",
    "timeout": 25,
    "say": {"text": "Please say something else."},
}


class Listener(WSListener):  # type: ignore[misc,unused-ignore]
    def __init__(self, is_call: bool) -> None:
        super().__init__()
        self.is_call = is_call

    def on_ws_frame(self, transport: Any, frame: Any) -> None:
        if frame.msg_type == WSMsgType.BINARY:
            transport.send(WSMsgType.BINARY, frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()
        elif frame.msg_type == WSMsgType.TEXT and self.is_call:
            message = orjson.loads(frame.get_payload_as_bytes())
            text = "Welcome."
            if message["type"] == "verb:hook":
                text = f"You said: {message['data']['speech']['alternatives'][0]['transcript']}."
            answer = {"type": "ack", "msgid": message["msgid"], "data": [{"verb": "say", "text": text}, GATHER]}
            transport.send(WSMsgType.TEXT, orjson.dumps(answer))


def accept(request: Any) -> Any:
    path = request.path.decode() if isinstance(request.path, bytes) else request.path
    is_call = path == "/app"
    headers = {"Sec-WebSocket-Protocol": "ws.jambonz.org" if is_call else "audio.drachtio.org"}
    return WSUpgradeResponseWithListener(
        WSUpgradeResponse.create_101_response(extra_headers=headers), Listener(is_call)
    )


async def main() -> None:
    server: Any = await ws_create_server(accept, "127.0.0.1", int(os.environ["PORT"]))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
