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

    @property
    def running(self) -> Model | None:
        """The model of a conversation that has not ended."""
        model = self.current
        return model if model is not None and model.results is None else None

    @property
    def waits_for_tools(self) -> bool:
        """True while the app has not given the output of a tool that the model has called."""
        return self.current is not None and self.current.waits_for_tools

    @property
    def unattended(self) -> Model | None:
        """The model of a conversation that waits for a script, or to be told to answer by itself."""
        model = self.running
        return model if model is not None and model.responder is None and not model.scripted else None

    def let_answer(self) -> None:
        """Let the model that runs answer by itself from now on, if nobody scripts it."""
        model = self.unattended
        if model is not None:
            model.answer_alone(Answering())
