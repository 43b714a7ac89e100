"""Records a call whose caller agrees, but not the card number in the middle of it.

python call_recording.py
jambonz-sync call ws://127.0.0.1:3000/ --press 1 --press "4111111111111111#"
"""

from jambonz_sync import create_endpoint

RECORDER = "sip:recorder@example.com"

endpoint = create_endpoint()
svc = endpoint.service("/")


@svc.on("session:new")
def answer(session):
    @session.on("/consent")
    def consent(evt):
        session.locals["recorded"] = evt.digits == "1"
        if session.locals["recorded"]:
            session.inject_record("startCallRecording", siprec_server_url=RECORDER, recording_id=session.call_sid)
            session.say(text="Thank you. This call is recorded.")
        session.pause(length=1).redirect(action_hook="/card").reply()

    @session.on("/card")
    def card(evt):
        if session.locals["recorded"]:
            session.inject_record("pauseCallRecording")
        session.gather(
            input=["digits"],
            finish_on_key="#",
            timeout=30,
            say={"text": "Key in your card number, and end it with the hash key."},
            action_hook="/paid",
        ).reply()

    @session.on("/paid")
    def paid(evt):
        if session.locals["recorded"]:
            session.inject_record("resumeCallRecording")
        session.say(text="Thank you, that is paid." if evt.digits else "That did not work.").hangup().reply()

    session.gather(
        input=["digits"],
        num_digits=1,
        say={"text": "Press 1 if we may record this call, any other key if not."},
        action_hook="/consent",
    ).send()


if __name__ == "__main__":
    endpoint.run()
