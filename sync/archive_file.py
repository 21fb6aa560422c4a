"""Audit exports as ZIP files. Reading is bounded and keeps no member that it was not asked for."""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from sync.protocol.archive import ArchiveError, Member
from sync.protocol.errors import ProofError

MAX_TOTAL_BYTES = 2 * 1024**3
MAX_RATIO = 64
"""What unpacks to more than so many times the file is no export: half of each line is digests, which do not pack."""
FREE_BYTES = 1024 * 1024
MAX_MEMBERS = 16
_CENTRAL_BYTES, _END_BYTES = 46, 22
"""Of a ZIP file's directory: each entry but for its name, and its end. An export has no comments or extra fields."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


def write_archive(path: Path | IO[bytes], members: Mapping[str, bytes]) -> None:
    """Write members in the order of their names, with fixed times: equal content gives an equal file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(members.items()):
            archive.writestr(_entry(name), data)


class ArchiveWriter:
    """Writes an export piece by piece into a file that can be sought in: of a long log no more than a piece is in
    memory. ``listed``: the members that are whole, for the manifest.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.listed: list[Member] = []

    @contextmanager
    def member(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """One more member, whose pieces are given to what comes; whole at the end of the block."""
        digest, size = sha256(), 0

        def put(piece: bytes) -> None:
            nonlocal size
            stream.write(piece)
            digest.update(piece)
            size += len(piece)

        with self._archive.open(_entry(name), "w") as stream:
            yield put
        self.listed.append(Member(name=name, sha256=digest.hexdigest(), size=size))

    def add(self, name: str, data: bytes) -> None:
        """One more member at once."""
        with self.member(name) as put:
            put(data)

    def close(self) -> None:
        """Write the directory; without it the file is no export."""
        self._archive.close()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def read_archive(path: Path) -> dict[str, bytes]:
    """All members of an export by name.

    Raises:
        ArchiveError: a member is damaged, doubled or too large.
        ProofError: the file is not a ZIP file.
        OSError: the file cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _require_nothing_else(archive, path.stat().st_size)
            if len(entries) > MAX_MEMBERS:
                raise ProofError("the file has more members than an export")
            most = min(MAX_TOTAL_BYTES, max(FREE_BYTES, MAX_RATIO * path.stat().st_size))
            if sum(entry.file_size for entry in entries) > most:
                raise ProofError("the file unpacks to more than an export can hold")
            members: dict[str, bytes] = {}
            for entry in entries:
                if entry.filename in members:
                    raise ArchiveError(entry.filename, "is there twice")
                members[entry.filename] = _read_member(archive, entry)
            return members
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
        raise ProofError("the file is not a ZIP file, or its directory is damaged") from error


def _require_nothing_else(archive: zipfile.ZipFile, size: int) -> None:
    """A ZIP file may carry bytes before, behind and between its members that no reader shows; an export has none."""
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    begins_at_once = not entries or entries[0].header_offset == 0
    end = archive.start_dir + sum(_CENTRAL_BYTES + len(entry.orig_filename.encode()) for entry in entries)
    if archive.comment or not begins_at_once or end + _END_BYTES != size:
        raise ProofError("the file holds bytes besides the members of an export")


def _read_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveError(entry.filename, "is packed in an unknown way")
    try:
        with archive.open(entry) as stream:
            data = stream.read(entry.file_size + 1)
    except _DAMAGE as error:
        raise ArchiveError(entry.filename, "is damaged") from error
    if len(data) != entry.file_size:
        raise ArchiveError(entry.filename, "is not of its stated size")
    return data
