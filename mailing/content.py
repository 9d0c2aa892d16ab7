"""Content of a mail, and its encoding to bytes."""

import base64
import re
import uuid
from collections.abc import Mapping, Sequence
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

from mailing.models import Message
from mailing.tokens import UNSUBSCRIBE, return_address

# The namespace of Message-IDs: the same row always has the same one, so that receivers can drop a second copy.
MESSAGE_ID_NAMESPACE = uuid.UUID("5b0f7f0e-9a58-4c1d-8d8e-2f6f1f0a7c11")

# `email.message.EmailMessage` writes the long address of List-Unsubscribe as encoded words, which no mail program reads
# as an address. The older classes of the same library do not, if lines of ASCII stay as long as they are.
WIRE = compat32.clone(linesep="\r\n", max_line_length=None)
MAX_LINE = 998
# Quoted-printable, so that a server without 8BITMIME takes it.
QUOTED_PRINTABLE = Charset("utf-8")
QUOTED_PRINTABLE.body_encoding = QP
# The same mail is the same bytes each time. Neither quoted-printable nor base64 can hold "=_", so no part ends early.
ALTERNATIVE, MIXED = "=_alternative", "=_mixed"
ADDRESS_HEADERS = frozenset({"from", "to", "reply-to", "sender"})
HEADER_NAME = re.compile(r"[!-9;-~]+")


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail; `data` is base64, so that a row can hold it."""

    filename: str
    data: str
    mimetype: str


@dataclass(frozen=True)
class MailContent:
    """A mail without its recipient. `text` is always there; `html` may be empty.

    `unsubscribe_url` is where a POST stops mails of this kind (RFC 8058); a list has one, a personal mail has none.
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
        """Returns what `Message.payload` keeps."""
        return asdict(self)

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "MailContent":
        return cls(**{**payload, "attachments": [Attachment(**one) for one in payload.get("attachments", ())]})

    @classmethod
    def from_email_message(cls, message: EmailMessage) -> "MailContent":
        """Takes over what Django's `message` says. Raises `ValueError` (or a subclass) if no mail can be made of it."""
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
            attachments=[_attachment(one) for one in message.attachments],
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


def sender_domain() -> str:
    """The domain of the site's mail."""
    return _domain_of(settings.DEFAULT_FROM_EMAIL)


@cache
def _domain_of(address: str) -> str:
    """Asked for every mail that is planned, of one address."""
    return parseaddr(address)[1].rpartition("@")[2] or "localhost"


def message_id_for(kind: str, dedupe_key: str) -> str:
    """Returns the Message-ID of the row with this key: the same at each attempt."""
    return f"<{kind}.{uuid.uuid5(MESSAGE_ID_NAMESPACE, dedupe_key).hex}@{sender_domain()}>"


def build_mime(*, message: Message, content: MailContent, reply_to: str = "") -> bytes:
    """Returns the mail as it goes over the wire, with CR LF line ends. Replies go to `reply_to` if it names nobody.

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
        # Exchange answers with neither an absence nor a receipt.
        "X-Auto-Response-Suppress": "All",
        "Content-Language": settings.LANGUAGE_CODE,
    }
    if replies := ", ".join(content.reply_to) or moved or reply_to:
        headers["Reply-To"] = replies
    if url := content.unsubscribe_url:
        address = return_address(message, UNSUBSCRIBE) or (reply_to and f"{reply_to}?subject=desinscription")
        headers["List-Unsubscribe"] = f"<{url}>" + (f", <mailto:{address}>" if address else "")
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers | dict(content.headers)


def _body(content: MailContent) -> MIMEBase:
    """Returns the texts and the files, in as few parts as hold them."""
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
    """Returns the value encoded. Raises `BadHeaderError` for a line break, which would begin a header of its own."""
    if "\n" in value or "\r" in value:
        raise BadHeaderError(f"a header must not hold a line break ({name!r})")
    if value.isascii() and len(name) + 2 + len(value) <= MAX_LINE:
        return value
    if name.lower() in ADDRESS_HEADERS:
        pairs = [(Header(label, "utf-8").encode(), ascii_address(address)) for label, address in getaddresses([value])]
        return ", ".join(formataddr(pair) for pair in pairs)
    return Header(value, "utf-8", header_name=name).encode()


def ascii_address(address: str) -> str:
    """The address as SMTP takes it. Raises `UnicodeError` if its domain is none, or its name has accents."""
    name, _at, domain = address.rpartition("@")
    name.encode("ascii")
    return address if domain.isascii() else f"{name}@{domain.encode('idna').decode()}"


def _aligned(from_email: str) -> tuple[str, str]:
    """The sender, always of the site's own domain (SPF, DKIM and DMARC vouch for no other), and whom to answer else."""
    if from_email and parseaddr(from_email)[1].rpartition("@")[2] != sender_domain():
        return settings.DEFAULT_FROM_EMAIL, from_email
    return from_email or settings.DEFAULT_FROM_EMAIL, ""
