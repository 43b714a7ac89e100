"""Apps that are checked and called, good ones and hostile ones, by the name of their file."""

GOOD = """
import os
from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint(env_vars={"GREETING": {"type": "string", "description": "First words", "default": "Hello!"}})
print("loaded", os.environ.get("JAMBONZ_API_KEY"), os.environ.get("OPENAI_API_KEY"))


@endpoint.call("/")
def call(session: Session) -> None:
    words = session.say(session.env("GREETING")).ask("Say something.", timeout=5).transcript
    session.say(f"You said: {words}" if words else "You said nothing.").hangup()
"""

MISTAKEN = """
from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint()
KEY = "sk-1234567890abcdef"


@endpoint.service("/").on("session:new")
def call(session: Session) -> None:
    @session.on("/heard")
    def heard(evt):
        session.say(text="Yes").reply()

    session.say(txt="Hello").gather(input=["speech"], action_hook="/herd").send()


def later(session: Session) -> None:
    session.stream_tts(["Hello"])
    session.listen(url="/audio").send()
"""

RAISES = """
from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint()


@endpoint.service("/").on("session:new")
def call(session: Session) -> None:
    raise ZeroDivisionError("in the callback")
"""

WEB = """
from flask import Flask
from jambonz_sync import JambonzBlueprint, WebhookResponse

voice = JambonzBlueprint("voice", __name__, url_prefix="/voice", signing_secret="s3cret")


@voice.webhook("/incoming")
def incoming(call):
    return WebhookResponse().say(text=f"Hello {call.from_}").hangup()


app = Flask(__name__)
app.register_blueprint(voice)
"""

TYPED_WRONGLY = """
from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint()


@endpoint.call("/")
def call(session: Session) -> None:
    session.pause(length="two").hangup()
"""

STREAMS = """
from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint()


@endpoint.service("/").on("session:new")
def call(session: Session) -> None:
    @session.on("/heard")
    def heard(evt) -> None:
        session.say(text=f"You cut in with {evt.transcript}.").hangup().reply()

    listen = {"enable": True, "sticky": True, "input": ["speech"], "action_hook": "/heard"}
    session.config(tts_stream={"enable": True}, barge_in=listen).pause(length=60).send()
    session.stream_tts(["A very long story. "] * 40, until_spoken=True)
"""

PROMPTS = """
from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint()


@endpoint.call("/")
def call(session: Session) -> None:
    story = "A very long story, which nobody would want to hear to its end. " * 5
    heard = session.ask(story, bargein=True, timeout=5).transcript
    session.say(text=f"You cut in with {heard}.").hangup()
"""

BROKEN = "def nope(:\n"
NO_APP = "x = 1\n"
IMPORT_FAILS = 'raise RuntimeError("at import")\n'
EXITS = "import sys\nsys.exit(3)\n"
KILLS_ITSELF = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
#: it hangs while it is imported
SLOW_IMPORT = "import threading\nthreading.Event().wait(600)\n"
#: it hangs in a call, and takes no signal but SIGKILL
HANGS = """
import signal, threading
from jambonz_sync import create_endpoint

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
endpoint = create_endpoint()


@endpoint.call("/")
def call(session):
    threading.Event().wait(600)
"""
#: it prints gigabytes
FLOODS = """
import os
while True:
    os.write(1, b"x" * 65536)
"""
#: children in groups of their own, which start others, write who they are, and stay; it ends itself once all are there
FORKS = """
import os, time

def spawn(depth):
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            with open("pids", "a") as file:
                file.write(f"{os.getpid()}\\n")
            if depth:
                spawn(depth - 1)
            while True:
                time.sleep(60)

spawn(2)
while not os.path.exists("pids") or len(open("pids").readlines()) < 39:
    time.sleep(0.02)
os.abort()
"""
#: a good app whose child outlives it and keeps its output open
LEAVES_CHILD = (
    """
import os, time

if os.fork() == 0:
    os.setsid()
    with open("pids", "a") as file:
        file.write(f"{os.getpid()}\\n")
    while True:
        time.sleep(60)
"""
    + GOOD
)
#: more memory than it may have, which it does not even use
MEMORY = "import mmap\nmmap.mmap(-1, 64 * 1024**3)\n"
