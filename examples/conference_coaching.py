"""A customer and an agent talk in a conference; a supervisor listens in, coaches the agent, or joins.

SUPERVISOR_TOKEN=secret python conference_coaching.py
Customers call /customer, agents /agent, supervisors /supervisor. Then, for the supervisor's call:
curl -X POST http://127.0.0.1:3000/supervisor/<call_sid>/coach -H "Authorization: Bearer secret"  # or join, or listen
"""

import hmac
import os

from flask import abort, request

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import CallEvent

endpoint = create_endpoint()
supervisors = {}


@endpoint.service("/customer").on("session:new")
def customer(session: Session):
    @session.on("/wait")
    def wait(evt: CallEvent):
        return session.say(text="An agent will be with you in a moment.").pause(length=10)

    session.conference(name="support", start_conference_on_enter=False, wait_hook="/wait").hangup().send()


@endpoint.service("/agent").on("session:new")
def agent(session: Session):
    session.conference(name="support", member_tag="agent", end_conference_on_exit=True, beep=True).hangup().send()


@endpoint.service("/supervisor").on("session:new")
def supervisor(session: Session):
    supervisors[session.call_sid] = session
    session.on("close", lambda: supervisors.pop(session.call_sid, None))
    session.conference(name="support", start_conference_on_enter=False, join_muted=True).hangup().send()


@endpoint.app.post("/supervisor/<call_sid>/<action>")
def supervise(call_sid: str, action: str):
    expected = f"Bearer {os.environ['SUPERVISOR_TOKEN']}"
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
        abort(401)
    session = supervisors.get(call_sid) or abort(404)
    if action == "coach":  # only the agent hears it
        session.inject_conference(action="coach", tag="agent")
        session.inject_conference(action="unmute")
    elif action == "join":  # all hear it
        session.inject_conference(action="uncoach")
        session.inject_conference(action="unmute")
    elif action == "listen":
        session.inject_conference(action="mute")
    else:
        abort(404)
    return {}, 202


if __name__ == "__main__":
    endpoint.run()
