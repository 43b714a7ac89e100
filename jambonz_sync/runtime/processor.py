"""Which threads could run and wait for a processor: a thread that is late for that does nothing that takes long."""

from __future__ import annotations

from collections.abc import Callable, Iterable

__all__ = ["WaitingThreads", "processor_use"]


def processor_use(native_id: int) -> int | None:
    """Return the processor time that a thread of this process has used, if it runs or waits for a processor.

    Args:
        native_id: The thread.
    Returns:
        A time that only grows while it runs; None if it waits for something else, and where the system does not tell.
    """
    try:
        with open(f"/proc/self/task/{native_id}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return int(fields[11]) + int(fields[12]) if fields[0] == b"R" else None


class WaitingThreads:
    """Tells which threads wait for a processor: between two looks they were ready to run, and did not.

    Args:
        use: Tells of the processor time of a thread, as :func:`processor_use` does.
    """

    def __init__(self, use: Callable[[int], int | None] = processor_use) -> None:
        self._use = use
        self._seen: dict[int, int] = {}  # at the last look

    def look(self, native_ids: Iterable[int]) -> set[int]:
        """Return those that wait for a processor, and those that are seen ready to run for the first time.

        Args:
            native_ids: The threads that are late. Those that are not are forgotten.
        """
        seen = {native_id: use for native_id in native_ids if (use := self._use(native_id)) is not None}
        waiting = {native_id for native_id, use in seen.items() if self._seen.get(native_id, use) == use}
        self._seen = seen
        return waiting
