"""The structure of the package, read off its imports: those for type checkers and those within functions count.

``python tests/architecture.py [PACKAGE]`` prints lines of source for each room, the floor that it stands on, and the
circles of modules that import each other. PACKAGE is the folder of a package, such as that of an older checkout.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path


class Package:
    """The modules of a package by name, without the package's own, and what each imports.

    A folder without an ``__init__.py`` is none of it: an installed package carries its documentation and examples so.

    Args:
        folder: Where the package is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name
        self.modules = {
            ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): path
            for path in sorted(folder.rglob("*.py"))
            if (path.parent / "__init__.py").exists()
        }
        del self.modules["__init__"]  # the exports of the whole package, which are lazy: see test_exports

    @cached_property
    def imports(self) -> dict[str, list[tuple[int, str]]]:
        """Module -> line and absolute name of all that it imports."""
        return {module: list(self._imports(module)) for module in self.modules}

    def _imports(self, module: str) -> Iterator[tuple[int, str]]:
        path = self.modules[module]
        base = [self.name, *module.split(".")]
        if path.name != "__init__.py":
            base.pop()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                prefix = base[: len(base) - node.level + 1] if node.level else []
                source = ".".join([*prefix, *([node.module] if node.module else [])])
                for alias in node.names:
                    submodule = f"{source}.{alias.name}"
                    named = submodule.removeprefix(f"{self.name}.") in self.modules or source == self.name
                    yield node.lineno, submodule if named else source

    @cached_property
    def needs(self) -> dict[str, set[str]]:
        """Module -> the modules of the package that it imports; a package stands for its ``__init__``."""
        return {
            module: {name.removeprefix(f"{self.name}.") for _, name in names if name.startswith(f"{self.name}.")}
            & self.modules.keys() - {module}
            for module, names in self.imports.items()
        }

    @cached_property
    def circles(self) -> list[list[str]]:
        """Modules that import each other in a loop."""
        return [sorted(group) for group in components(self.needs) if len(group) > 1]

    @cached_property
    def room_needs(self) -> dict[str, set[str]]:
        """Room -> the rooms that it imports."""
        needs: dict[str, set[str]] = {room_of(module): set() for module in self.modules}
        for module, others in self.needs.items():
            needs[room_of(module)] |= {room_of(other) for other in others} - {room_of(module)}
        return needs


def components(needs: dict[str, set[str]]) -> list[list[str]]:
    """Tarjan's strongly connected components of a graph, each after those that it needs."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in needs[module]:
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            groups.append(stack[stack.index(module) :])
            del stack[stack.index(module) :]

    for module in needs:
        if module not in index:
            visit(module)
    return groups


def floors(needs: dict[str, set[str]]) -> dict[str, int]:
    """Name -> one more than the highest floor that it needs; those in a circle share one."""
    floor_of: dict[str, int] = {}
    for group in components(needs):
        below = {other for name in group for other in needs[name]} - set(group)
        floor_of.update(dict.fromkeys(group, 1 + max((floor_of[other] for other in below), default=0)))
    return floor_of


def room_of(module: str) -> str:
    """Return the room of a module: the folder, or the file, at the top of the package."""
    return module.partition(".")[0]


def lines_of(path: Path) -> tuple[int, int]:
    """Count the lines of a file, and those of them with code: neither blank nor comment nor docstring."""
    text = path.read_text()
    docstrings = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
            string = node.body[0]
            docstrings.update(range(string.lineno, (string.end_lineno or string.lineno) + 1))
    code = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
            code.update(range(token.start[0], token.end[0] + 1))
    return len(text.splitlines()), len(code - docstrings)


def report(package: Package) -> None:
    """Print what this module's docstring says."""
    rooms: dict[str, list[str]] = defaultdict(list)
    for module in package.modules:
        rooms[room_of(module)].append(module)
    floor_of = floors(package.room_needs)
    print(f"{'room':16}{'floor':>6}{'modules':>9}{'lines':>8}{'code':>8}")
    total = [0, 0, 0]
    for room, modules in sorted(rooms.items(), key=lambda item: floor_of[item[0]]):
        counts = [lines_of(package.modules[module]) for module in modules]
        lines, code = sum(count[0] for count in counts), sum(count[1] for count in counts)
        print(f"{room:16}{floor_of[room]:6}{len(modules):9}{lines:8}{code:8}")
        total = [total[0] + len(modules), total[1] + lines, total[2] + code]
    print(f"{'all':22}{total[0]:9}{total[1]:8}{total[2]:8}")
    arrows = sum(map(len, package.room_needs.values()))
    print(f"rooms {len(rooms)}, floors {max(floor_of.values())}, arrows between rooms {arrows}")
    print(f"circles {len(package.circles)}" + "".join(f"\n  {' '.join(circle)}" for circle in package.circles))


if __name__ == "__main__":
    report(Package(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "jambonz_sync"))
