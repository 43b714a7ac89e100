"""The endpoints of the REST client, as the docstrings of its resources declare them, and what was seen of each.

A remark begins with what was seen: "in part", "read" or "newer"; of one that begins with none of these all was run.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import NamedTuple

from jambonz_sync.rest import JambonzClient, resources

#: a line under ``Endpoints:``: names of methods, HTTP method, path, and a remark if there is one
_LINE = re.compile(r"^ {4}(\w+(?:, \w+)*): (GET|POST|PUT|DELETE) (\S+)(?: - (.+))?$", re.MULTILINE)


#: what was seen, at the beginning of a remark
_SEEN = re.compile(r"(run|in part|read|newer)\b[;:,]? *")


class Endpoint(NamedTuple):
    """What a method of the client sends. ``{scope}`` in the path is the account or the service provider."""

    method: str
    http: str
    path: str
    #: "run", "in part", "read" or "newer"
    seen: str
    remark: str


def resource_classes() -> dict[str, type]:
    """The attribute of the client -> the class of that resource, in the order of the client."""
    return {
        name: getattr(resources, annotation.removeprefix("resources."))
        for name, annotation in JambonzClient.__annotations__.items()
        if annotation.startswith("resources.")  # Sphinx adds those of attributes of an instance
    }


def methods(cls: type) -> list[str]:
    """The public methods of a resource: its own first, then those of its bases."""
    return [
        name
        for base in cls.__mro__
        for name, member in vars(base).items()
        if inspect.isfunction(member) and not name.startswith("_")
    ]


def client_endpoints() -> Iterator[Endpoint]:
    """One endpoint for each method of the client itself that has one."""
    for names, *endpoint in _LINE.findall(_declared(JambonzClient)):
        for name in names.split(", "):
            yield _endpoint(name, *endpoint)


def _declared(cls: type) -> str:
    return inspect.cleandoc(cls.__doc__ or "").partition("\nEndpoints:\n")[2]


def _endpoint(method: str, http: str, path: str, remark: str) -> Endpoint:
    match = _SEEN.match(remark)
    return Endpoint(method, http, path, match[1] if match else "run", remark[match.end() :] if match else remark)


def endpoints() -> Iterator[Endpoint]:
    """One endpoint for each method of each resource. LookupError for a method or a line that lacks the other."""
    for attribute, cls in resource_classes().items():
        lines = _LINE.findall(_declared(cls))
        declared = {name: endpoint for names, *endpoint in lines for name in names.split(", ")}
        others = declared.pop("others", None)
        for name in methods(cls):
            endpoint = declared.pop(name, others)
            if endpoint is None:
                raise LookupError(f"{attribute}.{name} is not among the endpoints of {cls.__name__}")
            yield _endpoint(f"{attribute}.{name}", *endpoint)
        if declared:
            raise LookupError(f"{cls.__name__} has no {', '.join(declared)}")
