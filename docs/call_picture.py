"""Draws the picture of a call that README and the first page show: ``python docs/call_picture.py``.

The call is the first script of README, which the simulator calls. A test holds the picture to what this makes.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from jambonz_sync.simulator import Call, TranscriptEntry

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "_static" / "call.svg"

WIDTH, TOP, ROW = 960, 92, 40
#: where the caller, jambonz and the code stand
CALLER, JAMBONZ, CODE = 70, 330, 392

NOTE = "one WebSocket for each call; each line waits for what the caller does"

STYLE = """
  .card { fill: #ffffff; stroke: #d0d7de; }
  .lane { stroke: #d0d7de; stroke-width: 2; }
  .head { fill: #1f2328; font: 600 14px system-ui, sans-serif; text-anchor: middle; }
  .code { fill: #1f2328; font: 12.5px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
  .said { fill: #1f2328; font: 13px system-ui, sans-serif; text-anchor: middle; }
  .note { fill: #59636e; font: 12px system-ui, sans-serif; }
  .app { stroke: #0969da; fill: #0969da; }
  .caller { stroke: #1a7f37; fill: #1a7f37; }
  .link { stroke-dasharray: 2 3; }
  @media (prefers-color-scheme: dark) {
    .card { fill: #151b23; stroke: #3d444d; }
    .lane { stroke: #3d444d; }
    .head, .code, .said { fill: #f0f6fc; }
    .note { fill: #9198a1; }
    .app { stroke: #4493f8; fill: #4493f8; }
    .caller { stroke: #3fb950; fill: #3fb950; }
  }
"""


class Step(NamedTuple):
    """What is said or done, by whom, and the line of code that it came from, or that it answers."""

    who: str
    text: str
    line: int


def script() -> str:
    """Return the first block of Python in README."""
    match = re.search(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert match
    return match[1]


def body(source: str) -> list[str]:
    """Return the lines of the function that conducts the call."""
    (function,) = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    lines = source.splitlines()[function.body[0].lineno - 1 : function.end_lineno]
    return textwrap.dedent("\n".join(lines)).splitlines()


def conversation(source: str) -> list[TranscriptEntry]:
    """Return what a caller who gives a name and presses 1 hears, says and presses."""
    names: dict[str, object] = {"__name__": "readme"}
    exec(compile(source.replace("create_endpoint()", "create_endpoint(port=0)"), "README.md", "exec"), names)
    with names["endpoint"] as endpoint:  # type: ignore[attr-defined]
        return list(Call(f"{endpoint.url}/", says=["Ann"], presses=["1"]).run().entries)


def steps(lines: list[str], entries: list[TranscriptEntry]) -> Iterator[Step]:
    """Yield the steps of the call, each with the line of code that has its words."""
    line = 0
    for entry in entries:
        if entry.who == "app":
            line = next(
                number
                for number, code in enumerate(lines)
                for words in re.findall(r'"([^"{]+)', code)
                if entry.text.startswith(words)
            )
            yield Step("app", f"“{entry.text}”", line)
        elif entry.who == "caller":
            key = re.fullmatch(r"\(presses (.+)\)", entry.text)
            yield Step("caller", f"presses {key[1]}" if key else f"“{entry.text}”", line)
        elif entry.text.endswith("caller and callee talk"):
            line = next(number for number, code in enumerate(lines) if ".dial(" in code)
            yield Step("app", "a phone rings, and they talk", line)


def arrow(step: Step, y: int) -> str:
    """Draw an arrow from jambonz to the caller, or back, with what is said above it."""
    left, right = CALLER + 8, JAMBONZ - 8
    head = f"M{left + 8},{y - 4} L{left},{y} L{left + 8},{y + 4}"
    if step.who == "caller":
        head = f"M{right - 8},{y - 4} L{right},{y} L{right - 8},{y + 4}"
    return (
        f'<g class="{step.who}"><path d="M{left},{y} H{right}" stroke-width="1.5"/><path d="{head}" fill="none" '
        f'stroke-width="1.5"/></g>\n<text class="said" x="{(left + right) // 2}" y="{y - 7}">{escape(step.text)}</text>'
    )


def draw(lines: list[str], taken: list[Step]) -> str:
    """Return the picture."""
    height = TOP + ROW * len(taken) + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" aria-labelledby="title">',
        '<title id="title">A call: the caller talks with jambonz, and jambonz asks a Python function</title>',
        f"<style>{STYLE}</style>",
        f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="10"/>',
        f'<text class="head" x="{CALLER}" y="34">Caller</text>',
        f'<text class="head" x="{JAMBONZ}" y="34">jambonz</text>',
        f'<text class="head" x="{CODE}" y="34" style="text-anchor: start">Your function, on a thread of its own</text>',
        f'<text class="note" x="{CODE}" y="52">{NOTE}</text>',
        *(f'<path class="lane" d="M{x},46 V{height - 16}"/>' for x in (CALLER, JAMBONZ)),
    ]
    shown: set[int] = set()
    for number, step in enumerate(taken):
        y = TOP + ROW * number
        parts.append(arrow(step, y))
        if step.who == "caller":
            answer = escape(f"returns {step.text.removeprefix('presses ')}")
            parts.append(f'<path class="link caller" d="M{JAMBONZ + 4},{y} H{CODE - 8}"/>')
            parts.append(f'<text class="note" x="{CODE}" y="{y + 4}">{answer}</text>')
        elif step.line not in shown:
            shown.add(step.line)
            parts.append(f'<path class="link app" d="M{JAMBONZ + 4},{y} H{CODE - 8}"/>')
            code = escape(textwrap.shorten(lines[step.line].strip(), 76, placeholder=" ..."))
            parts.append(f'<text class="code" x="{CODE}" y="{y + 4}">{code}</text>')
    return "\n".join([*parts, "</svg>", ""])


def picture() -> str:
    """Return the picture of the first script of README."""
    source = script()
    lines = body(source)
    return draw(lines, list(steps(lines, conversation(source))))


if __name__ == "__main__":
    PICTURE.write_text(picture())
