"""gunicorn, set up for calls: ``gunicorn -c python:jambonz_sync.gunicorn 'app:endpoint'``.

A thread for each call (gthread; ``-k gevent`` works as well), no time limit on a call, and an end as
:meth:`jambonz_sync.Endpoint.stop` has it: at SIGTERM no new calls, running ones go on for ``graceful_timeout``
seconds, the rest are closed with 1012, so that jambonz connects them elsewhere. ``JAMBONZ_PIN_TO_CORES=1`` keeps each
worker on a processor of its own.
"""

from __future__ import annotations

import _thread
import os
import signal
from typing import Any

worker_class = "gthread"
threads = 1000
worker_connections = 2000
backlog = 512
graceful_timeout = 30
keepalive = 5


def post_fork(server: Any, worker: Any) -> None:
    """A worker has started: give it its processor, if that is wanted."""
    if os.environ.get("JAMBONZ_PIN_TO_CORES", "0") not in ("", "0"):
        from .server.http import pin_to_core_number

        pin_to_core_number(worker.age - 1)


def post_worker_init(worker: Any) -> None:
    """A worker is about to serve: let SIGTERM begin the drain as well. gunicorn kills what is left when its grace is
    over, so the calls that are still up then go elsewhere a little before."""
    # not at the top: gunicorn reads this module before gevent patches what the others import
    from .server.registry import registries

    inner = signal.getsignal(signal.SIGTERM)
    grace = max(0.0, worker.cfg.graceful_timeout - min(3.0, worker.cfg.graceful_timeout / 4))

    def on_term(number: int, frame: object) -> None:
        for registry in registries():
            registry.draining = True
            # a Thread would wait for its start, which gevent forbids in a signal handler
            _thread.start_new_thread(registry.drain, (grace,))
        if callable(inner):
            inner(number, frame)  # type: ignore[arg-type]

    signal.signal(signal.SIGTERM, on_term)
