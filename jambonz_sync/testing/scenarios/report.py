"""Reports of scenarios: a table for people, JUnit XML for CI."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from xml.etree import ElementTree

from .outcome import Outcome

__all__ = ["junit_xml", "summary", "table"]

#: what XML has no way to write
_NOT_OF_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(outcomes: Sequence[Outcome]) -> str:
    """Return the outcomes as JUnit XML, a suite for each file.

    Args:
        outcomes: The outcomes.
    """
    by_file: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_file[outcome.file].append(outcome)
    root = ElementTree.Element("testsuites")
    for file, group in by_file.items():
        suite = ElementTree.SubElement(root, "testsuite", {"name": file, **_counts(group)})
        for outcome in group:
            case = ElementTree.SubElement(
                suite,
                "testcase",
                {
                    "classname": file,
                    "name": _NOT_OF_XML.sub("?", outcome.name),
                    "file": file,
                    "line": str(outcome.line),
                    "time": f"{outcome.seconds:.3f}",
                },
            )
            details = _NOT_OF_XML.sub("?", outcome.details)
            if outcome.result == "passed":
                ElementTree.SubElement(case, "system-out").text = details
            else:
                tag = "failure" if outcome.result == "failed" else "error"
                fault = ElementTree.SubElement(case, tag, {"message": _NOT_OF_XML.sub("?", outcome.message)})
                fault.text = details
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _counts(group: Sequence[Outcome]) -> dict[str, str]:
    return {
        "tests": str(len(group)),
        "failures": str(sum(outcome.result == "failed" for outcome in group)),
        "errors": str(sum(outcome.result == "error" for outcome in group)),
        "time": f"{sum(outcome.seconds for outcome in group):.3f}",
    }


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the outcomes as a table, a line each, with the reasons of those that have not passed.

    Args:
        outcomes: The outcomes.
    """
    width = max((len(outcome.name) for outcome in outcomes), default=0)
    lines: list[str] = []
    for outcome in outcomes:
        place = "" if outcome.result == "passed" else f"  {outcome.file}:{outcome.line}: {outcome.message}"
        lines.append(f"{outcome.result:<7} {outcome.name:<{width}} {outcome.seconds:7.2f} s{place}")
    return lines


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return how many have passed and failed, in a line.

    Args:
        outcomes: The outcomes.
    """
    counts = {result: sum(outcome.result == result for outcome in outcomes) for result in ("passed", "failed", "error")}
    parts = [f"{count} {'could not be played' if name == 'error' else name}" for name, count in counts.items() if count]
    return ", ".join(parts) or "no scenarios"
