"""One script gives one transcript: calls to apps of every kind, placed again and again, and compared with their times.

python -m tests.simulator.determinism [--runs 1000] [KIND...]
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from flask import Flask

from jambonz_sync import HookTimeout, Jambonz, Session, ToolSet, WebhookResponse, create_endpoint
from jambonz_sync.events import GatherEvent
from jambonz_sync.testing import TestCall
from jambonz_sync.testing.placing import Placing

__all__ = ["SCRIPTS", "transcripts"]

STORY = (
    "Once upon a time there was a telephone that never rang. It stood on a table by the window, and waited. "
    "One day somebody dusted it. The next day somebody else did. And still nobody had ever dialled its number."
)

# -- an app that streams what it says, and is cut short

streaming = create_endpoint()


def words(text: str) -> Iterator[str]:
    """The tokens of a model that is quick."""
    yield from re.findall(r"\S+\s*", text)


@streaming.service("/").on("session:new")
def tells_a_story(session: Session) -> None:
    @session.on("/heard")
    def heard(evt: GatherEvent) -> None:
        session.reply()
        result = session.stream_tts(words(f"You said {evt.transcript}. {STORY}"))
        if result.interrupted:
            session.locals["cut"] = True

    @session.on("tts:user_interruption")
    def cut_in() -> None:
        session.inject_tag({"cut": "in"})

    config = {"enable": True, "input": ["speech"], "actionHook": "/heard", "sticky": True}
    session.config(tts_stream={"enable": True}, barge_in=config).pause(length=60).hangup().send()
    session.stream_tts(words(STORY))


def cut_in(call: TestCall) -> None:
    call.heard("never rang")
    call.interrupts("which number", after=0.4)
    call.heard("You said which number")
    call.interrupts("stop", after=1.5)
    call.heard("You said stop")
    call.hangs_up()


# -- an agent with a tool that runs on a thread of its own

tools = ToolSet()


@tools.tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"it is sunny in {city}"


talking = create_endpoint()


@talking.service("/").on("session:new")
def agent(session: Session) -> None:
    session.use_tools(tools, hook="/tool")

    @session.on("/done")
    def done() -> None:
        session.say(text="Goodbye.").hangup().reply()

    @session.on("agent:event")
    def event() -> None:
        session.inject_tag({"turns": len(session.legs)})

    llm = {"vendor": "openai", "model": "gpt-4o", "llmOptions": {"messages": [], "tools": tools.schemas("openai")}}
    session.agent(llm=llm, tool_hook="/tool", action_hook="/done", event_hook="/event").send()


def ask_for_the_weather(call: TestCall) -> None:
    call.says("What is the weather in Paris?")
    model = call.model()
    result = model.calls_tool("get_weather", city="Paris")
    assert "sunny" in result.text
    model.says("It is sunny in Paris.")
    call.heard("It is sunny")
    call.advance(2.5)
    call.hangs_up()


# -- an app that is written top to bottom

straight = create_endpoint()


@straight.service("/").call
def order(session: Session) -> None:
    name = session.ask("Who is there?", input=["speech"], timeout=10).transcript
    while True:
        heard = session.ask(f"{name}, how many?", input=["digits"], num_digits=1, timeout=5)
        if heard.digits:
            break
        session.say(text="Sorry?").wait()
    session.say(text=f"{heard.digits} it is.").pause(length=30).wait()
    session.say(text="Thank you.").hangup()


def answer(call: TestCall) -> None:
    call.heard("Who is there")
    call.says("Ann")
    call.heard("Ann, how many")
    call.is_silent()
    call.heard("Sorry")
    call.presses("3")
    call.heard("Thank you")


# -- an app whose waits have limits, and which tells how much of a text was heard

waiting = create_endpoint()


@waiting.service("/").call
def put_through(session: Session) -> None:
    session.config(tts_stream={"enable": True}).say(text="Now.").wait()
    listening = session.gather(input=["speech"], bargein=True, timeout=0).start()
    heard = session.stream_tts(words(STORY), until_spoken=True).text_spoken
    listening.wait()
    target = [{"type": "phone", "number": "+15085551213"}]
    try:
        session.say(text=f"Heard {len(heard)}.").dial(target=target, on_hold_hook="/hold").wait(timeout=25)
    except HookTimeout:
        states = [status.call_status for status in session.events("call:status", timeout=3)]
        session.say(text=f"That takes long: {states}.").wait()
    session.hangup()


def talk_on(call: TestCall) -> None:
    call.dialled.answers(after=2)
    call.dialled.says("Good morning", after=1)
    call.dialled.holds(after=4)
    call.dialled.hangs_up(after=200)
    call.heard("Once upon a time")
    call.interrupts("enough", after=3.5)
    call.heard("Heard 56")
    call.holds(after=9)
    call.resumes(after=12)
    call.heard("That takes long")


# -- an app of webhooks

flask_app = Flask(__name__)
jambonz = Jambonz(flask_app)


@jambonz.webhook("/incoming")
def incoming(call: object) -> WebhookResponse:
    return WebhookResponse().gather(
        say={"text": "Press a key."}, input=["digits"], num_digits=1, action_hook="/pressed", timeout=8
    )


@jambonz.webhook("/pressed")
def pressed(evt: GatherEvent) -> WebhookResponse:
    if not evt.digits:
        return WebhookResponse().say(text="Once more.").redirect("/incoming")
    return WebhookResponse().say(text=f"You pressed {evt.digits}.").pause(length=12).hangup()


def press(call: TestCall) -> None:
    call.is_silent()
    call.heard("Once more")
    call.presses("7")
    call.heard("You pressed 7")


class Script(NamedTuple):
    """An app, its path, and what the caller does."""

    app: Any
    path: str
    act: Callable[[TestCall], None]


SCRIPTS = {
    "barge-in": Script(streaming, "/", cut_in),
    "agent": Script(talking, "/", ask_for_the_weather),
    "straight-line": Script(straight, "/", answer),
    "limits": Script(waiting, "/", talk_on),
    "webhook": Script(flask_app, "/incoming", press),
}

#: what is made up anew for each call
_IDS = re.compile(
    r";tag=\w+|[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{16,}\b|127\.0\.0\.1:\d+|\"(?:msgid|call_id|id)\": ?\"[^\"]+\""
)


def transcript(script: Script, placing: Placing) -> str:
    """Place one call, and return all of it with its times: a line for each entry, and one for each message."""
    call = placing.place(script.app, script.path)
    placing.calls.remove(call)
    script.act(call)
    assert call.ended
    entries = [f"{entry.at:9.4f} {entry.who:8} {entry.text}" for entry in call.transcript]
    messages = [
        f"{message.at:9.4f} {message.sender:8} {json.dumps(message.data, sort_keys=True)}"
        for message in call.transcript.messages
    ]
    return _IDS.sub("*", "\n".join([*entries, *messages]))


def transcripts(kind: str, runs: int) -> Counter[str]:
    """Place so many calls, one after the other. Returns how often each transcript came."""
    with Placing() as placing:
        return Counter(transcript(SCRIPTS[kind], placing) for _ in range(runs))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator.determinism", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"any of {', '.join(SCRIPTS)}; default: all")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--switch", type=float, help="seconds after which threads are switched")
    parser.add_argument("--show", action="store_true", help="print the transcripts, where there are several")
    options = parser.parse_args()
    if options.switch:
        sys.setswitchinterval(options.switch)
    differ = False
    for kind in options.kinds or SCRIPTS:
        began = time.monotonic()
        counts = transcripts(kind, options.runs)
        seconds = time.monotonic() - began
        print(f"{kind}: {options.runs} calls, {len(counts)} transcript(s), {seconds:.1f} s", flush=True)
        differ |= len(counts) > 1
        if options.show and len(counts) > 1:
            import difflib

            (first, _), *others = counts.most_common()
            for other, number in others[:4]:
                diff = difflib.unified_diff(first.splitlines(), other.splitlines(), lineterm="", n=1)
                print(f"-- {number} times:", *diff, sep="\n")
        elif options.show:
            print(next(iter(counts)))
    return differ


if __name__ == "__main__":
    sys.exit(main())
