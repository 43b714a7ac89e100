"""Dial in, key in a number, and be connected with it; the called party presses 1 to accept.

python two_stage_dialler.py
jambonz-sync call ws://127.0.0.1:3000/ --press "15085550123#" --callee-press 1
"""

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import CallEvent, DialEvent, GatherEvent

endpoint = create_endpoint()
svc = endpoint.service("/")


@svc.on("session:new")
def answer(session: Session):
    def ask(text: str):
        return session.gather(
            input=["digits"],
            finish_on_key="#",
            min_digits=7,
            inter_digit_timeout=4,
            timeout=15,
            say={"text": text},
            action_hook="/number",
        )

    @session.on("/number")
    def number(evt: GatherEvent):
        if not 7 <= len(evt.digits or "") <= 15:
            ask("That is no number. Please try again.").reply()
            return
        session.say(text="One moment.").dial(
            target=[{"type": "phone", "number": f"+{evt.digits}", "confirm_hook": "/confirm"}],
            caller_id=session.from_,
            action_hook="/dialled",
        ).reply()

    @session.on("/confirm")  # heard by the called party
    def confirm(evt: CallEvent):
        return session.gather(
            num_digits=1, say={"text": f"A call from {session.from_}. Press 1 to accept."}, action_hook="/accept"
        )

    @session.on("/accept")
    def accept(evt: GatherEvent):
        return [] if evt.digits == "1" else session.say(text="Goodbye.").hangup()

    @session.on("/dialled")
    def dialled(evt: DialEvent):
        ask("The call has ended. Key in another number, or hang up.").reply()

    ask("Please key in a number, and end it with the hash key.").send()


if __name__ == "__main__":
    endpoint.run()
