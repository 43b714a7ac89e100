"""Sphinx directives that write the reference of verbs, components and events from the classes themselves."""

from __future__ import annotations

import importlib
import inspect
import re
import typing
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

import example_pages
import rest_reference
import simulated
import verb_examples
from actions import CALLS, action_methods, call_form, session_methods
from docutils import nodes
from docutils.parsers.rst import directives
from event_payloads import event_classes, payload
from option_rows import in_words, option_rows
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from jambonz_sync import Session, verbs
from jambonz_sync.errors import JambonzError
from jambonz_sync.events.view import Field, View
from jambonz_sync.model.declare import Model, options
from jambonz_sync.rest import resources
from jambonz_sync.verbs import components

#: where users find the classes of the REST client
RESOURCES = resources.__name__
#: packages that users import errors from; they import all others from the root
_PUBLIC = {"jambonz_sync.campaign", "jambonz_sync.rest"}
_ENTRY = re.compile(r"^ {4}(\w+): (.*)$")


def described(cls: type) -> tuple[str, dict[str, str]]:
    """Return the text of a docstring, and the entries under its ``Args:``."""
    text, _, args = inspect.cleandoc(cls.__doc__ or "").partition("\nArgs:\n")
    entries: dict[str, str] = {}
    name = ""
    for line in args.splitlines():
        match = _ENTRY.match(line)
        if match:
            name, entries[match[1]] = match[1], match[2]
        elif name and line.startswith("     "):
            entries[name] += f" {line.strip()}"
        elif line.strip():
            name = ""
    return text.strip(), entries


def table(rows: Sequence[tuple[str, str, str]], header: tuple[str, str, str]) -> str:
    lines = [".. list-table::", "   :header-rows: 1", "   :widths: 22 24 54", "   :class: reference", ""]
    for row in [header, *rows]:
        for i, cell in enumerate(row):
            lines.append(f"   {'* -' if i == 0 else '  -'} {cell}")
    return "\n".join(lines)


def target(kind: str, home: str, cls: type) -> str:
    """Where a role that names ``cls`` leads to, with nothing to be seen of it."""
    return f".. py:{kind}:: {home}.{cls.__name__}\n   :canonical: {cls.__module__}.{cls.__name__}\n   :no-typesetting:"


def model_section(label: str, title: str, cls: type[Model], note: str, example: Iterable[str] = ()) -> str:
    text, _ = described(cls)
    home = "jambonz_sync.verbs" if label == "verb" else "jambonz_sync.verbs.components"
    parts = [f".. _{label}-{cls.__name__}:", f"{title}\n{'~' * len(title)}", target("class", home, cls)]
    if note:
        parts.append(note)
    parts.append(text)
    rows = list(option_rows(cls))
    parts.append(table(rows, ("Option", "Type", "Meaning")) if rows else "No options.")
    parts.extend(example)
    return "\n\n".join(parts)


class _Written(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(self.text(), allow_section_headings=True)

    def text(self) -> str:
        raise NotImplementedError


class Verbs(_Written):
    """All verbs, in the order of the chain's methods."""

    def text(self) -> str:
        parts = []
        for method, name in verbs.VERBS.items():
            cls = getattr(verbs, name)
            meta = cls.__jambonz__
            note = [f"``.{method}(...)``, :class:`jambonz_sync.verbs.{name}`"]
            if meta.verb != method:
                note.append(f"on the wire ``{meta.verb}``")
            if meta.since:
                note.append(f"since {meta.since}")
            if meta.new:
                note.append("not on a 0.9 server")
            example = verb_examples.example(method)
            parts.append(model_section("verb", method, cls, "; ".join(note) + ".", example))
        return "\n\n".join(parts)


class Components(_Written):
    """All components, by name, and the models that only verbs name."""

    def text(self) -> str:
        classes = {name: getattr(components, name) for name in components.__all__}
        for name in verbs.VERBS.values():
            for option in options(getattr(verbs, name)):
                classes.update((cls.__name__, cls) for cls in _models(option.type))
        todo = list(classes.values())
        while todo:
            cls = todo.pop()
            if not (isinstance(cls, type) and issubclass(cls, Model)):
                continue
            for option in options(cls):
                for inner in _models(option.type):
                    if inner.__name__ not in classes:
                        classes[inner.__name__] = inner
                        todo.append(inner)
        return "\n\n".join(
            model_section("component", name, cls, f"Since {since}." if (since := cls.__jambonz__.since) else "")
            for name, cls in sorted(classes.items(), key=lambda item: item[0].lower())
            if isinstance(cls, type) and issubclass(cls, Model) and cls.__jambonz__.verb is None
        )


def _models(hint: Any) -> Iterator[type[Model]]:
    if isinstance(hint, type) and issubclass(hint, Model) and hint.__jambonz__.verb is None:
        yield hint
    for argument in typing.get_args(hint):
        yield from _models(argument)


class Events(_Written):
    """All classes of events, their fields and the values that jambonz documents."""

    def text(self) -> str:
        return "\n\n".join(event_section(cls) for cls in event_classes())


def event_section(cls: type[View]) -> str:
    name = cls.__name__
    parts = [f".. _event-{name}:", f"{name}\n{'~' * len(name)}", target("class", "jambonz_sync.events", cls)]
    parts.append(described(cls)[0])
    bases = [base.__name__ for base in cls.__bases__ if issubclass(base, View) and base is not View]
    if bases:
        parts.append("Has the fields of " + ", ".join(f":ref:`event-{base}`" for base in bases) + ".")
    rows = []
    for attribute, member in vars(cls).items():
        if isinstance(member, Field):
            wire = "" if attribute == member.wire else f" (``{member.wire}`` on the wire)"
            values = " | ".join(f"``{value}``" for value in member.values)
            rows.append((f"``{attribute}``{wire}", member.kind, values))
        elif isinstance(member, property) and not attribute.startswith("_"):
            meaning = " ".join(inspect.cleandoc(member.__doc__ or "").split())
            rows.append((f"``{attribute}``", in_words(typing.get_type_hints(member.fget)["return"]), meaning))
    if rows:
        parts.append(table(rows, ("Attribute", "Type", "Values")))
    parts += ["For example:", verb_examples.code_block("json", verb_examples.as_json(payload(cls)))]
    return "\n\n".join(parts)


class Errors(_Written):
    """All errors, with the builtin that each also is, from the modules that the directive names."""

    has_content = True
    #: for errors that another page describes
    option_spec: ClassVar = {"no-index": directives.flag}

    def text(self) -> str:
        rows, targets = [], []
        for home in self.content:
            module = importlib.import_module(home)
            inner = home.removesuffix(".errors").removesuffix(".http")
            members = [each for each in vars(module).values() if isinstance(each, type)]
            classes = [cls for cls in members if issubclass(cls, JambonzError)]
            for cls in classes:
                if cls.__module__ == module.__name__ and not cls.__name__.startswith("_"):
                    text, facts = described(cls)
                    attributes = {name: fact for name, fact in facts.items() if name not in ("message", "call_sid")}
                    text = " ".join(
                        [text.replace("\n", " "), *(f"``{name}``: {fact}" for name, fact in attributes.items())]
                    )
                    bases = [base.__name__ for base in cls.__bases__ if base is not JambonzError]
                    public = inner if inner in _PUBLIC else "jambonz_sync"
                    targets.append(target("exception", public, cls))
                    rows.append((f"``{cls.__name__}``", ", ".join(f"``{base}``" for base in bases), text))
        if "no-index" in self.options:
            targets = []
        return "\n\n".join([*targets, table(rows, ("Error", "Is also", "Meaning"))])


class Endpoints(_Written):
    """What each method of the REST client sends."""

    def text(self) -> str:
        return rest_reference.endpoint_table()


class Resources(_Written):
    """The resources of the REST client with their methods, and the fields that these take."""

    def text(self) -> str:
        return "\n\n".join(rest_reference.resource_reference())


class Results(_Written):
    """The models that the REST client answers with."""

    def text(self) -> str:
        return "\n\n".join(rest_reference.model_reference())


class Examples(_Written):
    """All examples, with their code."""

    def text(self) -> str:
        return "\n\n".join(example_pages.example_sections())


class Actions(_Written):
    """Each action on a running call with the methods that ask for it, then the methods of a session in full."""

    def text(self) -> str:
        rows = [
            (
                described(methods.action)[0].partition("\n")[0],
                _calls(Session, "jambonz_sync.Session", methods.session),
                _calls(CALLS, f"{RESOURCES}.{CALLS.__name__}", methods.rest),
            )
            for methods in action_methods()
        ]
        methods = (f".. automethod:: jambonz_sync.Session.{name}" for name in session_methods())
        return "\n\n".join([table(rows, ("Action", "``session.``", "``client.calls.``")), *methods])


class Simulated(_Written):
    """What the simulator does with each option of each verb."""

    def text(self) -> str:
        header = ("Option", "Simulated", "Difference")
        return "\n\n".join(
            "\n\n".join([section.head, *([table(section.rows, header)] if section.rows else [])])
            for section in simulated.sections()
        )


def _calls(cls: type, home: str, names: Sequence[str]) -> str:
    return " ".join(f":meth:`{call_form(cls, name)} <{home}.{name}>`" for name in names) or "\\-"


def keep_colons(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Keep napoleon from taking the words before a colon in the first line of a property for its type."""
    if what in ("attribute", "data", "property"):
        lines[:0] = ["..", ""]  # a comment, which is not shown


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", keep_colons, priority=400)  # napoleon has 500
    app.add_directive("jambonz-verbs", Verbs)
    app.add_directive("jambonz-components", Components)
    app.add_directive("jambonz-events", Events)
    app.add_directive("jambonz-errors", Errors)
    app.add_directive("jambonz-endpoints", Endpoints)
    app.add_directive("jambonz-resources", Resources)
    app.add_directive("jambonz-results", Results)
    app.add_directive("jambonz-actions", Actions)
    app.add_directive("jambonz-examples", Examples)
    app.add_directive("jambonz-simulated", Simulated)
    return {"parallel_read_safe": True}
