"""The smallest app: says hello and hangs up.

python hello_world.py
jambonz-sync call ws://127.0.0.1:3000/
"""

from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint()
svc = endpoint.service("/")


@svc.on("session:new")
def answer(session: Session):
    session.say("Hello, world!").hangup().send()


if __name__ == "__main__":
    endpoint.run()
