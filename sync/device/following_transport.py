"""HTTPS by the TLS keys that the newest keys page pins: a rotated key is followed without a restart (C46)."""

from sync.device.settings import Settings
from sync.device.transport import Answer, HttpsTransport, TransportLimits
from sync.signed_requests import SignableRequest


class FollowingTransport:
    """A ``Transport`` that is rebuilt when the pins change. Used by one thread."""

    def __init__(self, settings: Settings, limits: TransportLimits | None = None) -> None:
        self._settings = settings
        self._limits = limits or TransportLimits()
        self._pins = self._newest_pins()
        self._transport = HttpsTransport(pins=self._pins, limits=self._limits)

    def send(self, request: SignableRequest) -> Answer:
        """Send by the pins of this moment.

        Raises:
            TransportError, UntrustedServerError: as ``HttpsTransport``.
        """
        pins = self._newest_pins()
        if pins != self._pins:
            self._transport.close()
            self._pins, self._transport = pins, HttpsTransport(pins=pins, limits=self._limits)
        return self._transport.send(request)

    def close(self) -> None:
        """Close idle connections."""
        self._transport.close()

    def _newest_pins(self) -> tuple[str, ...]:
        keys = self._settings.keys_page()
        return () if keys is None else keys[1].tls
