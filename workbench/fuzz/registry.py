"""All targets by name."""

from workbench.fuzz.target import Target
from workbench.fuzz.targets import audit, batches, codes, epochs, musters, pages, photos, requests, trust

TARGETS: dict[str, Target] = {
    target.name: target
    for family in (
        batches.TARGETS,
        pages.TARGETS,
        codes.TARGETS,
        epochs.TARGETS,
        photos.TARGETS,
        audit.TARGETS,
        requests.TARGETS,
        trust.TARGETS,
        musters.TARGETS,
    )
    for target in family
}
