"""The models of one call: the one that the caller talks to now, and those before."""

from __future__ import annotations

from ..waits import Verb
from .answering import Answering
from .bot import Bot, BotVendor
from .host import Host
from .model import Model
from .vendors import vendor_of

__all__ = ["Models"]


class Models:
    """The models that verbs of one call have connected the caller with. Not thread-safe."""

    def __init__(self, call: Host, server: str | None) -> None:
        """Make the models of a call, of which there are none yet.

        Args:
            call: The call.
            server: The version of jambonz; None if all are meant.
        """
        #: all of them, in order
        self.started: list[Model] = []
        #: the model that the caller talks to; None if there is none
        self.current: Model | None = None
        #: True if models answer by themselves, False if a script says what they do
        self.answer_alone = False
        self._call = call
        self._server = server

    def start(self, verb: Verb) -> Model:
        """Make the model of a verb that begins."""
        responder = Answering() if self.answer_alone else None
        vendor = vendor_of(verb, self._server)
        kind = Bot if isinstance(vendor, BotVendor) else Model
        self.current = kind(self._call, verb, vendor, responder)
        self.started.append(self.current)
        return self.current

    def let_answer(self) -> None:
        """Let models answer by themselves from now on, because nobody scripts them."""
        if not self.answer_alone:
            self.answer_alone = True
            if self.current is not None:
                self.current.answer_alone(Answering())
