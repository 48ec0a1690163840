"""The library on the command line: ``cpas check``, ``cpas assess``, ``cpas explain`` and the rest.

Every command composes the verbs of the front door and adds nothing to them. What a command needs is loaded when it
runs, so that ``cpas --help`` is there at once.
"""

from __future__ import annotations

from cpas.cli.running import main

__all__ = ["main"]
