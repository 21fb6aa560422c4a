"""C33: whatever stands in a code, a licence is read from it or it is refused; nothing else happens."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kiosk.code_kinds import kind_of
from kiosk.licence_codes import MAX_NAME, MAX_NUMBER, VERSIONS, LicenceCodeError, read_licence
from workbench.sample_licence import MODERN, licence_text

elements = st.dictionaries(
    st.sampled_from([*MODERN, "DAA", "DCT", "DAB", "ZZZ", "D"]), st.text(max_size=60), max_size=30
)
licences = st.builds(
    lambda said, version, kind: licence_text(said, version=version, kind=kind),
    elements,
    st.integers(0, 12),
    st.sampled_from(["DL", "ID", "EN", "ZZ"]),
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A licence of which a part was lost, doubled or written over."""
    text = draw(st.just(licence_text()) | licences)
    begin, end = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    return text[:begin] + draw(st.text(max_size=20) | st.just(text[begin:end] * 2)) + text[end:]


@given(st.text() | licences | damaged())
def test_c33_any_text_is_a_licence_in_bounds_or_is_refused(text: str) -> None:
    kind_of(text)
    try:
        licence = read_licence(text)
    except LicenceCodeError:
        return
    assert 0 < len(licence.number) <= MAX_NUMBER
    assert len(licence.name) <= 2 * MAX_NAME + 1
    assert not any(unicodedata.category(sign)[0] == "C" for sign in licence.number + licence.name)


@given(st.sampled_from(VERSIONS), st.from_regex(r"[A-Z0-9]{1,25}", fullmatch=True))
def test_f07_a_number_comes_back_as_it_was_written(version: int, number: str) -> None:
    if number in {"NONE", "UNAVL", "UNAVAIL"}:
        return
    assert read_licence(licence_text(MODERN | {"DAQ": number}, version=version)).number == number
