"""The example of each verb, from ``verb_calls.py``: its code, and the JSON that it becomes."""

from __future__ import annotations

import ast
import json
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jambonz_sync import WebhookResponse

_SOURCE = Path(__file__).with_name("verb_calls.py")
#: characters of a line up to which JSON is not broken
_WIDTH = 76


@cache
def verb_calls() -> dict[str, str]:
    """Return the code of each example by the method of the chain."""
    source = _SOURCE.read_text(encoding="utf-8")
    (function,) = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    lines = source.splitlines()
    return {
        statement.value.func.attr: textwrap.dedent("\n".join(lines[statement.lineno - 1 : statement.end_lineno]))
        for statement in function.body
        if isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
    }


def wire_form(method: str) -> dict[str, Any]:
    """Return what the example of a verb becomes on the wire."""
    response = WebhookResponse()
    exec(verb_calls()[method], {"session": response})
    (verb,) = json.loads(response.to_json())
    assert isinstance(verb, dict)
    return verb


def as_json(value: Any, indent: str = "") -> str:
    """Return JSON whose objects and lists are on one line where they fit."""
    plain = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(plain) <= _WIDTH or not isinstance(value, dict | list) or not value:
        return plain
    inner = f"{indent}  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {as_json(part, inner)}" for name, part in value.items()]
        return "{\n" + ",\n".join(f"{inner}{part}" for part in parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(f"{inner}{as_json(part, inner)}" for part in value) + f"\n{indent}]"


def code_block(language: str, text: str) -> str:
    """Return a block of code in reStructuredText."""
    return f".. code-block:: {language}\n\n{textwrap.indent(text, '    ')}"


def example(method: str) -> Iterator[str]:
    """Yield the example of a verb in reStructuredText."""
    yield code_block("python", verb_calls()[method])
    yield "is sent as"
    yield code_block("json", as_json(wire_form(method)))
