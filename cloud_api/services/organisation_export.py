"""The file that a closed organisation gets: all that was kept of it, readable, and its audit log to verify.

A ZIP file: ``data/TABLE.jsonl`` (a row a line), ``objects/ID`` (photos and signatures as they were taken),
``audit.zip`` (for ``lodge-verify``, where there is a signed log) and, written last,
``organisation.json``: what it all is, with counts and digests.
"""

import io
import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from glob import escape
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import IO, Annotated, Literal

import msgspec

from cloud_api.errors import CloudError, ConfigurationError, ObjectStoreError
from cloud_api.keys.ring import KeyRing
from cloud_api.objects.port import Objects
from cloud_api.services.audit_export import Export
from cloud_api.store import organisations, whole_export
from cloud_api.store.db import Tenant
from cloud_api.store.whole_export import LEFT_OUT_TABLES, Reading, Table
from sync.archive_file import write_archive
from sync.protocol.errors import ProtocolError
from sync.protocol.sealing import ObjectName, open_content

_BLOCK = 1 << 20
_FACTS, _AUDIT = "organisation.json", "audit.zip"
_EPOCH = (1980, 1, 1, 0, 0, 0)
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class TableFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table: its columns with their types (``text``, ``json`` or ``bytes`` (base64) where they were sealed), what is
    left out and why, and how many rows there are.
    """

    columns: dict[str, str]
    left_out: dict[str, str]
    rows: int


class ExportFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``organisation.json``. ``members``: the SHA-256 of every other member. ``unreadable``: what was damaged."""

    format: Literal["lodge-organisation-v1"]
    organisation: str
    name: str
    made_at: str
    tables: dict[str, TableFacts]
    left_out: dict[str, str]
    objects: int
    members: dict[str, Digest]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written, read again and found whole. ``rows``: how many of each table."""

    sha256: str
    rows: Mapping[str, int]
    objects: int
    unreadable: tuple[str, ...]


class ExportWriting:
    """Writes one file: begun, filled from one snapshot, and finished when that is over; dropped in any case."""

    def __init__(self, ring: KeyRing, objects: Objects, path: Path) -> None:
        self._ring = ring
        self._objects = objects
        self._path = path
        # Nobody can lay a link there before: the folder may be one that others write to.
        self._draft = path.with_name(f".{path.name}.{token_hex(8)}.part")
        self._digests: dict[str, str] = {}
        self._reading = Reading()
        self._tables: dict[str, TableFacts] = {}
        self._left_out = dict(LEFT_OUT_TABLES)
        self._count = 0
        self._archive: zipfile.ZipFile | None = None

    def begin(self, audit: Export | None) -> None:
        """Begin a file of mode 0600, under another name, with the audit log if there is one.

        Raises:
            ConfigurationError: there is a file of the name that it shall have.
            OSError: it cannot be written.
        """
        require_new(self._path)
        for left in self._path.parent.glob(f".{escape(self._path.name)}.{'[0-9a-f]' * 16}.part"):
            left.unlink()  # by a crash, readable as it is
        descriptor = os.open(self._draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        self._file = os.fdopen(descriptor, "r+b")
        self._archive = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)
        if audit is None:
            self._left_out[_AUDIT] = "no keys page was ever signed for the organisation, so there is no log to verify"
            return
        inner = io.BytesIO()  # not a file: the temporary folder may be kept, or backed up
        write_archive(inner, audit.members)
        self._put(_AUDIT, inner.getvalue())

    async def fill(self, tx: Tenant, made_at: str) -> None:
        """Write all that a snapshot shows.

        Raises:
            ConfigurationError: this version cannot export a column.
            OSError: it cannot be written.
        """
        tables = await whole_export.list_tables(tx)
        unknown = whole_export.unknown_columns(tables)
        if unknown:
            raise ConfigurationError(f"this version cannot export {', '.join(unknown)}: nothing was changed")
        for table in tables:
            if table.name not in LEFT_OUT_TABLES:
                self._tables[table.name] = await self._write_table(tx, table)
        await self._write_objects(tx)
        facts = ExportFacts(
            format="lodge-organisation-v1",
            organisation=str(tx.id),
            name=await organisations.find_name(tx) or "",
            made_at=made_at,
            tables=self._tables,
            left_out=self._left_out,
            objects=self._count,
            members=self._digests,
            unreadable=tuple(self._reading.unreadable),
        )
        self._zip.writestr(_entry(_FACTS), msgspec.json.format(msgspec.json.encode(facts)))

    def finish(self) -> Exported:
        """Sync the file, read it again whole, and only then give it its name.

        Raises:
            CloudError: it is not what it should be.
            OSError: it cannot be written, or there is a file of its name by now.
        """
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        digest = check_export(self._draft)
        os.link(self._draft, self._path)  # unlike a rename, never over another file
        _sync_folder(self._path.parent)
        rows = {name: table.rows for name, table in self._tables.items()}
        return Exported(digest, rows, self._count, tuple(self._reading.unreadable))

    def drop(self) -> None:
        """Take the draft away."""
        if self._archive is not None:
            with suppress(OSError, ValueError):
                self._archive.close()
            self._file.close()
            with suppress(FileNotFoundError):
                self._draft.unlink()

    @property
    def _zip(self) -> zipfile.ZipFile:
        if self._archive is None:
            raise CloudError("the file was not begun")
        return self._archive

    async def _write_table(self, tx: Tenant, table: Table) -> TableFacts:
        name, rows, digest = f"data/{table.name}.jsonl", 0, sha256()
        with self._zip.open(_entry(name), "w", force_zip64=True) as member:
            async for line in whole_export.read_rows(tx, self._ring, table, self._reading):
                member.write(line + b"\n")
                digest.update(line + b"\n")
                rows += 1
        self._digests[name] = digest.hexdigest()
        columns = {**table.plain, **table.opened}
        return TableFacts(columns=columns, left_out=dict(table.left_out), rows=rows)

    async def _write_objects(self, tx: Tenant) -> None:
        async for object_id, own in whole_export.read_object_keys(tx, self._ring, self._reading):
            name = ObjectName(tx.id, object_id)
            try:
                sealed = await self._objects.get(name)
                content = None if sealed is None else open_content(sealed, name=name, own=own)
            except (ObjectStoreError, ProtocolError):
                content = None
            if content is None:
                self._reading.unreadable.append(f"object {object_id}")
                continue
            self._put(f"objects/{object_id}", content)
            self._count += 1

    def _put(self, name: str, content: bytes) -> None:
        self._zip.writestr(_entry(name), content)
        self._digests[name] = sha256(content).hexdigest()


def require_new(path: Path) -> None:
    """Refuse to write over a file, or where there is no folder.

    Raises:
        ConfigurationError: there is such a file, or no folder for it.
    """
    if path.exists() or not path.parent.is_dir():
        raise ConfigurationError(f"{path} exists already, or there is no folder for it: name another file")


def check_export(path: Path) -> str:
    """Read a file again, whole; its SHA-256 (hex).

    Raises:
        CloudError: it is not what its ``organisation.json`` says.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            facts = msgspec.json.decode(archive.read(_FACTS), type=ExportFacts)
            names = archive.namelist()
            if sorted(names) != sorted([_FACTS, *facts.members]):
                raise CloudError(f"{path} does not hold what it says that it holds")
            for name, digest in facts.members.items():
                table = facts.tables.get(name.removeprefix("data/").removesuffix(".jsonl"))
                with archive.open(name) as member:
                    if name.startswith("data/") and table is not None:
                        _check_rows(name, member, table)
                with archive.open(name) as member:
                    if _digest(member) != digest:
                        raise CloudError(f"{path}: {name} is damaged")
    except (zipfile.BadZipFile, KeyError, msgspec.MsgspecError, ValueError) as error:
        raise CloudError(f"{path} is damaged: {error}") from error
    with path.open("rb") as file:
        return _digest(file)


def _check_rows(name: str, member: IO[bytes], table: TableFacts) -> None:
    count, wanted = 0, set(table.columns)
    for line in member:
        if set(msgspec.json.decode(line, type=dict[str, msgspec.Raw])) != wanted:
            raise CloudError(f"{name}: a row has other columns than the table")
        count += 1
    if count != table.rows:
        raise CloudError(f"{name} has {count} rows and should have {table.rows}")


def _digest(file: IO[bytes]) -> str:
    found = sha256()
    while block := file.read(_BLOCK):
        found.update(block)
    return found.hexdigest()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
