"""The application of calls.py for the official async SDK (jambonz-python-sdk). The port is in PORT."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from jambonz_sdk.websocket import create_endpoint  # type: ignore[import-not-found]

AGAIN = {"text": "Please say something else."}


async def call(session: Any) -> None:
    waiting: dict[int, asyncio.Future[Any]] = {}
    resumed = asyncio.Event()
    resumed.set()

    async def echo(evt: Any) -> None:
        if "sleep_ms" in evt:
            await asyncio.sleep(evt["sleep_ms"] / 1000)
        said = evt["speech"]["alternatives"][0]["transcript"]
        session.say(text=f"You said: {said}.").gather(input=["speech"], actionHook="/echo", timeout=25, say=AGAIN)
        await session.reply()

    def result(data: Any) -> None:
        if data["status"] != "ok":
            resumed.clear()
        future = waiting.pop(data["id"], None)
        if future is not None and not future.done():
            future.set_result(data)

    async def speak(count: int) -> None:
        """One token at a time, each until it is accepted: the SDK keeps none from being lost."""
        for number in range(1, count + 1):
            while True:
                future = waiting[number] = asyncio.get_running_loop().create_future()
                await session.send_tts_tokens(f"w{number} ", id=number)
                if (await future)["status"] == "ok":
                    break
                await resumed.wait()
        await session.flush_tts_tokens()

    async def tokens(evt: Any) -> None:
        await session.reply()
        session.locals["task"] = asyncio.create_task(speak(evt["count"]))

    session.on("/echo", echo)
    session.on("/tokens", tokens)
    session.on("tts:tokens-result", result)
    session.on("tts:stream_resumed", lambda data: resumed.set())
    session.say(text="Welcome.").gather(input=["speech"], actionHook="/echo", timeout=25, say=AGAIN)
    await session.send()


async def main() -> None:
    make_service, _runner = await create_endpoint(host="127.0.0.1", port=int(os.environ["PORT"]))
    make_service(path="/app").on("session:new", call)
    make_service.audio(path="/audio").on("connection", lambda stream: stream.on("audio", stream.send_audio))
    await asyncio.Event().wait()


asyncio.run(main())
