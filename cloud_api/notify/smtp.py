"""Mail by SMTP through Apprise, one Apprise object a recipient (an aggregate would hide who failed).

Apprise builds the message. The dialogue with the server is held here, step by step, because "it failed" is
not enough to know: before the message's bytes go out a retry is safe, and after them it could deliver twice.
"""

import asyncio
import contextlib
import re
import smtplib
import ssl
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from cloud_api.errors import ConfigurationError
from cloud_api.notify.mailer import Claim, Delivery, Mail, PdfFile
from cloud_api.notify.settings import SmtpSettings

with warnings.catch_warnings():
    # apprise looks for imghdr, of which Python 3.11 says that 3.13 will not have it; apprise copes with that.
    warnings.simplefilter("ignore", DeprecationWarning)
    from apprise import Apprise, AppriseAsset, AppriseAttachment, NotifyFormat
    from apprise.attachment.memory import AttachMemory
    from apprise.plugins.email import NotifyEmail

_PERMANENT = 500
_OK = 250
SmtpConnection = smtplib.SMTP


class SmtpMailer:
    """Delivers through one mail server."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._asset = AppriseAsset(http_redirects=False, app_id=settings.sender_name, async_mode=False)
        _parse(address(settings, "nobody@example.org"))

    async def deliver(self, mail: Mail, claim: Claim) -> Delivery:
        """Deliver one message."""
        loop = asyncio.get_running_loop()

        def claim_now() -> bool:
            return asyncio.run_coroutine_threadsafe(_ask(claim), loop).result()

        return await asyncio.to_thread(self._deliver, mail, claim_now)

    def _deliver(self, mail: Mail, claim: Callable[[], bool]) -> Delivery:
        try:
            mail = replace(mail, to=in_ascii(mail.to))
        except UnicodeError:
            return Delivery.REFUSED
        parsed = _parse(address(self._settings, mail.to))
        target = _ClaimedEmail(mail=mail, claim=claim, settings=self._settings, asset=self._asset, **parsed)
        channel = Apprise(asset=self._asset)
        channel.add(target)
        channel.notify(body=mail.text, title=mail.subject, body_format=NotifyFormat.TEXT)
        return target.outcome


class _ClaimedEmail(NotifyEmail):  # type: ignore[no-untyped-call]  # apprise is typed in part
    """Apprise's e-mail, with a dialogue that tells before from after."""

    def __init__(
        self,
        *,
        mail: Mail,
        claim: Callable[[], bool],
        settings: SmtpSettings,
        **kwargs: Any,  # noqa: ANN401  apprise's own arguments, passed through
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]  # apprise is typed in part
        self.outcome = Delivery.NOT_SENT
        self._mail = mail
        self._claim = claim
        self._settings = settings

    def send(
        self,
        body: str,
        title: str = "",
        notify_type: object = None,
        attach: object = None,
        body_format: object = None,
        **_ignored: Any,  # noqa: ANN401  apprise's signature
    ) -> bool:
        """Build the message and deliver it."""
        del notify_type, attach, body_format  # plain text, with what the mail itself brings along
        message = next(
            self.prepare_emails(
                subject=title,
                body=body,
                notify_format=NotifyFormat.TEXT,
                from_addr=self.from_addr,
                to=[(False, self._mail.to)],
                smtp_host=self.smtp_host,
                attach=_attached(self._mail.pdf),
            )
        )
        self.outcome = self._converse(_name_message(message.body, self._mail, self._settings))
        return self.outcome is Delivery.SENT

    def _converse(self, message: str) -> Delivery:
        try:
            connection = self._connect()
        except (OSError, smtplib.SMTPException):
            return Delivery.NOT_SENT
        try:
            before = self._envelope(connection)
            if before is not None:
                return before
            if not self._claim():
                return Delivery.NOT_OURS
            return _hand_over(connection, message)
        finally:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.quit()
            connection.close()

    def _connect(self) -> SmtpConnection:
        chosen = self._settings
        context = ssl.create_default_context()
        if not chosen.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        connection: SmtpConnection
        if chosen.security == "ssl":
            connection = smtplib.SMTP_SSL(chosen.host, chosen.port, timeout=chosen.connect_seconds, context=context)
        else:
            connection = smtplib.SMTP(chosen.host, chosen.port, timeout=chosen.connect_seconds)
        try:
            if connection.sock is not None:
                connection.sock.settimeout(chosen.read_seconds)
            if chosen.security == "starttls":
                connection.starttls(context=context)
            if chosen.user:
                connection.login(chosen.user, chosen.password)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection

    def _envelope(self, connection: SmtpConnection) -> Delivery | None:
        try:
            connection.ehlo_or_helo_if_needed()
            for code, _ in (connection.mail(self._settings.sender), connection.rcpt(self._mail.to)):
                if code >= _PERMANENT:
                    return Delivery.REFUSED
                if code not in (_OK, 251):
                    return Delivery.NOT_SENT
        except (OSError, smtplib.SMTPException):
            return Delivery.NOT_SENT
        return None


def _attached(pdf: PdfFile | None) -> AppriseAttachment | None:
    """From memory: Apprise would read any file of this machine by its path."""
    if pdf is None:
        return None
    found = AppriseAttachment()
    held = AttachMemory(content=pdf.content, name=pdf.name, mimetype="application/pdf")  # type: ignore[no-untyped-call]
    found.add(held)
    return found


def in_ascii(to: str) -> str:
    """An address as every mail server takes it: its domain in the letters that the DNS has (RFC 5890).

    Raises:
        UnicodeError: what stands before the domain has others, or the domain is none.
    """
    local, _, domain = to.rpartition("@")
    return f"{local.encode('ascii').decode('ascii')}@{domain.encode('idna').decode('ascii')}"


def address(settings: SmtpSettings, to: str) -> str:
    """Apprise's address of a recipient, from typed fields only: nothing in it comes from a visitor."""
    login = ""
    if settings.user:
        login = f"{quote(settings.user, safe='')}:{quote(settings.password, safe='')}@"
    query = {
        "mode": settings.security,
        "from": f"{settings.sender_name} <{settings.sender}>",
        "to": to,
        "smtp": settings.host,
        "format": "text",
        "cto": str(settings.connect_seconds),
        "rto": str(settings.read_seconds),
        "verify": "yes" if settings.verify else "no",
    }
    scheme = "mailto" if settings.security == "insecure" else "mailtos"
    return f"{scheme}://{login}{quote(settings.host, safe='')}:{settings.port}/?{urlencode(query)}"


def _parse(url: str) -> dict[str, Any]:
    parsed = NotifyEmail.parse_url(url)  # type: ignore[no-untyped-call]  # apprise is typed in part
    if parsed is None:
        raise ConfigurationError("the mail settings do not make a usable address")
    return dict(parsed)


def _hand_over(connection: SmtpConnection, message: str) -> Delivery:
    try:
        code, _ = connection.data(message)  # as text: smtplib ends the lines of that as RFC 5321 has them, of bytes not
    except smtplib.SMTPDataError as error:
        # The server answered the command DATA itself with a refusal: nothing went out.
        return Delivery.REFUSED if error.smtp_code >= _PERMANENT else Delivery.NOT_SENT
    except (OSError, smtplib.SMTPException):
        return Delivery.UNSURE
    if code == _OK:
        return Delivery.SENT
    return Delivery.REFUSED if code >= _PERMANENT else Delivery.NOT_SENT


def _name_message(message: str, mail: Mail, settings: SmtpSettings) -> str:
    """The same alert always bears the same Message-ID, so that mail programs can tell a repetition."""
    domain = settings.sender.rpartition("@")[2]
    head, separator, body = message.partition("\n\n")
    named = re.sub(r"(?mi)^message-id:.*(\n[ \t].*)*$", f"Message-ID: <{mail.id}@{domain}>", head, count=1)
    if mail.unsubscribe:
        named += f"\nList-Unsubscribe: <{mail.unsubscribe}>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click"
    return named + separator + body


async def _ask(claim: Claim) -> bool:
    return await claim()
