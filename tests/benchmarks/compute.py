"""What callbacks that compute do to other calls: how long a quick hook takes while others keep the interpreter busy.

    python tests/benchmarks/compute.py [--seconds 5] [--computing 0,1,4,10,30,100] [--workers 1]

So many calls have a callback that computes for 50 ms of processor time, and ask again when it has answered. One more
call has a quick callback, and asks every 20 ms or as soon as it is answered. ``carries`` is the number of callbacks of
50 ms that a second has room for. Threads of one process take turns of 5 ms at the interpreter, and an answer needs
several of them. With ``--workers`` there are so many processes, as ``endpoint.run(workers=...)`` starts them.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from calls_load import Wire, call, percentile, poll

COMPUTES = 0.05


def serve(workers: int) -> None:
    """Run the application until this process is told to end."""
    from jambonz_sync import Session, create_endpoint

    endpoint = create_endpoint(host="127.0.0.1")

    @endpoint.service("/app").on("session:new")
    def begin(session: Session) -> None:
        @session.on("/echo")
        def quick(evt: Any) -> None:
            session.say(text=f"You said: {evt.transcript}.").reply()

        @session.on("/compute")
        def computes(evt: Any) -> None:
            until = time.thread_time() + COMPUTES
            while time.thread_time() < until:
                sum(range(1000))
            session.say(text="Done.").reply()

        session.say(text="Welcome.").send()

    endpoint.run(workers=workers)


def measure(port: int, computing: int, seconds: float) -> tuple[list[float], float]:
    """The seconds that each quick hook took, and how many computing callbacks ended in a second."""
    quick, others = call(port, 0), [call(port, 1 + number) for number in range(computing)]
    ready = poll([quick, *others])
    for wire in others:
        wire.hook("/compute")
    begun = time.monotonic()
    times: list[float] = []
    done, asked, next_at = 0, 0.0, begun + 0.5
    while (now := time.monotonic()) < begun + seconds or asked:
        if not asked and now >= next_at:
            quick.hook("/echo")
            asked = time.monotonic()
        for wire in ready(0.005):
            for _message in wire.take():
                if wire is quick:
                    times.append(time.monotonic() - asked)
                    asked, next_at = 0.0, asked + 0.02
                else:
                    done += 1
                    again(wire)
    elapsed = time.monotonic() - begun
    for wire in (quick, *others):
        wire.sock.close()
    return times, done / elapsed


def again(wire: Wire) -> None:
    wire.hook("/compute")


def wait_for_server(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description="What callbacks that compute do to other calls.")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--computing", default="0,1,4,10,30,100")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    print(f"{'computing':>9}  {'hooks':>6}  {'p50 ms':>8}  {'p99 ms':>8}  {'max ms':>8}  {'carries':>8}")
    for computing in map(int, options.computing.split(",")):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, __file__, "--serve", str(options.workers)],
            env={**os.environ, "PORT": str(port)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_for_server(port)
            times, rate = measure(port, computing, options.seconds)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        figures = [1000 * percentile(times, share) for share in (0.5, 0.99, 1.0)]
        print(f"{computing:>9}  {len(times):>6}  " + "  ".join(f"{ms:8.1f}" for ms in figures) + f"  {rate:8.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(int(sys.argv[2]))
    else:
        main()
