"""The pages of a SQLCipher 4 database and its WAL, one by one: a damaged page hides no other.

SQLite gives up at the first page that fails, and a page high up in a tree hides all below it; page 1 hides everything.
So pages are authenticated and decrypted here (zetetic.net/sqlcipher/design; sqlite.org/fileformat2.html), each from its
newest committed copy. Nothing is written.
"""

import hmac
import os
import struct
from collections.abc import Iterator
from hashlib import pbkdf2_hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE_BYTES = 4096
_IV_BYTES, _HMAC_BYTES, _SALT_BYTES = 16, 64, 16
USABLE_BYTES = PAGE_BYTES - _IV_BYTES - _HMAC_BYTES
_MAGIC = b"SQLite format 3\x00"
_HMAC_MASK, _HMAC_ROUNDS, _HMAC_KEY_BYTES = 0x3A, 2, 32
_WAL_HEADER, _FRAME_HEADER = 32, 24
_WAL_MAGIC, _WAL_MAGIC_BIG = 0x377F0682, 0x377F0683
_WORD = 0xFFFFFFFF
_PROBED_PAGES = 16
_COUNT_AT = 28


class Pages:
    """Reads through descriptors that the caller keeps open: closing one would drop the caller's lock on the file.

    ``salt``: a copy of the database's, for where its own is damaged. ``broken_wal``: the WAL goes on behind a frame
    that is damaged, so committed pages may be missing.
    """

    def __init__(self, key: bytes, *, database: int, wal: int | None, salt: bytes | None = None) -> None:
        self._key = key
        self._database = database
        self._frames: dict[int, bytes] = {}
        self._later: list[tuple[int, bytes]] = []
        self._salt = salt
        self.count = os.fstat(database).st_size // PAGE_BYTES
        self.broken_wal = False
        if wal is not None:
            self._take_wal(wal)
        self._hmac_key = self._find_hmac_key()
        self.count = max(self.count, self._told_count())

    @property
    def opens(self) -> bool:
        """Whether any page is authentic; if none is, the key is another database's, or the salt is lost."""
        return self._hmac_key is not None

    def read(self, number: int) -> bytes | None:
        """The first 4,016 bytes of a page, decrypted, or ``None`` when it is damaged or not there."""
        return self._open(number, self._stored(number)) if 0 < number <= self.count else None

    def later(self) -> Iterator[bytes]:
        """Authentic pages from behind a damaged frame of the WAL, oldest first: SQLite would never look at them."""
        for number, stored in self._later:
            page = self._open(number, stored)
            if page is not None:
                yield page

    def _stored(self, number: int) -> bytes:
        frame = self._frames.get(number)
        return os.pread(self._database, PAGE_BYTES, (number - 1) * PAGE_BYTES) if frame is None else frame

    def _open(self, number: int, stored: bytes) -> bytes | None:
        if self._hmac_key is None or not _is_authentic(number, stored, self._hmac_key):
            return None
        start = _SALT_BYTES if number == 1 else 0
        sealed, iv = stored[start:USABLE_BYTES], stored[USABLE_BYTES : USABLE_BYTES + _IV_BYTES]
        decryptor = Cipher(algorithms.AES256(self._key), modes.CBC(iv)).decryptor()
        opened = decryptor.update(sealed) + decryptor.finalize()
        return _MAGIC + opened if number == 1 else opened

    def _find_hmac_key(self) -> bytes | None:
        """The salt is the first 16 bytes of page 1, in the file and in the WAL, and has a copy beside them; where none
        is whole, one flipped bit is found. A key counts that any of some pages all over the database bears out.
        """
        copies = [stored[:_SALT_BYTES] for stored in (self._stored(1), os.pread(self._database, PAGE_BYTES, 0))]
        flipped = [
            (int.from_bytes(copies[0], "big") ^ 1 << bit).to_bytes(_SALT_BYTES, "big") for bit in range(8 * _SALT_BYTES)
        ]
        apart = max(self.count // _PROBED_PAGES, 1)
        probes = [(number, self._stored(number)) for number in range(1, self.count + 1, apart)]
        for salt in (*copies, *([] if self._salt is None else [self._salt]), *flipped):
            key = _hmac_key(self._key, salt)
            if any(_is_authentic(number, stored, key) for number, stored in probes):
                return key
        return None

    def _told_count(self) -> int:
        """How many pages the first one says that there are: a file may have lost its end."""
        first = self.read(1)
        return 0 if first is None else int.from_bytes(first[_COUNT_AT : _COUNT_AT + 4], "big")

    def _take_wal(self, wal: int) -> None:
        """Frames up to the last commit whose checksums all hold are what SQLite reads; what follows is kept apart."""
        content = os.pread(wal, os.fstat(wal).st_size, 0)
        if len(content) < _WAL_HEADER:
            return
        magic, _, page_bytes, _, *salts = struct.unpack(">6I", content[:24])
        order = ">" if magic == _WAL_MAGIC_BIG else "<"
        sums = _checksum(order, content[:24], (0, 0))
        sound = magic in (_WAL_MAGIC, _WAL_MAGIC_BIG) and page_bytes == PAGE_BYTES
        sound = sound and sums == struct.unpack(">2I", content[24:_WAL_HEADER])
        held: list[tuple[int, bytes]] = []
        for at in range(_WAL_HEADER, len(content) - _FRAME_HEADER - PAGE_BYTES + 1, _FRAME_HEADER + PAGE_BYTES):
            head, page = content[at : at + _FRAME_HEADER], content[at + _FRAME_HEADER :][:PAGE_BYTES]
            number, size, first, second, *told = struct.unpack(">6I", head)
            if [first, second] != salts:
                continue  # of an earlier round: its pages are in the file since
            if sound:
                sums = _checksum(order, page, _checksum(order, head[:8], sums))
                sound = sums == tuple(told)
            if not sound:
                self.broken_wal = True
                self._later += held  # of the same transaction, which has lost its commit
                held = []
                self._later.append((number, page))
                continue
            held.append((number, page))
            if size:
                self._frames.update(held)
                self.count, held = size, []


def _is_authentic(number: int, stored: bytes, key: bytes) -> bool:
    if len(stored) != PAGE_BYTES:
        return False
    start, end = (_SALT_BYTES if number == 1 else 0), USABLE_BYTES + _IV_BYTES
    digest = hmac.digest(key, stored[start:end] + struct.pack("<I", number), "sha512")
    return hmac.compare_digest(digest, stored[end:])


def _hmac_key(key: bytes, salt: bytes) -> bytes:
    masked = bytes(byte ^ _HMAC_MASK for byte in salt)
    return pbkdf2_hmac("sha512", key, masked, _HMAC_ROUNDS, _HMAC_KEY_BYTES)


def _checksum(order: str, content: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    """The WAL's running checksum (fileformat2.html section 4.2)."""
    one, two = sums
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & _WORD
        two = (two + second + one) & _WORD
    return one, two
