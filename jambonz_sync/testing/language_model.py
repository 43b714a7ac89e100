"""A language model over an OpenAI-compatible URL, for scenarios that ask one."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from .errors import ModelUnavailable

__all__ = ["LanguageModel", "json_of"]


@dataclass(frozen=True)
class LanguageModel:
    """A model that is asked by chat completions.

    Args:
        url: The base URL, with ``/v1``: ``http://127.0.0.1:11434/v1``.
        name: The name of the model.
        api_key: The key; None for a server that wants none.
    """

    url: str
    name: str
    api_key: str | None = field(default=None, repr=False)

    def ask(self, messages: Sequence[Mapping[str, str]], seconds: float) -> str:
        """Ask it, and return the text of its answer.

        Args:
            messages: The conversation so far: ``role`` and ``content``.
            seconds: How long it may take.
        Raises:
            ModelUnavailable: It cannot be reached, refuses, takes too long, or answers with nothing.
        Blocks: up to ``seconds``.
        """
        body = {"model": self.name, "messages": list(messages), "temperature": 0}
        headers = {"Content-Type": "application/json"}
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        url = f"{self.url.rstrip('/')}/chat/completions"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=max(0.1, seconds)) as response:
                answer: Any = json.load(response)
            content = answer["choices"][0]["message"]["content"]
        except urllib.error.HTTPError as error:
            with error:
                detail = error.read(500).decode(errors="replace")
            raise ModelUnavailable(f"the model at {self.url} answered with {error.code}: {detail}") from None
        except TimeoutError:
            raise ModelUnavailable(f"the model at {self.url} did not answer within {seconds:g} s") from None
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise ModelUnavailable(f"the model at {self.url} cannot be reached: {reason}") from None
        except (ValueError, LookupError, TypeError):
            raise ModelUnavailable(f"the model at {self.url} answered with something else than a completion") from None
        if not isinstance(content, str) or not content.strip():
            raise ModelUnavailable(f"the model at {self.url} answered with an empty text")
        return content


def json_of(answer: str) -> Mapping[str, Any]:
    """Return the JSON object in the answer of a model, which may have words around it.

    Args:
        answer: The answer.
    Raises:
        ModelUnavailable: There is none.
    """
    decoder = json.JSONDecoder()
    for start, character in enumerate(answer):
        if character == "{":
            try:
                value: object = decoder.raw_decode(answer, start)[0]
            except ValueError:
                continue
            if isinstance(value, dict):
                return cast("Mapping[str, Any]", value)
    raise ModelUnavailable(f"the model answered without a JSON object: {answer[:300]!r}")
