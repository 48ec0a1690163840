"""What is compiled once per plan: see `cpas.tables.once`."""

from __future__ import annotations

from cpas.tables.once import once_per_plan

__all__ = ["once_per_plan"]
