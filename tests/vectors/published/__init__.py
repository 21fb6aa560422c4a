"""Test values that others published. Each folder's README.md says where from, under which licence, and what was taken.

for case in load("wycheproof/ed25519.json"): ...
"""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def load(name: str) -> Any:
    """The values of one file, such as ``wycheproof/ed25519.json``."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def unhex(text: str) -> bytes:
    """Bytes from hex digits."""
    return bytes.fromhex(text)
