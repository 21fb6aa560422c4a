"""What a metrics page counts over all organisations."""

from cloud_api.store.db import Database

_JOBS_FAILED = "select 'jobs_failed', count(*) from queue.procrastinate_jobs where status = 'failed'"


async def count(db: Database) -> dict[str, int]:
    """Figures by name, as ``observing.metrics.FIGURES`` lists them."""
    async with db.lookup() as lookups:
        found = await lookups.count_figures()
    async with db.server() as connection:
        cursor = await connection.execute(_JOBS_FAILED)
        return {**found, **{row[0]: row[1] for row in await cursor.fetchall()}}
