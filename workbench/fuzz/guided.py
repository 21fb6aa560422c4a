"""The process in which the engine drives one target; it runs in the fuzzer's own environment.

Usage::

    python -m workbench.fuzz.guided TARGET [what libFuzzer takes: folders, -max_total_time=60 ...]
"""

import sys
from random import Random

import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]  # in the fuzzer's environment only

_GUIDED_BY = ["sync", "workbench.fuzz", "joserfc", "http_message_signatures", "http_sf", "zipfile"]


def main() -> None:
    """Run one target until the engine has had enough."""
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=_GUIDED_BY):
        from workbench.fuzz.registry import TARGETS  # noqa: PLC0415 -- only what is imported here is instrumented
    from workbench.fuzz.mutations import mutate  # noqa: PLC0415 -- comes with the targets

    target = TARGETS[name]
    seeds = list(target.seeds())

    def attempt(data: bytes) -> None:
        target.attempt(data)

    def change(data: bytes, most: int, seed: int) -> bytes:
        """The engine knows bytes, our mutations know formats: by turns."""
        random = Random(seed)  # noqa: S311 -- damage, not secrets
        if random.getrandbits(1):
            return mutate(random, [data, data, *seeds])[:most]
        return bytes(atheris.Mutate(data, most))

    atheris.Setup(sys.argv, attempt, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
