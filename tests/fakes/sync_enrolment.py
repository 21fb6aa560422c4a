"""The cloud's side of enrolment in memory: codes, and the two messages that spend them."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.protocol import enrolment as messages
from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError
from sync.protocol.identifiers import Entropy
from sync.protocol.keys import from_base64url, public_key


@dataclass
class Code:
    """An enrolment code as the cloud remembers it: never the secret."""

    verifier: bytes
    kiosk: UUID
    expires_ms: int
    nonce: str = ""
    finish: bytes = b""


@dataclass
class EnrolmentDesk:
    """Answers are an HTTP status and what goes with it."""

    origin: str
    tenant: UUID
    site: UUID
    root: str
    codes: dict[str, Code] = field(default_factory=dict)

    def make_code(self, entropy: Entropy, *, kiosk: UUID, now_ms: int) -> str:
        """A code, as it is typed."""
        code = messages.EnrolmentCode(entropy(messages.SECRET_BYTES))
        self.codes[code.id] = Code(code.verifier, kiosk, now_ms + messages.LIFETIME_SECONDS * 1000)
        return code.typed()

    def start(self, body: bytes, entropy: Entropy, *, now_ms: int) -> tuple[int, bytes]:
        """Prove to a kiosk that the code is known."""
        try:
            start = exact_json.decode(body, messages.StartRequest, what="a start")
        except ProtocolError:
            return 400, b""
        code = self.codes.get(start.code)
        if code is None:
            return 404, b""
        if code.finish:
            return 409, b""
        if code.expires_ms <= now_ms:
            return 410, b""
        code.nonce = entropy(32).hex()
        transcript = self._transcript(code, start.code, start.nonce, start.key)
        answer = messages.StartResponse(
            v=1,
            nonce=code.nonce,
            origin=self.origin,
            tenant=self.tenant,
            site=self.site,
            kiosk=code.kiosk,
            root=self.root,
            mac=messages.server_mac(code.verifier, transcript),
        )
        return 200, exact_json.encode(answer)

    def finish(self, body: bytes, *, now_ms: int) -> tuple[int, tuple[UUID, Ed25519PublicKey] | None]:
        """Take a kiosk's proof; the same message again is answered alike, any other finds the code spent."""
        try:
            finish = exact_json.decode(body, messages.FinishRequest, what="a finish")
            code = self.codes[finish.code]
            transcript = self._transcript(code, finish.code, finish.nonce, finish.key)
            messages.check_possession(transcript, from_base64url(finish.signature, what="a signature"))
        except (ProtocolError, KeyError):
            return 404, None
        if code.finish and code.finish != body:
            return 409, None
        if not code.finish and code.expires_ms <= now_ms:
            return 410, None
        if not messages.same_mac(finish.mac, messages.kiosk_mac(code.verifier, transcript)):
            return 404, None
        code.finish = body
        return 200, (code.kiosk, public_key(finish.key))

    def _transcript(self, code: Code, code_id: str, kiosk_nonce: str, key: str) -> messages.Transcript:
        return messages.Transcript(
            code=code_id,
            kiosk_nonce=kiosk_nonce,
            server_nonce=code.nonce,
            key=key,
            origin=self.origin,
            tenant=self.tenant,
            site=self.site,
            kiosk=code.kiosk,
            root=self.root,
        )
