"""An agent greets the caller at once, and learns who it is while it speaks: the CRM may take its time.

CRM_URL=https://crm.example.com/customers python crm_injection.py
The CRM answers GET <CRM_URL>?phone=+15085551212 with a JSON object, or 404 for a stranger.
"""

import os

import requests

from jambonz_sync import Session, create_endpoint
from jambonz_sync.verbs.components import AgentLlm

PROMPT = "You are a sales assistant on the phone. Greet the caller and ask how you can help. Be brief."

endpoint = create_endpoint()
svc = endpoint.service("/")


def look_up(phone: str):
    """What the CRM knows about a phone number, None if nothing."""
    response = requests.get(os.environ["CRM_URL"], params={"phone": phone}, timeout=(3, 20))
    if response.status_code == 404:
        return None
    response.raise_for_status()
    return response.json()


@svc.on("session:new")
def call(session: Session):
    llm = AgentLlm(vendor="openai", model="gpt-4.1-mini", llm_options={"system_prompt": PROMPT})
    session.agent(llm=llm, greeting=True, event_hook="/event", action_hook="/done").hangup().send()

    # the call runs by now: this thread may wait for as long as it likes
    try:
        customer = look_up(session.from_)
    except requests.RequestException as exc:
        print(f"call {session.call_sid}: no CRM: {exc}")
        return
    if customer:
        facts = " ".join(f"{name}: {value}." for name, value in customer.items())
        session.inject_context([{"role": "user", "content": f"From the CRM, about this caller. {facts}"}])


if __name__ == "__main__":
    endpoint.run()
