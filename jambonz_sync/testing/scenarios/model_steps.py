"""The steps that ask a language model: a judge of what was said, and a caller with a persona and a goal."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from ...simulator import TranscriptEntry
from ...simulator.engine.turns import KEYS
from ..errors import ExpectationFailed
from ..language_model import LanguageModel, json_of
from .steps import Names, Play, Readable, fill
from .yaml_file import Located

__all__ = ["MODEL_STEPS", "ModelSettings"]

_SECONDS_OF_JUDGE = 30.0

_JUDGE = """You judge a phone conversation between a caller and a voice application.
Decide if what the application said last meets the criterion. Judge the meaning, not the words.
Answer with a JSON object and nothing else: {"met": true or false, "reason": "one sentence"}"""

_CALLER = """You play a caller on the phone with a voice application. You are: {persona}
Your goal: {goal}
Speak as people do on the phone, one or two short sentences at a time. Never mention that you are a model or that this
is a test. Answer with a JSON object and nothing else. One of:
{{"say": "your words"}}
{{"press": "keys: 0-9, * and #"}}
{{"done": true, "reason": "why the goal has been reached"}}
{{"done": false, "reason": "why it cannot be reached any more"}}"""


@dataclass(frozen=True)
class ModelSettings:
    """The language model that a file names.

    Args:
        url: The base URL; None: ``OPENAI_BASE_URL``.
        name: The name of the model; None: ``OPENAI_MODEL``.
        api_key_env: The variable of the environment that holds the key.
    """

    url: str | None = None
    name: str | None = None
    api_key_env: str = "OPENAI_API_KEY"

    @classmethod
    def read(cls, value: Located) -> Self:
        fields = value.as_mapping("model", ("url", "name", "api_key_env"))
        return cls(**{name: each.as_text(f"model.{name}") for name, each in fields.items()})

    def model(self) -> LanguageModel | None:
        """Return the model; None if nothing says where it is, or which."""
        url, name = self.url or os.environ.get("OPENAI_BASE_URL"), self.name or os.environ.get("OPENAI_MODEL")
        return LanguageModel(url, name, os.environ.get(self.api_key_env)) if url and name else None


@dataclass(frozen=True)
class Judge:
    """``judge: criterion``: a language model finds that what the app has said since the caller's turn meets it."""

    line: int
    criterion: str

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        return cls(value.line, names.check(value, value.as_text("judge")))

    def play(self, play: Play) -> None:
        criterion = fill(play, self.criterion)
        if not play.call.last_answer():
            raise ExpectationFailed(f"the app has said nothing that could be judged: {criterion}\n\n{play.call}")
        question = f"The conversation:\n{_conversation(list(play.call.transcript))}\n\nThe criterion: {criterion}"
        messages = [{"role": "system", "content": _JUDGE}, {"role": "user", "content": question}]
        verdict = json_of(play.ask_model(messages, _SECONDS_OF_JUDGE))
        if verdict.get("met") is not True:
            reason = verdict.get("reason") or "no reason given"
            raise ExpectationFailed(f"the judge says no: {reason}\n  the criterion: {criterion}\n\n{play.call}")


@dataclass(frozen=True)
class PlayedCaller:
    """``caller: {persona: ..., goal: ..., turns: 10, seconds: 60}``: a language model plays the caller."""

    line: int
    persona: str
    goal: str
    turns: int = 10
    seconds: float = 60.0

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        fields = value.as_mapping("caller", ("persona", "goal", "turns", "seconds"))
        if "goal" not in fields:
            raise value.invalid("caller: expected a goal")
        texts = {
            name: names.check(fields[name], fields[name].as_text(f"caller.{name}"))
            for name in ("persona", "goal")
            if name in fields
        }
        turns = int(fields["turns"].as_number("caller.turns")) if "turns" in fields else 10
        seconds = fields["seconds"].as_seconds("caller.seconds") if "seconds" in fields else 60.0
        return cls(value.line, texts.get("persona", "a caller"), texts["goal"], turns, seconds)

    def play(self, play: Play) -> None:
        end = time.monotonic() + self.seconds
        system = _CALLER.format(persona=fill(play, self.persona), goal=fill(play, self.goal))
        for _ in range(self.turns):
            left = end - time.monotonic()
            listens = play.call.listens(timeout=max(0.0, left))
            left = end - time.monotonic()
            if left <= 0 or not (listens or play.call.end_reason):
                raise ExpectationFailed(f"the caller's goal was not reached within {self.seconds:g} s\n\n{play.call}")
            conversation = _conversation(list(play.call.transcript)) + ("" if listens else "\n(the call has ended)")
            messages = [{"role": "system", "content": system}, {"role": "user", "content": conversation}]
            turn = json_of(play.ask_model(messages, left))
            if "done" in turn:
                if turn["done"] is not True:
                    why = turn.get("reason") or "no reason given"
                    raise ExpectationFailed(f"the caller gives up: {why}\n\n{play.call}")
                return
            self._take(play, turn)
        raise ExpectationFailed(f"the caller's goal was not reached in {self.turns} turns\n\n{play.call}")

    def _take(self, play: Play, turn: Mapping[str, object]) -> None:
        if play.call.end_reason is not None:
            raise ExpectationFailed(f"the call has ended before the caller's goal was reached\n\n{play.call}")
        keys = "".join(key for key in str(turn.get("press") or "") if key in KEYS)
        if keys:
            play.call.presses(keys)
        elif turn.get("say"):
            play.call.says(str(turn["say"])[:1000])
        else:
            play.call.is_silent()


def _conversation(entries: Sequence[TranscriptEntry]) -> str:
    names = {"app": "application", "caller": "caller"}
    return "\n".join(f"{names[entry.who]}: {entry.text}" for entry in entries if entry.who in names)


#: name of a step in YAML -> how it is read
MODEL_STEPS: dict[str, Readable] = {"judge": Judge, "caller": PlayedCaller}
