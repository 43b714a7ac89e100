"""The documentation as plain Markdown: what the builder ``markdown`` makes, with ``llms.txt`` and ``llms-full.txt``.

``llms.txt`` lists the pages with a line about each; ``llms-full.txt`` is all of them in one file, in the order of the
table of contents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_markdown_builder.translator import MarkdownTranslator

#: the parts of the documentation, as the names of their pages begin
PARTS = {"tutorial": "Tutorial", "howto": "How-to guides", "reference": "Reference", "explanation": "Explanation"}


class Translator(MarkdownTranslator):
    """Takes the nodes of signatures and cards as the text that they have."""

    def visit_abbreviation(self, node: nodes.Node) -> None:
        """Pass: its text follows."""

    depart_abbreviation = visit_abbreviation
    visit_caption = depart_caption = visit_PassthroughTextElement = depart_PassthroughTextElement = visit_abbreviation


def pages(app: Sphinx) -> Iterator[str]:
    """Yield the names of all pages in the order of the table of contents."""
    includes = app.env.toctree_includes

    def below(name: str) -> Iterator[str]:
        yield name
        for inner in includes.get(name, ()):
            yield from below(inner)

    yield from below(app.config.root_doc)


def about(app: Sphinx, name: str) -> str:
    """Return the first sentence of a page."""
    section = next(iter(app.env.get_doctree(name).findall(nodes.section)))
    first = next((child.astext() for child in section.children if isinstance(child, nodes.paragraph)), "")
    return re.split(r"(?<=[.:])\s", " ".join(first.split()))[0].rstrip(":")


def write_llms(app: Sphinx, exception: Exception | None) -> None:
    """Write both files beside the pages."""
    if exception is not None or app.builder.name != "markdown":
        return
    out = Path(app.outdir)
    names = list(dict.fromkeys(pages(app)))
    texts = {name: (out / f"{name}.md").read_text(encoding="utf-8") for name in names}
    titles = {name: app.env.titles[name].astext() for name in names}
    root = app.config.root_doc
    lines = [f"# {titles[root]}", "", f"> {about(app, root)}", ""]
    for part, title in PARTS.items():
        lines += [f"## {title}", ""]
        lines += [
            f"- [{titles[name]}]({name}.md): {about(app, name)}"
            for name in names
            if name.startswith(f"{part}/") and not name.endswith("/index")
        ]
        lines.append("")
    (out / "llms.txt").write_text("\n".join(lines), encoding="utf-8")
    whole = (f"<!-- {name}.md -->\n\n{text.strip()}\n" for name, text in texts.items() if not name.endswith("index"))
    (out / "llms-full.txt").write_text("\n".join(whole), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the builder, and what is to happen at its end."""
    app.setup_extension("sphinx_markdown_builder")
    app.set_translator("markdown", Translator, override=True)
    app.connect("build-finished", write_llms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
