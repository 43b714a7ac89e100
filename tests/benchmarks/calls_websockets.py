"""The application of calls.py on websockets, uvloop and orjson: plain dicts, and no tokens. The port is in PORT."""

from __future__ import annotations

import os
from typing import Any

import orjson
import uvloop
from websockets.asyncio.server import serve

GATHER = {
    "verb": "gather",
    "input": ["speech"],
    "actionHook": "/echo",
    "timeout": 25,
    "say": {"text": "Please say something else."},
}


async def handle(ws: Any) -> None:
    is_call = ws.request.path == "/app"
    async for received in ws:
        if type(received) is bytes:
            await ws.send(received)
        elif is_call:
            message = orjson.loads(received)
            text = "Welcome."
            if message["type"] == "verb:hook":
                text = f"You said: {message['data']['speech']['alternatives'][0]['transcript']}."
            answer = {"type": "ack", "msgid": message["msgid"], "data": [{"verb": "say", "text": text}, GATHER]}
            await ws.send(orjson.dumps(answer).decode())


async def main() -> None:
    names: Any = ["ws.jambonz.org", "audio.drachtio.org"]
    options: dict[str, Any] = {"subprotocols": names, "compression": None, "ping_interval": None}
    async with serve(handle, "127.0.0.1", int(os.environ["PORT"]), **options) as server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
