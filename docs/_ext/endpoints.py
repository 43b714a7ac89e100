"""The endpoints of the REST client, as the docstrings of its resources declare them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import NamedTuple

from jambonz_sync.rest import JambonzClient, resources

#: a line under ``Endpoints:``: names of methods, HTTP method, path, and a remark if there is one
_LINE = re.compile(r"^ {4}(\w+(?:, \w+)*): (GET|POST|PUT|DELETE) (\S+)(?: - (.+))?$", re.MULTILINE)


class Endpoint(NamedTuple):
    """What a method of the client sends. ``{scope}`` in the path is the account or the service provider."""

    method: str
    http: str
    path: str
    remark: str


def resource_classes() -> dict[str, type]:
    """The attribute of the client -> the class of that resource, in the order of the client."""
    return {
        name: getattr(resources, annotation.removeprefix("resources."))
        for name, annotation in JambonzClient.__annotations__.items()
    }


def methods(cls: type) -> list[str]:
    """The public methods of a resource: its own first, then those of its bases."""
    return [
        name
        for base in cls.__mro__
        for name, member in vars(base).items()
        if inspect.isfunction(member) and not name.startswith("_")
    ]


def endpoints() -> Iterator[Endpoint]:
    """One endpoint for each method of each resource. LookupError for a method or a line that lacks the other."""
    for attribute, cls in resource_classes().items():
        _, _, section = inspect.cleandoc(cls.__doc__ or "").partition("\nEndpoints:\n")
        declared = {name: endpoint for names, *endpoint in _LINE.findall(section) for name in names.split(", ")}
        others = declared.pop("others", None)
        for name in methods(cls):
            endpoint = declared.pop(name, others)
            if endpoint is None:
                raise LookupError(f"{attribute}.{name} is not among the endpoints of {cls.__name__}")
            yield Endpoint(f"{attribute}.{name}", *endpoint)
        if declared:
            raise LookupError(f"{cls.__name__} has no {', '.join(declared)}")
