"""The verb that transfers a caller, and the one that REST uses to place a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model.declare import Model, model, option, required
from .base import Headers, Verb, finish_codecs
from .components.calls import Amd, Target
from .components.synthesizer import Synthesizer
from .components.transfer import TransferOptions
from .dicts import AmdDict, SynthesizerDict, TargetDict, TransferBriefDict

__all__ = ["RestDial", "Transfer", "TransferBrief"]


@model
class TransferBrief(Model):
    """The brief that the destination hears before it gets the caller.

    Args:
        text: Text to say.
        synthesizer: Text-to-speech to use.
    """

    text: str
    synthesizer: Synthesizer | SynthesizerDict | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="transfer", since="10.3.0", new=True)
class Transfer(Verb, TransferOptions):
    """Transfer the caller to somebody else, blind or after a word with them.

    Args:
        brief: Brief that the destination hears first.
    """

    brief: TransferBrief | TransferBriefDict | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="rest:dial", finish=finish_codecs)
class RestDial(Verb):
    """Place a call. Not a verb of an application: the REST API takes these options.

    Args:
        to: Parties to call.
        from_: Number to call from.
        call_hook: Called when the call is answered; answers with verbs.
        account_sid: Account to call from.
        application_sid: Application that handles the call.
        call_status_hook: Called with the progress of the call.
        caller_name: Name to show.
        from_host: Host part of the From header.
        speech_synthesis_vendor: Text-to-speech to use.
        speech_synthesis_voice: Voice of that vendor.
        speech_synthesis_language: Language of that voice.
        speech_recognizer_vendor: Speech-to-text to use.
        speech_recognizer_language: Language to listen for.
        tag: Data of your own for the call, passed on untouched.
        headers: SIP headers of the INVITE.
        timeout: Seconds to ring.
        amd: Find out whether a human or a machine answers.
        dual_streams: Give each direction of the audio a stream of its own.
        sip_request_within_dialog_hook: Called when a SIP request comes within the dialog.
        refer_hook: Called when the called side wants a transfer with a REFER.
        time_limit: Longest duration in seconds.
        codecs: Codecs to offer, the best first.
    """

    to: Target | TargetDict
    from_: str
    call_hook: str | Mapping[str, Any] = required(wire="call_hook")
    account_sid: str | None = option(default=None, wire="account_sid")
    application_sid: str | None = option(default=None, wire="application_sid")
    call_status_hook: str | Mapping[str, Any] | None = option(default=None, wire="call_status_hook")
    caller_name: str | None = None
    from_host: str | None = None
    speech_synthesis_vendor: str | None = option(default=None, wire="speech_synthesis_vendor")
    speech_synthesis_voice: str | None = option(default=None, wire="speech_synthesis_voice")
    speech_synthesis_language: str | None = option(default=None, wire="speech_synthesis_language")
    speech_recognizer_vendor: str | None = option(default=None, wire="speech_recognizer_vendor")
    speech_recognizer_language: str | None = option(default=None, wire="speech_recognizer_language")
    tag: Mapping[str, Any] | None = None
    headers: Headers | None = None
    timeout: float | None = None
    amd: Amd | AmdDict | None = None
    dual_streams: bool | None = option(default=None, wire="dual_streams")
    sip_request_within_dialog_hook: str | None = None
    refer_hook: str | Mapping[str, Any] | None = None
    time_limit: float | None = None
    codecs: Sequence[str] | None = option(default=None, min_items=1, since="v11")
    id: str | None = None
    extra: Mapping[str, Any] | None = None
