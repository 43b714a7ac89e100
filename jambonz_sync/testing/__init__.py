"""The pytest plugin: the fixture ``jambonz_call``, which places calls to an app in a test.

May import all of the package but cli. Used by pytest, which finds it by itself where this package is installed, and by
the tests of applications.
"""

from .call import PlaceCall, TestCall, jambonz_call

__all__ = ["PlaceCall", "TestCall", "jambonz_call"]
