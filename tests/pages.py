"""The code that the documentation shows: where it stands, and how a test runs it and sees what of it has run."""

from __future__ import annotations

import ast
import builtins
import doctest
import inspect
import re
import symtable
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jambonz_sync.simulator import Pressed, Said, ScriptedCaller, Turn

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.rst") if "_build" not in path.parts)

_MARK = "_has_run"


def name_of(page: Path) -> str:
    """Return the name of a page as ``toctree`` and ``:doc:`` have it: ``howto/rest``."""
    return page.relative_to(DOCS).with_suffix("").as_posix()


def text_of(page: str) -> str:
    """Return the text of a page by its name."""
    return (DOCS / f"{page}.rst").read_text()


def python_blocks(text: str) -> Iterator[str]:
    """Yield the blocks of Python in a page, in its order."""
    for match in re.finditer(r"^( *)\.\. code-block:: python\n((?: *\n|\1 +\S.*\n)+)", text, re.MULTILINE):
        lines = match[2].splitlines()
        while lines and (not lines[0].strip() or lines[0].strip().startswith(":")):
            del lines[0]
        yield textwrap.dedent("\n".join(lines))


def readme_blocks() -> list[str]:
    """Return the blocks of Python in README."""
    return re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)


def docstring_example(thing: object) -> str:
    """Return the Python that a docstring shows as its example, without the prompts; nothing if it shows none."""
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(thing) or "")
    return "".join(example.source for example in examples)


def free_names(source: str) -> set[str]:
    """Return the names that a block uses and neither defines nor imports."""
    free: set[str] = set()
    table = symtable.symtable(source, "page", "exec")
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_local() and symbol.is_assigned()}
    own |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_imported() or symbol.is_namespace()}

    def look_at(scope: symtable.SymbolTable) -> None:
        for symbol in scope.get_symbols():
            name, outer = symbol.get_name(), scope is table or symbol.is_global()
            if symbol.is_referenced() and outer and name not in own and not hasattr(builtins, name):
                free.add(name)
        for inner in scope.get_children():
            look_at(inner)

    look_at(table)
    return free - {"__name__", "__conditional_annotations__"}  # the second is Python's own, from 3.14 on


class _Marker(ast.NodeTransformer):
    """Has each function say that it has run."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        mark = ast.parse(f"{_MARK}.add({node.name!r})").body
        node.body[:0] = mark
        return node


@dataclass
class Block:
    """A block of Python of a page, and the names of its functions that have run."""

    page: str
    source: str
    has_run: set[str] = field(default_factory=set)
    scope: dict[str, Any] = field(default_factory=dict)

    @property
    def functions(self) -> set[str]:
        """The names of all functions that it defines."""
        return {node.name for node in ast.walk(ast.parse(self.source)) if isinstance(node, ast.FunctionDef)}

    def run(self, **scene: Any) -> dict[str, Any]:
        """Run it with these names, and return all names that there are afterwards."""
        tree = ast.fix_missing_locations(_Marker().visit(ast.parse(self.source)))
        self.scope = {"__name__": "page", _MARK: self.has_run, **scene}
        exec(compile(tree, f"docs/{self.page}.rst", "exec", dont_inherit=True), self.scope)
        return self.scope

    def caller(self) -> ScriptedCaller:
        """Return a caller who speaks and presses a key in turn, with keys first if the app begins with them."""
        question = re.search(r"(?:ask|gather)\((.*?)(?:\)|$)", self.source, re.MULTILINE)
        turns: list[Turn] = [Said("hello"), Pressed("1")] * 2
        return ScriptedCaller(turns[1:] if question and "digits" in question[1] else turns, silences=0)


def block_with(page: str, text: str) -> Block:
    """Return the only block of a page that has ``text`` in it."""
    (source,) = [source for source in python_blocks(text_of(page)) if text in source]
    return Block(page, source)
