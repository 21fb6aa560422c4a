"""A mail server on loopback that keeps each message as a file."""

import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from workbench.demo.loopback import free_port


class MailFolder:
    """Takes every message: ``alert-N.eml`` where it is for a host, ``letter-N.eml`` for the team and visitors."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def messages(self) -> list[EmailMessage]:
        """All messages to hosts so far, in the order of their arrival."""
        return self._read("alert-*.eml")

    def copies(self) -> list[EmailMessage]:
        """All messages so far that bring somebody a file."""
        return [message for message in self._read("letter-*.eml") if any(message.iter_attachments())]

    def _read(self, pattern: str) -> list[EmailMessage]:
        found: list[EmailMessage] = []
        for path in sorted(self._folder.glob(pattern)):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            if isinstance(message, EmailMessage):
                found.append(message)
        return found

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        """Keep a message (aiosmtpd's hook)."""
        content = envelope.content
        data = content if isinstance(content, bytes) else str(content or "").encode()
        # Only hosts can turn off what they get; what is told to the team of its accounts comes in any case.
        kind = "alert" if "List-Unsubscribe" in message_from_bytes(data) else "letter"
        with self._lock:
            number = len(list(self._folder.glob(f"{kind}-*.eml"))) + 1
            draft = self._folder / f".{kind}-{number}"
            draft.write_bytes(data)
            draft.rename(self._folder / f"{kind}-{number:02d}.eml")
        return "250 kept"


def body_of(message: EmailMessage) -> str:
    """The plain words of a message."""
    part = message.get_body(preferencelist=("plain", "html"))
    return "" if part is None else str(part.get_content())
