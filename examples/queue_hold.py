"""Callers wait in a queue and are told where they stand; agents take them out of it.

python queue_hold.py
jambonz-sync call ws://127.0.0.1:3000/caller
jambonz-sync call ws://127.0.0.1:3000/agent
"""

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import DequeueEvent, EnqueueEvent, EnqueueWaitEvent

PATIENCE = 300  # seconds until a caller is sent to voice mail

endpoint = create_endpoint()
callers = endpoint.service("/caller")
agents = endpoint.service("/agent")


@callers.on("session:new")
def caller(session: Session):
    @session.on("/hold")
    def hold(evt: EnqueueWaitEvent):
        if (evt.queue_time or 0) > PATIENCE:
            session.leave().reply()
            return
        session.say(text=f"You are number {(evt.queue_position or 0) + 1} in line.")
        session.play(url="https://example.com/hold-music.mp3").reply()

    @session.on("/left")
    def left(evt: EnqueueEvent):
        if evt.queue_result == "leave":
            session.say(text="Nobody is free. Please call again tomorrow.")
        session.hangup().reply()

    session.say(text="All our agents are busy. Please hold.")
    session.enqueue(name="support", wait_hook="/hold", action_hook="/left").send()


@agents.on("session:new")
def agent(session: Session):
    @session.on("/done")
    def done(evt: DequeueEvent):
        if evt.dequeue_result == "timeout":
            session.say(text="Nobody is waiting. Goodbye.").hangup().reply()
        else:
            next_caller().reply()

    def next_caller():
        return session.dequeue(name="support", beep=True, timeout=10, action_hook="/done")

    next_caller().send()


if __name__ == "__main__":
    endpoint.run()
