"""The cost of a token on its way through the window, as a ratio to ``json.dumps`` of one ``tts:tokens`` command a token
in the same run; and how many messages and round trips tokens take, which does not depend on the machine.

    python tests/benchmarks/tts.py
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from jambonz_sync.session.tts import TtsStream

TOKENS = [f"token{number} " for number in range(20_000)]


class Peer:
    """Accepts every frame, ``distance`` tokens after it was sent: the round trip, counted in tokens."""

    def __init__(self, distance: int) -> None:
        self.distance = distance
        self.messages = 0
        self.clock = 0
        self.due: list[tuple[int, int]] = []
        self.stream = TtsStream(self.take, capacity=1 << 30)

    def take(self, message: dict[str, Any]) -> None:
        self.messages += 1
        if "data" in message:
            self.due.append((self.clock + self.distance, message["data"]["id"]))

    def tick(self) -> None:
        self.clock += 1
        while self.due and self.due[0][0] <= self.clock:
            self.stream.on_result({"id": self.due.pop(0)[1], "status": "ok"})

    def trips(self, tokens: list[str]) -> int:
        """Round trips until all of a burst is accepted."""
        for token in tokens:
            self.stream.send(token)
        trips = 0
        while self.stream.pending:
            trips += 1
            self.clock += self.distance
            self.tick()
        return trips


def one_by_one() -> None:
    for number, token in enumerate(TOKENS):
        json.dumps({"type": "command", "command": "tts:tokens", "data": {"id": number, "tokens": token}})


def windowed() -> None:
    peer = Peer(100)
    for token in TOKENS:
        peer.stream.send(token)
        peer.tick()
    while peer.stream.pending:
        peer.tick()


def best_of(variants: dict[str, Callable[[], None]], rounds: int = 7) -> dict[str, float]:
    best = dict.fromkeys(variants, float("inf"))
    for _ in range(rounds):
        for name, variant in variants.items():
            begun = time.perf_counter()
            variant()
            best[name] = min(best[name], time.perf_counter() - begun)
    return best


def main() -> None:
    seconds = best_of({"one by one": one_by_one, "window": windowed})
    ratio = seconds["window"] / seconds["one by one"]
    print(f"a token through the window: {ratio:.2f} of the time of json.dumps of its own command")
    peer = Peer(1)
    print(f"a sentence of 60 tokens: {peer.trips(TOKENS[:60])} round trips, {peer.messages} messages (one by one: 60)")
    peer = Peer(1)
    print(f"a burst of 1,000 tokens: {peer.trips(TOKENS[:1000])} round trips, {peer.messages} messages")


if __name__ == "__main__":
    main()
