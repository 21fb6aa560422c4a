"""Texts of others within our mails, without what a mail program would make a link of.

What a desk or a program writes of a delivery reaches a host under the organisation's name: it says what was delivered,
and leads nowhere.
"""

import re
import unicodedata

LEFT_OUT = "\N{HORIZONTAL ELLIPSIS}"
_LEADS = re.compile(r"://|@|^\W*(www\.|mailto:|tel:|sms:)|[\w-]\.[^\W\d_][\w-]", re.IGNORECASE)
"""A scheme, an address, or a dot between a word and what could be a top-level domain."""


def link_free(text: str) -> str:
    """The text with each word that looks like a link or an address left out. Signs that are not seen, and other forms
    of letters and dots, hide none.
    """
    seen = unicodedata.normalize("NFKC", text).replace("\N{IDEOGRAPHIC FULL STOP}", ".")
    plain = "".join(sign for sign in seen if unicodedata.category(sign) != "Cf")
    return " ".join(LEFT_OUT if _LEADS.search(word) else word for word in plain.split())
