"""What the app tells of its lines is set beside what arrives, whichever comes first."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.phone.origins import OriginFinder
from jambonz_sync.server.development import Origin, Place, fingerprint

SAY, PAUSE = {"verb": "say", "text": "Hi"}, {"verb": "pause", "length": 1}


def at(line: int) -> Place:
    return Place("app.py", line, "call", line, ("code",))


def origin(content: Any, made: int | None = None, sent: int | None = None) -> Origin:
    return Origin(fingerprint(content), None if made is None else at(made), None if sent is None else at(sent))


class Found:
    """An :class:`OriginFinder` and what it has found: record -> ``made 7``."""

    def __init__(self) -> None:
        self.lines: dict[int, list[str]] = {}
        self.finder = OriginFinder(
            lambda record, place, how: self.lines.setdefault(record, []).append(f"{how} {place.line}")
        )


def ack(*verbs: Any) -> dict[str, Any]:
    return {"type": "ack", "msgid": "1", "data": list(verbs)}


def test_a_message_has_the_line_that_sent_it_and_those_that_made_its_verbs() -> None:
    found = Found()
    found.finder.arrive(1, ack(SAY, PAUSE), is_answer=False)
    assert found.lines == {}
    found.finder.tell([origin(SAY, 5, 9), origin(PAUSE, 6, 9)])
    assert found.lines == {1: ["sent 9", "made 5", "made 6"]}


def test_a_verb_that_begins_has_the_lines_of_its_message() -> None:
    found = Found()
    found.finder.tell([origin(SAY, 5, 9)])
    found.finder.arrive(1, [SAY], is_answer=True)
    found.finder.begin(2, SAY)
    assert found.lines[2] == ["sent 9", "made 5"]


def test_a_verb_that_has_begun_before_the_app_tells_has_its_lines_then() -> None:
    found = Found()
    found.finder.arrive(1, ack(SAY), is_answer=False)
    found.finder.begin(2, SAY)
    found.finder.tell([origin(SAY, 5)])
    assert found.lines == {1: ["made 5"], 2: ["made 5"]}


def test_equal_verbs_of_two_lines_are_told_apart_by_their_order() -> None:
    found = Found()
    found.finder.tell([origin(SAY, 5), origin(SAY, 7)])
    found.finder.arrive(1, ack(SAY), is_answer=False)
    queued = {"type": "command", "command": "redirect", "queueCommand": True, "data": [SAY]}
    found.finder.arrive(2, queued, is_answer=False)
    for record in (3, 4):
        found.finder.begin(record, SAY)
    assert (found.lines[3], found.lines[4]) == (["made 5"], ["made 7"])


def test_a_verb_that_was_replaced_before_it_began_lends_its_line_to_no_other() -> None:
    found = Found()
    found.finder.tell([origin(SAY, 5), origin(SAY, 7)])
    found.finder.arrive(1, ack(PAUSE, SAY), is_answer=False)
    found.finder.arrive(2, ack(SAY), is_answer=False)
    found.finder.begin(3, SAY)
    assert found.lines[3] == ["made 7"]


def test_verbs_that_wait_while_others_run_inside_of_one_keep_their_line() -> None:
    found = Found()
    found.finder.tell([origin(SAY, 5), origin(PAUSE, 7)])
    found.finder.arrive(1, ack(SAY), is_answer=False)
    found.finder.arrive(2, ack(PAUSE), is_answer=False)  # the answer to a confirmHook replaces nothing
    found.finder.begin(3, PAUSE)
    found.finder.begin(4, SAY)
    assert (found.lines[3], found.lines[4]) == (["made 7"], ["made 5"])


def test_a_command_has_the_line_that_sent_it() -> None:
    found, command = Found(), {"type": "command", "command": "mute", "data": {"on": True}}
    found.finder.arrive(1, command, is_answer=False)
    found.finder.tell([origin(command, sent=3)])
    assert found.lines == {1: ["sent 3"]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.booleans())
def test_whatever_an_app_sends_is_taken_in(message: Any, is_answer: bool) -> None:
    found = Found()
    found.finder.arrive(1, message, is_answer=is_answer)
    found.finder.arrive(2, {"type": "ack", "data": message}, is_answer=False)
    found.finder.tell([origin(message, 5)])
