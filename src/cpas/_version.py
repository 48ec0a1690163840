"""The version of the library; it is part of every assessment's content hash."""

__version__ = "0.1.0"
