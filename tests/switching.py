"""A plugin for pytest, loaded with ``-p tests.switching``: threads take turns as often as they can."""

import sys

sys.setswitchinterval(1e-6)
