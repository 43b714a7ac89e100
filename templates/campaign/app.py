"""Talks to the people that campaign.py calls: reminds them, and asks them to confirm.

python app.py
jambonz-sync call ws://127.0.0.1:3000/ --press 1
"""

from typing import Any

from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint()


def greeting(person: dict[str, Any]) -> str:
    """The first words, with what numbers.csv knows of the called party."""
    name = f"Hello {person['name']}. " if person.get("name") else "Hello. "
    return f"{name}This is a reminder of your appointment {person.get('when') or 'tomorrow'}."


@endpoint.call("/")
def call(session: Session):
    session.say(text=greeting(dict(session.data.customer_data or {})))
    evt = session.ask("Press 1 to confirm, or 2 if you cannot come.", input=["digits"], num_digits=1, timeout=8)
    if evt.digits == "1":
        answer = "Thank you. See you then. Goodbye."
    elif evt.digits == "2":
        answer = "Thank you. We will call you to find another day. Goodbye."
    else:
        answer = "Goodbye."
    print(f"call {session.call_sid}: {session.to} pressed {evt.digits or 'nothing'}")
    session.say(text=answer).hangup()


if __name__ == "__main__":
    endpoint.run()
