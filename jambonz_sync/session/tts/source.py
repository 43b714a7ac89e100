"""Texts on their way into an utterance, and the end of what makes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

__all__ = ["TextSource"]


class TextSource:
    """Texts that come one by one.

    Left by an exception, it closes what makes them: the request to an LLM must not go on for nobody.

    Args:
        texts: The texts, such as a generator, or the stream object of a vendor.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._makers: list[object] = [texts]
        self._texts = texts

    def __iter__(self) -> Iterator[str]:
        texts = iter(self._texts)
        self._makers.insert(0, texts)
        return texts

    def __enter__(self) -> TextSource:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            for maker in self._makers:
                close = getattr(maker, "close", None)
                if close is not None:
                    close()
                    return
