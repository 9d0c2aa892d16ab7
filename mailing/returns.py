"""Reports and other mails that machines send back: parser and consequences. They are parsed, never shown to anybody."""

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

# Where servers write to whom a mail was delivered.
RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
# An enhanced status code (RFC 3463), which is no part of an IP address or of a longer number.
STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
# A server may say so of what has left, or may have left.
RETURNABLE = (State.SENT, State.HELD, State.RESTORED)
STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
# Without a code: "other or undefined status", which is about the address and no more.
UNDEFINED = "5.0.0"
# "failed", and what some servers write instead.
FAILED_ACTIONS = ("fail", "error")
ABSENCE_HEADERS = ("X-Autoreply", "X-Autorespond")
# How far a report without a code of its own is searched for one.
MAX_TEXT = 10_000


class Kind(StrEnum):
    """What a mail of the mailbox is."""

    BOUNCE = "bounce"
    DELAY = "delay"
    AUTO_REPLY = "automatic answer"
    UNSUBSCRIBE = "unsubscription"
    FORGED = "without a valid token"
    OTHER = "left for a person"


# A report that says neither that a mail came back nor that it did not.
UNCLEAR = (Kind.DELAY, "")


@dataclass(frozen=True)
class Returned:
    """One mail, read: `message` is the mail of ours that it is about, if its token is ours."""

    kind: Kind
    message: Message | None = None
    status: str = ""


def read(raw: bytes) -> Returned:
    """Says what a mail is. It may hold anything."""
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    failure, message = _failure_of(mail), _message(mail, BOUNCE)
    if message and failure in (None, UNCLEAR) and not _is_no_failure(mail):
        failure = _failure_by_words(mail) or failure
    if failure is not None:
        kind, status = failure
        return Returned(kind if message else Kind.FORGED, message, status)
    to_stop = _message(mail, UNSUBSCRIBE)
    if _is_automatic(mail):
        # What answers none of our mails, such as that of a list to which a person subscribed, is hers.
        return Returned(Kind.AUTO_REPLY if to_stop or message else Kind.OTHER)
    return Returned(Kind.UNSUBSCRIBE, to_stop) if to_stop else Returned(Kind.OTHER)


@transaction.atomic
def act_on(returned: Returned, *, now: datetime) -> None:
    """Draws the consequences; a second time it changes nothing."""
    message = returned.message
    if message is None:
        return
    if returned.kind == Kind.UNSUBSCRIBE:
        unsubscribed(message, now=now)
    elif returned.kind == Kind.BOUNCE:
        rows = Message.objects.filter(pk=message.pk)
        error = f"came back {returned.status}"
        moved = sum(rows.move(source=one, to=State.BOUNCED, last_error=error) for one in RETURNABLE)
        bounces.note(message=message, status=returned.status, now=now)
        if moved and message.batch_id:
            batches.look_at_failures(batch_id=message.batch_id, now=now)


def _failure_of(mail: ParsedMessage) -> tuple[Kind, str] | None:
    """What a delivery status notification (RFC 3464) says, or an old one that is text only; None for anything else."""
    if mail.get_content_type() == "multipart/report":
        if str(mail.get_param("report-type", "delivery-status")).lower() != "delivery-status":
            return None
        parts = [part.get_payload() for part in mail.walk() if part.get_content_type() in STATUS_TYPES]
        found_in = [block for part in parts if isinstance(part, list) for block in part]
        blocks = [block for block in found_in if isinstance(block, ParsedMessage)]
        # The first block is about the mail, the others about one recipient each; we write to one at a time.
        for block in blocks:
            action = str(block.get("Action", "")).split("(")[0].strip().lower()
            if action:
                found = STATUS.search(str(block.get("Status", "")))
                status = found[0] if found else UNDEFINED
                return (Kind.BOUNCE if action.startswith(FAILED_ACTIONS) else Kind.DELAY), status
        return UNCLEAR
    if mail.get("X-Failed-Recipients"):
        found = STATUS.search(_text_of(mail)[:MAX_TEXT])
        return Kind.BOUNCE, found[0] if found else UNDEFINED
    return None


def _failure_by_words(mail: ParsedMessage) -> tuple[Kind, str] | None:
    """What the words of a report say that follows no norm, as the detectors of Mailman know them."""
    try:
        delayed, failed = all_failures(mail)
    except Exception:  # They read mails of any form, and raise what the email package raises.
        logger.exception("A mail of the mailbox could not be read")
        return None
    if not failed:
        return (Kind.DELAY, "") if delayed else None
    codes = (code for code in STATUS.findall(_text_of(mail)[:MAX_TEXT]) if code.startswith("5"))
    return Kind.BOUNCE, next(codes, UNDEFINED)


def _is_no_failure(mail: ParsedMessage) -> bool:
    """Answers of people's mailboxes, receipts and complaints may quote what a failure says."""
    report_type = str(mail.get_param("report-type", "delivery-status")).lower()
    return report_type != "delivery-status" or any(mail.get(name) for name in ABSENCE_HEADERS)


def _text_of(mail: ParsedMessage) -> str:
    part = next((one for one in mail.walk() if one.get_content_type() == "text/plain"), None)
    payload = part.get_payload(decode=True) if part else None
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _is_automatic(mail: ParsedMessage) -> bool:
    """Absences, receipts, reports of other kinds, and what has no sender (RFC 3834)."""
    return (
        str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower() != "no"
        or str(mail.get("Return-Path", "")).strip() == "<>"
        or str(mail.get("Precedence", "")).strip().lower() in ("bulk", "auto_reply", "junk", "list")
        or any(mail.get(name) for name in (*ABSENCE_HEADERS, "X-Auto-Response-Suppress"))
        or mail.get_content_type() == "multipart/report"
    )


def _message(mail: ParsedMessage, use: str) -> Message | None:
    """The mail of ours that the address of this one names."""
    values = [str(value) for name in RECIPIENT_HEADERS for value in mail.get_all(name, [])]
    for _name, address in getaddresses(values):
        if message := message_of(address, use):
            return message
    return None
