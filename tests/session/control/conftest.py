"""The REST side of what is tested by both ways."""

from tests.rest.conftest import api as api
from tests.rest.conftest import client as client
