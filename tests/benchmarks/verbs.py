"""Build, validate and dump a usual array of verbs, as ratios to ``json.dumps`` of raw dicts in the same run.

    python tests/benchmarks/verbs.py [--official PYTHON] [--plain]

``PYTHON`` is an interpreter that has the official async SDK (``pip install jambonz-python-sdk`` in an environment of
its own); then its ratio is printed too, and how many times as fast this package is. Stretches of all variants
alternate and the best of each counts, so that other work on the machine disturbs all of them alike or none.
``--plain`` leaves orjson out, which writes the JSON where it is installed (the extra ``speed``).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

#: runs in the interpreter of the official SDK; prints seconds for one array, raw and by the SDK
OFFICIAL = """
import json, sys
sys.path.insert(0, sys.argv[1])
from verbs import best_of, raw
from jambonz_sdk.webhook import WebhookResponse

def official():
    return json.dumps(
        WebhookResponse()
        .say(text="Hello! Thank you for calling.")
        .gather(
            input=["speech", "digits"], actionHook="/menu", timeout=15, numDigits=1,
            say={"text": "Press 1 for sales, 2 for support, or say what you need."},
            recognizer={"vendor": "deepgram", "language": "en-US", "hints": ["sales", "support"]},
        )
        .dial(
            actionHook="/dial-done", callerId="+15085551212", answerOnBridge=True, timeout=30,
            target=[{"type": "phone", "number": "+15085551213"}, {"type": "sip", "sipUri": "sip:sales@example.com"}],
        )
        .hangup().to_json()
    )

print(json.dumps(best_of({"raw": raw, "official": official})))
"""


def raw() -> str:
    """The array as raw dicts, made anew each time: nothing is checked."""
    return json.dumps(
        [
            {"verb": "say", "text": "Hello! Thank you for calling."},
            {
                "verb": "gather",
                "input": ["speech", "digits"],
                "actionHook": "/menu",
                "timeout": 15,
                "numDigits": 1,
                "say": {"text": "Press 1 for sales, 2 for support, or say what you need."},
                "recognizer": {"vendor": "deepgram", "language": "en-US", "hints": ["sales", "support"]},
            },
            {
                "verb": "dial",
                "actionHook": "/dial-done",
                "callerId": "+15085551212",
                "answerOnBridge": True,
                "timeout": 30,
                "target": [
                    {"type": "phone", "number": "+15085551213"},
                    {"type": "sip", "sipUri": "sip:sales@example.com"},
                ],
            },
            {"verb": "hangup"},
        ]
    )


def best_of(variants: dict[str, Callable[[], object]], rounds: int = 400, stretch: int = 50) -> dict[str, float]:
    """Seconds of one call of each, from the best of many short stretches that alternate."""
    best = dict.fromkeys(variants, float("inf"))
    clock = time.perf_counter
    for _ in range(rounds):
        for name, run in variants.items():
            start = clock()
            for _ in range(stretch):
                run()
            best[name] = min(best[name], (clock() - start) / stretch)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--official", metavar="PYTHON", help="an interpreter that has the official async SDK")
    parser.add_argument("--plain", action="store_true", help="without orjson")
    options = parser.parse_args()
    if options.plain:
        sys.modules["orjson"] = None  # type: ignore[assignment]
    # here and not above: the interpreter of the official SDK reads this file too, and has no jambonz_sync
    from jambonz_sync import WebhookResponse
    from jambonz_sync.model.json_text import dumps
    from jambonz_sync.model.wire import to_wire_name
    from jambonz_sync.verbs import Dial, Gather, Hangup, Say
    from jambonz_sync.verbs.chain import as_verbs, check_size

    class Unchecked(list[dict[str, Any]]):
        """What a chain costs that turns names into those on the wire and checks nothing."""

        names: ClassVar = {
            name: to_wire_name(name)
            for name in [
                "text",
                "input",
                "action_hook",
                "timeout",
                "num_digits",
                "say",
                "recognizer",
                "caller_id",
                "answer_on_bridge",
                "target",
            ]
        }

        def add(self, verb: str, values: dict[str, Any]) -> Unchecked:
            names, row = self.names, {"verb": verb}
            for name, value in values.items():
                row[names[name]] = value
            self.append(row)
            return self

        def say(self, **options: Any) -> Unchecked:
            return self.add("say", options)

        def gather(self, **options: Any) -> Unchecked:
            return self.add("gather", options)

        def dial(self, **options: Any) -> Unchecked:
            return self.add("dial", options)

        def hangup(self, **options: Any) -> Unchecked:
            return self.add("hangup", options)

        def to_json(self) -> str:
            return dumps(self[:])

    def chain(kind: Callable[[], Any] = WebhookResponse) -> Any:
        return (
            kind()
            .say(text="Hello! Thank you for calling.")
            .gather(
                input=["speech", "digits"],
                action_hook="/menu",
                timeout=15,
                num_digits=1,
                say={"text": "Press 1 for sales, 2 for support, or say what you need."},
                recognizer={"vendor": "deepgram", "language": "en-US", "hints": ["sales", "support"]},
            )
            .dial(
                action_hook="/dial-done",
                caller_id="+15085551212",
                answer_on_bridge=True,
                timeout=30,
                target=[
                    {"type": "phone", "number": "+15085551213"},
                    {"type": "sip", "sip_uri": "sip:sales@example.com"},
                ],
            )
            .hangup()
            .to_json()
        )

    wire = json.loads(raw())
    instances = [
        Say(text="Hello! Thank you for calling."),
        Gather(**{key: wire[1][key] for key in ("input", "timeout", "say", "recognizer")}, action_hook="/menu"),
        Dial(target=wire[2]["target"], action_hook="/dial-done"),
        Hangup(),
    ]
    if json.loads(chain()) != wire:
        raise SystemExit("the chain does not make the array that it is compared with")

    checked, unchecked = "chain: build, validate, dump", "a chain that checks nothing: build, dump"
    seconds_by_name = best_of(
        {
            "json.dumps of raw dicts": raw,
            checked: chain,
            unchecked: lambda: chain(Unchecked),
            "as_verbs of raw dicts": lambda: as_verbs(wire),
            "as_verbs of instances": lambda: as_verbs(instances),
            "dumps of ready dicts": lambda: dumps(wire),
            "check_size of ready dicts": lambda: check_size(wire),
        }
    )
    base = seconds_by_name["json.dumps of raw dicts"]
    for name, seconds in seconds_by_name.items():
        print(f"{seconds / base:6.2f}  {name}")
    overhead = seconds_by_name[checked] / seconds_by_name[unchecked]
    print(f"{overhead:6.2f}  times the cost of the chain that checks nothing (at most 2)")
    if options.official:
        command = [options.official, "-c", OFFICIAL, str(Path(__file__).parent)]
        sdk = subprocess.run(command, capture_output=True, text=True, check=True)
        official_seconds = json.loads(sdk.stdout)
        ratio = official_seconds["official"] / official_seconds["raw"]
        print(f"{ratio:6.2f}  official async SDK: build, validate, dump")
        print(
            f"{ratio / (seconds_by_name[checked] / base):6.2f}  times as many arrays a second as the official async SDK"
        )


if __name__ == "__main__":
    main()
