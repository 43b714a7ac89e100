"""Records a message of the caller to a WAV file, from the audio stream of the call.

python stream_record.py
The files are in RECORDINGS, or in the current directory.
"""

import os
from pathlib import Path

from werkzeug.utils import secure_filename

from jambonz_sync import create_endpoint

endpoint = create_endpoint()
svc = endpoint.service("/")
audio = endpoint.audio("/message")


@svc.on("session:new")
def call(session):
    @session.on("/recorded")
    def recorded(evt):
        session.say(text=f"Thank you. Your message has {session.locals['seconds']} seconds.").hangup().reply()

    session.say(text="Leave a message after the beep. End it with the pound key.").listen(
        url="/message", action_hook="/recorded", play_beep=True, max_length=120, finish_on_key="#"
    ).send()


@audio.on("connection")
def message(stream):
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
