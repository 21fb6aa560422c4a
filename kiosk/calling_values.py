"""Calling reception from the kiosk: plain values, and the port behind them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CallWish:
    """Somebody here asks for a person. ``stay_id``: of their visit, empty where none has begun; ``assistance``: whether
    they said that they need help on the way out.
    """

    stay_id: str
    language: str
    assistance: bool


@dataclass(frozen=True, slots=True)
class Called:
    """The call is on the disk, and goes up with what comes next. ``stay_id``: the arrival that follows takes it."""

    stay_id: str


class CallRefused(StrEnum):
    """Why nobody is called."""

    TOO_MANY = "too-many"
    STORE_ERROR = "store-error"


class Bell(Protocol):
    """Calls reception, and knows whether it has been told."""

    def is_offered(self) -> bool:
        """Return whether the server tells reception of calls and holds at all. Quick."""

    def phone(self) -> str:
        """Return the number of reception as visitors read it, or nothing. Quick."""

    def call(self, wish: CallWish) -> Called | CallRefused:
        """Record the call durably, once for each visit however often it is asked for. Called from a worker thread;
        never raises.
        """

    def is_told(self, stay_id: str) -> bool:
        """Return whether the cloud has acknowledged the call or the hold of this visit. Called from a worker thread;
        never raises.
        """


class NoBell:
    """A lobby without a reception that could be told."""

    def is_offered(self) -> bool:
        """Return False."""
        return False

    def phone(self) -> str:
        """Return nothing."""
        return ""

    def call(self, wish: CallWish) -> Called | CallRefused:
        """Return that nobody is called."""
        del wish
        return CallRefused.STORE_ERROR

    def is_told(self, stay_id: str) -> bool:
        """Return False."""
        del stay_id
        return False
