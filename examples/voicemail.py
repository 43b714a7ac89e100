"""Voice mail, from top to bottom: where nobody answers, the caller leaves a message, which becomes a WAV file.

python voicemail.py
jambonz-sync call ws://127.0.0.1:3000/ --callee no-answer --press "#" --press 2
The files are in RECORDINGS, or in the current directory.
"""

import os
from pathlib import Path

from werkzeug.utils import secure_filename

from jambonz_sync import AudioStream, Session, create_endpoint
from jambonz_sync.verbs.components import Target

OWNER = Target(type="phone", number="+15085550101")

endpoint = create_endpoint()


@endpoint.call("/")
def call(session: Session):
    if session.dial(target=[OWNER], timeout=20, answer_on_bridge=True).wait().dial_call_status == "completed":
        return session.hangup()
    session.say(text="Nobody can take your call.")
    digits = "1"
    while digits == "1":
        session.say(text="Leave a message after the beep. End it with the pound key.")
        session.listen(url="/message", play_beep=True, max_length=120, finish_on_key="#").wait()
        prompt = f"It has {session.locals.get('seconds', 0)} seconds. Press 1 to record it again, or hang up."
        digits = session.ask(prompt, num_digits=1).digits
    return session.say(text="Thank you. Goodbye.").hangup()


@endpoint.audio("/message").on("connection")
def message(stream: AudioStream):
    path = Path(os.environ.get("RECORDINGS", ".")) / secure_filename(f"{stream.call_sid}.wav")
    samples = 0
    with stream.record_to(path):  # complete, whatever ends the call
        for pcm in stream:
            samples += len(pcm) // 2 // stream.channels
            if stream.session:
                stream.session.locals["seconds"] = samples // stream.sample_rate
    print(f"call {stream.call_sid}: {path} has {samples / stream.sample_rate:.1f} s")


if __name__ == "__main__":
    endpoint.run()
