"""The pytest plugin: the fixture ``jambonz_call``, which places calls to an app in a test.

May import all of the package but cli. Used by pytest, which finds it by itself where this package is installed, and by
the tests of applications.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import lazy_exports
from .fixture import PlaceCall as PlaceCall
from .fixture import jambonz_call as jambonz_call

if TYPE_CHECKING:
    from .call import TestCall as TestCall
else:
    # pytest loads this package in every run: the simulator is loaded with the first call
    __getattr__, __dir__, __all__ = lazy_exports(__name__, {".call": "TestCall"}, "PlaceCall", "jambonz_call")
