"""Records a call whose caller agrees, but not the card number in the middle of it.

python call_recording.py
jambonz-sync call ws://127.0.0.1:3000/ --press 1 --press "4111111111111111#"
"""

from jambonz_sync import Session, create_endpoint

RECORDER = "sip:recorder@example.com"

endpoint = create_endpoint()


@endpoint.call("/")
def call(session: Session):
    consent = session.ask("Press 1 if we may record this call, any other key if not.", num_digits=1)
    recorded = consent.digits == "1"
    if recorded:
        session.inject_record("startCallRecording", siprec_server_url=RECORDER, recording_id=session.call_sid)
        session.say(text="Thank you. This call is recorded.").pause(length=1).wait()
        session.inject_record("pauseCallRecording")
    card = session.ask("Key in your card number, and end it with the hash key.", finish_on_key="#", timeout=30)
    if recorded:
        session.inject_record("resumeCallRecording")
    session.say(text="Thank you, that is paid." if card.digits else "That did not work.").hangup()


if __name__ == "__main__":
    endpoint.run()
