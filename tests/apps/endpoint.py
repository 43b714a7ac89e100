"""An endpoint, served by whatever the test starts it with; the port is in PORT."""

from __future__ import annotations

import gc
import sys
import time

from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint(host="127.0.0.1", drain_timeout=10)
svc = endpoint.service("/")
app = endpoint.app


@svc.on("session:new")
def call(session: Session) -> None:
    @session.on("/echo")
    def echo(evt: object) -> None:
        session.say(text=f"You said: {evt['text']}").reply()  # type: ignore[index]

    @session.on("/slow")
    def slow(evt: object) -> None:
        time.sleep(0.3)  # a callback that blocks, as a user's would
        session.say(text="slow").reply()

    @session.on("/frozen")
    def frozen(evt: object) -> None:
        session.say(text=str(gc.get_freeze_count() > 10_000)).reply()

    session.say(text="hello").send()


if __name__ == "__main__":
    endpoint.run(workers=int(sys.argv[1]) if len(sys.argv) > 1 else None, pin_to_cores="pin" in sys.argv)
