"""Repeats what the caller says, until they say goodbye or nothing.

python echo.py
jambonz-sync call ws://127.0.0.1:3000/ --says "hello there" --says goodbye
"""

from jambonz_sync import create_endpoint

endpoint = create_endpoint()
svc = endpoint.service("/")


@svc.on("session:new")
def answer(session):
    @session.on("/heard")
    def heard(evt):
        if evt.reason != "speechDetected" or "goodbye" in evt.transcript.lower():
            session.say(text="Goodbye!").hangup().reply()
        else:
            listen(f"You said: {evt.transcript}").reply()

    def listen(text):
        return session.say(text=text).gather(input=["speech"], action_hook="/heard", timeout=10)

    listen("Hello! Say something.").send()


if __name__ == "__main__":
    endpoint.run()
