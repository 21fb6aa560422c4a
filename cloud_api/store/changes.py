"""Hearing of changes: one connection a process and channel listens, whatever the number of those who wait.

``CHANNEL`` names organisations of which something changed, ``FEED_CHANNEL`` sites with a new page of the feed.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import psycopg
from psycopg import sql

from cloud_api.errors import StoreError
from cloud_api.store.db import Database

CHANNEL = "lodge_changed"
FEED_CHANNEL = "lodge_feed"


@asynccontextmanager
async def listen(db: Database, channel: str = CHANNEL) -> AsyncIterator[AsyncIterator[UUID]]:
    """What a channel names, as committed by any replica; no content comes with it.

    Raises:
        StoreError: the connection cannot be had; while iterating: it broke, and changes may have been missed.
    """
    try:
        connection = await psycopg.AsyncConnection.connect(db.url, autocommit=True)
    except psycopg.Error as error:
        raise StoreError("the database cannot be reached") from error
    async with connection:
        await connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
        yield _read(connection)


async def _read(connection: psycopg.AsyncConnection) -> AsyncIterator[UUID]:
    try:
        async for notice in connection.notifies():
            yield UUID(notice.payload)
    except psycopg.Error as error:
        raise StoreError("the database broke off") from error
