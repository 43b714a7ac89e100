"""gunicorn -c gunicorn.conf.py app:NAME: a thread for each call, and an end that loses none."""

import os

# gthread, no time limit on a call, and the drain at SIGTERM
from jambonz_sync.gunicorn import (  # noqa: F401
    backlog,
    child_exit,
    graceful_timeout,
    keepalive,
    post_fork,
    post_worker_init,
    pre_fork,
    threads,
    worker_class,
    worker_connections,
    worker_exit,
)

bind = f"0.0.0.0:{os.environ.get('PORT', '3000')}"
workers = int(os.environ.get("WORKERS", "2"))
