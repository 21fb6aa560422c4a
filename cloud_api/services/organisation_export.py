"""The file that a closed organisation gets: all that was kept of it, readable, and its audit log to verify.

A ZIP file: ``data/TABLE.jsonl`` (a row a line), ``objects/ID`` (photos and signatures as they were taken),
``audit.zip`` (for ``lodge-verify``) and, written last, ``organisation.json``: what it all is, with counts and digests.
"""

import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
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
    """Writes one file."""

    def __init__(self, ring: KeyRing, objects: Objects) -> None:
        self._ring = ring
        self._objects = objects
        self._digests: dict[str, str] = {}
        self._reading = Reading()

    async def write(self, tx: Tenant, audit: Export, path: Path, made_at: str) -> Exported:
        """Write all that a snapshot shows to ``path``, mode 0600; it appears there whole or not at all.

        Raises:
            ConfigurationError: there is such a file, or this version cannot export a column.
            CloudError: it was written and is not what it should be; it was deleted.
            OSError: it cannot be written.
        """
        require_new(path)
        tables = await whole_export.list_tables(tx)
        unknown = whole_export.unknown_columns(tables)
        if unknown:
            raise ConfigurationError(f"this version cannot export {', '.join(unknown)}: nothing was changed")
        draft = path.with_name(f".{path.name}.part")
        try:
            descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "r+b") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                    facts = await self._fill(tx, archive, tables, audit, made_at)
                file.flush()
                os.fsync(file.fileno())
            digest = check_export(draft)
            os.link(draft, path)  # unlike a rename, never over another file
            _sync_folder(path.parent)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
        return Exported(
            digest, {name: item.rows for name, item in facts.tables.items()}, facts.objects, facts.unreadable
        )

    async def _fill(
        self, tx: Tenant, archive: zipfile.ZipFile, tables: list[Table], audit: Export, made_at: str
    ) -> ExportFacts:
        found = {
            table.name: await self._write_table(tx, archive, table)
            for table in tables
            if table.name not in LEFT_OUT_TABLES
        }
        objects = await self._write_objects(tx, archive)
        with TemporaryDirectory(prefix="lodge-export-") as folder:
            write_archive(Path(folder) / _AUDIT, audit.members)
            self._put(archive, _AUDIT, (Path(folder) / _AUDIT).read_bytes())
        facts = ExportFacts(
            format="lodge-organisation-v1",
            organisation=str(tx.id),
            name=await organisations.find_name(tx) or "",
            made_at=made_at,
            tables=found,
            left_out=dict(LEFT_OUT_TABLES),
            objects=objects,
            members=self._digests,
            unreadable=tuple(self._reading.unreadable),
        )
        archive.writestr(_entry(_FACTS), msgspec.json.format(msgspec.json.encode(facts)))
        return facts

    async def _write_table(self, tx: Tenant, archive: zipfile.ZipFile, table: Table) -> TableFacts:
        name, rows, digest = f"data/{table.name}.jsonl", 0, sha256()
        with archive.open(_entry(name), "w", force_zip64=True) as member:
            async for line in whole_export.read_rows(tx, self._ring, table, self._reading):
                member.write(line + b"\n")
                digest.update(line + b"\n")
                rows += 1
        self._digests[name] = digest.hexdigest()
        columns = {**table.plain, **table.opened}
        return TableFacts(columns=columns, left_out=dict(table.left_out), rows=rows)

    async def _write_objects(self, tx: Tenant, archive: zipfile.ZipFile) -> int:
        count = 0
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
            self._put(archive, f"objects/{object_id}", content)
            count += 1
        return count

    def _put(self, archive: zipfile.ZipFile, name: str, content: bytes) -> None:
        archive.writestr(_entry(name), content)
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
