"""Which of an organisation's keys pages lead to the newest root key."""

from cloud_api.store.signing_keys import StoredPage


def since_replacement(pages: list[StoredPage], moved: set[int]) -> list[StoredPage]:
    """The pages from the last one whose root no move leads to."""
    begin = 0
    for place in range(1, len(pages)):
        if pages[place].root_key != pages[place - 1].root_key and pages[place].version not in moved:
            begin = place
    return pages[begin:]
