"""Calls on WebSockets: hooks, new calls, tokens and audio, as ratios to another application in the same run.

    python tests/benchmarks/calls.py [--peer PYTHON | --before PYTHON | --conversations | --loops | --beside PEERS]
                                     [--plain] [--rounds 3] [--seconds 2] [--only ...] [--pin]

``--peer`` is an interpreter that has the official async SDK (``jambonz-python-sdk``), ``--before`` one that has an
earlier version of this package installed; ``--conversations`` compares calls written top to bottom with the same in
callbacks, ``--loops`` audio echoed in a loop over the stream with the same by a callback. ``--beside`` takes some of
``websockets`` (with uvloop and orjson), ``picows`` (with orjson) and ``node`` (with its library ``ws``, found by
NODE_PATH): applications of plain dicts, which check nothing and stream no tokens. One whose libraries are not there is
left out, and told why; with ``--peer`` besides, all stand in one table. Without any of these the other application is
the same by hand, with Flask and simple-websocket. ``--plain`` leaves the libraries of the extra ``speed`` out.

All applications are started anew for each round and take turns, so that whatever else the machine does meets all of
them; a cell is the median of the rounds, and the ratio is that of this package to the other. Linux only: CPU and memory
of the servers are read from /proc. 5,000 sessions want ``ulimit -n`` above 5,100.

The load generator is Python too. An exchange costs it about as much as it costs the server, so that rates of several
sessions tell as much of it as of the server where there are no more than two cores; CPU per operation is the
server's alone, and the better figure there. ``--pin`` gives the server a core of its own, and
keeps all else from it.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
#: seconds that the proxy holds everything back, each way
DELAY = 0.02

Figures = dict[str, float]


class Row(NamedTuple):
    """One run of the load generator, and the figures of it that the table shows: key -> (label, digits)."""

    mode: str
    options: dict[str, Any]
    shows: dict[str, tuple[str, int]]
    processes: int = 1
    proxied: bool = False


ROWS = {
    "hooks1": Row("hooks", {"sessions": 1}, {"rate": ("hook round trips/s, 1 session", 0)}),
    "hooks10": Row(
        "hooks",
        {"sessions": 10},
        {"rate": ("hook round trips/s, 10 sessions", 0), "cpu": ("- server CPU, us a round trip", 0)},
    ),
    "hooks100": Row("hooks", {"sessions": 100}, {"rate": ("hook round trips/s, 100 sessions", 0)}),
    "paced": Row(
        "paced",
        {"sessions": 300, "interval": 2.0},
        {"p99": ("300 sessions, a hook every 2 s each: p99 ms", 2), "memory": ("- KiB of memory a session", 0)},
    ),
    "thousand": Row(
        "paced",
        {"sessions": 1000, "interval": 5.0},
        {
            "p99": ("1,000 sessions, a hook every 5 s each: p99 ms", 2),
            "memory": ("- KiB of memory a session", 0),
            "threads": ("- threads of the server", 0),
        },
    ),
    "idle": Row("paced", {"sessions": 1000, "interval": 60.0}, {"memory": ("1,000 idle sessions: KiB each", 1)}),
    "idle5000": Row("paced", {"sessions": 5000, "interval": 60.0}, {"memory": ("5,000 idle sessions: KiB each", 1)}),
    "five": Row(
        "paced",
        {"sessions": 5000, "interval": 20.0},
        {
            "p99": ("5,000 sessions, a hook every 20 s each: p99 ms", 2),
            "memory": ("- KiB of memory a session", 1),
            "threads": ("- threads of the server", 0),
        },
    ),
    "calm": Row(
        "paced", {"sessions": 100, "interval": 0.5}, {"p99": ("100 sessions, 200 hooks/s, none sleeps: p99 ms", 2)}
    ),
    "sleepers": Row(
        "paced",
        {"sessions": 100, "interval": 0.5, "sleeper": 10},
        {"p99": ("- every 10th handler sleeps 50 ms: p99 ms of the others", 2)},
    ),
    "calls": Row(
        "calls", {}, {"rate": ("new calls/s, 4 at once", 0), "cpu": ("- server CPU, us a call", 0)}, processes=4
    ),
    "tokens": Row(
        "tokens",
        {"sessions": 20, "count": 1000},
        {
            "rate": ("acked tokens/s, 20 sessions", 0),
            "cpu": ("- server CPU, us a token", 1),
            "lost": ("- lost", 0),
            "disorder": ("- sessions out of order", 0),
        },
    ),
    "full": Row(
        "tokens",
        {"sessions": 20, "count": 1000, "full": 50},
        {
            "rate": ("acked tokens/s, turned away every 50", 0),
            "lost": ("- lost", 0),
            "disorder": ("- sessions out of order", 0),
        },
    ),
    "sentence": Row(
        "sentence", {"count": 60}, {"trips": ("sentence of 60 tokens, round trips of 40 ms", 1)}, proxied=True
    ),
    "flood": Row(
        "audio",
        {"sessions": 10, "window": 8},
        {"rate": ("audio frames/s, 10 streams, unpaced", 0), "cpu": ("- server CPU, us a frame", 1)},
    ),
    "audio400": Row(
        "audio",
        {"sessions": 400},
        {
            "p99": ("400 audio streams in real time: p99 ms", 2),
            "own": ("- from when a frame was really sent", 2),
            "cpu": ("- server CPU, us a frame", 1),
        },
    ),
    "audio": Row(
        "audio",
        {"sessions": 50},
        {
            "p99": ("50 audio streams in real time: p99 ms", 2),
            "own": ("- from when a frame was really sent", 2),
            "cpu": ("- server CPU, us a frame", 1),
        },
    ),
}


#: that of the server with ``--pin``
LAST_CORE = max(os.sched_getaffinity(0))
#: rows that take long, or measure the load generator where a core is shared: only where they are asked for
EXTRA_ROWS = {"idle", "idle5000", "five", "audio400"}
#: peers of ``--beside`` -> their application, how to start it, and what asks whether its libraries are there
PEERS = {
    "websockets": ("calls_websockets.py", sys.executable, ("-c", "import websockets, uvloop, orjson")),
    "picows": ("calls_picows.py", sys.executable, ("-c", "import picows, orjson")),
    "node": ("calls_node.cjs", "node", ("-e", "require('ws')")),
}
#: modes that the applications of ``--beside`` do not have
OURS_ALONE = {"tokens", "sentence"}


def there(name: str, command: str, asks: tuple[str, str]) -> bool:
    """True if an application can run here; else the reason is printed."""
    found, reason = shutil.which(command), f"{command} is not installed"
    if found is not None:
        asked = subprocess.run([found, *asks], check=False, capture_output=True, text=True)
        if not asked.returncode:
            return True
        reason = next((line for line in asked.stderr.splitlines() if "Error" in line), "its libraries are not there")
    print(f"{name} is left out: {reason}", file=sys.stderr)
    return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Server:
    """An application in a process of its own."""

    def __init__(self, python: str, app: str, pin: bool, **environment: str) -> None:
        self.port = free_port()
        environ = {**os.environ, "PORT": str(self.port), **environment}
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen([python, str(HERE / app)], env=environ, stdout=quiet, stderr=quiet)
        if pin:
            os.sched_setaffinity(self.process.pid, {LAST_CORE})
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise RuntimeError(f"{app} did not start") from None
                time.sleep(0.05)

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """KiB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024

    def threads(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def stop(self) -> None:
        self.process.send_signal(signal.SIGKILL)  # nobody is on the line
        self.process.wait(30)


@contextmanager
def proxy(port: int) -> Iterator[int]:
    """A port that leads to ``port``, with everything held back by DELAY each way."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pipe(source: socket.socket, target: socket.socket) -> None:
        held: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

        def deliver() -> None:
            try:
                while (item := held.get())[1]:
                    time.sleep(max(0.0, item[0] - time.monotonic()))
                    target.sendall(item[1])
            except OSError:
                pass  # the run is over

        threading.Thread(target=deliver, daemon=True).start()
        data = b"-"
        while data:
            try:
                data = source.recv(65_536)
            except OSError:
                data = b""
            held.put((time.monotonic() + DELAY, data))

    def run() -> None:
        try:
            while True:
                near = listener.accept()[0]
                far = socket.create_connection(("127.0.0.1", port))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=pipe, args=pair, daemon=True).start()
        except OSError:
            pass  # the run is over

    threading.Thread(target=run, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.close()


def load(row: Row, port: int, seconds: float) -> list[Figures]:
    """What each process of the load generator has found."""
    options = json.dumps({"seconds": seconds, **row.options, "port": port})
    command = [sys.executable, str(HERE / "calls_load.py"), row.mode, options]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(row.processes)]
    found: list[Figures] = []
    for process in processes:
        told = process.communicate(timeout=120)[0]
        if process.returncode:
            raise RuntimeError(f"{row.mode} failed")
        found.append(json.loads(told))
    return found


def measure(row: Row, server: Server, seconds: float) -> Figures:
    load(Row("hooks", {"sessions": 2}, {}), server.port, 0.3)  # warm
    if row.mode == "audio":
        load(Row("audio", {"sessions": 2}, {}), server.port, 0.3)
    memory, cpu = server.memory(), server.cpu()
    most, threads = memory, 0
    watching = threading.Event()

    def watch() -> None:
        nonlocal most, threads
        while not watching.wait(0.1):
            most, threads = max(most, server.memory()), max(threads, server.threads())

    watching_thread = threading.Thread(target=watch)
    watching_thread.start()
    try:
        if row.proxied:
            with proxy(server.port) as port:
                found = load(row, port, seconds)
        else:
            found = load(row, server.port, seconds)
    finally:
        watching.set()
        watching_thread.join()
    figures = dict(found[0])
    for key in ("rate", "done"):
        if key in figures:
            figures[key] = sum(each[key] for each in found)
    if figures.get("done"):
        figures["cpu"] = 1e6 * (server.cpu() - cpu) / figures["done"]
    if "seconds" in figures:
        figures["trips"] = 1 + figures["seconds"] / (2 * DELAY)  # the way of the first, and back from the last
    figures["threads"] = threads
    figures["memory"] = (most - memory) / row.options.get("sessions", 1)
    return figures


def compare(rows: dict[str, Row], apps: dict[str, Callable[[], Server]], rounds: int, seconds: float) -> list[str]:
    """The lines of a table: each application, and the first one's ratio to each of the others."""
    first, *others = apps
    lines = [f"| figure | {first} | {' | '.join(f'{name} | ratio' for name in others)} |"]
    lines.append("|---" * (2 * len(apps)) + "|")
    for row in rows.values():
        found: dict[str, list[Figures]] = {name: [] for name in apps if not (name in PEERS and row.mode in OURS_ALONE)}
        for number in range(rounds):
            for name in list(found)[:: 1 if number % 2 else -1]:
                server = apps[name]()
                try:
                    found[name].append(measure(row, server, seconds))
                finally:
                    server.stop()
        for key, (label, digits) in row.shows.items():
            median = {name: statistics.median(each[key] for each in figures) for name, figures in found.items()}
            cells = [f"{median[first]:,.{digits}f}"]
            for name in others:
                other = median.get(name)
                cells += ["", ""] if other is None else [f"{other:,.{digits}f}", ratio(median[first], other)]
            lines.append(f"| {label} | {' | '.join(cells)} |")
            print(lines[-1], file=sys.stderr)
    return lines


def ratio(ours: float, other: float) -> str:
    return f"{ours / other:.2f}" if other else ""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--peer", metavar="PYTHON")
    options.add_argument("--before", metavar="PYTHON")
    options.add_argument("--conversations", action="store_true")
    options.add_argument("--loops", action="store_true")
    options.add_argument("--beside", metavar="PEERS", default="", help=f"some of {', '.join(PEERS)}, or all")
    options.add_argument("--plain", action="store_true")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=2)
    usual = ",".join(name for name in ROWS if name not in EXTRA_ROWS)
    options.add_argument("--only", default=usual, help=f"some of {', '.join(ROWS)}; without it, {usual}")
    options.add_argument("--pin", action="store_true")
    given = options.parse_args()
    if given.pin:
        os.sched_setaffinity(0, os.sched_getaffinity(0) - {LAST_CORE} or {LAST_CORE})
    plain = {"PLAIN": "1"} if given.plain else {}
    apps: dict[str, Callable[[], Server]] = {
        "jambonz_sync": lambda: Server(sys.executable, "calls_ours.py", given.pin, **plain)
    }
    if given.conversations:
        form = {"FORM": "conversation"}
        apps = {
            "top to bottom": lambda: Server(sys.executable, "calls_ours.py", given.pin, **form),
            "callbacks": lambda: Server(sys.executable, "calls_ours.py", given.pin),
        }
    elif given.loops:
        apps = {
            "loop": lambda: Server(sys.executable, "calls_ours.py", given.pin, AUDIO="loop", **plain),
            "callback": lambda: Server(sys.executable, "calls_ours.py", given.pin, **plain),
        }
    elif given.before:
        apps["before"] = lambda: Server(given.before, "calls_ours.py", given.pin)
    elif not given.peer and not given.beside:
        apps["by hand"] = lambda: Server(sys.executable, "calls_byhand.py", given.pin)
    if given.peer and there("official async SDK", given.peer, ("-c", "import jambonz_sdk")):
        apps["official async SDK"] = lambda: Server(given.peer, "calls_official.py", given.pin)
    for name in PEERS:
        app, command, asks = PEERS[name]
        if (given.beside == "all" or name in given.beside.split(",")) and there(name, command, asks):
            apps[name] = partial(Server, command, app, given.pin)
    if len(apps) == 1:
        options.error("there is nothing to compare with")
    rows = {name: ROWS[name] for name in given.only.split(",")}
    print("\n".join(compare(rows, apps, given.rounds, given.seconds)))


if __name__ == "__main__":
    main()
