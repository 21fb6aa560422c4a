"""F05: whoever agreed to a document and asked for a copy gets it by mail, once, and the visit's page says what became
of it.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from secrets import token_bytes
from uuid import UUID, uuid4

import httpx
import pytest
from pypdf import PdfReader

from cloud_api.composition import DatabaseAddresses
from cloud_api.console import build_accounts
from cloud_api.errors import ObjectStoreError
from cloud_api.mailing import join_mailing
from cloud_api.notify.mailer import Delivery, Mail
from cloud_api.objects.folder import FolderObjects
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.erasing import Erased
from cloud_api.services.file_visits import DocumentEntry
from cloud_api.services.staff_accounts import NewStaff
from sync.protocol.feed import document_hash
from sync.protocol.ink import MEDIA_TYPE, encode_ink
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, ConsentFull, Kind
from sync.protocol.objects import ObjectKind, SealedObject
from sync.protocol.sealing import ObjectName, seal_object
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_photos import NamedPhoto, Post, keys_page
from tests.fakes.cloud_server import OPERATOR, sample_file
from tests.fakes.console_browser import PASSWORD, add_account, browse, clear_accounts, forget_attempts, sign_in
from tests.fakes.installed_postgres import INSTALLED
from tests.fakes.mail_room import MailRoom, run_mail_room
from tests.vectors.inked import INK

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", INSTALLED[-1:], ids=["newest"], indirect=True, scope="session"),
]
FIRST = DocumentEntry(id="rules", version="2", language="en", title="Site rules", paragraphs=("Be kind.", "<b>x</b>"))
LONG = DocumentEntry(id="rules", version="long", language="en", title="Site rules", paragraphs=("x" * 8000,) * 26)
SECOND = DocumentEntry(id="rules", version="3", language="en", title="Site rules", paragraphs=("Be kinder.",))


@pytest.fixture(scope="module")
async def made(addresses: DatabaseAddresses, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[MailRoom]:
    async with run_mail_room(addresses, tmp_path_factory.mktemp("cloud")) as room:
        await clear_accounts(room.ground)
        await add_account(room.ground)
        for documents in ((FIRST,), (LONG,), (SECOND,)):
            await room.ground.cloud.organisations.apply(room.ground.tenant, sample_file(documents=documents), OPERATOR)
        yield room


@pytest.fixture
async def room(made: MailRoom) -> MailRoom:
    await made.forget()
    await forget_attempts(made.ground.cloud)
    return made


@pytest.fixture
async def kiosk(room: MailRoom) -> FakeKiosk:
    return await room.ground.enrol()


def agreed(entry: DocumentEntry = FIRST, **changes: object) -> ConsentFull:
    fields: dict[str, object] = {
        "purpose": "document",
        "document": entry.id,
        "version": entry.version,
        "sha256": document_hash(entry.title, entry.paragraphs),
        "language": entry.language,
        "granted": True,
        "copy": True,
    }
    return ConsentFull(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


async def arrive(
    room: MailRoom,
    kiosk: FakeKiosk,
    *consents: ConsentFull,
    email: str = "ada@example.org",
    language: str = "en",
    objects: tuple[SealedObject, ...] = (),
) -> UUID:
    """Somebody arrives and agrees, and the kiosk has told it."""
    first, stay, now = len(kiosk.events) + 1, uuid4(), room.ground.clock.now()
    muster = ArrivedMuster(name="Ada Sample", company="", host="", zone="", assistance=False)
    full = ArrivedFull(
        type="visitor",
        language=language,
        host_id=None,
        email=email,
        phone="",
        answers={},
        objects=tuple(each.reference() for each in objects),
    )
    kiosk.act(Kind.VISITOR_ARRIVED, now, stay=stay, muster=muster, full=full)
    for consent in consents:
        kiosk.act(Kind.CONSENT_RECORDED, now, stay=stay, full=consent)
    await room.ground.send(kiosk, kiosk.batch(first))
    return stay


async def seal(room: MailRoom, kiosk: FakeKiosk, content: bytes) -> SealedObject:
    name, key = ObjectName(kiosk.identity.tenant, uuid4()), (await keys_page(room.ground)).sealing_key()
    assert key is not None
    sealed = seal_object(content, name=name, key=key, entropy=token_bytes)
    return SealedObject(name.id, ObjectKind.SIGNATURE, MEDIA_TYPE, sealed)


async def send_up(room: MailRoom, kiosk: FakeKiosk, stay: UUID, signature: SealedObject) -> None:
    """The signature follows the arrival that names it."""
    transport = httpx.ASGITransport(app=room.app, client=("192.0.2.9", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="https://behind.a.proxy.example.org") as opened:
        at = next(event.header.seq for event in kiosk.events if event.header.stay == stay)
        answer = await Post(opened, kiosk).whole(NamedPhoto(signature, stay, kiosk.key.epoch, at))
        assert answer.status_code == 200, answer.text


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def pdf_of(mail: Mail) -> bytes:
    assert mail.pdf is not None
    return mail.pdf.content


async def page_of(room: MailRoom, stay: UUID, email: str = "") -> str:
    async with room.browser() as client:
        await (sign_in(client, email) if email else sign_in(client))
        return (await client.get(f"/visits/{stay}")).text


async def test_f05_the_copy_of_the_very_text_that_was_shown_is_sent_once(room: MailRoom, kiosk: FakeKiosk) -> None:
    """The file has a second version by now; the letter is in the visitor's language and the text in its own."""
    stay = await arrive(room, kiosk, agreed(), agreed(), agreed(SECOND, copy=False), language="de")
    (mail,) = await room.work()
    assert (mail.to, mail.subject) == ("ada@example.org", "Ihre Kopie von „Site rules“")
    assert mail.pdf is not None
    assert mail.pdf.name == "rules.pdf"
    told = text_of(mail.pdf.content)
    assert "Be kind. <b>x</b>" in told.replace("\n", " ")
    for words in (
        "Thistledown Works · Mill Lane",
        "Fassung 2",
        "Ada Sample",
        document_hash(FIRST.title, FIRST.paragraphs),
    ):
        assert words in told
    assert "Be kinder." not in told
    await room.ground.send(kiosk, kiosk.batch())
    assert await room.work() == []
    page = await page_of(room, stay)
    assert page.count("A copy of “Site rules” was sent") == 1
    assert len(re.findall(rf'href="/visits/{stay}/documents/', page)) == 2


async def _out_of_reach(_self: FolderObjects, _name: ObjectName) -> bytes | None:
    raise ObjectStoreError("the disk does not answer")


async def test_f05_a_signed_copy_waits_for_its_signature(
    room: MailRoom, kiosk: FakeKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = await seal(room, kiosk, encode_ink(INK))
    stay = await arrive(room, kiosk, agreed(signature=signature.id), objects=(signature,))
    assert await room.work() == []
    page = await page_of(room, stay)
    assert "It is sent when the kiosk has sent the signature" in page
    assert "Its PDF can be had when the signature is here" in page
    await send_up(room, kiosk, stay, signature)
    with monkeypatch.context() as patched:
        patched.setattr(FolderObjects, "get", _out_of_reach)
        assert await room.work() == [], "the store is out of reach, and the letter waits"
    (mail,) = await room.work()
    assert "Agreed and signed" in text_of(pdf_of(mail))
    await send_up(room, kiosk, stay, signature)
    assert await room.work() == []
    assert "Asked for a copy" not in await page_of(room, stay)


async def test_f05_what_is_no_signature_is_not_drawn_and_the_page_says_why(room: MailRoom, kiosk: FakeKiosk) -> None:
    """C26: a path that is none, sealed by a kiosk that somebody took over."""
    script = encode_ink(INK).replace(b"<path", b"<script>alert(1)</script><path")
    signature = await seal(room, kiosk, script)
    stay = await arrive(room, kiosk, agreed(signature=signature.id), objects=(signature,))
    await send_up(room, kiosk, stay, signature)
    assert await room.work() == []
    assert "The signature cannot be read" in await page_of(room, stay)


@pytest.mark.parametrize(
    ("consent", "email", "why"),
    [
        (agreed(sha256="ab" * 32), "ada@example.org", "The text that was agreed to is not here"),
        (agreed(version="9"), "ada@example.org", "The text that was agreed to is not here"),
        (agreed(), "ada@example.org\r\nBcc: all@example.org", "The visitor gave no address that mail can be sent to"),
        (agreed(), "", "The visitor gave no address that mail can be sent to"),
        (agreed(LONG), "ada@example.org", "The text is too long for a copy"),
    ],
    ids=["another-text", "no-such-version", "a-header", "no-address", "too-long"],
)
async def test_f05_a_letter_that_cannot_be_true_is_not_sent(
    room: MailRoom, kiosk: FakeKiosk, consent: ConsentFull, email: str, why: str
) -> None:
    stay = await arrive(room, kiosk, consent, email=email)
    assert await room.work() == []
    page = await page_of(room, stay)
    assert "The copy of “Site rules” was not sent" in page
    assert why in page


async def test_f05_nothing_is_sent_of_an_erased_visit_or_without_a_mail_server(
    room: MailRoom, kiosk: FakeKiosk
) -> None:
    cloud = room.ground.cloud
    gone = await arrive(room, kiosk, agreed())
    assert await cloud.erasing.erase(room.ground.tenant, gone, OPERATOR) is Erased.NOW
    assert await room.work() == []
    stay = await arrive(room, kiosk, agreed())
    mute = replace(cloud, mailing=join_mailing(cloud.mailing.ports, cloud.trail, None))
    await replace(room, ground=replace(room.ground, cloud=mute)).work()
    assert "No mail server is configured" in await page_of(room, stay)


async def test_f05_an_address_gets_fourteen_within_the_hour_and_the_others_later(
    room: MailRoom, kiosk: FakeKiosk
) -> None:
    """R05: whoever types another's address cannot fill their mailbox."""
    for _ in range(15):
        await arrive(room, kiosk, agreed(), email="victim@example.org")
    assert len(await room.work()) == 14
    assert await room.work() == []
    room.ground.clock.advance(hours=1)
    assert len(await room.work()) == 1
    room.mailer.outcomes = [Delivery.REFUSED]
    stay = await arrive(room, kiosk, agreed(), email="other@example.org")
    await room.work()
    assert "The mail server refuses this message or address" in await page_of(room, stay)


async def test_f05_the_console_gives_the_same_copy_to_those_who_may_see_signatures(
    room: MailRoom, kiosk: FakeKiosk
) -> None:
    """R13, C28."""
    ground = room.ground
    stay = await arrive(room, kiosk, agreed())
    (mail,) = await room.work()
    at = f"/visits/{stay}/documents/{mail.id}"
    async with room.browser() as client:
        await sign_in(client)
        answer = await client.get(at)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.headers["content-disposition"] == 'attachment; filename="rules.pdf"'
        assert answer.headers["cache-control"] == "no-store"
        assert text_of(answer.content) == text_of(pdf_of(mail))
        assert (await client.get(f"/visits/{stay}/documents/{uuid4()}")).status_code == 404
        assert (await client.get(f"/visits/{uuid4()}/documents/{mail.id}")).status_code == 404
    await add_account(ground, "reader@example.org", name="Rosalind Reader", grants=(Grant(Role.READ_ONLY),))
    page = await page_of(room, stay, "reader@example.org")
    assert "was sent" in page
    assert at not in page
    async with room.browser("192.0.2.45") as reader:
        await sign_in(reader, "reader@example.org")
        assert (await reader.get(at)).status_code == 403
    created = await ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    someone = NewStaff("Tobiah Wrenfield", "tobiah@example.org", PASSWORD)
    await build_accounts(ground.cloud).create(created.id, someone, OPERATOR)
    async with browse(room.app) as elsewhere:
        await sign_in(elsewhere, "tobiah@example.org")
        assert (await elsewhere.get(at)).status_code == 404
