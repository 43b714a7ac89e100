"""What the REST API answers, as frozen dataclasses: one module for each group of resources.

Every field has a default, as servers leave out what they do not know. Timestamps are text in ISO 8601, UTC,
as they come. Flags come as 0 and 1 and are booleans here. What a newer server adds is in ``extra``.
"""
