"""A text for the voice: its sentences in one line, with a pause after each, and not longer than somebody listens."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_CHARACTERS = 4000
"""A document is heard in a few minutes, and a hostile one is not heard for hours."""

_PAUSES = (*".,:;!?…", *"،؛؟", "।", *"。，、！？：；")
_SENTENCE_END = re.compile(r"[.!?؟।…](?=\s)|[。！？]")


def joined(parts: Sequence[str]) -> str:
    """Return what is said one after the other; what ends with no sign that gives a pause is given a full stop."""
    *first, last = [part.strip() for part in parts if part.strip()] or [""]
    paused = [part if part.endswith(_PAUSES) else f"{part}." for part in first]
    return " ".join([*paused, last.rstrip(".")])


def shortened(body: Sequence[str], last: Sequence[str], left_out: str) -> str:
    """Return both in one line, of at most ``MOST_CHARACTERS``. Where they are longer, the end of ``body`` is left out,
    from the end of a sentence on, and ``left_out`` says so; ``last`` is heard always, as far as it fits in a half.
    """
    whole = joined([*body, *last])
    if len(whole) <= MOST_CHARACTERS:
        return whole
    end = _begin_of(joined([left_out, *last]), MOST_CHARACTERS // 2)
    return joined([_begin_of(joined(body), MOST_CHARACTERS - len(end) - 2), end])


def _begin_of(text: str, most: int) -> str:
    """The sentences that fit; of one sentence that does not, the words; of one such word, the letters."""
    if len(text) <= most:
        return text
    begin = text[:most]
    ends = [found.end() for found in _SENTENCE_END.finditer(begin)]
    return begin[: ends[-1]] if ends else begin.rpartition(" ")[0] or begin
