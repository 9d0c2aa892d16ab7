"""What a mail says, and how it becomes bytes."""

import base64
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from email.charset import QP, Charset
from email.generator import BytesGenerator
from email.message import Message as MIMEMessage
from email.mime.base import MIMEBase
from email.utils import parseaddr
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives

from mailing.models import Message

# Quoted-printable: accents survive every relay, and no line is too long.
UTF8 = Charset("utf-8")
UTF8.body_encoding = QP

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
    """A mail without its recipient. `text` is always there; `html` may be empty."""

    subject: str
    text: str
    html: str = ""
    from_email: str = ""
    reply_to: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()

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
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def message_id_for(kind: str, dedupe_key: str) -> str:
    """Returns the Message-ID of the row with this key: the same at each attempt."""
    return f"<{kind}.{uuid.uuid5(MESSAGE_ID_NAMESPACE, dedupe_key).hex}@{sender_domain()}>"


def build_mime(*, message: Message, content: MailContent) -> bytes:
    """Returns the mail as it goes over the wire, with CR LF line ends and To, Date and Message-ID.

    Raises `ValueError` (Django's `BadHeaderError`) for a line break in a header.
    """
    mail = EmailMultiAlternatives(
        subject=content.subject,
        body=content.text,
        from_email=content.from_email or settings.DEFAULT_FROM_EMAIL,
        to=[message.to_email],
        reply_to=list(content.reply_to),
        headers={"Auto-Submitted": "auto-generated", **content.headers, "Message-ID": message.message_id},
    )
    mail.encoding = UTF8  # type: ignore[assignment]
    if content.html and content.text:
        mail.attach_alternative(content.html, "text/html")
    elif content.html:
        mail.body, mail.content_subtype = content.html, "html"
    for one in content.attachments:
        mail.attach(one.filename, base64.b64decode(one.data), one.mimetype)
    return _over_the_wire(mail.message())


def _over_the_wire(mime: MIMEMessage) -> bytes:
    """Django's headers are folded already; folding them again would leave the first line of a long one empty."""
    wire = BytesIO()
    policy = mime.policy.clone(linesep="\r\n")
    BytesGenerator(wire, mangle_from_=False, maxheaderlen=0, policy=policy).flatten(mime)
    return wire.getvalue()
