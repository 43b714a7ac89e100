"""Many calls at once: what came of them is counted, and none outlives the test."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from jambonz_sync.simulator import CallLimits, Said
from jambonz_sync.testing import LoadReport, LoadTest, load_scenarios

from ..simulator.peer import serving, wait_for_no_threads
from .apps import make_endpoint

OPTIONS = {"limits": CallLimits(handshake=20.0, ack=20.0)}


def test_calls_are_kept_up_for_a_while_and_all_are_counted() -> None:
    seen: list[int] = []
    with serving() as app:
        gather = {"verb": "gather", "input": ["speech"], "actionHook": "/heard"}
        app.verbs("/in", [{"verb": "say", "text": "Hello"}, gather])
        app.verbs("/heard", [{"verb": "hangup"}])
        test = LoadTest(
            f"{app.http}/in", 4, 1.0, script=[Said("hi")], options=OPTIONS, on_progress=lambda r: seen.append(r.calls)
        )
        report = test.run()
        heard = len([request for request in app.requests if request.path == "/heard"])
    # those that were up when the time was over have been hung up
    assert report.calls - 4 <= heard <= report.calls
    assert report.calls == report.passed >= 4
    assert report.most_at_once == 4
    assert len(report.latencies["/heard"]) == heard
    assert 0 < report.figures()["p50"] <= report.figures()["p99"] <= report.figures()["max"] < 20
    assert seen == sorted(seen)
    assert seen[-1] == report.calls
    wait_for_no_threads()
    assert not [thread for thread in threading.enumerate() if thread.name == "jambonz-sync-load"]


def test_failures_are_counted_by_their_kind() -> None:
    with serving() as app:
        app.verbs("/in", [{"verb": "sing"}])
        report = LoadTest(f"{app.http}/in", 2, 0.3, options=OPTIONS).run()
    assert report.passed == 0
    assert report.failures == {"answer-void": report.calls}
    assert report.figures()["failed"] == 1.0


def test_an_app_that_is_not_there_is_a_failure() -> None:
    report = LoadTest("ws://127.0.0.1:1/", 2, 0.2, rate=20).run()
    assert report.failures == {"not connected: CallFailed": report.calls}
    assert 1 <= report.calls <= 6


def test_calls_are_begun_no_faster_than_at_the_rate() -> None:
    with serving() as app:
        app.verbs("/in", [{"verb": "hangup"}])
        report = LoadTest(f"{app.http}/in", 5, 1.0, rate=10, options=OPTIONS).run()
    assert 1 <= report.calls <= 10


def test_calls_that_are_still_up_are_hung_up_at_the_end() -> None:
    with make_endpoint() as endpoint:
        report = LoadTest(endpoint.url, 3, 0.5, script=[], options=OPTIONS).run()
    assert report.calls == report.passed >= 3
    assert report.seconds < 15


def test_scenarios_are_played_in_turn(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(
        "- name: good\n  steps: [says: hello, heard: 'said: hello']\n"
        "- name: bad\n  timeout: 100ms\n  steps: [heard: Good morning]\n"
    )
    with make_endpoint() as endpoint:
        report = LoadTest(endpoint.url, 2, 0.5, script=load_scenarios(tmp_path)).run()
    assert 0 < report.passed < report.calls
    assert report.failures == {"the app did not say 'Good morning' within 0.1 s": report.calls - report.passed}
    assert report.latencies["/heard"]


def test_a_report_as_json() -> None:
    report = LoadReport(2.0, 4, 3, latencies={"/a": [0.1, 2.0, 6.0]}, most_at_once=2)
    report.failures["busy"] += 1
    described = report.to_dict()
    assert described["calls_per_second"] == 2.0
    assert (described["answers"], described["answers_over_1_s"], described["answers_over_5_s"]) == (3, 2, 1)
    assert (described["p50"], described["max"], described["failed"]) == (2.0, 6.0, 0.25)
    assert described["hooks"]["/a"]["answers"] == 3
    assert described["failures"] == {"busy": 1}
    assert LoadReport().to_dict()["p99"] == 0.0


@pytest.mark.parametrize(("percent", "seconds"), [(0, 1.0), (50, 3.0), (99, 4.0), (100, 4.0)])
def test_a_percentile_is_a_time_within_which_so_many_answers_came(percent: float, seconds: float) -> None:
    from jambonz_sync.testing.latency import percentile

    assert percentile([4.0, 1.0, 3.0, 2.0], percent) == seconds
