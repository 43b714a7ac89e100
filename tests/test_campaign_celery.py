"""examples/campaign_celery.py: two workers, one of them killed in the middle, and every number has its result."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.campaign.network import APPLICATION, PhoneNetwork
from tests.ports import free_port
from tests.rest.fake_api import Visit
from tests.waiting import wait_for

pytest.importorskip("celery", reason="the extra 'celery' is not installed")
pytest.importorskip("redis", reason="the extra 'celery' is not installed")
REDIS_SERVER = shutil.which("redis-server")
pytestmark = [
    pytest.mark.skipif(REDIS_SERVER is None, reason="redis-server is not installed (Debian: redis-server)"),
    pytest.mark.timeout(240),
]

EXAMPLES = Path(__file__).parent.parent / "examples"
NUMBERS = [f"+1508555{1000 + n}" for n in range(24)]
BUSY_ONCE = set(NUMBERS[::4])
THREADS = 3
PATIENCE = 120.0


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


class Gate:
    """Lets the first requests to place a call through, and holds the others until it is opened."""

    def __init__(self, network: PhoneNetwork, through: int) -> None:
        self.opened = threading.Event()
        self.waiting = 0
        self._through = through
        self._network = network
        self._lock = threading.Lock()
        network.before = self._before

    def _before(self, visit: Visit) -> bool:
        if visit.request.method == "POST" and len(self._network.arrived) > self._through and not self.opened.is_set():
            with self._lock:
                self.waiting += 1
            self.opened.wait(PATIENCE)
        return False


def test_a_worker_that_is_killed_loses_no_number_and_doubles_none(stack: ExitStack, tmp_path: Path) -> None:
    import redis

    network = stack.enter_context(PhoneNetwork())
    network.outcome = lambda number, n: "busy" if n == 1 and number in BUSY_ONCE else "completed"
    gate = Gate(network, through=4)
    stack.callback(gate.opened.set)
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    environment = {
        **network.environment,
        "JAMBONZ_APPLICATION_SID": APPLICATION,
        "CAMPAIGN_FROM": "+15085550000",
        "CAMPAIGN_RATE": "100/s",
        "CAMPAIGN_HOURS": "00:00-24:00",
        "CAMPAIGN_RETRY_AFTER": "0",
        "CAMPAIGN_REDELIVER_AFTER": "4",
        "REDIS_URL": url,
        "PYTHONPATH": os.pathsep.join([str(EXAMPLES), str(EXAMPLES.parent)]),
    }

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(arguments, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL)
        stack.callback(process.wait, 30)
        stack.callback(process.kill)
        return process

    def worker(name: str) -> subprocess.Popen[bytes]:
        options = ("--pool", "threads", "--concurrency", str(THREADS), "--hostname", f"{name}@here")
        quiet = ("--loglevel", "ERROR", "--without-gossip", "--without-mingle")
        return start(sys.executable, "-m", "celery", "-A", "campaign_celery", "worker", *options, *quiet)

    def command(name: str) -> str:
        arguments = [sys.executable, str(EXAMPLES / "campaign_celery.py"), name, str(tmp_path / "numbers.csv")]
        return subprocess.run(
            arguments, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=60
        ).stdout

    def results() -> dict[str, str]:
        return dict(line.split(",", 1) for line in command("report").splitlines())

    assert REDIS_SERVER is not None
    start(REDIS_SERVER, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path), "--appendonly", "yes")
    store = stack.enter_context(redis.Redis.from_url(url, decode_responses=True))

    def answers() -> bool:
        try:
            return bool(store.ping())
        except redis.ConnectionError:
            return False

    wait_for(answers, "an answer of Redis", PATIENCE)
    (tmp_path / "numbers.csv").write_text("number\n" + "\n".join(NUMBERS))
    command("feed")
    assert set(results().values()) == {"waiting"}

    doomed, _ = worker("doomed"), worker("other")
    wait_for(lambda: gate.waiting == 2 * THREADS, "a call of each thread of the workers", PATIENCE)
    doomed.kill()
    doomed.wait(30)
    gate.opened.set()
    command("feed")  # as a person would who is not sure, and it does no harm

    def ended() -> bool:
        last = [result.split(",")[-1] for result in results().values()]
        # A task that is delivered twice while its worker lives is unknown for a moment.
        unknown = sum(result.startswith("unknown") for result in last)
        return unknown == THREADS and last.count("completed") == len(NUMBERS) - THREADS

    wait_for(ended, "a result for every number", PATIENCE)
    outcomes = results()
    assert sorted(outcomes) == sorted(NUMBERS)
    unknown = {number for number, result in outcomes.items() if "unknown" in result}
    assert len(unknown) == THREADS, "each call that the killed worker was placing, and no other"
    for number in NUMBERS:
        attempts = outcomes[number].split(",")
        assert network.dialled[number] == len(attempts), "called once for each attempt"
        if number in unknown:
            assert attempts[-1] == "unknown: its worker died before the answer came"
        else:
            assert attempts == (["busy", "completed"] if number in BUSY_ONCE else ["completed"])
