"""A gentle word about an e-mail address. Decided here, from a short list; nothing is sent or looked up anywhere."""

from __future__ import annotations

import re

COMMON_DOMAINS = (
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "yahoo.com",
    "icloud.com",
    "live.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "orange.fr",
    "free.fr",
    "laposte.net",
    "wanadoo.fr",
    "telefonica.net",
    "proton.me",
    "protonmail.com",
    "example.org",
)
"""What a slip is corrected to."""

_OTHERS = """
126.com 163.com aim.com aliyun.com aol.com aol.de arcor.de att.net bbox.fr bellsouth.net bluewin.ch btinternet.com
comcast.net email.com email.de fastmail.com fastmail.fm foxmail.com freenet.de gmx.at gmx.biz gmx.ch gmx.co.uk gmx.com
gmx.es gmx.eu gmx.fr gmx.info gmx.it gmx.li gmx.org gmx.us hey.com hotmail.be hotmail.ca hotmail.co.il hotmail.co.uk
hotmail.de hotmail.es hotmail.fr hotmail.it hushmail.com icloud.com.cn inbox.com keemail.me libero.it live.at live.be
live.ca live.ch live.cn live.co.uk live.de live.es live.fr live.ie live.in live.it live.nl mac.com magenta.de mail.com
mail.de mail.ee mail.fr mail.ru mailbox.org me.com msn.com neuf.fr numericable.fr online.de orange.com orange.es
outlook.at outlook.be outlook.co.il outlook.de outlook.es outlook.fr outlook.ie outlook.in outlook.it pm.me posteo.de
posteo.net proton.ch protonmail.ch qq.com rediffmail.com rocketmail.com sbcglobal.net sfr.fr sina.cn sina.com sky.com
sohu.com telefonica.es telefonica.com terra.es tuta.com tuta.io tutanota.com tutanota.de verizon.net virgilio.it
vodafone.de walla.co.il walla.com yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com.au yahoo.com.br yahoo.com.mx
yahoo.de yahoo.es yahoo.fr yahoo.ie yahoo.in yahoo.it yandex.com yandex.ru yeah.net ymail.com zoho.com zoho.eu
"""
OTHER_PROVIDERS = frozenset(_OTHERS.split())
"""Where people do have addresses, a slip away or not: never corrected, and nothing is corrected to them."""

_PROVIDERS = OTHER_PROVIDERS.union(COMMON_DOMAINS)

_TELLING_LETTERS, _COUNTRY_LETTERS = 5, 2

_FORM = re.compile(r"^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$")


def looks_complete(address: str) -> bool:
    """Return whether mail could be sent to ``address`` as far as its form tells."""
    return bool(_FORM.match(address))


def suggestion(address: str) -> str | None:
    """Return the address with a well-known domain where the one typed is a slip away from it, else None. A provider
    that there is is never taken for a slip, and a slip away from a short name, or in another country, is somebody else.
    """
    local, at, domain = address.rpartition("@")
    domain = domain.lower()
    if not at or not local or domain in _PROVIDERS:
        return None
    near = [known for known in COMMON_DOMAINS if _slips(domain, known) == 1 and _is_telling(domain, known)]
    return f"{local}@{near[0]}" if len(near) == 1 else None


def _is_telling(domain: str, known: str) -> bool:
    name, _, country = known.partition(".")
    typed_name, _, typed_country = domain.partition(".")
    abroad = name == typed_name and len(country) == len(typed_country) == _COUNTRY_LETTERS
    return len(name) >= _TELLING_LETTERS and not abroad


def _slips(one: str, other: str) -> int:
    """Return how many slips lie between two words, counted no further than 2: a letter more, less, other or swapped."""
    if abs(len(one) - len(other)) > 1:
        return 2
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    if at == len(one) == len(other):
        return 0
    rest, goal = one[at:], other[at:]
    swapped = len(rest) > 1 and len(goal) > 1 and (rest[0], rest[1]) == (goal[1], goal[0]) and rest[2:] == goal[2:]
    if rest[1:] == goal[1:] or rest[1:] == goal or rest == goal[1:] or swapped:
        return 1
    return 2
