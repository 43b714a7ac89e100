"""The one place that names the version; setup.cfg and the user agent read it."""

__version__ = "0.1.0"
