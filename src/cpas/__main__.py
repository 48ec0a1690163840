"""``python -m cpas`` is the command ``cpas``."""

from __future__ import annotations

import sys

from cpas.cli import main

if __name__ == "__main__":
    sys.exit(main())
