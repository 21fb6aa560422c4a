"""What must hold at every moment: receipts agree, and each log at the cloud only grows, until the cloud is restored."""

from __future__ import annotations

from sync.device.transport import Answer
from sync.protocol import exact_json, jws
from sync.protocol.exchange import BRANCHES_PATH, EVENTS_PATH
from sync.protocol.receipt import Receipt
from tests.simulation.cloud_machine import CloudMachine
from tests.simulation.cloud_photos import photo_of
from tests.simulation.invariants import LOG_IS_A_CHAIN, PHOTO_BEHIND_EVENT, RECEIPTS_AGREE, require


class Watch:
    """Sees every answer of the cloud."""

    def __init__(self, cloud: CloudMachine) -> None:
        self._cloud = cloud
        self._logs: dict[str, list[str]] = {}
        self._said: dict[tuple[str, int], str] = {}
        self._beside: set[str] = set()
        """Batches that were taken beside a log. Whoever forgot that and sends one to the log gets its receipt (C10)."""
        cloud.watchers.append(self.see)

    def forget(self) -> None:
        """The cloud was restored from an earlier copy: it knows no more than that, and may learn otherwise."""
        self._logs = self._cloud.records.logs()
        kept = {epoch: len(log) for epoch, log in self._logs.items()}
        self._said = {(epoch, seq): head for (epoch, seq), head in self._said.items() if seq <= kept.get(epoch, 0)}

    def see(self, path: str, epoch: str, answer: Answer) -> None:
        """One answer to a device."""
        photo = photo_of(path)
        if photo is not None:
            behind = self._cloud.photos.is_behind_its_event(photo)
            require(behind, PHOTO_BEHIND_EVENT, f"{str(photo)[:6]} was taken for {epoch[:6]}, and no event names it")
        if answer.status != 200 or path not in (EVENTS_PATH, BRANCHES_PATH):
            return
        receipt = exact_json.decode(
            jws.read_unverified_payload(answer.body.decode("ascii"), what="a receipt"), Receipt, what="a receipt"
        )
        require(receipt.epoch == epoch, RECEIPTS_AGREE, "a receipt names another epoch than was asked about")
        if path == BRANCHES_PATH:
            self._beside.add(receipt.manifest)
        elif receipt.manifest not in self._beside:
            known = self._said.setdefault((epoch, receipt.accepted), receipt.head)
            require(known == receipt.head, RECEIPTS_AGREE, f"two heads for {receipt.accepted} of {epoch[:6]}")
        self._see_logs()

    def _see_logs(self) -> None:
        now = self._cloud.records.logs()
        for epoch, before in self._logs.items():
            after = now.get(epoch, [])
            require(after[: len(before)] == before, LOG_IS_A_CHAIN, f"the log of {epoch[:6]} was rewritten")
        self._logs = now
