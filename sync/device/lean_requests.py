"""requests without three libraries that a kiosk pays for and never uses.

``from sync.device.lean_requests import requests, urllib3``. One guesses in which letters an answer is written. Nobody
here asks for a guess: the cloud's answers are bytes whose meaning is agreed, and it would take 3 MB of a kiosk's
memory, with tables of Chinese, Japanese and Korean encodings. requests goes on without it, as it does where it is not
installed, and takes text for UTF-8. One tells urllib3 which version of a library for HTTP/2 there is. And one turns
host names of other letters into ASCII: requests loads it ahead for its older callers, and again once it meets such a
name.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_GUESSERS = ("chardet", "charset_normalizer")
_UNUSED = {"importlib.metadata": {"version": None}, "idna": {}}
"""What is there instead while requests loads has these names."""


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


@contextmanager
def _instead_of(names: dict[str, dict[str, None]]) -> Iterator[None]:
    """Stand in for modules; one that is loaded already stays."""
    missing = [name for name in names if name not in sys.modules]
    for name in missing:
        sys.modules[name] = ModuleType(name)
        vars(sys.modules[name]).update(names[name])
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]


with _without(*_GUESSERS), _instead_of(_UNUSED):
    import requests
    import urllib3

__all__ = ["requests", "urllib3"]
