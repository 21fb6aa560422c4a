"""In which language a letter is written that concerns a place."""

from cloud_api.services.feed_contents import SiteSettings
from cloud_api.services.languages import LETTER_LANGUAGES
from cloud_api.store.organisations import Site
from sync.protocol import exact_json


def letter_language(site: Site, wanted: str | None = None) -> str:
    """What is wanted, else the first language of the place; English where there are no letters in that."""
    if wanted is None:
        wanted = exact_json.read(site.settings, SiteSettings, what="a site's settings").languages[0]
    return wanted if wanted in LETTER_LANGUAGES else "en"
