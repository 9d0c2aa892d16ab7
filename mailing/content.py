"""Content of a mail, and its encoding to bytes."""

import base64
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.message import Message as EmailPart
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import formataddr, formatdate, getaddresses, parseaddr
from functools import cache
from typing import Any

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage

from common.public_hosts import is_of_an_example
from mailing.models import Message
from mailing.tokens import UNSUBSCRIBE, return_address

# Namespace of Message-IDs: a row always has the same one, so that receivers can drop duplicates.
MESSAGE_ID_NAMESPACE = uuid.UUID("5b0f7f0e-9a58-4c1d-8d8e-2f6f1f0a7c11")

# `email.message.EmailMessage` encodes the long URL of List-Unsubscribe as encoded words, which no mail program reads as
# a URL. The older classes do not, if ASCII lines may have any length.
WIRE = compat32.clone(linesep="\r\n", max_line_length=None)
MAX_LINE = 998
# Quoted-printable works with servers without 8BITMIME.
QUOTED_PRINTABLE = Charset("utf-8")
QUOTED_PRINTABLE.body_encoding = QP
# Fixed boundaries make the encoding deterministic. Quoted-printable and base64 cannot contain "=_".
ALTERNATIVE, MIXED = "=_alternative", "=_mixed"
ADDRESS_HEADERS = frozenset({"from", "to", "reply-to", "sender"})
HEADER_NAME = re.compile(r"[!-9;-~]+")


@dataclass(frozen=True)
class Attachment:
    """Attached file; `data` is base64, so that it can be stored in JSON."""

    filename: str
    data: str
    mimetype: str


@dataclass(frozen=True)
class MailContent:
    """Mail without its recipient. `text` is required; `html` may be empty.

    A POST to `unsubscribe_url` stops mails of this kind (RFC 8058); personal mails have none.
    """

    subject: str
    text: str
    html: str = ""
    from_email: str = ""
    reply_to: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()
    unsubscribe_url: str = ""

    def to_payload(self) -> dict[str, Any]:
        """Returns the value of `Message.payload`."""
        return asdict(self)

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "MailContent":
        return cls(
            **{**payload, "attachments": [Attachment(**attachment) for attachment in payload.get("attachments", ())]}
        )

    @classmethod
    def from_email_message(cls, message: EmailMessage) -> "MailContent":
        """Converts Django's `message`. Raises `ValueError` (or a subclass) for an invalid one."""
        message.message()
        html = [content for content, mimetype in getattr(message, "alternatives", []) if mimetype == "text/html"]
        is_html = message.content_subtype == "html"
        return cls(
            subject=str(message.subject),
            text="" if is_html else str(message.body),
            html=str(message.body) if is_html else str(html[0]) if html else "",
            from_email=str(message.from_email),
            reply_to=[str(address) for address in message.reply_to],
            headers={
                name: str(value)
                for name, value in message.extra_headers.items()
                if name.lower() not in ("to", "cc", "bcc", "message-id")
            },
            attachments=[_attachment(attachment) for attachment in message.attachments],
        )


def _attachment(source: Any) -> Attachment:
    if isinstance(source, MIMEBase):
        name, data, mimetype = source.get_filename(), source.get_payload(decode=True), source.get_content_type()
    else:
        name, data, mimetype = source
    raw = data.encode() if isinstance(data, str) else bytes(data or b"")
    return Attachment(
        filename=name or "fichier", data=base64.b64encode(raw).decode(), mimetype=mimetype or "application/octet-stream"
    )


def sender_address() -> str:
    """Returns the e-mail address of the site's mail, without a name."""
    return _address_in(settings.DEFAULT_FROM_EMAIL)


def sender_domain() -> str:
    """Returns the domain of the site's mail."""
    return sender_address().rpartition("@")[2] or "localhost"


@cache
def _address_in(sender: str) -> str:
    """Returns the address in `sender`, cached because it is needed for every mail."""
    return parseaddr(sender)[1]


def message_id_for(kind: str, dedupe_key: str) -> str:
    """Returns the Message-ID of the row with this key, the same at each attempt."""
    return f"<{kind}.{uuid.uuid5(MESSAGE_ID_NAMESPACE, dedupe_key).hex}@{sender_domain()}>"


def build_mime(*, message: Message, content: MailContent, reply_to: str = "") -> bytes:
    """Returns the encoded mail with CRLF line ends. `reply_to` is the Reply-To header of a content without one.

    Raises `ValueError` (Django's `BadHeaderError`) for a line break in a header, or `UnicodeError` for an address that
    SMTP cannot carry.
    """
    mail = _body(content)
    for name, value in _headers(message, content, reply_to).items():
        mail[_header_name(name)] = _header_value(name, value)
    return mail.as_bytes(policy=WIRE)


def _headers(message: Message, content: MailContent, reply_to: str) -> dict[str, str]:
    sender, moved = _aligned(content.from_email)
    headers = {
        "To": ascii_address(message.to_email),
        "Message-ID": message.message_id,
        "Date": formatdate(),
        "From": sender,
        "Subject": content.subject,
        "Auto-Submitted": "auto-generated",
        # Stops absence messages and receipts from Exchange.
        "X-Auto-Response-Suppress": "All",
        "Content-Language": settings.LANGUAGE_CODE,
    }
    reply_to = ", ".join(without_examples([reply_to]))
    if replies := ", ".join(without_examples(content.reply_to)) or moved or reply_to:
        headers["Reply-To"] = replies
    if url := content.unsubscribe_url:
        address = return_address(message, UNSUBSCRIBE) or (reply_to and f"{reply_to}?subject=desinscription")
        headers["List-Unsubscribe"] = f"<{url}>" + (f", <mailto:{address}>" if address else "")
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers | dict(content.headers)


def without_examples(addresses: Iterable[str]) -> list[str]:
    """Returns `addresses` without those of examples, such as the contact before an editor fills it in.

    A site whose sender is an example too, such as the demonstration, keeps them.
    """
    is_example_site = is_of_an_example(sender_domain())
    return [
        address
        for address in addresses
        if is_example_site or not is_of_an_example(parseaddr(address)[1].rpartition("@")[2])
    ]


def _body(content: MailContent) -> MIMEBase:
    """Returns the text, HTML and attachments in as few MIME parts as possible."""
    texts = [("plain", content.text)] if content.text or not content.html else []
    texts += [("html", content.html)] if content.html else []
    parts = [_text(subtype, text) for subtype, text in texts]
    body = parts[0] if len(parts) == 1 else MIMEMultipart("alternative", ALTERNATIVE, parts)
    if content.attachments:
        body = MIMEMultipart("mixed", MIXED, [body, *map(_file, content.attachments)])
    return body


def _text(subtype: str, text: str) -> MIMEBase:
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part.set_payload(text.rstrip("\r\n") + "\n", QUOTED_PRINTABLE)
    return part


def _file(attachment: Attachment) -> EmailPart:
    part = EmailPart()
    part["Content-Type"] = _header_value("Content-Type", attachment.mimetype)
    part.set_payload(base64.b64decode(attachment.data))
    encode_base64(part)
    name = attachment.filename
    is_plain = name.isascii() and name.isprintable()
    part.add_header("Content-Disposition", "attachment", filename=name if is_plain else ("utf-8", "", name))
    return part


def _header_name(name: str) -> str:
    if not HEADER_NAME.fullmatch(name):
        raise BadHeaderError(f"no name of a header: {name!r}")
    return name


def _header_value(name: str, value: str) -> str:
    """Returns the encoded value. Raises `BadHeaderError` for a line break, which would start another header."""
    if "\n" in value or "\r" in value:
        raise BadHeaderError(f"a header must not hold a line break ({name!r})")
    if value.isascii() and len(name) + 2 + len(value) <= MAX_LINE:
        return value
    if name.lower() in ADDRESS_HEADERS:
        pairs = [(Header(label, "utf-8").encode(), ascii_address(address)) for label, address in getaddresses([value])]
        return ", ".join(formataddr(pair) for pair in pairs)
    return Header(value, "utf-8", header_name=name).encode()


def ascii_address(address: str) -> str:
    """Returns the address in ASCII for SMTP. Raises `UnicodeError` for an invalid domain or a non-ASCII local part."""
    name, _at, domain = address.rpartition("@")
    name.encode("ascii")
    return address if domain.isascii() else f"{name}@{domain.encode('idna').decode()}"


def _aligned(from_email: str) -> tuple[str, str]:
    """Returns the From and Reply-To headers. From is always in the site's domain (SPF, DKIM and DMARC)."""
    if from_email and parseaddr(from_email)[1].rpartition("@")[2] != sender_domain():
        return settings.DEFAULT_FROM_EMAIL, from_email
    return from_email or settings.DEFAULT_FROM_EMAIL, ""
