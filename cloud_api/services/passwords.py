"""Passwords: which may be chosen, how they are hashed (R01), and how many at once.

Usage::

    passwords = Passwords()
    fault = find_fault("correct horse battery staple 7", about=("ines@example.org",))     # None: it may be chosen
    stored = await passwords.hash(chosen)
    match = await passwords.check(stored, offered)     # match.rehash is a new hash where parameters have grown

Another system's bcrypt hashes may be taken over (``bcrypt_fault``): the first sign-in replaces them.
"""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from cloud_api.errors import CloudError

MIN_LENGTH = 12
MAX_LENGTH = 256
_FEWEST_SIGNS = 3
_SHORTEST_WORD = 4  # what is left of a password of three signs and many digits is nothing that tells anybody
_RUNS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
_AS_LETTERS = str.maketrans("@4301!$57", "aaeoiisst")
_BCRYPT = re.compile(r"\$2[aby]\$(1[0-2])\$[./A-Za-z0-9]{53}")
_BCRYPT_BYTES = 72  # what the algorithm looks at; systems that made such hashes left out the rest
_NO_LETTERS = re.compile(r"[\W\d_]+")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")

R = TypeVar("R")


class PasswordsBusyError(CloudError):
    """Too many passwords wait to be checked; asking again in a moment is the way out."""


@dataclass(frozen=True, slots=True)
class HashTerms:
    """Argon2id's costs, and how many hashes are made at once and may wait."""

    memory_kib: int = 47104
    passes: int = 1
    lanes: int = 1
    at_once: int = 2
    waiting: int = 64


@dataclass(frozen=True, slots=True)
class Match:
    """Whether a password fits; ``rehash`` is its hash under today's parameters where the stored one is older."""

    fits: bool
    rehash: str | None = None


class Passwords:
    """Hashes and checks in a small pool of threads, so that a burst of sign-ins takes bounded memory."""

    def __init__(self, terms: HashTerms | None = None) -> None:
        self._terms = terms or HashTerms()
        self._hasher = PasswordHasher(
            time_cost=self._terms.passes, memory_cost=self._terms.memory_kib, parallelism=self._terms.lanes
        )
        self._pool = ThreadPoolExecutor(self._terms.at_once, thread_name_prefix="passwords")
        self._waiting = 0
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """An Argon2id PHC string.

        Raises:
            PasswordsBusyError: too many wait already.
        """
        return await self._run(lambda: self._hasher.hash(_normal(password)))

    async def check(self, stored: str | None, password: str) -> Match:
        """Whether a password fits a stored hash; without one the same work is done for nothing.

        Raises:
            PasswordsBusyError: too many wait already.
        """
        if stored is not None and stored.startswith("$2"):
            return await self._run(lambda: self._check_bcrypt(stored, password))
        return await self._run(lambda: self._check(stored, _normal(password)))

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _check(self, stored: str | None, password: str) -> Match:
        if self._nobodys is None:
            self._nobodys = self._hasher.hash("nobody has this password")
        try:
            self._hasher.verify(stored or self._nobodys, password)
        except (Argon2Error, InvalidHashError):
            return Match(fits=False)
        if stored is None:
            return Match(fits=False)
        return Match(True, self._hasher.hash(password) if self._hasher.check_needs_rehash(stored) else None)

    def _check_bcrypt(self, stored: str, password: str) -> Match:
        """As the other system did: the text as it was typed, and no more of it than bcrypt looks at."""
        try:
            fits = bcrypt.checkpw(password.encode("utf-8")[:_BCRYPT_BYTES], stored.encode("ascii"))
        except ValueError:
            return Match(fits=False)
        return Match(True, self._hasher.hash(_normal(password))) if fits else Match(fits=False)

    async def _run(self, work: Callable[[], R]) -> R:
        if self._waiting >= self._terms.waiting:
            raise PasswordsBusyError
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1


def bcrypt_fault(stored: str) -> str | None:
    """Why a hash of another system cannot be taken over, or ``None``: bcrypt at a cost of 10 to 12 (R01).

    A cost of 13 takes so long that its failures would be told from others by their time.
    """
    if _BCRYPT.fullmatch(stored):
        return None
    return "a password's hash must be bcrypt's, such as $2b$12$ and 53 signs, with a cost of 10 to 12"


def find_fault(password: str, *, about: Iterable[str] = ()) -> str | None:
    """Why this password may not be chosen, as a sentence for whoever chooses it, or ``None``.

    ``about`` are texts that belong to the person: an address, a name, that of the organisation. Figures and signs in it
    or around it make no other word of one.
    """
    plain = _normal(password)
    if len(plain) < MIN_LENGTH:
        return f"Choose a password of at least {MIN_LENGTH} signs; a few words make a good one."
    if len(plain) > MAX_LENGTH:
        return f"A password has at most {MAX_LENGTH} signs."
    folded = plain.casefold()
    if any(_is_same_word(folded, text.casefold()) for text in about if text):
        return "This password is your own name or address, or your organisation's name; choose another."
    if _is_common(folded):
        return "This password is among the first that strangers try; choose another."
    return None


def _is_same_word(folded: str, text: str) -> bool:
    own = {text, text.partition("@")[0]}
    letters = {word for word in map(_letters, own) if len(word) >= _SHORTEST_WORD}
    return folded in own or not letters.isdisjoint({_letters(folded), _letters(_as_letters(folded))})


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text)


def _is_common(folded: str) -> bool:
    if len(set(folded)) < _FEWEST_SIGNS:
        return True
    if any(folded in run * 2 or folded in run[::-1] * 2 for run in _RUNS):
        return True
    candidates = {folded, _ENDS.sub("", folded), _as_letters(folded), _as_letters(_ENDS.sub("", folded))}
    candidates |= {re.sub(r"[\W_]+", "", text) for text in candidates}
    candidates |= {_repeated(text) for text in candidates}
    return not candidates.isdisjoint(common_passwords())


def _as_letters(text: str) -> str:
    return text.translate(_AS_LETTERS)


def _repeated(text: str) -> str:
    """The part that a text repeats, or the text."""
    size = (text + text).find(text, 1)
    return text[:size] if text and size > 0 else text


@cache
def common_passwords() -> frozenset[str]:
    """The 30,000 most common that zxcvbn knows, and a list of our own: of this trade, and of more languages."""
    # Here, for its lists take a tenth of a second to read, which only who chooses a password needs.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415

    lines = (files("cloud_api.services") / "common_passwords.txt").read_text("utf-8").splitlines()
    own = (line for line in lines if line and not line.startswith("#"))
    return frozenset(own) | {word for word in FREQUENCY_LISTS["passwords"] if len(word) >= _SHORTEST_WORD}


def _normal(password: str) -> str:
    # Two keyboards may type the same letter differently (NIST SP 800-63B, 5.1.1.2).
    return unicodedata.normalize("NFKC", password)
