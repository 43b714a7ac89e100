"""Plays back to callers what they say, frame by frame. The star key drops what is still to be played, # ends it.

python audio_echo.py
"""

from typing import Any

from jambonz_sync import AudioStream, Session, create_endpoint

endpoint = create_endpoint()
svc = endpoint.service("/")
audio = endpoint.audio("/echo")


@svc.on("session:new")
def call(session: Session):
    session.say(text="Say something, and hang up when you have heard enough.").listen(
        url="/echo", bidirectional_audio={"enabled": True, "streaming": True, "sample_rate": 8000}, pass_dtmf=True
    ).send()


@audio.on("connection")
def echo(stream: AudioStream):
    @stream.on("dtmf")
    def pressed(evt: dict[str, Any]):
        if evt["digit"] == "*":
            stream.kill_audio()  # what has not been played yet
        elif evt["digit"] == "#":
            stream.disconnect()  # the call goes on, and ends

    for pcm in stream:
        stream.send_audio(pcm)


if __name__ == "__main__":
    endpoint.run()
