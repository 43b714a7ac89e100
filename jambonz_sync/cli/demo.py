"""``jambonz-sync demo``: an app of a dozen lines, and a call to it."""

from __future__ import annotations

import click

from ..events import GatherEvent
from ..server.endpoint import create_endpoint
from ..session import Session
from ..simulator import Said
from .call import converse
from .call_printing import Printer
from .target import Target

__all__ = ["demo"]

endpoint = create_endpoint(host="127.0.0.1", port=0)
svc = endpoint.service("/")


@svc.on("session:new")
def answer(session: Session) -> None:
    """Ask the caller to say something, and repeat it.

    Args:
        session: The call.
    """

    @session.on("/heard")
    def heard(evt: GatherEvent) -> None:
        session.say(text=f"You said: {evt.transcript}").hangup().reply()

    session.say(text="Hello! Say something.")
    session.gather(input=["speech"], action_hook="/heard", timeout=10)
    session.say(text="I did not hear anything. Goodbye!").hangup().send()


@click.command()
@click.option("--interactive", is_flag=True, help="You are the caller: type what you say.")
@click.option("--events", is_flag=True, help="Show status events and commands, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def demo(interactive: bool, events: bool, as_json: bool) -> None:
    """Start an app that repeats what it hears, and call it."""
    printer = Printer(as_json=as_json, events=events)
    with endpoint:
        converse(printer, [Said("hello there")], Target(endpoint.url, None), interactive=interactive)
