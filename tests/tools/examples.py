"""Classes and outcomes that several tests of tools use."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from jambonz_sync.tools import Outcome


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Address:
    street: str
    number: int = 1

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError("no such house")


class Order(TypedDict):
    item: str
    note: NotRequired[str]


OK = Outcome("c1", "get_weather", True, {"degrees": 21})
