"""Settings that are made in the portal, for each application: declared here, typed, with defaults.

python env_vars.py
jambonz-sync call ws://127.0.0.1:3000/ --env GREETING="Good morning!" --env REPEAT=2
"""

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import GatherEvent

endpoint = create_endpoint(
    env_vars={
        "GREETING": {"type": "string", "description": "First words", "default": "Hello!"},
        "REPEAT": {"type": "number", "description": "How often they are said", "default": 1},
        "SURVEY": {"type": "boolean", "description": "Ask how it was", "default": False},
        "MOOD": {"type": "string", "description": "Last words", "enum": ["warm", "cool"], "default": "warm"},
    }
)
svc = endpoint.service("/")


@svc.on("session:new")
def answer(session: Session):
    @session.on("/rated")
    def rated(evt: GatherEvent):
        # values stay with the session: jambonz sends them with the first message only
        session.say(text=farewell(session.env("MOOD"))).hangup().reply()

    for _ in range(int(session.env("REPEAT"))):
        session.say(text=session.env("GREETING"))
    if session.env("SURVEY"):
        session.gather(num_digits=1, say={"text": "Rate us from 1 to 5."}, action_hook="/rated")
    else:
        session.say(text=farewell(session.env("MOOD")))
    session.hangup().send()


def farewell(mood: str):
    return "Have a lovely day!" if mood == "warm" else "Bye."


if __name__ == "__main__":
    endpoint.run()
