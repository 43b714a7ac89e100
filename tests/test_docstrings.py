"""The reader of docstrings finds every fault that it is there for."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from . import docstrings


def drain(timeout: float, *, now: bool = False) -> bool:
    """Refuse new calls, then wait until all calls have ended.

    Args:
        timeout: Seconds to wait,
            and 3 more.
        now: Do not wait.
    Returns:
        True if every call ended by itself.
    Raises:
        InvalidVerb: Never.
        OSError: Now and then.
    Blocks: up to ``timeout`` + 3 s.  Threads: any.
    Example:
        >>> drain(
        ...     30
        ... )
    """
    return bool(timeout) or now


def test_a_docstring_is_read_section_by_section() -> None:
    parsed = docstrings.parse(drain.__doc__ or "")
    assert parsed.summary == "Refuse new calls, then wait until all calls have ended."
    assert {section: parsed.entries(section) for section in ("Args", "Raises")} == {
        "Args": ["timeout", "now"],
        "Raises": ["InvalidVerb", "OSError"],
    }
    assert parsed.text.endswith("Threads: any.")
    assert parsed.sections["Example"][0] == "    >>> drain("
    assert docstrings.faults("drain", drain) == []


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("Refuse new calls", "Refuses new calls", "not imperative"),
        ("Refuse new calls", "The new calls", "not imperative"),
        ("have ended.", "have ended", "no whole sentence"),
        ("Seconds to wait,", "What to wait,", "'What' stands for a noun"),
        ("    now: Do not wait.", "", "its Args are ['timeout']"),
        ("    now: Do not wait.", "    no: Do not wait.", "its Args are ['timeout', 'no']"),
        ("Returns:\n    True if every call ended by itself.\n", "", "does not say what it returns (bool)"),
        ("    OSError: Now and then.", "    Sometimes: Now and then.", "names Sometimes, which is no error"),
        ("    InvalidVerb: Never.\n    OSError: Now and then.\n", "", "Raises"),
        ("Blocks:", "Raises OSError. Blocks:", "Raises has no section"),
        ("  Threads: any.", "\n  Threads: any.", "behind Blocks or Threads are indented"),
        ("    ... )", "    )", "Example has a line without"),
        ("    ... )", "    ... )\nArgs", "Example has a line without"),
        ("True if every call", "True: ``every`` call", "Sphinx takes for a type"),
    ],
)
def test_each_fault_is_found(right: str, wrong: str, fault: str) -> None:
    def faulty(timeout: float, *, now: bool = False) -> Any: ...

    doc = inspect.cleandoc(drain.__doc__ or "")
    assert right in doc
    faulty.__doc__, faulty.__annotations__ = doc.replace(right, wrong), drain.__annotations__
    assert [found for found in docstrings.faults("drain", faulty) if fault in found]


def test_a_function_without_a_result_or_a_text_says_so() -> None:
    def stop() -> None:
        """Stop.

        Returns:
            Nothing.
        """

    def bare() -> None: ...

    assert docstrings.faults("stop", stop) == ["stop: Returns is told of a function that returns nothing"]
    assert docstrings.faults("bare", bare) == ["bare: no docstring"]


def test_a_class_that_users_make_explains_its_arguments() -> None:
    class Queue:
        """A queue of calls."""

        def __init__(self, size: int) -> None:
            self.size = size

    class Made(Queue):
        """A queue of calls. Made by :func:`open_queue`."""

        def __init__(self, size: int) -> None:
            super().__init__(size)

    assert docstrings.faults("Queue", Queue) == ["Queue: its Args are [], its parameters ['size']"]
    assert docstrings.faults("Made", Made) == []
