"""gunicorn, set up for calls: ``gunicorn -c python:jambonz_sync.gunicorn 'app:endpoint'``.

A thread for each call (gthread; ``-k gevent`` works as well), no time limit on a call, and an end as
:meth:`jambonz_sync.Endpoint.stop` has it: at SIGTERM no new calls, running ones go on for ``graceful_timeout``
seconds, the rest are closed with 1012, so that jambonz connects them elsewhere. New calls spread evenly over workers
with threads. ``JAMBONZ_PIN_TO_CORES=1`` keeps each worker on a processor of its own.

It may import ``server`` and what is below; gunicorn imports it by name, and nothing else does.
"""

from __future__ import annotations

import gc
import os
import signal
from typing import Any

worker_class = "gthread"
threads = 1000
worker_connections = 2000
backlog = 512
graceful_timeout = 30
keepalive = 5

#: gunicorn kills what is left when its grace is over: so many seconds before, the calls that are still up are closed
_CLOSE_BEFORE_KILL = 3.0
#: threads of a worker, or connections of gevent, that are not for calls, so that further ones can be refused: at most
_KEPT_FREE = 10


def pre_fork(server: Any, worker: Any) -> None:
    """Have a worker that is about to start know how many connections each of the others has."""
    from .server.balancing import Balancer, WorkerLoads

    if not hasattr(server, "jambonz_loads"):
        server.jambonz_loads = WorkerLoads(server.num_workers)
    place = server.jambonz_loads.reserve()
    if place is not None:
        worker.jambonz_balancer = Balancer(server.jambonz_loads, place, lambda: worker.nr_conns)


def child_exit(server: Any, worker: Any) -> None:
    """Forget a worker that has ended. gunicorn calls this in its main process."""
    balancer = getattr(worker, "jambonz_balancer", None)
    if balancer is not None:
        server.jambonz_loads.release(balancer.place)


def post_fork(server: Any, worker: Any) -> None:
    """Give a worker that has started its processor, if that is wanted."""
    if os.environ.get("JAMBONZ_PIN_TO_CORES", "0") not in ("", "0"):
        from .server.http import pin_to_core_number

        pin_to_core_number(worker.age - 1)


def post_worker_init(worker: Any) -> None:
    """Have a worker that is about to serve refuse what it has no thread for, and drain at SIGTERM.

    What it has loaded is left out of garbage collections, which would stop its calls. It is not collected before: with
    ``preload_app`` that would copy the memory that workers share.
    """
    gc.freeze()
    # not at the top: gunicorn reads this module before gevent patches what the others import
    from .server.registry import process_limit
    from .server.shutdown import Shutdown

    has_threads = worker.cfg.worker_class_str == "gthread"
    capacity = worker.cfg.threads if has_threads else worker.cfg.worker_connections
    process_limit.connections = max(1, capacity - min(_KEPT_FREE, max(1, capacity // 10)))

    grace = worker.cfg.graceful_timeout
    # gevent closes its listeners when it stops; gthread only accepts no more
    listeners = [listener.sock for listener in worker.sockets] if has_threads else []
    # a worker that has had as many requests as it may tells nobody that it ends
    is_ending = (lambda: not worker.alive) if worker.cfg.max_requests else None
    shutdown = worker.jambonz_shutdown = Shutdown(
        max(0.0, grace - min(_CLOSE_BEFORE_KILL, grace / 4)), listeners, is_ending
    )
    inner = signal.getsignal(signal.SIGTERM)
    # none where ``pre_fork`` is somebody else's, or workers are too many
    balancer = getattr(worker, "jambonz_balancer", None) if has_threads else None

    def on_term(number: int, frame: object) -> None:
        shutdown.begin()
        if balancer is not None:
            balancer.leave()
        if callable(inner):
            inner(number, frame)  # type: ignore[arg-type]

    signal.signal(signal.SIGTERM, on_term)
    if balancer is not None:
        worker.accept = balancer.accepting(worker.accept)  # before it waits for connections
        balancer.begin()


def worker_exit(server: Any, worker: Any) -> None:
    """Answer those who have connected to a worker that ends."""
    shutdown = getattr(worker, "jambonz_shutdown", None)  # gunicorn itself calls this, too, for one that has died
    if shutdown is not None:
        shutdown.finish()
