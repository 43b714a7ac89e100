"""A set of tools."""

from __future__ import annotations

from typing import Literal

import pytest

from jambonz_sync.tools import ToolSet


@pytest.fixture
def tools() -> ToolSet:
    tools = ToolSet()

    @tools.tool
    def get_weather(city: str, scale: Literal["celsius", "fahrenheit"] = "celsius") -> str:
        """The weather
        in a city.

        Args:
            city: Its name,
                in English.
            scale (str): Of the temperature.

        Returns:
            A sentence.
        """
        return f"21 {scale} in {city}"

    return tools
