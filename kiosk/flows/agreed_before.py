"""Which documents somebody who comes by an invitation need not agree to again (F05, ADR 98). Doubt asks."""

from collections.abc import Iterable

import msgspec

from sync.protocol.feed import Agreed, Document, DocumentText, Invitation, document_hash

_DAY_MS = 86_400_000


def agreed_versions(invitation: Invitation, documents: Iterable[Document], now_ms: int | None) -> dict[str, str]:
    """Document id to the version that was agreed to, of those that still hold. ``now_ms``: milliseconds since 1970, or
    ``None`` where nothing vouches for the clock: then none holds. By an invitation of several arrivals several people
    may come; nothing of one is held against another.
    """
    if now_ms is None or invitation.uses > 1 or isinstance(invitation.agreed, msgspec.UnsetType):
        return {}
    published = {document.id: document for document in documents}
    found: dict[str, str] = {}
    for agreed in invitation.agreed:
        document = published.get(agreed.document)
        text = None if document is None else _text(document, agreed)
        if document is not None and text is not None and _holds(agreed, document, now_ms):
            found[document.id] = text.version
    return found


def _text(document: Document, agreed: Agreed) -> DocumentText | None:
    """The published text that was agreed to, in whatever language."""
    return next((text for text in document.texts if document_hash(text.title, text.paragraphs) == agreed.sha256), None)


def _holds(agreed: Agreed, document: Document, now_ms: int) -> bool:
    in_time = agreed.at_ms <= now_ms < agreed.at_ms + document.again_after_days * _DAY_MS
    return in_time and agreed.signed >= document.signature and agreed.right >= document.pass_right
