"""What the REST client costs, beside others in the same run.

    python tests/benchmarks/rest.py
    python tests/benchmarks/rest.py --official path/to/python --community path/to/python

Whole process: from the start of an interpreter to its end, import and one POST to a server on loopback. What is
compared runs in turns; the median counts, and that of the ratios of each turn, which a busy machine moves less. Byte
code is compiled before, for everybody. Threads: 1,000 calls are created by 8 threads, beside bare requests with one
shared session, in turns, too.

The server stands in a process of its own. The ratios are what counts; the machine has its part in all else.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

ACCOUNT = "0f0e0d0c-0000-4000-8000-000000000001"
APPLICATION = "0f0e0d0c-0000-4000-8000-00000000000a"

SERVER = r"""
import socket, threading
ANSWER = b'HTTP/1.1 201 Created\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 64\r\n\r\n'
ANSWER += b'{"sid":"0f0e0d0c-0000-4000-8000-0000000000ff","callId":"a@b.c" }'.ljust(64)
def serve(sock):
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            more = sock.recv(65536)
            if not more:
                return
            data += more
        head, _, data = data.partition(b"\r\n\r\n")
        lengths = [line[15:] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        length = int(lengths[0]) if lengths else 0
        while len(data) < length:
            data += sock.recv(65536)
        data = data[length:]
        sock.sendall(ANSWER)
listener = socket.create_server(("127.0.0.1", 0), backlog=256)
print(listener.getsockname()[1], flush=True)
while True:
    sock, _ = listener.accept()
    threading.Thread(target=serve, args=(sock,), daemon=True).start()
"""

OURS = """
import os
from jambonz_sync.rest import JambonzClient
with JambonzClient(os.environ["BASE"], os.environ["ACCOUNT"], "k") as client:
    client.calls.create(from_="+15085551212", to="+15085551213", application_sid=os.environ["APP"])
"""
BARE = """
import os, requests
r = requests.post(os.environ["BASE"] + "/v1/Accounts/" + os.environ["ACCOUNT"] + "/Calls",
    headers={"Authorization": "Bearer k"}, timeout=30, json={
    "from": "+15085551212", "to": {"type": "phone", "number": "+15085551213"}, "application_sid": os.environ["APP"]})
assert r.json()["sid"]
"""
OFFICIAL = """
import asyncio, os
from jambonz_sdk.client import JambonzClient
async def main():
    async with JambonzClient(base_url=os.environ["BASE"], account_sid=os.environ["ACCOUNT"], api_key="k") as client:
        assert await client.calls.create({"from": "+15085551212", "application_sid": os.environ["APP"],
                                          "to": {"type": "phone", "number": "+15085551213"}})
asyncio.run(main())
"""
COMMUNITY = """
import os
from jambonz import JambonzClient
with JambonzClient(base_url=os.environ["BASE"], account_sid=os.environ["ACCOUNT"], api_key="k") as client:
    client.calls.create(from_="+15085551212", to={"type": "phone", "number": "+15085551213"},
                        application_sid=os.environ["APP"])
"""
TARGET = {"type": "phone", "number": "+15085551213"}
BODY = {"from": "+15085551212", "to": TARGET, "application_sid": APPLICATION}


def process(command: list[str], environ: dict[str, str]) -> tuple[float, float]:
    """Milliseconds by the clock, and of CPU, from start to end of a process."""
    start = time.perf_counter()
    child = subprocess.Popen(command, env=environ)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command[0]} failed with {child.returncode}")
    return wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000


def processes(base: str, runs: int, official: str | None, community: str | None, compiled: str) -> None:
    url = f"{base}/v1/Accounts/{ACCOUNT}/Calls"
    commands = {"bare requests": [sys.executable, "-c", BARE], "jambonz_sync": [sys.executable, "-c", OURS]}
    if shutil.which("curl"):
        headers = ["-H", "Authorization: Bearer k", "-H", "Content-Type: application/json"]
        commands["curl"] = ["curl", "-sS", "--fail", "-o", os.devnull, *headers, "-d", json.dumps(BODY), url]
    if official:
        commands["official async SDK"] = [official, "-c", OFFICIAL]
    if community:
        commands["community SDK"] = [community, "-c", COMMUNITY]
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ.update(BASE=base, ACCOUNT=ACCOUNT, APP=APPLICATION, PYTHONPYCACHEPREFIX=compiled)
    taken: dict[str, list[float]] = {name: [] for name in commands}
    worked: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            wall, cpu = process(command, environ)
            if turn:  # the first compiles
                taken[name].append(wall)
                worked[name].append(cpu)
    bare = statistics.median(taken["bare requests"])
    print(f"whole process, import + one POST, median of {runs}")
    for name, times in taken.items():
        pairs = [mine / other for mine, other in zip(times, taken["bare requests"], strict=True)]
        middle = statistics.median(times)
        paired = statistics.median(pairs)
        cpu = statistics.median(worked[name])
        cpu_ratio = cpu / statistics.median(worked["bare requests"])
        print(
            f"  {name:20} {middle:7.1f} ms  ratio {middle / bare:5.2f}, of pairs {paired:5.2f};"
            f"  CPU {cpu:7.1f} ms  ratio {cpu_ratio:5.2f}"
        )


def rate(create: Callable[[], object], total: int, threads: int) -> float:
    """Calls per second."""
    ready = threading.Barrier(threads + 1)

    def work() -> None:
        ready.wait()
        for _ in range(total // threads):
            create()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    ready.wait()
    start = time.perf_counter()
    for worker in workers:
        worker.join()
    return total / (time.perf_counter() - start)


def together(base: str, runs: int, total: int, threads: int) -> None:
    import requests

    from jambonz_sync.rest import JambonzClient

    client = JambonzClient(base, ACCOUNT, "k")
    session = requests.Session()
    url = f"{base}/v1/Accounts/{ACCOUNT}/Calls"
    headers = {"Authorization": "Bearer k"}

    def ours() -> object:
        return client.calls.create(from_="+15085551212", to="+15085551213", application_sid=APPLICATION)

    def bare() -> object:
        response = session.post(url, json=BODY, headers=headers, timeout=(5, 30))
        response.raise_for_status()
        return response.json()["sid"]

    rates: dict[str, list[float]] = {"bare requests, shared session": [], "jambonz_sync": []}
    for turn in range(runs + 1):
        for name, create in (("bare requests, shared session", bare), ("jambonz_sync", ours)):
            measured = rate(create, total, threads)
            if turn:
                rates[name].append(measured)
    print(f"{total:,} creates over {threads} threads, median of {runs}")
    base_rate = statistics.median(rates["bare requests, shared session"])
    for name, measured_rates in rates.items():
        middle = statistics.median(measured_rates)
        print(f"  {name:30} {middle:7.0f} requests/s  ratio {middle / base_rate:5.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--official", help="interpreter of an environment with the official SDK")
    parser.add_argument("--community", help="interpreter of an environment with the community SDK")
    parser.add_argument("--runs", type=int, default=21, help="whole processes of each kind")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of creates")
    options = parser.parse_args()
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    base = f"http://127.0.0.1:{server.stdout.readline().strip()}"
    try:
        with tempfile.TemporaryDirectory() as compiled:
            processes(base, options.runs, options.official, options.community, str(Path(compiled)))
        together(base, options.rounds, 1000, 8)
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
