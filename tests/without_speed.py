"""A plugin for pytest, loaded with ``-p tests.without_speed``: the libraries of the extra ``speed`` are not there."""

import sys

for name in ("orjson", "websockets", "websockets.speedups"):
    sys.modules[name] = None  # type: ignore[assignment]
