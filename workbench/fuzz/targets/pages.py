"""What the cloud signs for kiosks: receipts, keys pages, pages of the feed."""

from collections.abc import Callable
from functools import partial

from sync.protocol import exact_json, feed, jws, keyspage, receipt
from sync.protocol.errors import ProtocolError
from workbench.fuzz.samples import AUDIENCE, EPOCH, KIOSK, SITE, TENANT, key_of, signed
from workbench.fuzz.samples import vector as golden
from workbench.fuzz.target import Target, promise

_SHAPES = (feed.Configuration, feed.Hosts, feed.Documents, feed.Roster)


def _open_receipt(text: str) -> receipt.Receipt:
    key = key_of("receipt").public_key()
    return receipt.open_receipt(text, key=key, audience=AUDIENCE, kiosk=KIOSK, epoch=EPOCH)


def _open_keys(text: str) -> keyspage.KeysPage:
    return keyspage.open_keys_page(text, root=key_of("root").public_key(), tenant=TENANT)


def _open_page(text: str) -> feed.FeedPage:
    return feed.open_page(text, key=key_of("feed").public_key(), tenant=TENANT, site=SITE)


def _read_receipt(data: bytes) -> None:
    opened = _open_receipt(signed(data, typ=receipt.TYP, key="receipt"))
    promise(exact_json.encode(opened) == data, "a receipt in two forms")
    promise(opened.durable <= opened.accepted, "a receipt that lets a kiosk prune what is not stored")


def _read_keys(data: bytes) -> None:
    page = _open_keys(signed(data, typ=keyspage.TYP, key="root"))
    promise(exact_json.encode(page) == data, "a keys page in two forms")
    for entry in page.keys:
        for use in keyspage.KeyUse:
            _unless_refused(partial(page.find, use, entry.kid))
            _unless_refused(partial(page.current, use))


def _read_page(data: bytes) -> None:
    page = _open_page(signed(data, typ=feed.TYP, key="feed"))
    promise(exact_json.encode(page) == data, "a feed page in two forms")
    for shape in _SHAPES:
        _unless_refused(partial(feed.read_content, page, shape))


def _read_text(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    _unless_refused(partial(jws.read_header, text, what="it"))
    _unless_refused(partial(jws.read_unverified_payload, text, what="it"))
    kinds = sum(_unless_refused(partial(reader, text)) for reader in (_open_receipt, _open_keys, _open_page))
    promise(kinds <= 1, "one text is two kinds of message")


def _unless_refused(reader: Callable[[], object]) -> bool:
    try:
        reader()
    except ProtocolError:
        return False
    return True


def _texts() -> list[bytes]:
    return [golden(name)["jws"].encode() for name in ("receipt", "keys-page", "feed-page")]


def _payload(name: str) -> list[bytes]:
    return [golden(name)["payload"].encode()]


def _feed_payloads() -> list[bytes]:
    """The sample page, and small pages of the other kinds."""
    hosts = golden("feed-page")["payload"]
    head, _, rest = hosts.partition('"page":"hosts"')
    middle = rest.partition('"content":')[0]
    contents = {
        "configuration": '{"organisation":"Thistledown Works","site":"Mill Lane","zone":"","muster_point":"Gate",'
        '"languages":["en"],"types":[{"id":"visitor","words":{"en":"Visitor"},"badge":"visitor"}],"staff_pins":[],'
        '"badge_hours":12,"time_zone":"Europe/Dublin"}',
        "documents": '{"documents":[{"id":"site-rules","version":"3","language":"en","title":"Site rules",'
        '"paragraphs":["Wear your badge."],"sha256":"' + "0" * 64 + '"}]}',
        "roster": '{"kiosks":[{"kiosk":"' + str(KIOSK) + '","name":"Front door","keys":[{"kid":"' + EPOCH + '",'
        '"public":"' + golden("keys")["kiosk epoch 1"]["public"] + '","revoked":false}]}]}',
    }
    others = [f'{head}"page":"{name}"{middle}"content":{text}}}' for name, text in contents.items()]
    return [text.encode() for text in (hosts, *others)]


TARGETS = (
    Target("receipt", "a receipt, signed", _read_receipt, partial(_payload, "receipt")),
    Target("keys-page", "a keys page, signed by the root", _read_keys, partial(_payload, "keys-page")),
    Target("feed-page", "a page of the feed, signed", _read_page, _feed_payloads),
    Target("jws", "any signed message, as text", _read_text, _texts),
)
