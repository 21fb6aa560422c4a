"""Enrolment from the kiosk's side: type the code, prove it, pin the root key that the code vouched for."""

from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.errors import EnrolmentError, TransportError
from sync.device.patience import problem_name
from sync.device.settings import Enrolment, Settings
from sync.device.transport import Answer, Transport
from sync.protocol import enrolment as messages
from sync.protocol import exact_json
from sync.protocol.errors import CodeError, ProtocolError
from sync.protocol.exchange import ENROL_FINISH_PATH, ENROL_START_PATH
from sync.protocol.identifiers import Entropy
from sync.protocol.keys import base64url, public_key, public_text, thumbprint
from sync.protocol.keyspage import open_keys_page
from sync.signable_request import SignableRequest

_OK, _NOT_FOUND, _CONFLICT, _GONE, _TOO_MANY = 200, 404, 409, 410, 429
_REFUSALS = {
    _NOT_FOUND: "The cloud does not know this code. Check it, or ask for a new one.",
    _CONFLICT: "This code has been used already. Ask for a new one.",
    _GONE: "This code has expired; codes are valid for 15 minutes. Ask for a new one.",
    _TOO_MANY: "Too many attempts from this network. Wait five minutes, then try again.",
}
_NAMED = {
    "organisation-suspended": "Your organisation is suspended on this server. Ask whoever runs the server.",
}
_SERVER_FAULT = 500
_NONCE_BYTES = 32
_FINISH_ATTEMPTS = 3
"""The first spends the code; the server answers the same key alike when an answer was lost."""


def enrol(
    code_text: str,
    *,
    server: str,
    transport: Transport,
    settings: Settings,
    entropy: Entropy,
    now_ms: int,
    again: bool = False,
) -> Enrolment:
    """Enrol this kiosk and keep what was agreed.

    The transport may trust any TLS key: each message proves itself by the code. ``again``: a kiosk that is enrolled
    pins a new root key and goes on in a new epoch; its records stay, and what waits is sent as before (C46).

    Raises:
        EnrolmentError: says why not and what to do.
        StorageError: the kiosk's disk refused; the code may be spent.
    """
    enrolled = settings.enrolment() is not None
    if enrolled and not again:
        raise EnrolmentError("This kiosk is enrolled already. To enrol it again with all its records, say --again.")
    if again and not enrolled:
        raise EnrolmentError("This kiosk was never enrolled here: leave --again out.")
    try:
        code = messages.parse_code(code_text)
    except CodeError as error:
        raise EnrolmentError(f"That is not the code as it was shown: {error}.") from error
    key = Ed25519PrivateKey.from_private_bytes(entropy(32))
    conversation = _Conversation(code, server.rstrip("/"), transport, key, entropy(_NONCE_BYTES).hex())
    try:
        transcript = conversation.start()
        keys = conversation.finish(transcript)
    except ProtocolError as error:
        raise EnrolmentError(f"The answer is not from your cloud, or was changed on the way: {error}.") from error
    enrolment = Enrolment(
        server=conversation.server,
        origin=transcript.origin,
        tenant=transcript.tenant,
        site=transcript.site,
        kiosk=transcript.kiosk,
        root=transcript.root,
        epoch=thumbprint(key.public_key()),
    )
    settings.enrol(enrolment, key=key, keys=keys, started_ms=now_ms, again=again)
    return enrolment


@dataclass(frozen=True, slots=True)
class _Conversation:
    """The two messages of one attempt."""

    code: messages.EnrolmentCode
    server: str
    transport: Transport
    key: Ed25519PrivateKey
    nonce: str

    def start(self) -> messages.Transcript:
        """Ask the server to prove that it knows the code; what both sides then agree on."""
        public = public_text(self.key.public_key())
        start = messages.StartRequest(v=1, code=self.code.id, nonce=self.nonce, key=public)
        answer = _post(self.transport, self.server + ENROL_START_PATH, start)
        started = exact_json.read(answer, messages.StartResponse, what="the server's answer")
        transcript = messages.Transcript(
            code=self.code.id,
            kiosk_nonce=self.nonce,
            server_nonce=started.nonce,
            key=public,
            origin=started.origin,
            tenant=started.tenant,
            site=started.site,
            kiosk=started.kiosk,
            root=started.root,
        )
        if not messages.same_mac(started.mac, messages.server_mac(self.code.verifier, transcript)):
            raise EnrolmentError(
                "Whoever answered does not know the code: this is not your cloud. Nothing secret was sent."
            )
        return transcript

    def finish(self, transcript: messages.Transcript) -> str:
        """Prove the same to the server; the keys page, verified by the root that the code vouched for."""
        finish = messages.FinishRequest(
            v=1,
            code=self.code.id,
            nonce=self.nonce,
            server_nonce=transcript.server_nonce,
            key=transcript.key,
            mac=messages.kiosk_mac(self.code.verifier, transcript),
            signature=base64url(messages.prove_possession(transcript, self.key)),
        )
        answer = _post(self.transport, self.server + ENROL_FINISH_PATH, finish, attempts=_FINISH_ATTEMPTS)
        finished = exact_json.read(answer, messages.FinishResponse, what="the server's answer")
        open_keys_page(finished.keys, root=public_key(transcript.root), tenant=transcript.tenant)
        return finished.keys


def _post(transport: Transport, url: str, message: msgspec.Struct, *, attempts: int = 1) -> bytes:
    request = SignableRequest("POST", url, exact_json.encode(message))
    request.headers["content-type"] = "application/json"
    while True:
        attempts -= 1
        try:
            answer = transport.send(request)
        except TransportError as error:
            if attempts <= 0:
                words = f"The cloud was not reached: {error}. Check the address and the network."
                raise EnrolmentError(words) from error
            continue
        if answer.status >= _SERVER_FAULT and attempts > 0:
            # It may have failed after it had spent the code; the same message is answered alike.
            continue
        return _body(answer)


def _body(answer: Answer) -> bytes:
    if answer.status >= _SERVER_FAULT:
        raise EnrolmentError(
            f"The cloud has a fault of its own (status {answer.status}). Try again in a few minutes; "
            "if it then says that the code was used, ask for a new one."
        )
    if answer.status != _OK:
        words = _NAMED.get(problem_name(answer)) or _REFUSALS.get(
            answer.status, f"The cloud refused (status {answer.status}). Ask for a new code."
        )
        raise EnrolmentError(words)
    return answer.body
