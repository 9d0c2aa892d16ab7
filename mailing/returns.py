"""Parsing and handling of bounces and other automatic replies. Their content is never displayed."""

import email
import email.policy
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as ParsedMessage
from email.utils import getaddresses
from enum import StrEnum

from django.db import transaction
from flufl.bounce import all_failures

from mailing import batches, bounces
from mailing.hooks import unsubscribed
from mailing.models import Message
from mailing.tokens import BOUNCE, UNSUBSCRIBE, message_of

State = Message.State
logger = logging.getLogger(__name__)

# Headers in which servers name the recipient of a delivered mail.
RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
# Enhanced status code (RFC 3463), not part of an IP address or a longer number.
STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
# States in which a bounce is possible: the mail was sent, or may have been.
RETURNABLE = (State.SENT, State.HELD, State.RESTORED)
STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
# Default of a report without code: "other or undefined status", which is about the address only.
UNDEFINED = "5.0.0"
# "failed", and variants of some servers.
FAILED_ACTIONS = ("fail", "error")
ABSENCE_HEADERS = ("X-Autoreply", "X-Autorespond")
# Maximum length of text searched for a code, in characters.
MAX_TEXT = 10_000


class ReturnKind(StrEnum):
    """Kind of a mail in the mailbox."""

    BOUNCE = "bounce"
    DELAY = "delay"
    AUTO_REPLY = "automatic answer"
    UNSUBSCRIBE = "unsubscription"
    FORGED = "without a valid token"
    OTHER = "left for a person"


# Report that states neither failure nor success.
UNCLEAR = (ReturnKind.DELAY, "")


@dataclass(frozen=True)
class ReturnedMail:
    """Parsed mail; `message` is the mail of ours that it is about, if it has a valid token."""

    kind: ReturnKind
    message: Message | None = None
    status: str = ""


def read(raw: bytes) -> ReturnedMail:
    """Classifies a raw mail, which may be malformed."""
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    failure, message = _failure_of(mail), _message(mail, BOUNCE)
    if message and failure in (None, UNCLEAR) and not _is_no_failure(mail):
        failure = _failure_by_words(mail) or failure
    if failure is not None:
        kind, status = failure
        return ReturnedMail(kind if message else ReturnKind.FORGED, message, status)
    to_stop = _message(mail, UNSUBSCRIBE)
    if _is_automatic(mail):
        # An automatic mail that answers none of ours, such as that of a mailing list, belongs to the mailbox's owner.
        return ReturnedMail(ReturnKind.AUTO_REPLY if to_stop or message else ReturnKind.OTHER)
    return ReturnedMail(ReturnKind.UNSUBSCRIBE, to_stop) if to_stop else ReturnedMail(ReturnKind.OTHER)


@transaction.atomic
def act_on(returned: ReturnedMail, *, now: datetime) -> None:
    """Applies the consequences of a mail. Idempotent."""
    message = returned.message
    if message is None:
        return
    if returned.kind == ReturnKind.UNSUBSCRIBE:
        unsubscribed(message, now=now)
    elif returned.kind == ReturnKind.BOUNCE:
        rows = Message.objects.filter(pk=message.pk)
        error = f"came back {returned.status}"
        moved = sum(rows.move(source=source, to=State.BOUNCED, last_error=error) for source in RETURNABLE)
        bounces.note(message=message, status=returned.status, now=now)
        if moved and message.batch_id:
            batches.look_at_failures(batch_id=message.batch_id, now=now)


def _failure_of(mail: ParsedMessage) -> tuple[ReturnKind, str] | None:
    """Returns kind and status code of a delivery status notification (RFC 3464, or plain text), else None."""
    if mail.get_content_type() == "multipart/report":
        if str(mail.get_param("report-type", "delivery-status")).lower() != "delivery-status":
            return None
        parts = [part.get_payload() for part in mail.walk() if part.get_content_type() in STATUS_TYPES]
        found_in = [block for part in parts if isinstance(part, list) for block in part]
        blocks = [block for block in found_in if isinstance(block, ParsedMessage)]
        # The first block is about the mail, the others about one recipient each; our mails have one recipient.
        for block in blocks:
            action = str(block.get("Action", "")).split("(")[0].strip().lower()
            if action:
                match = STATUS.search(str(block.get("Status", "")))
                status = match[0] if match else UNDEFINED
                return (ReturnKind.BOUNCE if action.startswith(FAILED_ACTIONS) else ReturnKind.DELAY), status
        return UNCLEAR
    if mail.get("X-Failed-Recipients"):
        match = STATUS.search(_text_of(mail)[:MAX_TEXT])
        return ReturnKind.BOUNCE, match[0] if match else UNDEFINED
    return None


def _failure_by_words(mail: ParsedMessage) -> tuple[ReturnKind, str] | None:
    """Returns kind and status code of a non-standard report, according to the detectors of Mailman, or None."""
    try:
        delayed, failed = all_failures(mail)
    except Exception:  # The detectors raise any error of the email package on malformed mails.
        logger.exception("A mail of the mailbox could not be read")
        return None
    if not failed:
        return (ReturnKind.DELAY, "") if delayed else None
    codes = (code for code in STATUS.findall(_text_of(mail)[:MAX_TEXT]) if code.startswith("5"))
    return ReturnKind.BOUNCE, next(codes, UNDEFINED)


def _is_no_failure(mail: ParsedMessage) -> bool:
    """Returns whether `mail` is an absence message, receipt or complaint, which may quote the text of a failure."""
    report_type = str(mail.get_param("report-type", "delivery-status")).lower()
    return report_type != "delivery-status" or any(mail.get(name) for name in ABSENCE_HEADERS)


def _text_of(mail: ParsedMessage) -> str:
    part = next((part for part in mail.walk() if part.get_content_type() == "text/plain"), None)
    payload = part.get_payload(decode=True) if part else None
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _is_automatic(mail: ParsedMessage) -> bool:
    """Returns whether `mail` is an absence message, a receipt, another report, or has a null sender (RFC 3834)."""
    return (
        str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower() != "no"
        or str(mail.get("Return-Path", "")).strip() == "<>"
        or str(mail.get("Precedence", "")).strip().lower() in ("bulk", "auto_reply", "junk", "list")
        or any(mail.get(name) for name in (*ABSENCE_HEADERS, "X-Auto-Response-Suppress"))
        or mail.get_content_type() == "multipart/report"
    )


def _message(mail: ParsedMessage, use: str) -> Message | None:
    """Returns the message named by the return address to which `mail` was sent, or None."""
    values = [str(value) for name in RECIPIENT_HEADERS for value in mail.get_all(name, [])]
    for _name, address in getaddresses(values):
        if message := message_of(address, use):
            return message
    return None
