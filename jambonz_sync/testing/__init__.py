"""The test kit: calls that a test places to an app, and the pytest plugin with the fixtures that place them.

May import all of the package but cli. pytest is imported by plugin and fixture only, so that the rest works without.
Used by pytest, which finds the plugin by itself where this package is installed, by cli, and by the tests of
applications.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import lazy_exports

if TYPE_CHECKING:
    from .app_errors import AppError as AppError
    from .call import TestCall as TestCall
    from .calls import TestCalls as TestCalls
    from .dialled import DialledParties as DialledParties
    from .dialled import DialledParty as DialledParty
    from .errors import ExpectationFailed as ExpectationFailed
    from .errors import ModelUnavailable as ModelUnavailable
    from .errors import ScenarioInvalid as ScenarioInvalid
    from .fake_api import ApiRequest as ApiRequest
    from .fake_api import FakeApi as FakeApi
    from .fixture import MakeSignedClient as MakeSignedClient
    from .fixture import PlaceCall as PlaceCall
    from .fixture import PlaceCalls as PlaceCalls
    from .fixture import jambonz_api as jambonz_api
    from .fixture import jambonz_call as jambonz_call
    from .fixture import jambonz_calls as jambonz_calls
    from .fixture import signed_client as signed_client
    from .generating import source_of_test as source_of_test
    from .latency import Latencies as Latencies
    from .load import LoadReport as LoadReport
    from .load import LoadTest as LoadTest
    from .model import ScriptedModel as ScriptedModel
    from .model import ToolResult as ToolResult
    from .replay import Difference as Difference
    from .replay import Replayed as Replayed
    from .replay import replay_call as replay_call
    from .scenarios import CallScenario as CallScenario
    from .scenarios import Outcome as Outcome
    from .scenarios import check_scenario as check_scenario
    from .scenarios import load_scenarios as load_scenarios
    from .scenarios import play_scenario as play_scenario
    from .webhook_client import SignedClient as SignedClient
    from .webhook_client import WebhookAnswer as WebhookAnswer
else:
    __getattr__, __dir__, __all__ = lazy_exports(
        __name__,
        {
            ".app_errors": "AppError",
            ".call": "TestCall",
            ".calls": "TestCalls",
            ".dialled": "DialledParties DialledParty",
            ".errors": "ExpectationFailed ModelUnavailable ScenarioInvalid",
            ".fake_api": "ApiRequest FakeApi",
            ".fixture": "MakeSignedClient PlaceCall PlaceCalls jambonz_api jambonz_call jambonz_calls signed_client",
            ".generating": "source_of_test",
            ".latency": "Latencies",
            ".model": "ScriptedModel ToolResult",
            ".load": "LoadReport LoadTest",
            ".replay": "Difference Replayed replay_call",
            ".scenarios": "CallScenario Outcome check_scenario load_scenarios play_scenario",
            ".webhook_client": "SignedClient WebhookAnswer",
        },
    )

#: for ``-p jambonz_sync.testing``
pytest_plugins = ("jambonz_sync.testing.plugin",)
