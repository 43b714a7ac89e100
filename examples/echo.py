"""Repeats what the caller says, until they say goodbye or nothing.

python echo.py
jambonz-sync call ws://127.0.0.1:3000/ --says "hello there" --says goodbye
"""

from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint()


@endpoint.call("/")
def call(session: Session):
    words = session.ask("Hello! Say something.", timeout=10).transcript
    while words and "goodbye" not in words.lower():
        words = session.ask(f"You said: {words}", timeout=10).transcript
    session.say(text="Goodbye!").hangup()


if __name__ == "__main__":
    endpoint.run()
