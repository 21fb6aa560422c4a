"""requests without the library that guesses in which letters an answer is written.

``from sync.device.lean_requests import requests``. Nobody here asks for a guess: the cloud's answers are bytes whose
meaning is agreed. The library would take 3 MB of a kiosk's memory, and tables of Chinese, Japanese and Korean encodings
with it. requests goes on without it, as it does where it is not installed, and takes text for UTF-8.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_GUESSERS = ("chardet", "charset_normalizer")


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Let no module of these be found, unless it is loaded already; where there is none, requests warns."""
    missing = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(missing))  # type: ignore[arg-type]  # None, as the import system defines it
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name in missing:
            del sys.modules[name]


with _without(*_GUESSERS):
    import requests

__all__ = ["requests"]
