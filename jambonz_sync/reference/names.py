"""What a name means: a verb, a component, an event, an action, a method, an error; with types, defaults, an example."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, Final

from .. import campaign, events, rest, simulator, verbs
from ..errors import JambonzError
from ..events.names import EVENT_CLASSES
from ..events.view import Field, View
from ..llm import chunks
from ..model.declare import Model, documented, options
from ..model.validation import nearest
from ..model.wire import to_python_name
from ..protocol import actions, audio, tts
from ..rest import resources
from ..rest.http import errors as http_errors
from ..verbs import components
from ..verbs.chain import WebhookResponse
from .descriptions import Description, OptionDescription, describe_option, describe_options, models_in
from .samples import SAMPLES

__all__ = ["Description", "OptionDescription", "describe", "describe_rest", "error_classes", "verb_table"]

#: what users import from: its names are fetched from all rooms
_ROOT: Final[Any] = import_module(__name__.partition(".")[0])
#: packages with errors of their own, which are loaded here
_WITH_ERRORS: Final = (audio, campaign, chunks, http_errors, simulator, tts)
#: how the objects are called in the documentation
_OBJECTS: Final[Mapping[str, Callable[[], type]]] = {
    "session": lambda: _ROOT.Session,
    "endpoint": lambda: _ROOT.Endpoint,
    "svc": lambda: _ROOT.Service,
    "service": lambda: _ROOT.Service,
    "stream": lambda: _ROOT.AudioStream,
    "audio": lambda: _ROOT.AudioService,
    "bp": lambda: _ROOT.JambonzBlueprint,
    "jambonz": lambda: _ROOT.Jambonz,
    "client": lambda: rest.JambonzClient,
    "tools": lambda: _ROOT.ToolSet,
    "chat": lambda: _ROOT.Chat,
    "response": lambda: _ROOT.WebhookResponse,
}


def describe(name: str) -> Description:
    """Look a name up.

    Args:
        name: ``gather``, ``gather.num_digits``, ``Synthesizer``, ``call:status``, ``session.inject_mute``,
            ``client.calls.create``, ``InvalidVerb`` ... in any spelling: ``actionHook`` is found as well.
    Returns:
        Its description; of the kind ``unknown``, with the names that resemble it, if there is none.
    """
    name = name.strip().removesuffix("()").removeprefix("jambonz_sync.").strip("`")
    for look_up in (_verb, _option, _event, _component, _error, _method, _action):
        found = look_up(name)
        if found is not None:
            return found
    known = list(dict.fromkeys(_known_names()))
    close = nearest(name, known) or nearest(to_python_name(name), known)
    part = name.rpartition(".")[2].casefold()
    similar = [other for other in known if part and part in other.casefold()][:6]
    return Description(name, "unknown", f"There is no {name!r}.", nearest=[*([close] if close else []), *similar][:6])


def verb_table() -> list[dict[str, Any]]:
    """List the verbs: method, wire name, summary, options."""
    return [
        {
            "method": method,
            "verb": getattr(verbs, cls).__jambonz__.verb,
            "about": _summary(getattr(verbs, cls)),
            "options": [option.name for option in options(getattr(verbs, cls))],
        }
        for method, cls in verbs.VERBS.items()
    ]


def describe_rest(resource: str = "") -> list[Description]:
    """Look up resources of the REST client.

    Args:
        resource: Such as ``calls``; empty lists all of them.
    Returns:
        The methods of the resource; or a line for each resource.
    """
    found = dict(_resources())
    wanted = resource.strip().removeprefix("client.").replace("-", "_").casefold()
    if not wanted:
        return [Description(f"client.{name}", "resource", _summary(cls)) for name, cls in found.items()]
    cls = found.get(wanted) or found.get(nearest(wanted, found) or "")
    if cls is None:
        return [Description(resource, "unknown", f"There is no resource {resource!r}.", nearest=sorted(found))]
    attribute = next(name for name, other in found.items() if other is cls)
    return [
        _of_callable(f"client.{attribute}.{name}", getattr(cls, name), "method")
        for name in dir(cls)
        if not name.startswith("_") and callable(getattr(cls, name))
    ]


# -- the kinds of names


def _verb(name: str) -> Description | None:
    method = name.removeprefix("session.").removeprefix("response.")
    method = to_python_name(method.replace(":", "_").replace("-", "_")) if method not in verbs.VERBS else method
    if method not in verbs.VERBS:
        method = next((key for key, cls in verbs.VERBS.items() if cls == name), "")
    if not method:
        return None
    cls = getattr(verbs, verbs.VERBS[method])
    sample = SAMPLES.get(method, {})
    arguments = ", ".join(f"{key}={value!r}" for key, value in sample.items())
    chain = WebhookResponse()
    getattr(chain, method)(**sample)
    (on_the_wire,) = json.loads(chain.to_json())
    since = f" Since {cls.__jambonz__.since}." if cls.__jambonz__.since else ""
    return Description(
        method,
        "verb",
        _summary(cls) + since,
        usage=f"session.{method}(...), WebhookResponse().{method}(...), jambonz_sync.verbs.{cls.__name__}(...)",
        options=list(describe_options(cls)),
        notes=_notes(cls),
        example=f"session.{method}({arguments})",
        wire=on_the_wire,
    )


def _option(name: str) -> Description | None:
    """``gather.num_digits``, ``gather.recognizer.vendor``, ``Synthesizer.voice``."""
    first, *rest_of_path = name.split(".")
    owner = _verb(first) or _component(first)
    if owner is None or not rest_of_path:
        return None
    cls = getattr(verbs, verbs.VERBS[owner.name]) if owner.kind == "verb" else getattr(components, owner.name)
    for number, part in enumerate(rest_of_path):
        found = {option.name: option for option in options(cls)}
        option = found.get(part) or found.get(to_python_name(part))
        if option is None:
            return None
        if number == len(rest_of_path) - 1:
            _, meanings = documented(cls)
            described = describe_option(option, meanings.get(option.name, ""))
            inner = next(iter(models_in(option.type)), None)
            return Description(
                f"{owner.name}.{'.'.join(rest_of_path)}",
                "option",
                f"{described.type}{', required' if described.required else ''}. {described.about}".strip(),
                options=list(describe_options(inner)) if inner else [],
            )
        inner = next(iter(models_in(option.type)), None)
        if inner is None:
            return None
        cls = inner
    return None


def _component(name: str) -> Description | None:
    classes = {cls.casefold(): cls for cls in _exports(components)}
    found = classes.get(name.replace("_", "").casefold())
    cls = getattr(components, found) if found else None
    if not (isinstance(cls, type) and issubclass(cls, Model)):
        return None
    return Description(
        cls.__name__,
        "component",
        _summary(cls),
        usage=f"jambonz_sync.verbs.components.{cls.__name__}(...), or a dict with the same keys",
        options=list(describe_options(cls)),
        notes=_notes(cls),
    )


def _event(name: str) -> Description | None:
    cls = EVENT_CLASSES.get(name)
    if cls is None:
        cls = getattr(events, name, None)
    if not (isinstance(cls, type) and issubclass(cls, View)):
        return None
    names = [event for event, other in EVENT_CLASSES.items() if other is cls]
    fields = [
        OptionDescription(key, member.kind, about=_field_note(member))
        for base in reversed(cls.__mro__)
        for key, member in vars(base).items()
        if isinstance(member, Field)
    ]
    properties = [
        OptionDescription(key, "property", about=inspect.cleandoc(member.__doc__ or "").split("\n", 1)[0])
        for base in reversed(cls.__mro__)
        for key, member in vars(base).items()
        if isinstance(member, property) and not key.startswith("_")
    ]
    on = name if name in EVENT_CLASSES else (names[0] if names else "/a-hook")
    return Description(
        name,
        "event",
        _summary(cls),
        usage=f'@session.on("{on}")\ndef callback(evt: {cls.__name__}): ...',
        options=[*fields, *properties],
        notes=f"Events of this class: {', '.join(names)}" if names else "",
    )


def error_classes() -> dict[str, type[JambonzError]]:
    """Return the errors of this package by name."""
    return {cls.__name__: cls for cls in _errors(JambonzError)}


def _error(name: str) -> Description | None:
    cls = error_classes().get(name.rpartition(".")[2])
    if cls is None:
        return None
    bases = ", ".join(base.__name__ for base in cls.__mro__[1:] if base is not object and base is not BaseException)
    return Description(cls.__name__, "error", _summary(cls), usage=f"except {cls.__name__}", notes=f"Also a {bases}.")


def _method(name: str) -> Description | None:
    first, _, path = name.partition(".")
    if first == "client" and path:
        resource, _, method = path.partition(".")
        cls = dict(_resources()).get(resource)
        if cls is not None:
            member = getattr(cls, to_python_name(method), None) if method else cls
            return _of_callable(name, member, "method") if callable(member) else None
    home: Any = _OBJECTS[first]() if first in _OBJECTS else getattr(_ROOT, first, None)
    member = home
    for part in filter(None, path.split(".")):
        member = getattr(member, part, None) or getattr(member, to_python_name(part), None)
    if member is None and not path:
        member = getattr(_ROOT.Session, to_python_name(first), None)
        name = f"session.{to_python_name(first)}"
    if member is None and path and inspect.isclass(home):
        hints = {key: hint for cls in home.__mro__ for key, hint in inspect.get_annotations(cls).items()}
        if path in hints and not path.startswith("_"):
            return Description(name, "attribute", f"{name}: {hints[path]}")
    if isinstance(member, property):
        return Description(name, "property", _first_paragraph(member.__doc__))
    return _of_callable(name, member, "class" if inspect.isclass(member) else "method") if callable(member) else None


def _action(name: str) -> Description | None:
    for each in _exports(actions):
        cls = getattr(actions, each)
        if isinstance(cls, type) and issubclass(cls, Model) and getattr(cls, "command", None) == name:
            return Description(name, "action", _summary(cls), options=list(describe_options(cls)))
    return None


def _of_callable(name: str, member: Any, kind: str) -> Description:
    doc, _, shown = inspect.cleandoc(member.__doc__ or "").partition("\nExample:\n")
    example = "\n".join(line[len("    >>> ") :] for line in shown.splitlines())
    try:
        signature = _signature(member)
    except (TypeError, ValueError):
        signature = "(...)"
    text, _, sections = doc.partition("\nArgs:\n")
    arguments = [
        OptionDescription(match[1].lstrip("*"), "", about=" ".join(match[2].split()))
        for match in re.finditer(r"^    (\*{0,2}\w+): ((?:.*\n?)(?:     +.*\n?)*)", sections, re.MULTILINE)
        if match.start() < (found.start() if (found := re.search(r"^\w+:", sections, re.MULTILINE)) else len(sections))
    ]
    rest_of_doc = sections[found.start() :] if (found := re.search(r"^\w+:", sections, re.MULTILINE)) else ""
    notes = f"{text.partition(chr(10) * 2)[2]}\n{rest_of_doc}".strip("\n")
    return Description(name, kind, _first_paragraph(doc), f"{name}{signature}", arguments, notes, example)


class _Annotation:
    """An annotation that is shown as it is written, and not as the text that it is at run time."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _signature(member: Any) -> str:
    def shown(annotation: Any) -> Any:
        return _Annotation(annotation) if isinstance(annotation, str) else annotation

    signature = inspect.signature(member)
    parameters = [
        parameter.replace(annotation=shown(parameter.annotation))
        for name, parameter in signature.parameters.items()
        if name != "self"
    ]
    return str(signature.replace(parameters=parameters, return_annotation=shown(signature.return_annotation)))


def _field_note(member: Field[Any]) -> str:
    values = ", ".join(map(repr, member.values))
    return ". ".join(filter(None, [values, f"On the wire: {member.wire}" if member.wire != member.name else ""]))


def _summary(cls: type) -> str:
    return _first_paragraph(cls.__doc__)


def _first_paragraph(doc: str | None) -> str:
    return " ".join(inspect.cleandoc(doc or "").partition("\n\n")[0].split())


def _notes(cls: type) -> str:
    return inspect.cleandoc(cls.__doc__ or "").partition("\nArgs:")[0].partition("\n\n")[2].strip()


def _exports(package: Any) -> list[str]:
    """The names that a package exports, which type checkers do not see: they are fetched when they are used."""
    return list(package.__all__)


def _errors(root: type[JambonzError]) -> Iterator[type[JambonzError]]:
    yield root
    for subclass in root.__subclasses__():
        if subclass.__module__.partition(".")[0] == _ROOT.__name__:
            yield from _errors(subclass)


def _resources() -> Iterator[tuple[str, type]]:
    hints = {name: hint for cls in rest.JambonzClient.__mro__ for name, hint in inspect.get_annotations(cls).items()}
    for name, hint in hints.items():
        cls: Any = getattr(resources, str(hint).rpartition(".")[2].strip("'"), None)
        if isinstance(cls, type):
            yield name, cls


def _known_names() -> Iterator[str]:
    yield from verbs.VERBS
    yield from _exports(components)
    yield from EVENT_CLASSES
    yield from (cls.__name__ for cls in _errors(JambonzError))
    yield from (name for name in dir(_ROOT.Session) if not name.startswith("_"))
    yield from (f"client.{name}" for name, _ in _resources())
    yield from _exports(_ROOT)
