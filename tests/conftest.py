"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# Examples are shared out by time only where somebody waits for them.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
