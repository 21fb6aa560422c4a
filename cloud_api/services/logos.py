"""The organisation's logo: drawn anew from whatever picture staff upload (R22), and shown on the pages of the console;
in one colour, as a stencil, on kiosks and badges (ADR 91).

A browser asks for it without a session: its address holds the organisation and 122 random bits, and is another one for
each picture.
"""

from uuid import UUID, uuid4

from cloud_api.clock import Clock
from cloud_api.errors import PictureRefusedError
from cloud_api.keys.ring import KeyRing
from cloud_api.objects.pictures import Drawing, Pictures
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.feed import Feed
from cloud_api.store import data_keys, logos, organisations
from cloud_api.store.db import Database
from cloud_api.store.logos import LogoFacts
from sync.protocol.feed import PageKind

FILES = "/files/"
_HEX, _STENCIL = 32, "-stencil"


class Logos:
    """Keeps and shows it."""

    def __init__(
        self, db: Database, ring: KeyRing, pictures: Pictures, feed: Feed, trail: AuditTrail, clock: Clock
    ) -> None:
        self._db = db
        self._ring = ring
        self._pictures = pictures
        self._feed = feed
        self._trail = trail
        self._clock = clock

    async def put(self, tenant: UUID, upload: bytes, actor: Actor) -> LogoFacts:
        """Keep a picture that looks like this one, in the place of the one before, and tell the kiosks.

        Raises:
            PictureRefusedError: it is no PNG, JPEG or WebP, too large or too thin; the message says which.
        """
        picture = await self._pictures.draw(upload, Drawing.LOGO)
        stencil = await self._stencil(picture)
        facts = LogoFacts(uuid4(), len(picture), self._clock.now(), stencil is not None)
        async with self._db.tenant(tenant) as tx:
            await organisations.hold_settings(tx)  # or a site that is added meanwhile would miss it
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            await logos.put(tx, cipher, facts, picture)
            if stencil is None:
                await logos.remove_stencil(tx)
            else:
                await logos.put_stencil(tx, cipher, facts.id, stencil)
            await self._feed.refresh_all(tx, (PageKind.CONFIGURATION,))
            await self._trail.record(tx, AdminAct("logo.replaced", actor, {"size": str(facts.size)}))
        return facts

    async def find(self, tenant: UUID) -> LogoFacts | None:
        """What there is."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await logos.find(tx)

    async def remove(self, tenant: UUID, actor: Actor) -> bool:
        """Forget it; ``False`` when there is none."""
        async with self._db.tenant(tenant) as tx:
            await organisations.hold_settings(tx)
            if not await logos.remove(tx):
                return False
            await logos.remove_stencil(tx)
            await self._feed.refresh_all(tx, (PageKind.CONFIGURATION,))
            await self._trail.record(tx, AdminAct("logo.removed", actor))
        return True

    async def _stencil(self, picture: bytes) -> bytes | None:
        """A picture of which nothing or a thin line is left in one colour has none: kiosks and badges keep Lodge's
        mark.
        """
        try:
            return await self._pictures.draw(picture, Drawing.STENCIL)
        except PictureRefusedError:
            return None

    async def address(self, tenant: UUID) -> str:
        """Where a browser finds it; "" where there is none."""
        found = await self.find(tenant)
        return address_of(tenant, found) if found else ""

    async def picture(self, name: str) -> bytes | None:
        """The PNG of an address, of an organisation that is open; ``None`` where there is none such."""
        plain = name.removesuffix(_STENCIL)
        try:
            tenant, logo_id = UUID(plain[:_HEX]), UUID(plain[_HEX:])
        except ValueError:
            return None
        async with self._db.tenant(tenant, snapshot=True) as tx:
            found = await logos.find(tx)
            if await organisations.find_open_name(tx) is None or found is None or found.id != logo_id:
                return None
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            if plain != name:
                return await logos.find_stencil(tx, cipher)
            return await logos.find_picture(tx, cipher, logo_id)


def address_of(tenant: UUID, facts: LogoFacts) -> str:
    """The path of a logo."""
    return f"{FILES}{tenant.hex}{facts.id.hex}"


def stencil_address_of(tenant: UUID, facts: LogoFacts) -> str:
    """The path of its stencil."""
    return f"{address_of(tenant, facts)}{_STENCIL}"
