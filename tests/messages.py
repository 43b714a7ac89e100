"""The messages of the package, read off its code: what the log is told at WARNING and above, and the errors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jambonz_sync

PACKAGE = Path(jambonz_sync.__file__).parent
#: rooms whose log is theirs alone: the simulator and the commands say what they do to who runs them
OF_TOOLS = ("simulator", "testing", "cli", "phone", "mcp")
_LEVELS = {"warning", "error", "exception", "critical"}


def files() -> Iterator[Path]:
    """Return the modules whose messages a user meets in an app."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] not in OF_TOOLS:
            yield path


def templates() -> dict[str, str]:
    """Return the texts of warnings and errors of the log, as they stand in the code, each with where it stands."""
    found: dict[str, str] = {}
    for path in files():
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner = node.func.value
            is_log = isinstance(owner, ast.Name) and owner.id == "log" and node.func.attr in _LEVELS
            if (is_log or node.func.attr == "_warn") and node.args:
                for text in texts(node.args[0]):
                    found.setdefault(text, f"{path.relative_to(PACKAGE)}:{node.lineno}")
    return found


def texts(node: ast.expr) -> Iterator[str]:
    """Return the texts that an argument may be; what a formatted one is given is ``%s``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "%s" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def error_classes() -> set[str]:
    """Return the names of all public errors."""
    found: set[str] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.add(node.name)
    return {name for name in found if _is_error(name)}


def _is_error(name: str) -> bool:
    from jambonz_sync import errors

    tree = errors.__doc__ or ""
    return re.search(rf"(?:── |^\s*){name}\b", tree, re.MULTILINE) is not None


if __name__ == "__main__":
    for text, where in sorted(templates().items(), key=lambda item: item[1]):
        print(f"{where}\t{text}")
    print(sorted(error_classes()))
