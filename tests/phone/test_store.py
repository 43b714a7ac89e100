"""Calls are kept, found again, and compared."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync.phone.store import MOST_CALLS, CallStore, compare, default_path


def speech(who: str, text: str) -> dict[str, Any]:
    return {"id": 0, "kind": "speech", "at": 0.0, "who": who, "text": text}


def call(*records: dict[str, Any], begun: str = "2030-01-01 10:00:00+00:00") -> dict[str, Any]:
    return {
        "target": "app.py",
        "begun": begun,
        "seconds": 3.0,
        "end": "completed",
        "settings": {},
        "records": [*records],
    }


def test_a_call_comes_back_as_it_was_kept(store: CallStore) -> None:
    content = call(speech("app", "Grüß Gott, 'quoted'"))
    assert store.get(store.add(content)) == content


def test_a_call_of_which_more_is_heard_takes_its_own_place(store: CallStore) -> None:
    id = store.add(call())
    assert store.add(call(speech("app", "more")), id) == id
    assert [(found.id, found.first) for found in store.find()] == [(id, "more")]


def test_the_newest_call_comes_first_with_what_a_list_shows(store: CallStore) -> None:
    store.add(call(speech("app", "first")))
    finding = {"id": 1, "kind": "finding", "at": 1.0, "text": "late", "code": "ack-late"}
    id = store.add(call(speech("caller", "hello"), speech("app", "second"), finding, begun="2030-01-02"))
    newest, older = store.find()
    assert (newest.id, newest.first, newest.findings, newest.begun) == (id, "second", 1, "2030-01-02")
    assert older.first == "first"


def test_a_call_is_found_by_what_was_said_in_it(store: CallStore) -> None:
    store.add(call(speech("app", "How can I help?")))
    store.add(call(speech("caller", "50% off; DROP TABLE calls")))
    assert [found.first for found in store.find("HOW CAN")] == ["How can I help?"]
    assert len(store.find("50%")) == 1
    assert store.find("nobody said this") == []


def test_there_is_no_call_of_another_id(store: CallStore) -> None:
    store.add(call())
    assert store.get("' OR 1=1 --") is None


def test_the_oldest_are_let_go(store: CallStore) -> None:
    for number in range(MOST_CALLS + 3):
        store.add(call(speech("app", f"call {number}")))
    found = store.find()
    assert len(found) == MOST_CALLS
    assert found[-1].first == "call 3"


def test_only_calls_of_this_run_are_shown_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "state" / "calls.sqlite3"
    first = CallStore(path)
    id = first.add(call(speech("app", "yesterday")))
    first.close()
    second, third = CallStore(path), CallStore(path, all_runs=True)
    assert second.find() == []
    assert second.get(id) is None
    assert third.get(id) is not None
    second.close()
    third.close()


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "calls.sqlite3"
    CallStore(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_file_is_where_programs_keep_their_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_path() == tmp_path / "jambonz-sync" / "calls.sqlite3"


def test_two_calls_are_set_side_by_side() -> None:
    left = [speech("app", "Hello"), speech("caller", "rye"), speech("app", "Bye")]
    right = [speech("app", "Hello"), speech("caller", "wheat"), speech("caller", "please"), speech("app", "Bye")]
    assert compare(left, right) == [
        {"left": "app: Hello", "right": "app: Hello", "same": True},
        {"left": "caller: rye", "right": "caller: wheat", "same": False},
        {"left": None, "right": "caller: please", "same": False},
        {"left": "app: Bye", "right": "app: Bye", "same": True},
    ]
