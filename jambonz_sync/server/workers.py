"""Several processes for one application, under gunicorn.

gunicorn reads its configuration from a module by name, here as on its command line, so that it is written down once
(:mod:`jambonz_sync.gunicorn`) and nothing below that module needs to import it.
"""

from __future__ import annotations

import os
from typing import Any

from .wsgi import WSGIApp

_CONFIGURATION = "python:jambonz_sync.gunicorn"


def run_workers(app: WSGIApp, bind: str, *, workers: int, pin_to_cores: bool, drain_timeout: float) -> None:
    """Run an application under gunicorn, in this process and some others.

    Args:
        app: Any WSGI application.
        bind: The address, as gunicorn takes it: ``host:port``.
        workers: How many processes serve calls.
        pin_to_cores: Keep each of them on a processor of its own.
        drain_timeout: Seconds that running calls may go on after SIGTERM; at least 1, which is gunicorn's unit.
    Raises:
        RuntimeError: gunicorn is not installed.
    Blocks: until it is told to stop.  Threads: the main one, because of signals.
    """
    try:
        from gunicorn.app.base import Application  # an extra: most programs run without it
    except ImportError:
        raise RuntimeError("workers need gunicorn: pip install 'jambonz-sync[gunicorn]'") from None

    class Workers(Application):  # type: ignore[misc]  # it has no types
        def load_config(self) -> None:
            self.load_config_from_module_name_or_filename(_CONFIGURATION)
            settings = {
                "bind": bind,
                "workers": workers,
                "graceful_timeout": max(1, int(drain_timeout)),
                "loglevel": "warning",
            }
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return app

    if pin_to_cores:
        os.environ["JAMBONZ_PIN_TO_CORES"] = "1"
    Workers().run()
