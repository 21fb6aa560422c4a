"""What an organisation asks of its visitors: documents to agree to, and types of visitor."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.rows import TupleRow

from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class DocumentText:
    """One version of a document in one language; ``sha256`` as the protocol's ``document_hash``, in hex."""

    key: str
    version: str
    language: str
    title: str
    paragraphs: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class TypeDefinition:
    """A type of visitor; ``definition`` is its JSON as the feed carries it."""

    key: str
    definition: bytes


async def put_documents(tx: Tenant, documents: Sequence[DocumentText]) -> list[str]:
    """Make these the current documents; older versions stay for the consents that name them.

    Returns the keys of documents whose text changed without a new version: nothing is stored for those.
    """
    clashing = [document.key for document in documents if await _differs(tx, document)]
    if clashing:
        return clashing
    await tx.connection.execute("update lodge.document set current = false where tenant_id = %s", (tx.id,))
    for document in documents:
        await tx.connection.execute(
            "insert into lodge.document (tenant_id, key, version, language, title, paragraphs, sha256,"
            " current)"
            " values (%s, %s, %s, %s, %s, %s, %s, true)"
            " on conflict (tenant_id, key, version, language) do update set current = true",
            (
                tx.id,
                document.key,
                document.version,
                document.language,
                document.title,
                list(document.paragraphs),
                bytes.fromhex(document.sha256),
            ),
        )
    return []


async def list_documents(tx: Tenant) -> list[DocumentText]:
    """The current documents, in all languages."""
    cursor = await tx.connection.execute(
        "select key, version, language, title, paragraphs, sha256 from lodge.document"
        " where tenant_id = %s and current order by key, language, version",
        (tx.id,),
    )
    return [_read(row) for row in await cursor.fetchall()]


async def find_text(tx: Tenant, key: str, version: str, language: str) -> DocumentText | None:
    """One version of a document in one language, current or not."""
    cursor = await tx.connection.execute(
        "select key, version, language, title, paragraphs, sha256 from lodge.document"
        " where tenant_id = %s and key = %s and version = %s and language = %s",
        (tx.id, key, version, language),
    )
    row = await cursor.fetchone()
    return None if row is None else _read(row)


async def put_types(tx: Tenant, types: Sequence[TypeDefinition]) -> None:
    """Make these the types of visitor, in this order."""
    await tx.connection.execute("delete from lodge.visitor_type where tenant_id = %s", (tx.id,))
    for position, kind in enumerate(types):
        await tx.connection.execute(
            "insert into lodge.visitor_type (tenant_id, key, position, definition) values (%s, %s, %s, %s)",
            (tx.id, kind.key, position, kind.definition.decode("utf-8")),
        )


async def list_types(tx: Tenant) -> list[TypeDefinition]:
    """The types of visitor, in the organisation's order."""
    cursor = await tx.connection.execute(
        "select key, definition::text from lodge.visitor_type where tenant_id = %s order by position",
        (tx.id,),
    )
    return [TypeDefinition(row[0], row[1].encode("utf-8")) for row in await cursor.fetchall()]


def _read(row: TupleRow) -> DocumentText:
    return DocumentText(row[0], row[1], row[2], row[3], tuple(row[4]), bytes(row[5]).hex())


async def _differs(tx: Tenant, document: DocumentText) -> bool:
    cursor = await tx.connection.execute(
        "select sha256 from lodge.document where tenant_id = %s and key = %s and version = %s and language = %s",
        (tx.id, document.key, document.version, document.language),
    )
    row = await cursor.fetchone()
    return row is not None and bytes(row[0]).hex() != document.sha256
