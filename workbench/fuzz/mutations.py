"""Blind mutations of sound inputs: what damage, chance and a bored attacker do to bytes."""

from collections.abc import Sequence
from random import Random

_LONGEST = 64 * 1024
_TOKENS = (
    b"\x00",
    b"\n",
    b"\n\n",
    b"\xff\xfe",
    b"\xed\xa0\x80",  # half a surrogate pair, in UTF-8
    b'"\\ud800"',
    b"[" * 200,
    b'{"a":' * 200,
    b"9" * 400,
    b"-1",
    b"1e400",
    b"0.0",
    b"9007199254740993",
    b"18446744073709551616",
    b"NaN",
    b"null",
    b"true",
    b'""',
    b" ",
    b"=",
    b"%00",
    b"\xe2\x80\xa8",
    "²".encode(),  # a digit to str.isdigit, none to int
    "٣".encode(),  # a digit to both
    "ＯＫ".encode(),
    b"\x28\xb5\x2f\xfd",  # the magic number of zstd
    b"PK\x05\x06",
)


def mutate(random: Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds after one to four changes; at most 64 KiB, if the seed is."""
    data = bytearray(random.choice(seeds))
    for _ in range(random.randint(1, 4)):
        random.choice(_CHANGES)(random, data, seeds)
        if len(data) > _LONGEST:
            del data[_LONGEST:]
    return bytes(data)


def _place(random: Random, data: bytearray) -> int:
    return random.randint(0, max(len(data) - 1, 0))


def _flip(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    if data:
        data[_place(random, data)] ^= 1 << random.randint(0, 7)


def _overwrite(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    if data:
        data[_place(random, data)] = random.choice(
            (0, 0x0A, 0x20, 0x22, 0x5C, 0x7F, 0x80, 0xFF, random.randint(0, 255))
        )


def _cut(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = _place(random, data)
    del data[at : at + random.choice((1, 2, 8, random.randint(1, 64)))]


def _truncate(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    del data[_place(random, data) :]


def _double(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = _place(random, data)
    part = data[at : at + random.randint(1, 80)]
    data[at:at] = part * random.choice((1, 1, 2, 300))


def _insert(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = _place(random, data)
    data[at:at] = random.choice(_TOKENS) if random.random() < 0.8 else random.randbytes(random.randint(1, 8))  # noqa: PLR2004


def _splice(random: Random, data: bytearray, seeds: Sequence[bytes]) -> None:
    other = random.choice(seeds)
    data[_place(random, data) :] = other[random.randint(0, len(other)) :]


def _exchange(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    """A number, where there is one, becomes another."""
    digits = [at for at, byte in enumerate(data) if 0x30 <= byte <= 0x39]  # noqa: PLR2004 -- the digits of ASCII
    if not digits:
        return
    start = end = random.choice(digits)
    while start and 0x30 <= data[start - 1] <= 0x39:  # noqa: PLR2004
        start -= 1
    while end < len(data) and 0x30 <= data[end] <= 0x39:  # noqa: PLR2004
        end += 1
    number = int(bytes(data[start:end])[:400])
    others = (0, number + 1, number - 1, 2**31, 2**53, 2**64, 10**300, "²", "٣", "007", "")
    data[start:end] = str(random.choice(others)).encode()


_CHANGES = (_flip, _flip, _overwrite, _cut, _truncate, _double, _insert, _splice, _exchange)
