"""The history of a conversation with a model, in the shape of its vendor, cut to what the caller has heard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..tools import Outcome
from .answer import Answer
from .shapes import SHAPES, ChatVendor

__all__ = ["History", "cut_at_word"]


class History:
    """The messages of a conversation.

    Args:
        vendor: The vendor whose shape they have.
        messages: The first ones.
    """

    def __init__(self, vendor: ChatVendor, messages: Iterable[Mapping[str, Any]] = ()) -> None:
        #: the shape of the vendor, of requests too
        self.shape = SHAPES[vendor]
        #: all messages, in the shape of the vendor
        self.messages: list[dict[str, Any]] = [dict(message) for message in messages]
        self._turn: list[tuple[dict[str, Any], str]] = []  # since the caller spoke: message of the model, and its text

    def add_user(self, text: str) -> None:
        """Add what the caller has said.

        Args:
            text: The words.
        """
        self.messages.append(self.shape.user(text))
        self._turn = []

    def add_answer(self, answer: Answer, outcomes: Iterable[Outcome] = ()) -> None:
        """Add an answer of the model, and the outcomes of the tools that it called.

        Args:
            answer: The answer.
            outcomes: One for each of its calls, in order; without them the calls are left out.
        """
        outcomes = list(outcomes)
        messages, spoken = self.shape.answer(answer, bool(outcomes))
        self.messages += messages
        if spoken is not None:
            self._turn.append((spoken, answer.text))
        if outcomes:
            self.messages += self.shape.outcomes(outcomes)

    def cut(self, heard: int) -> None:
        """Cut the answer to what the caller has heard of it. Calls of tools and their outcomes stay.

        Args:
            heard: Characters of the answer, counted from its beginning.
        """
        for message, text in self._turn:
            if not self.shape.rewrite(message, text if heard >= len(text) else cut_at_word(text, heard)):
                self.messages[:] = [other for other in self.messages if other is not message]
            # a blank stands between two answers that have none
            heard = max(0, heard - len(text) - (bool(text) and not text[-1].isspace()))


def cut_at_word(text: str, size: int) -> str:
    """Return the beginning of a text, up to the end of a word.

    Args:
        text: The text.
        size: Characters that it may have.
    """
    if size >= len(text) or text[size].isspace():
        return text[:size].rstrip()
    words = text[:size].rsplit(None, 1)
    ends_between = bool(words) and text[:size][-1:].isspace()
    return text[:size].rstrip() if ends_between else text[: size - len(words[-1]) if words else 0].rstrip()
