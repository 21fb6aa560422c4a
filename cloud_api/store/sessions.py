"""Sessions of staff: the database knows the SHA-256 of a token, never the token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

_TABLE = "staff_session"
_CHALLENGE_LASTS = timedelta(minutes=10)  # as long as what is half signed in; browsers give up sooner


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that begins. ``address`` and ``browser`` are what its owner knows it again by; they are sealed."""

    id: UUID
    user_id: UUID
    created_at: datetime
    ends_at: datetime
    two_factor: bool
    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it stands. ``ends_at`` is its absolute end, ``used_at`` when a person last did something, ``idle``
    how long the organisation lets it be without that; ``proved_at`` when whoever has it last proved who they are.
    ``two_factor``: with a second factor; ``has_factor``: whether its account has one at this moment;
    ``factor_for_all``: whether the organisation asks everybody for one.
    """

    id: UUID
    user_id: UUID
    created_at: datetime
    used_at: datetime
    ends_at: datetime
    two_factor: bool
    proved_at: datetime
    has_factor: bool
    idle: timedelta
    factor_for_all: bool


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session as its owner sees it; ``address`` and ``browser`` are empty where an earlier version began it."""

    id: UUID
    created_at: datetime
    used_at: datetime
    ends_at: datetime
    address: str
    browser: str


async def add(tx: Tenant, cipher: FieldCipher, token_hash: bytes, session: NewSession) -> None:
    """Begin a session."""
    row = str(session.id)
    await tx.connection.execute(
        "insert into lodge.staff_session (tenant_id, token_hash, id, user_id, created_at, used_at, ends_at, two_factor,"
        " proved_at, data_key_id, address, browser) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            tx.id,
            token_hash,
            session.id,
            session.user_id,
            session.created_at,
            session.created_at,
            session.ends_at,
            session.two_factor,
            session.created_at,
            cipher.key_id,
            cipher.seal_text(session.address, table=_TABLE, column="address", row=row),
            cipher.seal_text(session.browser, table=_TABLE, column="browser", row=row),
        ),
    )


async def find(tx: Tenant, token_hash: bytes) -> Session | None:
    """A session, whether or not it is still good."""
    cursor = await tx.connection.execute(
        "select s.id, s.user_id, s.created_at, s.used_at, s.ends_at, s.two_factor,"
        " coalesce(s.proved_at, s.created_at),"
        " exists (select from lodge.staff_totp t where t.tenant_id = s.tenant_id and t.user_id = s.user_id"
        "  and t.confirmed_at is not null)"
        " or exists (select from lodge.staff_passkey p where p.tenant_id = s.tenant_id and p.user_id = s.user_id),"
        " o.session_idle * interval '1 minute', o.factor_for_all"
        " from lodge.staff_session s join lodge.organisation o on o.tenant_id = s.tenant_id"
        " where s.tenant_id = %s and s.token_hash = %s",
        (tx.id, token_hash),
    )
    row = await cursor.fetchone()
    return Session(*row) if row else None


async def list_of(
    tx: Tenant, cipher: FieldCipher, user_id: UUID, *, used_after: datetime, now: datetime
) -> list[ListedSession]:
    """Somebody's sessions that are not over, the one used last first."""
    cursor = await tx.connection.execute(
        "select id, created_at, used_at, ends_at, address, browser from lodge.staff_session"
        " where tenant_id = %s and user_id = %s and used_at > %s and ends_at > %s order by used_at desc, id",
        (tx.id, user_id, used_after, now),
    )
    return [
        ListedSession(
            row[0],
            row[1],
            row[2],
            row[3],
            _open(cipher, row[0], "address", row[4]),
            _open(cipher, row[0], "browser", row[5]),
        )
        for row in await cursor.fetchall()
    ]


async def hold(tx: Tenant, user_id: UUID, token_hash: bytes) -> bool:
    """Whether somebody's session is still there, which it then is until the transaction ends. The others are held too,
    in one order for all: who ends them next would else wait for one that waits for this.
    """
    cursor = await tx.connection.execute(
        "select token_hash from lodge.staff_session where tenant_id = %s and user_id = %s order by id for update",
        (tx.id, user_id),
    )
    return any(bytes(row[0]) == token_hash for row in await cursor.fetchall())


async def is_there(tx: Tenant, user_id: UUID, session_id: UUID) -> bool:
    """Whether somebody's session was not ended; with the account held (``users.hold``) it is not until the end."""
    cursor = await tx.connection.execute(
        "select 1 from lodge.staff_session where tenant_id = %s and user_id = %s and id = %s",
        (tx.id, user_id, session_id),
    )
    return await cursor.fetchone() is not None


async def note_use(tx: Tenant, token_hash: bytes, now: datetime) -> None:
    """Remember that a person did something."""
    await tx.connection.execute(
        "update lodge.staff_session set used_at = %s where tenant_id = %s and token_hash = %s",
        (now, tx.id, token_hash),
    )


async def replace_token(tx: Tenant, old_hash: bytes, new_hash: bytes, *, two_factor: bool, now: datetime) -> bool:
    """Give a session whose owner has just proved who they are another token; ``False`` when it is over meanwhile."""
    cursor = await tx.connection.execute(
        "update lodge.staff_session set token_hash = %s, two_factor = two_factor or %s, proved_at = %s, used_at = %s,"
        " proof_failures = 0, challenge = null where tenant_id = %s and token_hash = %s",
        (new_hash, two_factor, now, now, tx.id, old_hash),
    )
    return cursor.rowcount == 1


async def count_proof(tx: Tenant, token_hash: bytes) -> int:
    """Count an attempt to prove oneself, before it is looked at; how many there were since the last that succeeded."""
    cursor = await tx.connection.execute(
        "update lodge.staff_session set proof_failures = proof_failures + 1 where tenant_id = %s and token_hash = %s"
        " returning proof_failures",
        (tx.id, token_hash),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def put_challenge(tx: Tenant, token_hash: bytes, challenge: bytes, now: datetime) -> None:
    """What a passkey is to sign."""
    await tx.connection.execute(
        "update lodge.staff_session set challenge = %s, challenge_at = %s where tenant_id = %s and token_hash = %s",
        (challenge, now, tx.id, token_hash),
    )


async def take_challenge(tx: Tenant, token_hash: bytes, now: datetime) -> bytes | None:
    """What a passkey was to sign, once, and within ten minutes."""
    cursor = await tx.connection.execute(
        "select challenge, challenge_at from lodge.staff_session where tenant_id = %s and token_hash = %s for update",
        (tx.id, token_hash),
    )
    row = await cursor.fetchone()
    if row is None or row[0] is None:
        return None
    await tx.connection.execute(
        "update lodge.staff_session set challenge = null where tenant_id = %s and token_hash = %s", (tx.id, token_hash)
    )
    return bytes(row[0]) if row[1] is not None and now - row[1] < _CHALLENGE_LASTS else None


async def end(tx: Tenant, token_hash: bytes) -> None:
    """End a session."""
    await tx.connection.execute(
        "delete from lodge.staff_session where tenant_id = %s and token_hash = %s", (tx.id, token_hash)
    )


async def end_one_of(tx: Tenant, user_id: UUID, session_id: UUID) -> bool:
    """End a session of somebody; ``False`` when they have none such."""
    cursor = await tx.connection.execute(
        "delete from lodge.staff_session where tenant_id = %s and user_id = %s and id = %s",
        (tx.id, user_id, session_id),
    )
    return cursor.rowcount == 1


async def end_others_of(tx: Tenant, user_id: UUID, kept: UUID) -> int:
    """End every session of somebody but one; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.staff_session where tenant_id = %s and user_id = %s and id <> %s", (tx.id, user_id, kept)
    )
    return cursor.rowcount


async def end_all_of(tx: Tenant, user_id: UUID) -> int:
    """End every session of somebody; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.staff_session where tenant_id = %s and user_id = %s", (tx.id, user_id)
    )
    return cursor.rowcount


async def end_everyone(tx: Tenant) -> int:
    """End every session of the organisation; how many there were."""
    return (await tx.connection.execute("delete from lodge.staff_session where tenant_id = %s", (tx.id,))).rowcount


async def end_stale(tx: Tenant, *, used_before: datetime, now: datetime) -> int:
    """Forget sessions that are over."""
    cursor = await tx.connection.execute(
        "delete from lodge.staff_session where tenant_id = %s and (used_at < %s or ends_at <= %s)",
        (tx.id, used_before, now),
    )
    return cursor.rowcount


def _open(cipher: FieldCipher, session_id: UUID, column: str, sealed: bytes | None) -> str:
    return "" if sealed is None else cipher.open_text(bytes(sealed), table=_TABLE, column=column, row=str(session_id))
