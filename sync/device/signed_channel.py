"""Signed requests to the cloud with the server's nonces: one fresh nonce per answer, one retry on 401."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.transport import Answer, Transport
from sync.signable_request import NONCE_HEADER, SignableRequest

UNAUTHORIZED = 401
_NONCE = re.compile(r"[A-Za-z0-9._~+/=-]{1,256}")
_LAST_SECOND = 4_102_444_800
"""The year 2100. The time is advisory and a kiosk's clock may say anything, but readers refuse absurd years."""


@dataclass(slots=True)
class SignedChannel:
    """Sends requests of one kiosk to one server. ``now_s`` gives seconds since 1970, as believed; ``key`` the key to
    sign with where a request does not name another.
    """

    transport: Transport
    server: str
    audience: str
    key: Callable[[], Ed25519PrivateKey]
    now_s: Callable[[], int]
    _nonce: str = field(default="", init=False)

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        content_type: str = "",
        *,
        key: Ed25519PrivateKey | None = None,
    ) -> Answer:
        """Send; when the server asks for a newer nonce, sign the same request once more with it.

        Raises:
            TransportError: no answer.
        """
        key = key or self.key()
        answer = self._send_once(SignableRequest(method, self.server + path, body), content_type, key)
        if answer.status == UNAUTHORIZED and _NONCE.fullmatch(answer.headers.get(NONCE_HEADER, "")):
            answer = self._send_once(SignableRequest(method, self.server + path, body), content_type, key)
        return answer

    def _send_once(self, request: SignableRequest, content_type: str, key: Ed25519PrivateKey) -> Answer:
        from sync.signed_requests import sign_request  # noqa: PLC0415 -- loads much that only a request needs

        if content_type:
            request.headers["content-type"] = content_type
        created_s = min(max(self.now_s(), 0), _LAST_SECOND)
        sign_request(request, key=key, audience=self.audience, nonce=self._nonce, created_s=created_s)
        answer = self.transport.send(request)
        offered = answer.headers.get(NONCE_HEADER, "")
        if _NONCE.fullmatch(offered):
            # Whatever else stands there could not be carried in a signature's parameters.
            self._nonce = offered
        return answer
