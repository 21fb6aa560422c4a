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
from importlib import import_module
from types import ModuleType
from typing import Any

_GUESSERS = ("chardet", "charset_normalizer")
_UNUSED = ("importlib.metadata", "idna")


class _Later(ModuleType):
    """A module that is loaded by the first who asks it for anything; another thread may do so meanwhile."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever the real one has
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)

    def version(self, distribution_name: str) -> str:
        """What urllib3 takes of importlib.metadata, and asks only for HTTP/2."""
        return str(self.__getattr__("version")(distribution_name))


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
def _later(*names: str) -> Iterator[None]:
    """Stand in for modules; one that is loaded already stays."""
    stand_ins = {name: _Later(name) for name in names if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


with _without(*_GUESSERS), _later(*_UNUSED):
    import requests
    import urllib3

__all__ = ["requests", "urllib3"]
