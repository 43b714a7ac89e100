"""The verb that listens for speech and keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ..model.declare import ServerTarget, model, option
from .base import Verb, advise
from .components.common import FillerNoise, Hook
from .components.recognizer import Recognizer
from .delay import ActionHookDelayAction
from .dicts import ActionHookDelayActionDict, FillerNoiseDict, PlayDict, RecognizerDict, SayDict
from .speech import Play, Say

__all__ = ["Gather"]


def _finish_gather(wire: dict[str, Any], _server_target: ServerTarget) -> None:
    if "interDigitTimeout" in wire and "minDigits" not in wire:
        advise(
            "inter_digit_timeout",
            "gather: inter_digit_timeout has no effect without min_digits, and digits are dropped at the timeout",
        )


@model(verb="gather", since="0.9.6", finish=_finish_gather, finish_of=("interDigitTimeout",))
class Gather(Verb):
    """Collect speech, keys, or both from the caller.

    Args:
        input: Kinds of input to collect, ``["digits"]`` if not set.
        action_hook: Called with the result: ``reason``, ``speech`` or ``digits``; its answer goes on with the call.
        say: Prompt to speak: the options of ``say``.
        play: Prompt to play: the options of ``play``.
        timeout: Seconds without any input until the gather gives up; 0 waits for ever.
        speech_timeout: Seconds of silence that end what the caller says.
        num_digits: Exact number of digits.
        min_digits: Least number of digits. Without it ``inter_digit_timeout`` has no effect.
        max_digits: Greatest number of digits.
        finish_on_key: Keys that end the input, ``"#"``.
        inter_digit_timeout: Seconds between two digits, then the input is complete. Needs ``min_digits``.
        recognizer: Speech-to-text to use in place of the application's.
        bargein: Speech stops the prompt.
        dtmf_bargein: A key stops the prompt.
        min_bargein_word_count: Words that it takes to stop the prompt.
        listen_during_prompt: Recognize speech while the prompt is playing. On if not set.
        partial_result_hook: Called with interim results of the speech recognition; its answers are not used.
        filler_noise: Sound while the hook takes its time.
        action_hook_delay_action: Verbs to run while the hook takes its time.
    """

    input: Sequence[Literal["speech", "digits"]] | None = option(default=None, server_default=["digits"])
    action_hook: Hook | None = None
    say: Say | SayDict | None = None
    play: Play | PlayDict | None = None
    timeout: float | None = None
    speech_timeout: float | None = None
    num_digits: int | None = None
    min_digits: int | None = None
    max_digits: int | None = None
    finish_on_key: str | None = None
    inter_digit_timeout: float | None = None
    recognizer: Recognizer | RecognizerDict | None = None
    bargein: bool | None = None
    dtmf_bargein: bool | None = None
    min_bargein_word_count: int | None = None
    listen_during_prompt: bool | None = option(default=None, server_default=True)
    partial_result_hook: Hook | None = None
    filler_noise: FillerNoise | FillerNoiseDict | None = None
    action_hook_delay_action: ActionHookDelayAction | ActionHookDelayActionDict | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None
