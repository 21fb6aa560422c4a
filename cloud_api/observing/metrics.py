"""What a server counts, in Prometheus' text format. No figure is of one organisation, and none names anybody."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from cloud_api import __version__

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
FIGURES = {
    "organisations": "Organisations on this server.",
    "kiosks": "Kiosks that are enrolled and not revoked.",
    "kiosks_silent": "Of these, kiosks that nothing was heard of for an hour.",
    "events_waiting_for_audit": "Events that are stored and not yet in the audit log.",
    "events_quarantined": "Events whose bodies could not be taken.",
    "alerts_waiting": "Messages to hosts that are not sent yet.",
    "alerts_failed": "Messages to hosts that were given up.",
    "jobs_failed": "Jobs of the queue that were given up.",
    "logs_unconfirmed": "Logs of kiosks that wait for an administrator's word.",
}
"""Figures of the database, by name, with what they mean."""


class Metrics:
    """Counters of this process, and the newest figures of the database that all processes share."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self._requests = Counter(
            "lodge_http_requests", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "lodge_http_request_seconds",
            "From the request's arrival to the end of its answer; streams are left out.",
            ["route"],
            buckets=_BOUNDS,
            registry=registry,
        )
        self._open = Gauge("lodge_http_requests_open", "Requests in hand, streams among them.", registry=registry)
        self._figures = {name: Gauge(f"lodge_{name}", words, registry=registry) for name, words in FIGURES.items()}
        Gauge("lodge_build", "This version.", ["version"], registry=registry).labels(__version__).set(1)

    def begin(self) -> None:
        """A request has come."""
        self._open.inc()

    def end(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """It is answered. ``route``: its template, never its path; ``seconds``: ``None`` for a stream."""
        self._open.dec()
        self._requests.labels(method, route, str(status)).inc()
        if seconds is not None:
            self._seconds.labels(route).observe(seconds)

    def note(self, figures: Mapping[str, int]) -> None:
        """Take over what the database counts."""
        for name, value in figures.items():
            self._figures[name].set(value)

    def text(self) -> bytes:
        """All of it, as a scraper reads it."""
        return generate_latest(self._registry)
