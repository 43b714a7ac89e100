"""How long an app takes for its answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..simulator import HookExchange

__all__ = ["Latencies", "percentile"]


def percentile(seconds: Sequence[float], percent: float) -> float:
    """Return the time within which so many of the answers came; 0 if there are none.

    Args:
        seconds: The times, in any order.
        percent: From 0 to 100.
    """
    if not seconds:
        return 0.0
    in_order = sorted(seconds)
    return in_order[min(len(in_order) - 1, int(len(in_order) * percent / 100))]


class Latencies(Mapping[str, float]):
    """The longest time that each hook took, in real seconds, by the URL of the hook.

    Args:
        hooks: The hooks and their answers.
    """

    def __init__(self, hooks: Iterable[HookExchange]) -> None:
        self._seconds: dict[str, list[float]] = {}
        for hook in hooks:
            if hook.seconds is not None:
                self._seconds.setdefault(hook.name, []).append(hook.seconds)

    def __getitem__(self, hook: str) -> float:
        return max(self._seconds[hook])

    def __iter__(self) -> Iterator[str]:
        return iter(self._seconds)

    def __len__(self) -> int:
        return len(self._seconds)

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{name!r}: {seconds * 1000:.0f} ms" for name, seconds in self.items()) + "}"

    def all(self, hook: str | None = None) -> list[float]:
        """Return each time, in the order of the hooks.

        Args:
            hook: The URL of a hook; None for all of them.
        """
        if hook is not None:
            return list(self._seconds.get(hook, ()))
        return [seconds for each in self._seconds.values() for seconds in each]

    @property
    def worst(self) -> float:
        """The longest time of all; 0 if there was no answer."""
        return max(self.all(), default=0.0)
