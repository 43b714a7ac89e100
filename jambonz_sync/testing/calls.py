"""Several calls of one test, which meet each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ..simulator import Call
from ..simulator.engine.leg import Leg
from ..simulator.engine.state import CallState
from .call import TestCall
from .running import CallGroup

if TYPE_CHECKING:
    from ..server.endpoint import Endpoint
    from .placing import Placing

__all__ = ["TestCalls"]


class TestCalls:
    """Places calls that share their time, and the queues and conferences of one account.

    Made by the fixture ``jambonz_calls``. Whoever waits in a queue waits until another of these calls takes them out
    of it, and a member of a conference hears the other members; what one caller says then, the others have ``heard``.
    Time goes on when the apps of all calls are done. A caller of whom the test has not decided what they do holds up
    the time-outs of their own call only.

    Args:
        placing: Places the calls.
        app: The app that they call, unless they name another.
        numbers: Numbers, and the apps that a ``dial`` to them reaches.
    Threads: that of the test.
    """

    __test__ = False  # no test case, whatever its name

    def __init__(
        self,
        placing: Placing,
        app: Endpoint | Callable[..., Any] | str | None,
        numbers: Mapping[str, Endpoint | Callable[..., Any] | str],
    ) -> None:
        self._placing = placing
        self._app = app
        self._group = CallGroup()
        for number, called in numbers.items():
            self._group.world.numbers[number] = partial(self._dialled, self._placing.url_of(called, "/"))
        # held while a call is placed and put into the list below: the app that it calls may dial at once
        self._placing_one = threading.Lock()
        #: the calls, in the order in which they were placed
        self.all: list[TestCall] = []

    def call(
        self,
        app: Endpoint | Callable[..., Any] | str | None = None,
        path: str = "/",
        *,
        websocket: bool | None = None,
        timeout: float = 10.0,
        **options: Any,
    ) -> TestCall:
        """Place a call that meets the others.

        Args:
            app: As for ``jambonz_call``; by default the app of the fixture.
            path: As for ``jambonz_call``.
            websocket: As for ``jambonz_call``.
            timeout: As for ``jambonz_call``.
            options: As for ``jambonz_call``. Without ``from_``, each call comes from a number of its own.
        Returns:
            The call, which runs beside the test.
        Raises:
            TypeError: There is no app, or it is none.
            ValueError: An option is of no use for calls that meet: ``real_time``.
        """
        __tracebackhide__ = True
        app = app if app is not None else self._app
        if app is None:
            raise TypeError("there is no app to call: expected jambonz_calls(app), or calls.call(app)")
        options.setdefault("from_", f"+1508555{1212 + len(self.all):04d}")
        with self._placing_one:
            call = self._placing.place(app, path, websocket=websocket, timeout=timeout, group=self._group, **options)
            self.all.append(call)
        return call

    def _dialled(self, url: str, leg: Leg, connect: Callable[[CallState], None]) -> None:
        """Place the call of a leg that was dialled; in the thread of the call that dials."""

        def prepare(call: Call) -> None:
            connect(call.state)

        with self._placing_one:
            self.all.append(self._placing.place(url, group=self._group, prepare=prepare, from_=leg.from_, to=leg.to))
