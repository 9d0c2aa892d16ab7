"""Content of a mail, and its encoding to bytes."""

import base64
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from email.mime.base import MIMEBase
from email.utils import formatdate, parseaddr
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from mailing import mime
from mailing.models import Message
from mailing.tokens import UNSUBSCRIBE, return_address

# The namespace of Message-IDs: the same row always has the same one, so that receivers can drop a second copy.
MESSAGE_ID_NAMESPACE = uuid.UUID("5b0f7f0e-9a58-4c1d-8d8e-2f6f1f0a7c11")


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


@dataclass(frozen=True)
class SharedContent:
    """A mail that says the same to all but for one token in its links. It is encoded once.

    `mark` stands in `content` where the token of each reader goes, and is as long as it.
    """

    content: MailContent
    mark: str

    def filled(self, token: str) -> "Filled":
        """The mail for the reader whose token it is."""
        return Filled(self, token)

    @cached_property
    def gaps(self) -> mime.Gaps:
        return mime.Gaps(_shared_part(self.content), self.mark)


@dataclass(frozen=True)
class Filled:
    """A `SharedContent` with the token of one reader."""

    shared: SharedContent
    token: str


def build_mime(*, message: Message, content: MailContent | Filled, reply_to: str = "") -> bytes:
    """Returns the mail as it goes over the wire, with CR LF line ends. Replies go to `reply_to` if it names nobody.

    Raises `ValueError` (Django's `BadHeaderError`) for a line break in a header, or `UnicodeError` for an address that
    SMTP cannot carry.
    """
    if isinstance(content, Filled):
        common, rest = content.shared.content, content.shared.gaps.filled(content.token)
        url = common.unsubscribe_url.replace(content.shared.mark, content.token)
    else:
        common, rest, url = content, _shared_part(content), content.unsubscribe_url
    return _own_part(message, common, url, reply_to) + rest


def _own_part(message: Message, content: MailContent, unsubscribe_url: str, reply_to: str) -> bytes:
    """The headers that differ from mail to mail."""
    own = [
        ("To", mime.ascii_address(message.to_email)),
        ("Message-ID", message.message_id),
        ("Date", formatdate()),
    ]
    _sender, moved = _aligned(content.from_email)
    if replies := ", ".join(content.reply_to) or moved or reply_to:
        own.append(("Reply-To", replies))
    if unsubscribe_url:
        address = return_address(message, UNSUBSCRIBE) or (reply_to and f"{reply_to}?subject=desinscription")
        own += [
            ("List-Unsubscribe", f"<{unsubscribe_url}>" + (f", <mailto:{address}>" if address else "")),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    return mime.headers(own)


def _shared_part(content: MailContent) -> bytes:
    """The other headers and the body."""
    sender, _moved = _aligned(content.from_email)
    default = {
        "Auto-Submitted": "auto-generated",
        # Exchange answers with neither an absence nor a receipt.
        "X-Auto-Response-Suppress": "All",
        "Content-Language": settings.LANGUAGE_CODE,
    }
    head = {"From": sender, "Subject": content.subject, "MIME-Version": "1.0"} | default | dict(content.headers)
    parts = [mime.part("text/plain", content.text)] if content.text or not content.html else []
    parts += [mime.part("text/html", content.html)] if content.html else []
    body = mime.multipart(b"alternative", mime.ALTERNATIVE, parts) if len(parts) > 1 else parts[0]
    if content.attachments:
        files = [mime.attachment(one.filename, one.mimetype, one.data) for one in content.attachments]
        body = mime.multipart(b"mixed", mime.MIXED, [body, *files])
    return mime.headers(head.items()) + body


def _aligned(from_email: str) -> tuple[str, str]:
    """The sender, always of the site's own domain (SPF, DKIM and DMARC vouch for no other), and whom to answer else."""
    if from_email and parseaddr(from_email)[1].rpartition("@")[2] != sender_domain():
        return settings.DEFAULT_FROM_EMAIL, from_email
    return from_email or settings.DEFAULT_FROM_EMAIL, ""
