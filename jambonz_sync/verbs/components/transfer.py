"""Components of transfers: to whom, how, and what if it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, ServerTarget, model, option, required
from ...model.validation import ValidationError
from ..dicts import AmdDict, ConfirmDict, DispositionDict, HandoffBriefDict, SynthesizerDict, TargetDict
from .calls import Amd, Target
from .common import Hook
from .synthesizer import Synthesizer

__all__ = ["Confirm", "Disposition", "Handoff", "HandoffBrief", "TransferOptions"]


@model
class Confirm(Model):
    """The confirmation by which the destination accepts a transfer.

    Args:
        prompt: Text that asks for it.
        digit: Key that accepts.
    """

    prompt: str
    digit: str
    extra: Mapping[str, Any] | None = None


def _finish_disposition(wire: dict[str, Any], _server_target: ServerTarget) -> None:
    if "voicemailUrl" not in wire and "voicemail" in wire.values():
        raise ValidationError("is missing, and a disposition is voicemail", "voicemail_url", expected="voicemailUrl")


@model(finish=_finish_disposition)
class Disposition(Model):
    """The outcome for the caller if the transfer fails. Each is ``"return"`` if not set.

    Args:
        on_no_answer: If nobody answers.
        on_busy: If the destination is busy.
        on_decline: If the destination declines.
        on_failure: If the transfer fails otherwise.
        voicemail_url: URL of the voicemail, needed for ``"voicemail"``.
    """

    on_no_answer: Literal["return", "voicemail", "hangup"] | None = option(default=None, server_default="return")
    on_busy: Literal["return", "voicemail", "hangup"] | None = option(default=None, server_default="return")
    on_decline: Literal["return", "voicemail", "hangup"] | None = option(default=None, server_default="return")
    on_failure: Literal["return", "voicemail", "hangup"] | None = option(default=None, server_default="return")
    voicemail_url: str | None = None
    extra: Mapping[str, Any] | None = None


@model(since="10.3.0", new=True)
class TransferOptions(Model):
    """Options that a transfer of the caller has, by a verb or by a model.

    Args:
        target: To whom.
        mode: ``blind`` hands the caller over at once; ``warm`` speaks to the destination first.
        blind_method: Blind: with a REFER, or by dialling and joining. ``refer`` if not set.
        caller_present: Warm: let the caller hear the brief; else the caller is on hold meanwhile.
        caller_id: Number to show to the destination.
        on_hold_hook: Called when the caller is put on hold; answers with the verbs to hear.
        timeout: Seconds to ring; 30 if not set.
        confirm: Confirmation by which the destination accepts.
        amd: Find out whether a human or a machine answers.
        disposition: The outcome for the caller if it fails.
        action_hook: Called when it has ended, with ``transfer_result`` and ``transfer_reason``.
        event_hook: Called with events on the way.
    """

    target: Sequence[Target | TargetDict] = required(min_items=1, kw_only=False)
    mode: Literal["blind", "warm"]
    blind_method: Literal["refer", "dial"] | None = option(default=None, server_default="refer")
    caller_present: bool | None = option(default=None, server_default=False)
    caller_id: str | None = None
    on_hold_hook: Hook | None = None
    timeout: float | None = option(default=None, server_default=30)
    confirm: Confirm | ConfirmDict | None = None
    amd: Amd | AmdDict | None = None
    disposition: Disposition | DispositionDict | None = None
    action_hook: Hook | None = None
    event_hook: Hook | None = None


@model
class HandoffBrief(Model):
    """Guidance for the summary that a model speaks to the destination.

    Args:
        template: The guidance.
    """

    template: str
    extra: Mapping[str, Any] | None = None


@model(since="v10", new=True)
class Handoff(TransferOptions):
    """Lets the model transfer the caller to a human, through a tool.

    Args:
        brief: The summary for the destination: ``"auto"`` the model writes it, ``"none"``, or guidance for it.
        brief_synthesizer: Text-to-speech for the summary.
        tool_name: Name of the tool; ``transfer_to_human`` if not set.
        tool_description: Description of the tool that the model sees.
    """

    brief: Literal["auto", "none"] | HandoffBrief | HandoffBriefDict | None = option(
        default=None, server_default="auto"
    )
    brief_synthesizer: Synthesizer | SynthesizerDict | None = None
    tool_name: str | None = option(default=None, server_default="transfer_to_human")
    tool_description: str | None = None
    extra: Mapping[str, Any] | None = None
