"""The words of letters to staff (C36)."""

import re

from cloud_api.http.console.invitation_pages import LANGUAGE_NAMES
from cloud_api.notify.letter_words import LetterWords, letter, letter_texts
from cloud_api.services.languages import LETTER_LANGUAGES


def test_every_letter_is_there_in_every_language_with_the_same_facts() -> None:
    """R09: and nothing else is filled in."""
    texts = letter_texts()
    assert sorted(texts) == sorted(LETTER_LANGUAGES) == sorted(LANGUAGE_NAMES)
    for language, kinds in texts.items():
        assert kinds.keys() == texts["en"].keys(), language
        for kind, words in kinds.items():
            for part in ("subject", "text"):
                found = re.findall(r"\{.*?\}", words[part])
                assert set(found) == set(re.findall(r"\{.*?\}", texts["en"][kind][part])), (language, kind)
                more = {"{items}", "{carrier}", "{place}", "{note}", "{site}"} if kind.startswith("delivery") else set()
                if kind.startswith("call"):
                    more = {"{kiosk}", "{site}", "{time}", "{late}", "{age}"}
                elif kind == "visitor_code":
                    more = {"{code}", "{site}", "{until}"}
                assert set(found) <= {"{organisation}", "{link}", *more}


def test_c36_an_organisation_s_name_is_one_line_and_fills_in_nothing() -> None:
    """C36."""
    hostile = LetterWords("Mill\r\nBcc: eve@example.org {link}", "https://lodge.example.org/join/x")
    subject, text = letter("invitation", "fr", hostile)
    assert "\n" not in subject
    assert subject.endswith("Mill Bcc: eve@example.org {link}")
    assert text.count("https://") == 1
    assert letter("invitation", None, hostile)[0].startswith("Your invitation")
