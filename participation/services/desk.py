"""Entries of agents for people at a desk, on the phone or on paper: entry, receipt, claim, erasure."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Unpack

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from accounts.errors import NameNotConfirmed
from accounts.models import User, may_identify
from committee.models import TopicPage
from common.errors import TooManyTries
from common.limits import allow
from common.origins import Origin
from common.sanitising import clean_text
from participation import permissions
from participation.errors import (
    AlreadyEntered,
    CallClosed,
    DateOutOfRange,
    DiscussionClosed,
    ReceiptClosed,
    ReceiptUnknown,
)
from participation.models import CallPage, Comment, DeskEntry, Discussion, Follow, Proposal, ProposalStep
from participation.models.proposal_text import TextArguments, clean_texts
from participation.notifications.proposals import EntryReceived
from participation.services.follows import discussion_for_proposal, follow_automatically
from participation.services.repeats import COMPARED_TEXTS, REPEATED_WITHIN, is_like_one_of

# Without characters that are easily confused: about 50 bits, easy to copy from paper.
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_GROUPS, GROUP_LENGTH = 2, 5
# Maximum age of a paper form, which also refuses a wrong year.
ENTERED_WITHIN = timedelta(days=14)
TRIES, TRIES_WITHIN = 10, 3_600
ENTER, RENEW, ERASE, ATTACH = (
    f"participation.{verb}" for verb in ("enter", "renew_receipt", "erase_person", "attach_to_account")
)


@dataclass(frozen=True)
class Sender:
    """Author of an entered text: displayed name, e-mail address for news or "", and channel.

    `name_confirmed` is True if the person agrees to display a name that identifies them
    (`accounts.models.may_identify`).
    """

    name: str
    email: str
    origin: Origin
    received_at: datetime
    name_confirmed: bool = False


@transaction.atomic
def enter_proposal(
    *,
    agent: User,
    sender: Sender,
    call: CallPage,
    kind: Proposal.Kind = Proposal.Kind.PROPOSAL,
    topic: TopicPage | None,
    district: str,
    key: uuid.UUID,
    now: datetime,
    **texts: Unpack[TextArguments],
) -> tuple[DeskEntry, str]:
    """Saves a proposal, which waits for moderation; returns its entry and the code of its receipt.

    Idempotent for one `key`; a repeated call returns no code, which is known only once. Raises `PermissionDenied`,
    `DateOutOfRange`, `NameNotConfirmed`, `CallClosed`, and `AlreadyEntered` (within a week).
    """
    _check_agent(agent)
    if sent := DeskEntry.objects.filter(proposal__idempotency_key=key).first():
        return sent, ""
    _check_sender(sender, now)
    if not permissions.can_enter_proposal(agent, call, sender.received_at):
        raise CallClosed
    content = clean_texts(texts)
    recent = Proposal.objects.filter(desk_entry__entered_at__gt=now - REPEATED_WITHIN).order_by("-pk")
    recent_texts = (" ".join(fields) for fields in recent.values_list("problem", "body")[:COMPARED_TEXTS])
    if is_like_one_of(f"{content['problem']} {content['body']}", recent_texts):
        raise AlreadyEntered
    proposal, created = Proposal.objects.get_or_create(
        idempotency_key=key,
        defaults={
            **_sender_fields(sender),
            "call": call,
            "kind": kind,
            **content,
            "topic": topic,
            "district": district,
        },
    )
    if not created:
        return DeskEntry.objects.get(proposal=proposal), ""
    ProposalStep.objects.create(
        proposal=proposal, at=sender.received_at, to_state=proposal.state, role=ProposalStep.Role.AUTHOR
    )
    discussion_for_proposal(proposal=proposal)
    return _keep(proposal, agent=agent, sender=sender, now=now)


@transaction.atomic
def enter_comment(
    *,
    agent: User,
    sender: Sender,
    discussion: Discussion,
    body: str,
    key: uuid.UUID,
    now: datetime,
    position: Comment.Position = Comment.Position.NEUTRAL,
) -> tuple[DeskEntry, str]:
    """Saves a comment, which waits for moderation; returns its entry and the code of its receipt, as
    `enter_proposal`.

    Raises `PermissionDenied`, `DateOutOfRange`, `NameNotConfirmed`, `DiscussionClosed` and `AlreadyEntered`.
    """
    _check_agent(agent)
    if sent := DeskEntry.objects.filter(comment__idempotency_key=key).first():
        return sent, ""
    _check_sender(sender, now)
    if not permissions.can_enter_comment(agent, discussion, sender.received_at):
        raise DiscussionClosed
    body = clean_text(body)
    recent = Comment.objects.filter(discussion=discussion, desk_entry__entered_at__gt=now - REPEATED_WITHIN)
    if is_like_one_of(body, recent.order_by("-pk").values_list("body", flat=True)[:COMPARED_TEXTS]):
        raise AlreadyEntered
    comment, created = Comment.objects.get_or_create(
        idempotency_key=key,
        defaults={**_sender_fields(sender), "discussion": discussion, "body": body, "position": position},
    )
    if not created:
        return DeskEntry.objects.get(comment=comment), ""
    return _keep(comment, agent=agent, sender=sender, now=now)


@transaction.atomic
def renew_receipt(*, entry: DeskEntry, agent: User) -> tuple[DeskEntry, str]:
    """Creates another code for the receipt, which invalidates the previous one; returns the entry and the code.

    Raises `PermissionDenied`, and `ReceiptClosed` if the text is attached to an account or erased.
    """
    _check_agent(agent)
    entry = _lock(entry.pk)
    if not entry.is_open:
        raise ReceiptClosed
    code = _new_code(entry)
    log(entry.text, RENEW, user=agent)
    return entry, code


@transaction.atomic
def erase_person(*, entry: DeskEntry, agent: User, now: datetime) -> DeskEntry:
    """Erases the e-mail address and the displayed name, as the person requests; the text stays, by « a person ».

    Idempotent. Raises `PermissionDenied`, and `ReceiptClosed` if the text is attached to an account, whose owner
    decides.
    """
    _check_agent(agent)
    entry = _lock(entry.pk)
    if entry.attached_at:
        raise ReceiptClosed
    if entry.erased_at is None:
        text = entry.text
        text.author_name = ""
        text.save(update_fields=["author_name"])
        _close(entry, erased_at=now)
        log(text, ERASE, user=agent)
    return entry


def forget_emails(*, now: datetime) -> int:
    """Erases the e-mail addresses without news for `DeskEntry.RETENTION`; returns how many."""
    silent = DeskEntry.objects.silent_since(now - DeskEntry.RETENTION)
    return DeskEntry.objects.filter(pk__in=list(silent.values_list("pk", flat=True))).update(email="")


def claim(*, number: int, code: str, user: User, now: datetime) -> DeskEntry:
    """Makes `user` the author and a follower of the text with this receipt number and code. Idempotent.

    Raises `ReceiptUnknown`, whose message reveals neither which of the two is wrong nor whether the number exists,
    and `TooManyTries` of one account.
    """
    if not allow("attach", str(user.pk), limit=TRIES, seconds=TRIES_WITHIN, now=now):
        raise TooManyTries(_("You have tried many times. Try again in an hour, or call us."), seconds=TRIES_WITHIN)
    return _claim(number, code, user, now)


@transaction.atomic
def _claim(number: int, code: str, user: User, now: datetime) -> DeskEntry:
    """Claims the text in its own transaction: the count of tries, also in the database, must survive a refusal."""
    entry = DeskEntry.objects.select_for_update().filter(pk=number).first()
    if entry and entry.attached_at and entry.text.author_id == user.pk:
        return entry
    # Also without an entry, so that both cases take the same time.
    is_right = check_password(normalised(code), entry.code_hash if entry else "")
    if entry is None or not entry.is_open or not is_right:
        raise ReceiptUnknown
    text = entry.text
    text.author, text.author_name = user, ""
    text.save(update_fields=["author", "author_name"])
    _close(entry, attached_at=now)
    if entry.proposal:
        discussion, source = discussion_for_proposal(proposal=entry.proposal), Follow.Source.OWN
    else:
        discussion, source = entry.text.discussion, Follow.Source.COMMENTED
    follow_automatically(user=user, discussion=discussion, source=source, now=now)
    log(text, ATTACH, user=user)
    return entry


def normalised(code: str) -> str:
    """Returns the canonical form of `code`: « abcde fghjk » becomes « ABCDE-FGHJK »."""
    letters = "".join(char for char in code.upper() if char in CODE_ALPHABET)
    return "-".join(letters[start : start + GROUP_LENGTH] for start in range(0, len(letters), GROUP_LENGTH))


def _check_agent(agent: User) -> None:
    if not permissions.can_enter_for_others(agent):
        raise PermissionDenied


def _check_sender(sender: Sender, now: datetime) -> None:
    if not now - ENTERED_WITHIN <= sender.received_at <= now:
        raise DateOutOfRange
    if may_identify(sender.name) and not sender.name_confirmed:
        raise NameNotConfirmed


def _sender_fields(sender: Sender) -> dict[str, Any]:
    """Returns the fields of proposals and comments that come from their sender."""
    return {
        "author_name": " ".join(clean_text(sender.name).split()),
        "origin": sender.origin,
        "created_at": sender.received_at,
    }


def _keep(text: Proposal | Comment, *, agent: User, sender: Sender, now: datetime) -> tuple[DeskEntry, str]:
    """Saves the entry of a new text, logs the agent, and sends a mail if there is an address."""
    about: dict[str, Any] = {str(text._meta.model_name): text}
    entry = DeskEntry(**about, agent=agent, entered_at=now, email=sender.email)
    code = _new_code(entry)
    log(text, ENTER, user=agent, data={"origin": str(sender.origin)})
    EntryReceived(entry).send(now=now)
    return entry, code


def _new_code(entry: DeskEntry) -> str:
    code = "-".join(get_random_string(GROUP_LENGTH, CODE_ALPHABET) for _group in range(CODE_GROUPS))
    entry.code_hash = make_password(code)
    entry.save()
    return code


def _close(entry: DeskEntry, **moment: datetime) -> None:
    """Closes the receipt: erases the address and the code."""
    entry.email = entry.code_hash = ""
    for name, value in moment.items():
        setattr(entry, name, value)
    entry.save(update_fields=["email", "code_hash", *moment])


def _lock(pk: int) -> DeskEntry:
    return DeskEntry.objects.select_for_update().get(pk=pk)
