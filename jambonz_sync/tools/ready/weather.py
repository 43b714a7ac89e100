"""The weather, in words, from Open-Meteo, which asks for no key."""

from __future__ import annotations

import json
import logging
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any, Final, Literal
from urllib.error import HTTPError
from urllib.parse import urlencode

__all__ = ["weather"]

log = logging.getLogger("jambonz_sync.tools")

_FORECAST: Final = "https://api.open-meteo.com"
_PLACES: Final = "https://geocoding-api.open-meteo.com"
#: bytes of an answer: those of the service have a few thousand
_MOST: Final = 256 * 1024
#: codes of the World Meteorological Organization, each up to the next
_SKY: Final = {
    0: "clear",
    1: "mostly clear",
    2: "partly cloudy",
    3: "overcast",
    45: "foggy",
    51: "drizzling",
    56: "drizzling and freezing",
    61: "raining lightly",
    63: "raining",
    65: "raining heavily",
    66: "raining and freezing",
    71: "snowing lightly",
    73: "snowing",
    75: "snowing heavily",
    80: "raining in showers",
    82: "raining in heavy showers",
    85: "snowing in showers",
    95: "stormy, with thunder",
}
_UNITS: Final = {
    "metric": ({"temperature_unit": "celsius", "wind_speed_unit": "kmh"}, "degrees Celsius", "kilometres an hour"),
    "us": ({"temperature_unit": "fahrenheit", "wind_speed_unit": "mph"}, "degrees Fahrenheit", "miles an hour"),
}


def weather(
    *,
    units: Literal["metric", "us"] = "metric",
    timeout: float = 5.0,
    forecast_url: str = _FORECAST,
    places_url: str = _PLACES,
) -> Callable[..., str]:
    """Make a tool that tells the weather of a place, now, today and tomorrow. It asks Open-Meteo, without a key.

    Open-Meteo is free for use that is not commercial; with a plan of theirs, give the URLs of it.

    Args:
        units: ``metric`` (Celsius, kilometres) or ``us`` (Fahrenheit, miles).
        timeout: Seconds that each of the two requests may take.
        forecast_url: The server of forecasts.
        places_url: The server that knows places by name.
    Returns:
        The tool, ``weather(place)``. It blocks, up to twice ``timeout``.
    Raises:
        ValueError: There are no such units.
    """
    if units not in _UNITS:
        raise ValueError(f"weather: no such units: {units!r}; expected metric or us")
    asked, degrees, speed = _UNITS[units]

    def weather(place: str) -> str:
        """The weather of a place, now, today and tomorrow.

        Args:
            place: a town, in English, with its country or state if several have that name, such as Paris, Texas
        """
        try:
            found = _find(places_url, place, timeout)
            if found is None:
                return f"No place called {place[:64]} is known."
            forecast = _get(
                f"{forecast_url}/v1/forecast",
                {
                    "latitude": found["latitude"],
                    "longitude": found["longitude"],
                    "current": "temperature_2m,weather_code,wind_speed_10m",
                    "daily": "temperature_2m_max,temperature_2m_min,precipitation_probability_max",
                    "timezone": "auto",
                    "forecast_days": 2,
                    **asked,
                },
                timeout,
            )
            return _told(found, forecast, degrees, speed)
        except (OSError, HTTPException, ValueError, KeyError, TypeError, IndexError) as error:
            log.warning("the weather of %r cannot be told: %s: %s", place[:64], type(error).__name__, error)
            return "The weather cannot be looked up right now."

    return weather


def _get(url: str, query: Mapping[str, Any], timeout: float) -> Any:
    request = urllib.request.Request(f"{url}?{urlencode(query)}", headers={"Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            body = response.read(_MOST + 1)
    except HTTPError as refusal:
        refusal.close()  # it holds the connection
        raise
    if len(body) > _MOST:
        raise ValueError(f"an answer of more than {_MOST} bytes")
    return json.loads(body)


def _find(url: str, place: str, timeout: float) -> Any:
    """The place that is meant: by its name, and by country or state behind a comma."""
    name, _, region = (part.strip() for part in place.partition(","))
    places = _get(f"{url}/v1/search", {"name": name, "count": 10, "language": "en"}, timeout).get("results") or []
    for candidate in places:
        regions = (str(candidate.get(key, "")).casefold() for key in ("country", "admin1", "country_code"))
        if region.casefold() in regions:
            return candidate
    return places[0] if places else None


def _told(place: Mapping[str, Any], forecast: Mapping[str, Any], degrees: str, speed: str) -> str:
    now, days = forecast["current"], forecast["daily"]
    where = ", ".join(dict.fromkeys(str(place[key]) for key in ("name", "country") if place.get(key)))
    text = (
        f"In {where} it is {round(now['temperature_2m'])} {degrees} and {_sky(now['weather_code'])}, "
        f"with wind of {round(now['wind_speed_10m'])} {speed}."
    )
    for index, day in enumerate(("Today", "Tomorrow")):
        low, high = round(days["temperature_2m_min"][index]), round(days["temperature_2m_max"][index])
        rain = days["precipitation_probability_max"][index]
        text += f" {day} between {low} and {high} degrees"
        text += "." if rain is None else f", with a {round(rain)} percent chance of rain."
    return text


def _sky(code: float) -> str:
    return _SKY[max(known for known in _SKY if known <= code)]
