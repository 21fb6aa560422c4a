"""The port of a mailer: hands one message to a mail server, and is honest about what it knows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from uuid import UUID

Claim = Callable[[], Awaitable[bool]]
"""Asked once, at the last moment before the message's bytes go out; ``False`` means: somebody else has it."""


class Delivery(Enum):
    """What became of a message."""

    SENT = "sent"
    """The mail server took it."""
    NOT_SENT = "not sent"
    """It did not go out (no connection, refused for now): trying again is safe."""
    REFUSED = "refused"
    """The server will never take it: trying again is pointless."""
    UNSURE = "unsure"
    """The connection broke after the message went out and before the answer: it may have arrived."""
    NOT_OURS = "not ours"
    """The claim was denied; nothing went out."""


@dataclass(frozen=True, slots=True)
class PdfFile:
    """What a message brings along. ``name``: of the file, of letters, digits, dots and hyphens alone."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one person, in plain text. ``id`` makes the Message-ID: the same mail has the same.
    ``unsubscribe``: the address that a mail program may post to, to have no more such mails (RFC 8058). ``pdf`` comes
    with it.
    """

    id: UUID
    to: str
    subject: str
    text: str
    unsubscribe: str = ""
    pdf: PdfFile | None = None


class Mailer(Protocol):
    """Delivers mail."""

    async def deliver(self, mail: Mail, claim: Claim) -> Delivery:
        """Deliver one message; never raises for what a mail server or network does."""
        ...
