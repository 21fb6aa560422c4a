"""What the organisation published, from the pages that the kiosk holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo
from uuid import UUID

from kiosk.flows.local_time import site_zone
from kiosk.flows.organisation_logo import logo_of
from kiosk.flows.type_definitions import asked_documents, asked_fields, known_steps, shown_text
from kiosk.name_search import NameQuery, fold_name
from kiosk.ports import AskedDocument, DocumentText, HostChoice, Organisation, Step, VisitorType
from sync.device.feed_store import FeedStore
from sync.protocol import feed
from sync.protocol.feed import (
    Configuration,
    Documents,
    Hosts,
    PageKind,
    Roster,
    StaffPin,
    StaffPins,
    VisitorTypes,
    Zone,
)

MAX_HOSTS = 8
_PLAIN_TYPE = VisitorType(id="visitor", labels={"en": "Visitor"})


class FeedDirectory:
    """The kiosk's ``Directory`` over its feed pages."""

    def __init__(self, feed: FeedStore, *, kiosk: UUID, photos_stopped: Callable[[], bool]) -> None:
        self._feed = feed
        self._kiosk = kiosk
        self._photos_stopped = photos_stopped

    def configuration(self) -> Configuration | None:
        """The site's configuration, or ``None`` before the first page came."""
        return self._feed.content(PageKind.CONFIGURATION, Configuration)

    def roster(self) -> Roster | None:
        """The kiosks of the site and their keys, or ``None`` before the first page came."""
        return self._feed.content(PageKind.ROSTER, Roster)

    def place(self) -> Zone | None:
        """The zone that this kiosk stands in: the one that the roster names, where the site has it, else the first."""
        configuration, roster = self.configuration(), self.roster()
        zones = () if configuration is None else configuration.zones
        own = next(
            (entry.zone for entry in (() if roster is None else roster.kiosks) if entry.kiosk == self._kiosk), ""
        )
        named = next((zone for zone in zones if zone.id == own), None)
        return named or next(iter(zones), None)

    def staff_pins(self, scope: str | None, now_ms: int | None) -> tuple[str, ...]:
        """The hashes of the PINs that open something, ``None`` for anything; none before the first page came.

        ``now_ms``: milliseconds since 1970, or ``None`` where the clock cannot tell whether a PIN has expired: the
        list must open in a fire, whatever a battery did to the clock.
        """
        page = self._feed.content(PageKind.STAFF_PINS, StaffPins)
        return tuple(
            pin.hash
            for pin in (() if page is None else page.pins)
            if (scope is None or scope in pin.scopes) and (now_ms is None or pin.until_ms == 0 or now_ms < pin.until_ms)
        )

    def staff_pin(self, hashed: str) -> StaffPin | None:
        """The PIN of a hash: who it is given to, and what it opens."""
        page = self._feed.content(PageKind.STAFF_PINS, StaffPins)
        return next((pin for pin in (() if page is None else page.pins) if pin.hash == hashed), None)

    def zone(self) -> tzinfo:
        """The time zone of the site."""
        configuration = self.configuration()
        return site_zone("UTC" if configuration is None else configuration.time_zone)

    def organisation(self) -> Organisation:
        """Who keeps the lodge."""
        configuration = self.configuration()
        if configuration is None:
            return Organisation(name="Lodge", site="")
        return Organisation(
            name=configuration.organisation,
            site=configuration.site,
            accent=configuration.accent or None,
            logo=logo_of(configuration),
            languages=configuration.languages,
            idle_seconds=configuration.idle_seconds,
        )

    def published_types(self) -> tuple[feed.VisitorType, ...]:
        """The types as they were published, in the organisation's order."""
        page = self._feed.content(PageKind.VISITOR_TYPES, VisitorTypes)
        types = () if page is None else page.types
        return tuple(sorted(types, key=lambda kind: (kind.position, kind.id)))

    def badge_templates(self) -> tuple[feed.BadgeTemplate, ...]:
        """What the organisation wants on its badges; none before the first page came."""
        page = self._feed.content(PageKind.BADGE_TEMPLATES, feed.BadgeTemplates)
        return () if page is None else page.templates

    def visitor_types(self) -> tuple[VisitorType, ...]:
        """The site's types, or one plain type before the first page came."""
        types, documents = self.published_types(), self._documents()
        if not types:
            every = asked_documents((document.id for document in documents), documents)
            return (replace(_PLAIN_TYPE, steps=self._known_steps(tuple(Step), documents=every), documents=every),)
        return tuple(self._shown_type(kind, documents) for kind in types)

    def _shown_type(self, kind: feed.VisitorType, published: tuple[feed.Document, ...]) -> VisitorType:
        documents, fields = asked_documents(kind.documents, published), asked_fields(kind.fields)
        return VisitorType(
            id=kind.id,
            labels=kind.words,
            hints=kind.hints,
            icon=kind.icon or _PLAIN_TYPE.icon,
            steps=self._known_steps(kind.steps, fields=bool(fields), documents=documents),
            fields=fields,
            documents=documents,
            host_required=kind.rules.host_required,
            photo_required=kind.rules.photo_required,
            invited_only=kind.rules.invited_only,
        )

    def _known_steps(
        self, steps: tuple[str, ...], *, fields: bool = False, documents: tuple[AskedDocument, ...]
    ) -> tuple[Step, ...]:
        """Nobody agrees to nothing, and photos may have been stopped."""
        left_out = set() if documents else {Step.DOCUMENT}
        left_out |= {Step.PHOTO} if self._photos_stopped() else set()
        return known_steps(steps, fields=fields, left_out=left_out)

    def find_hosts(self, query: str) -> tuple[HostChoice, ...]:
        """Hosts whom the query may show (:mod:`kiosk.name_search`); whole-name matches first."""
        wanted = NameQuery(query)
        page = self._feed.content(PageKind.HOSTS, Hosts)
        found: list[tuple[int, str, HostChoice]] = []
        for host in () if page is None else page.hosts:
            rank = wanted.rank(host.name)
            if rank is not None:
                choice = HostChoice(id=str(host.id), name=host.name, department=host.department)
                found.append((rank, fold_name(host.name), choice))
        return tuple(choice for _, _, choice in sorted(found, key=lambda entry: entry[:2])[:MAX_HOSTS])

    def host(self, host_id: UUID | None) -> HostChoice | None:
        """Who has this id; None where nobody has, or none is given."""
        page = self._feed.content(PageKind.HOSTS, Hosts)
        found = next((host for host in (() if page is None else page.hosts) if host.id == host_id), None)
        return None if found is None else HostChoice(str(found.id), found.name, found.department)

    def document(self, document_id: str, language: str) -> DocumentText | None:
        """A document in this language, else in the site's first, else in any."""
        found = next((document for document in self._documents() if document.id == document_id), None)
        if found is None or not found.texts:
            return None
        texts = {text.language: text for text in found.texts}
        configuration = self.configuration()
        preferred = (language, *(() if configuration is None else configuration.languages), *texts)
        return next(shown_text(found, texts[code]) for code in preferred if code in texts)

    def _documents(self) -> tuple[feed.Document, ...]:
        page = self._feed.content(PageKind.DOCUMENTS, Documents)
        return () if page is None else page.documents
