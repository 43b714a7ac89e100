"""A supervisor speaks into a running conversation with an agent, through a web request beside the call.

SUPERVISOR_TOKEN=secret python supervisor_interrupt.py
curl http://127.0.0.1:3000/calls -H "Authorization: Bearer secret"
curl http://127.0.0.1:3000/calls/<call_sid>/tell -H "Authorization: Bearer secret" --json '{"text": "The sale is on."}'
curl http://127.0.0.1:3000/calls/<call_sid>/hangup -H "Authorization: Bearer secret" -X POST
"""

import hmac
import os

from flask import abort, request

from jambonz_sync import Session, create_endpoint
from jambonz_sync.verbs.components import AgentLlm

PROMPT = (
    "You are a shop assistant on the phone. Messages that begin with [Supervisor] are from the shop, not from the "
    "caller: tell the caller about them in a sentence, then go on."
)

endpoint = create_endpoint()
svc = endpoint.service("/")
calls = {}  # the running ones


@svc.on("session:new")
def call(session: Session):
    calls[session.call_sid] = session
    session.on("close", lambda: calls.pop(session.call_sid, None))
    llm = AgentLlm(vendor="openai", model="gpt-4.1-mini", llm_options={"system_prompt": PROMPT})
    session.agent(llm=llm, barge_in={"enable": True}, action_hook="/done").hangup().send()


def find(call_sid: str):
    if call_sid not in calls:
        abort(404)
    return calls[call_sid]


@endpoint.app.before_request
def authorize():
    credentials = request.headers.get("Authorization", "")
    if request.path.startswith("/calls") and not hmac.compare_digest(
        credentials.encode(), f"Bearer {os.environ['SUPERVISOR_TOKEN']}".encode()
    ):
        abort(401)


@endpoint.app.get("/calls")
def running():
    return {sid: {"from": session.from_, "to": session.to} for sid, session in calls.items()}


@endpoint.app.post("/calls/<call_sid>/tell")
def tell(call_sid: str):
    find(call_sid).generate_reply(interrupt=True, user_input=f"[Supervisor] {request.get_json()['text']}")
    return {}, 202


@endpoint.app.post("/calls/<call_sid>/hangup")
def hangup(call_sid: str):
    find(call_sid).inject_hangup()
    return {}, 202


if __name__ == "__main__":
    endpoint.run()
