"""Records what is said in a conference: all of it in one WAV file, whoever comes and goes.

python conference_fork.py
The caller who opens the conference has it streamed to /fork. Only the metadata of the verb says of which conference the
stream is: it belongs to no call. The files are in RECORDINGS, or in the current directory.
"""

import os
from pathlib import Path

from werkzeug.utils import secure_filename

from jambonz_sync import AudioStream, Session, create_endpoint
from jambonz_sync.events import GatherEvent

endpoint = create_endpoint()


@endpoint.service("/").on("session:new")
def call(session: Session):
    @session.on("/pin")
    def pin(evt: GatherEvent):
        if not evt.digits:
            return session.say("Goodbye.").hangup()
        return session.say("This conference is recorded.").conference(
            name=evt.digits,
            listen={"url": "/fork", "mix_type": "mixed", "metadata": {"conference": evt.digits}},
            beep=True,
        )

    session.gather(
        input=["digits"],
        finish_on_key="#",
        timeout=15,
        say={"text": "Key in the number of your conference, and the hash key."},
        action_hook="/pin",
    ).send()


@endpoint.audio("/fork").on("connection")
def fork(stream: AudioStream):
    name = secure_filename(f"{stream.metadata.get('conference', 'unknown')}.wav")
    path = Path(os.environ.get("RECORDINGS", ".")) / name
    samples = 0
    with stream.record_to(path):  # complete, whatever ends the conference
        for pcm in stream:
            samples += len(pcm) // 2 // stream.channels
    print(f"conference {path}: {samples / stream.sample_rate:.1f} s")


if __name__ == "__main__":
    endpoint.run()
