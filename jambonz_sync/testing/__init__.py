"""The pytest plugin: the fixture ``jambonz_call``, which places calls to an app in a test.

May import all of the package but cli. Used by pytest, which finds it by itself where this package is installed, and by
the tests of applications.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .fixture import PlaceCall, jambonz_call

if TYPE_CHECKING:
    from .call import TestCall as TestCall

__all__ = ["PlaceCall", "TestCall", "jambonz_call"]


def __getattr__(name: str) -> object:
    # pytest loads this module in every run: the simulator is loaded with the first call
    if name != "TestCall":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import call

    return call.TestCall


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
