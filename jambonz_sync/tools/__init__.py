"""Tools for language models: functions in, schemas and checked calls out."""

from .schema import ArgumentError
from .toolset import Tool, ToolCall, ToolSet
from .vendors import VENDORS, Outcome, Vendor

__all__ = ["VENDORS", "ArgumentError", "Outcome", "Tool", "ToolCall", "ToolSet", "Vendor"]
