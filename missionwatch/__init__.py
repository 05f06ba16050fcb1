"""Missionwatch: what a mission publishes, every version of it, and what changed.

Importing this package makes `crawler`, `store` and `feeds` importable. In a checkout they lie beside it; in an
installed wheel they travel inside it, so that site-packages gets no generic names (docs/decisions/0001-names.md).
"""

import sys
from pathlib import Path

__version__ = "0.1.0"

_bundled = Path(__file__).with_name("_bundled")
if _bundled.is_dir() and str(_bundled) not in sys.path:
    sys.path.insert(0, str(_bundled))
