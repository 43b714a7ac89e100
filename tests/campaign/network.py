"""An API server on loopback that places calls: it remembers who was called, and how each call goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.rest.fake_api import ACCOUNT, KEY, FakeApi, Visit, reply

APPLICATION = "0f0e0d0c-0000-4000-8000-00000000000b"
CALLS = f"/Accounts/{ACCOUNT}/Calls"

#: the answer to the look-up of the application, with which the command begins
APPLICATION_ANSWER = reply(200, {"application_sid": APPLICATION, "account_sid": ACCOUNT, "name": "ivr"})


@dataclass
class Call:
    call_sid: str
    number: str
    body: dict[str, Any]
    status: str
    looks: int = 0

    @property
    def record(self) -> dict[str, Any]:
        return {"call_sid": self.call_sid, "to": self.number, "direction": "outbound", "call_status": self.status}


class PhoneNetwork(FakeApi):
    """``outcome(number, n)`` says how the n-th call to a number ends, which shows at the first look at it."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port=port)
        #: every request to place a call that has arrived, by number, in order
        self.arrived: list[str] = []
        self.calls: dict[str, Call] = {}
        self.outcome: Callable[[str, int], str] = lambda number, n: "completed"
        #: called with each request before it is answered, and after: True before means that it is not answered
        self.before: Callable[[Visit], bool] = lambda visit: False
        self.after: Callable[[Visit], object] = lambda visit: None
        self.on("POST", CALLS, self._create)
        self.on("GET", CALLS, self._list)
        self.on("GET", f"/Applications/{APPLICATION}", APPLICATION_ANSWER)

    @property
    def dialled(self) -> Counter[str]:
        return Counter(self.arrived)

    def _create(self, visit: Visit) -> None:
        body = visit.request.json
        number = body["to"]["number"]
        with self._lock:
            self.arrived.append(number)
            call = Call(str(uuid.uuid4()), number, body, self.outcome(number, self.arrived.count(number)))
            self.calls[call.call_sid] = call
        self.on("GET", f"{CALLS}/{call.call_sid}", lambda visit: self._answer(visit, 200, call.record))
        self._answer(visit, 201, {"sid": call.call_sid, "callId": f"{call.call_sid}@network"})

    def _list(self, visit: Visit) -> None:
        with self._lock:
            records = [call.record for call in self.calls.values()]
        self._answer(visit, 200, records)

    def _answer(self, visit: Visit, status: int, body: Any) -> None:
        if self.before(visit):
            visit.keep_alive = False
        else:
            reply(status, body)(visit)
            self.after(visit)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that calls in this network."""
        outside = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return {
            **outside,
            "JAMBONZ_BASE_URL": self.url,
            "JAMBONZ_ACCOUNT_SID": ACCOUNT,
            "JAMBONZ_API_KEY": KEY,
            "no_proxy": "127.0.0.1",
        }

    def start(self, numbers: Path, state: Path, *options: str, **streams: Any) -> subprocess.Popen[str]:
        """The command, as a process of its own."""
        program = "from jambonz_sync.cli.campaign import campaign; campaign()"
        arguments: Sequence[str] = (
            *(str(numbers), "--application-sid", APPLICATION, "--from", "+15085550000", "--state", str(state)),
            *options,
        )
        return subprocess.Popen([sys.executable, "-c", program, *arguments], env=self.environment, text=True, **streams)
