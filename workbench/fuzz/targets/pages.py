"""What the cloud signs for kiosks: receipts, keys pages, pages of the feed."""

from collections.abc import Callable
from functools import partial

import msgspec

from sync.protocol import exact_json, feed, jws, keyspage, receipt
from sync.protocol.errors import ProtocolError
from sync.protocol.exchange import FeedAnswer, FeedReading
from sync.protocol.feed import orders
from sync.protocol.identifiers import sha256_hex
from workbench.fuzz.samples import AUDIENCE, EPOCH, KIOSK, SITE, TENANT, key_of, signed
from workbench.fuzz.samples import vector as golden
from workbench.fuzz.target import Target, promise


def _open_receipt(text: str) -> receipt.Receipt:
    key = key_of("receipt").public_key()
    return receipt.open_receipt(text, key=key, audience=AUDIENCE, kiosk=KIOSK, epoch=EPOCH)


def _open_keys(text: str) -> keyspage.KeysPage:
    return keyspage.open_keys_page(text, root=key_of("root").public_key(), tenant=TENANT)


def _open_page(text: str) -> feed.PageHead:
    return feed.open_head(text, key=key_of("feed").public_key(), tenant=TENANT, site=SITE)


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


def _read_head(data: bytes) -> None:
    head = _open_page(signed(data, typ=feed.TYP, key="feed"))
    promise(exact_json.encode(head) == data, "the head of a feed page in two forms")


def _read_content(data: bytes) -> None:
    """Content as if its hash had been signed, under each kind of page."""
    head = _open_page(golden("feed-page")["jws"])
    for kind, shape in feed.SHAPES.items():
        named = msgspec.structs.replace(head, page=kind, sha256=sha256_hex(data), size=len(data))
        if _unless_refused(partial(feed.require_content, named, data)):
            changes = feed.changes_between(kind, data, data, since=1)
            promise(not changes.put and not changes.remove, "a content that differs from itself")
            promise(feed.apply_changes(kind, data, changes) == data, "a content that no changes change")
            _unless_refused(partial(feed.read_content, kind, data, shape))


def _read_answer(data: bytes) -> None:
    """What a cloud answers: changes are applied to the sample's page, and believed by hash alone."""
    before = golden("feed-page")["content"].encode()
    for raw in exact_json.read(data, FeedReading, what="an answer").pages:
        _unless_refused(partial(_apply, raw, before))


def _apply(raw: msgspec.Raw, before: bytes) -> None:
    sent = exact_json.read(raw, feed.SentPage, what="a page")
    head = _open_page(sent.head)
    content = sent.whole
    if content is None and sent.changes is not None:
        content = feed.apply_changes(feed.PageKind(head.page), before, sent.changes)
    if content is not None and _unless_refused(partial(feed.require_content, head, content)):
        known = {golden("feed-page")["content"], golden("feed-changes")["content"]}
        promise(content.decode() in known, "content that nobody signed")


def _read_command(data: bytes) -> None:
    text = signed(data, typ=orders.TYP, key="command")
    command = orders.open_command(text, key=key_of("command").public_key(), tenant=TENANT, site=SITE)
    promise(exact_json.encode(command) == data, "a command in two forms")


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


def _contents() -> list[bytes]:
    """The sample page, and small pages of the other kinds."""
    key = golden("keys")["kiosk epoch 1"]["public"]
    entries = (
        '{"organisation":"Thistledown Works","site":"Mill Lane","time_zone":"Europe/Dublin","languages":["en"],'
        '"badge_hours":12,"accent":"","idle_seconds":60,"rehearsal_minute":180,"keep_days":{"visits":0,"photos":14},'
        '"zones":[{"id":"lobby","name":"Lobby","muster_point":"Gate","capacity":0}]}\n'
        '{"types":[{"id":"visitor","words":{"en":"Visitor"},"badge":"visitor","position":0,"steps":["details"]}]}\n'
        '{"documents":[{"id":"site-rules","texts":[{"version":"3","language":"en","title":"Site rules",'
        f'"paragraphs":["Wear your badge."],"sha256":"{"0" * 64}"}}]}}]}}\n'
        f'{{"kiosks":[{{"kiosk":"{KIOSK}","name":"Front door","keys":[{{"kid":"{EPOCH}",'
        f'"public":"{key}","standing":"current","forked":0,"clear":null}}],"zone":""}}]}}\n'
        f'{{"key":"{"0" * 64}","entries":[{{"id":"{KIOSK}","clues":[{{"field":"name","tokens":['
        '"4253d62b65a6d4eeba00dcc495132a15"]}],"action":"hold","until_ms":0}]}'
    )
    return [golden("feed-page")["content"].encode(), *entries.encode().split(b"\n")]


def _answers() -> list[bytes]:
    whole = feed.send_whole(golden("feed-page")["jws"], golden("feed-page")["content"].encode())
    answer = FeedAnswer(keys=golden("keys-page")["jws"], pages=(whole,))
    return [golden("feed-changes")["answer"].encode(), exact_json.encode(answer)]


TARGETS = (
    Target("receipt", "a receipt, signed", _read_receipt, partial(_payload, "receipt")),
    Target("keys-page", "a keys page, signed by the root", _read_keys, partial(_payload, "keys-page")),
    Target("feed-page", "the head of a page of the feed, signed", _read_head, partial(_payload, "feed-page")),
    Target("feed-content", "the content of a page of the feed", _read_content, _contents),
    Target("feed-answer", "an answer with pages, whole and as changes", _read_answer, _answers),
    Target("command", "a command to a kiosk, signed", _read_command, partial(_payload, "command")),
    Target("jws", "any signed message, as text", _read_text, _texts),
)
