"""The settings of the next call, as the form of the page has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

__all__ = ["Settings"]

#: characters of one field
_LONGEST = 4000


@dataclass(frozen=True)
class Settings:
    """How the next call is placed; those of the page's form.

    Args:
        from_: The number of the caller.
        to: The number that is called.
        path: The path of the app that is called; "" for that of the phone.
        headers: SIP headers, a line each: ``Name: value``.
        env: Values of application env vars.
        server: The version of jambonz; "" for the newest.
        callee: What dialled parties do.
        speed: Characters a second of what is said.
        delay: Milliseconds that each message of jambonz is late.
        loss: Percent of the messages of jambonz that are lost.
    """

    from_: str = "+15085551212"
    to: str = "+15085551213"
    path: str = ""
    headers: str = ""
    env: Mapping[str, Any] = field(default_factory=dict[str, Any])
    server: str = ""
    callee: str = "answer"
    speed: float = 15.0
    delay: float = 0.0
    loss: float = 0.0

    @classmethod
    def read(cls, form: object) -> Settings:
        """Return the settings that the form of the page has sent.

        Args:
            form: The values of its fields.
        Raises:
            ValueError: One of them is none; the message names it.
        """
        if not isinstance(form, dict):
            raise ValueError("settings: expected an object")
        values = cast("dict[str, Any]", form)
        env = values.get("env", {})
        if not isinstance(env, dict):
            raise ValueError("env: expected an object")
        settings = cls(
            from_=_text(values, "from", cls.from_),
            to=_text(values, "to", cls.to),
            path=_text(values, "path", cls.path),
            headers=_text(values, "headers", cls.headers),
            env=cast("dict[str, Any]", env),
            server=_text(values, "server", cls.server),
            callee=_text(values, "callee", cls.callee),
            speed=_number(values, "speed", cls.speed, 1, 1000),
            delay=_number(values, "delay", cls.delay, 0, 60_000),
            loss=_number(values, "loss", cls.loss, 0, 100),
        )
        settings.sip_headers()
        if settings.path and not settings.path.startswith("/"):
            raise ValueError(f"path: expected one that begins with /, got {settings.path!r}")
        return settings

    def to_dict(self) -> dict[str, Any]:
        """Return the values as the form of the page has them."""
        values = dict(vars(self))
        values["from"] = values.pop("from_")
        return values

    def sip_headers(self) -> dict[str, str]:
        """Return the SIP headers.

        Raises:
            ValueError: A line is none.
        """
        headers: dict[str, str] = {}
        for line in filter(None, map(str.strip, self.headers.splitlines())):
            name, colon, value = line.partition(":")
            if not colon or not name.strip():
                raise ValueError(f"headers: {line!r} is not Name: value")
            headers[name.strip()] = value.strip()
        return headers


def _text(values: Mapping[str, Any], name: str, default: str) -> str:
    value = values.get(name, default)
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError(f"{name}: expected a text of at most {_LONGEST:,} characters")
    return value.strip()


def _number(values: Mapping[str, Any], name: str, default: float, least: float, most: float) -> float:
    try:
        number = float(values.get(name, default))
    except (TypeError, ValueError):
        number = least - 1
    if not least <= number <= most:
        raise ValueError(f"{name}: expected a number from {least:g} to {most:g}")
    return number
