"""The mailer against a real mail server on loopback."""

import socket
from collections.abc import Iterator
from uuid import uuid4

import pytest

from cloud_api.notify.mailer import Delivery, Mail, PdfFile
from cloud_api.notify.settings import SmtpSettings
from cloud_api.notify.smtp import SmtpMailer, address
from tests.fakes.cloud_mail import MailServer

pytestmark = pytest.mark.anyio


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def mailer_for(server: MailServer) -> SmtpMailer:
    return SmtpMailer(
        SmtpSettings(
            host="127.0.0.1", port=server.port, sender="lodge@example.org", security="insecure", read_seconds=3
        )
    )


def mail(pdf: PdfFile | None = None, **changes: str) -> Mail:
    fields = {"to": "grace@example.org", "subject": "Ada has arrived", "text": "Hello Grace,\n\nAda is here.\n"}
    return Mail(id=uuid4(), pdf=pdf, **{**fields, **changes})


class Claim:
    """Counts how often it was asked."""

    def __init__(self, *, ours: bool = True) -> None:
        self.asked = 0
        self._ours = ours

    async def __call__(self) -> bool:
        self.asked += 1
        return self._ours


async def test_a_message_arrives_with_its_own_message_id(mail_server: MailServer) -> None:
    sent, claim = mail(), Claim()
    assert await mailer_for(mail_server).deliver(sent, claim) is Delivery.SENT
    (message,) = mail_server.box.messages
    assert message["Message-ID"] == f"<{sent.id}@example.org>"
    assert (message["To"], message["Subject"]) == ("grace@example.org", "Ada has arrived")
    assert message["From"] == "Lodge <lodge@example.org>"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == sent.text
    assert claim.asked == 1


async def test_f05_a_pdf_comes_with_its_message_which_stays_plain_text(mail_server: MailServer) -> None:
    sent = mail(PdfFile("rules.pdf", b"%PDF-1.4\n" + bytes(range(256)) * 40), subject="Your copy", text="Attached.\n")
    assert await mailer_for(mail_server).deliver(sent, Claim()) is Delivery.SENT
    (message,) = mail_server.box.messages
    assert (message["Message-ID"], message["Subject"]) == (f"<{sent.id}@example.org>", "Your copy")
    text, attached = message.iter_parts()
    assert text.get_content().strip() == "Attached."
    assert sent.pdf is not None
    assert (attached.get_content_type(), attached.get_filename()) == ("application/pdf", "rules.pdf")
    assert attached.get_content() == sent.pdf.content


async def test_a_domain_with_umlauts_is_sent_to_and_what_no_server_takes_is_refused(mail_server: MailServer) -> None:
    """R24: and not tried for ever."""
    mailer = mailer_for(mail_server)
    assert await mailer.deliver(mail(to="info@müller.example"), Claim()) is Delivery.SENT
    (message,) = mail_server.box.messages
    assert message["To"] == "info@xn--mller-kva.example"
    assert await mailer.deliver(mail(to="mülle@example.org"), Claim()) is Delivery.REFUSED


@pytest.mark.parametrize("name", ["Ada\r\nBcc: eve@example.org", "Ada\n\n<script>alert(1)</script>", "=?utf-8?q?x?="])
async def test_a_subject_never_becomes_a_header(mail_server: MailServer, name: str) -> None:
    """C36, C37: also without the words module in front."""
    assert await mailer_for(mail_server).deliver(mail(subject=name), Claim()) in (Delivery.SENT, Delivery.NOT_SENT)
    for message in mail_server.box.messages:
        assert message["Bcc"] is None
        assert not message.is_multipart()
        assert [str(address) for address in message.get_all("To", [])] == ["grace@example.org"]


async def test_markup_in_a_text_stays_text(mail_server: MailServer) -> None:
    """C36."""
    text = "<b>Ada</b> <script>alert(1)</script> *x* _y_ [z](http://example.org) &amp; 😀 مرحبا\n"
    await mailer_for(mail_server).deliver(mail(text=text), Claim())
    (message,) = mail_server.box.messages
    assert message.get_content().replace("\r\n", "\n") == text


async def test_a_denied_claim_sends_nothing(mail_server: MailServer) -> None:
    assert await mailer_for(mail_server).deliver(mail(), Claim(ours=False)) is Delivery.NOT_OURS
    assert mail_server.box.raw == []


@pytest.mark.parametrize(
    ("recipient", "answer", "outcome", "claims"),
    [
        ("550 no such user", "250 taken", Delivery.REFUSED, 0),
        ("450 later", "250 taken", Delivery.NOT_SENT, 0),
        (None, "451 later", Delivery.NOT_SENT, 1),
        (None, "554 never", Delivery.REFUSED, 1),
        (None, "hang up", Delivery.UNSURE, 1),
    ],
)
async def test_each_answer_means_what_it_says(
    mail_server: MailServer, recipient: str | None, answer: str, outcome: Delivery, claims: int
) -> None:
    mail_server.box.recipient_answer, mail_server.box.answer = recipient, answer
    claim = Claim()
    assert await mailer_for(mail_server).deliver(mail(), claim) is outcome
    assert claim.asked == claims


async def test_no_server_means_nothing_was_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    claim = Claim()
    mailer = SmtpMailer(SmtpSettings(host="127.0.0.1", port=port, sender="lodge@example.org", security="insecure"))
    assert await mailer.deliver(mail(), claim) is Delivery.NOT_SENT
    assert claim.asked == 0


def test_the_address_is_built_from_typed_fields() -> None:
    settings = SmtpSettings(
        host="mail.example.org", port=587, sender="lodge@example.org", user="a@b", password="p/w?&#:", read_seconds=20.0
    )
    shown = address(settings, "grace@example.org")
    assert shown.startswith("mailtos://a%40b:p%2Fw%3F%26%23%3A@mail.example.org:587/?")
    assert "cto=10.0" in shown
    assert "rto=20.0" in shown
