"""Numbers with their nouns: ``1 site``, ``12,004 entries``."""


def counted(number: int, one: str, many: str = "") -> str:
    """A number and what it counts; ``many`` where the plural is more than an *s*."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
