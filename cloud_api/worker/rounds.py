"""The sequencer's rounds: looks for work often, and outlives a database that goes away for a while."""

import asyncio
import logging
from dataclasses import dataclass

from cloud_api.errors import CloudError
from cloud_api.services.sequencer import Sequencer

logger = logging.getLogger("lodge.worker")


@dataclass(frozen=True, slots=True)
class RoundTerms:
    """How long to rest between rounds, and after a failure."""

    rest_seconds: float = 0.5
    rest_after_failure_seconds: float = 5.0


async def sequence_for_ever(sequencer: Sequencer, terms: RoundTerms) -> None:
    """Integrate what waits, again and again, until cancelled."""
    while True:
        rest = terms.rest_seconds
        try:
            await sequencer.run_once()
        except CloudError as error:
            logger.warning("the sequencer rests: %s", error)
            rest = terms.rest_after_failure_seconds
        await asyncio.sleep(rest)
