"""The verbs of the server, a module for each family of them, and :data:`VERBS`, which finds one by its name.

Imports the rest of engine, but not machine and commands, which run what is here.
Used by commands, and by whoever makes a machine.
"""

from __future__ import annotations

from ..stack import VerbTask
from .bots import bot
from .conference import conference
from .config import config
from .control import alert, answer, hangup, leave, message, redirect, sip_decline, sip_refer, sip_request, tag
from .dial import dial
from .gather import gather
from .listen import listen
from .llm import llm
from .playback import dtmf, dub, pause, play, say
from .queue import dequeue, enqueue
from .transcribe import transcribe
from .transfer import transfer

__all__ = ["VERBS"]

#: name of a verb -> the function that runs it
VERBS: dict[str, VerbTask] = {
    "agent": llm,
    "alert": alert,
    "answer": answer,
    "conference": conference,
    "config": config,
    "dequeue": dequeue,
    "dial": dial,
    "dialogflow": bot,
    "dtmf": dtmf,
    "dub": dub,
    "enqueue": enqueue,
    "gather": gather,
    "hangup": hangup,
    "leave": leave,
    "lex": bot,
    "listen": listen,
    "llm": llm,
    "message": message,
    "pause": pause,
    "play": play,
    "rasa": bot,
    "redirect": redirect,
    "say": say,
    "sip:decline": sip_decline,
    "sip:refer": sip_refer,
    "sip:request": sip_request,
    "tag": tag,
    "transcribe": transcribe,
    "transfer": transfer,
}
