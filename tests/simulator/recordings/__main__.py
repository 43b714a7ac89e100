"""The differences of each recorded call: ``python -m tests.simulator.recordings [--data FOLDER] [NAME...]``."""

from __future__ import annotations

import argparse
import sys
import traceback
from pathlib import Path

from .data import DATA, recordings
from .play import differences


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator.recordings", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="cases, or how their names begin; default: all")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with cases.json and real-*.jsonl")
    parser.add_argument("--list", action="store_true", help="print only the names of those that differ")
    options = parser.parse_args()
    chosen = [
        recording
        for recording in recordings(options.data)
        if not options.names or any(recording.id.startswith(name) for name in options.names)
    ]
    same = 0
    for recording in chosen:
        try:
            lines = differences(recording)
        except Exception:
            lines = traceback.format_exc().splitlines()
        same += not lines
        if lines and options.list:
            print(recording.id)
        elif lines:
            print(recording.id, *(f"    {line}" for line in lines), sep="\n", flush=True)
    print(f"{same}/{len(chosen)} same")
    return same != len(chosen)


if __name__ == "__main__":
    sys.exit(main())
