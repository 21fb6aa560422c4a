"""A mail server on loopback that keeps what it takes, and can be told to misbehave."""

import asyncio
import email
import email.policy
import socket
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailBox:
    """Handler of the server: ``answer`` is what DATA gets, ``recipient_answer`` what RCPT gets."""

    answer: str = "250 taken"
    recipient_answer: str | None = None
    raw: list[bytes] = field(default_factory=list)

    @property
    def messages(self) -> list[EmailMessage]:
        parsed = [email.message_from_bytes(item, policy=email.policy.default) for item in self.raw]
        return [item for item in parsed if isinstance(item, EmailMessage)]

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_answer is not None:
            return self.recipient_answer
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content: Any = envelope.content
        if self.answer == "hang up":
            self.raw.append(bytes(content))
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "250 never seen"
        if self.answer.startswith("2"):
            self.raw.append(bytes(content))
        return self.answer


class _Controller(Controller):
    """Remembers its sessions: one whose client was killed would outlive the loop, and be found by another test."""

    def __init__(self, box: MailBox, port: int) -> None:
        self.sessions: list[SMTP] = []
        super().__init__(box, hostname="127.0.0.1", port=port)

    def factory(self) -> SMTP:
        session: SMTP = super().factory()  # type: ignore[no-untyped-call]  # aiosmtpd is typed in part
        self.sessions.append(session)
        return session

    async def end_sessions(self) -> None:
        for session in self.sessions:
            if isinstance(session.transport, asyncio.WriteTransport):
                session.transport.abort()
        await asyncio.sleep(0)  # the loop tells each that its connection is lost


class MailServer:
    """Runs the mail box on a free port of loopback."""

    def __init__(self) -> None:
        self.box = MailBox()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._controller = _Controller(self.box, self.port)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        asyncio.run_coroutine_threadsafe(self._controller.end_sessions(), self._controller.loop).result(30)
        self._controller.stop()
