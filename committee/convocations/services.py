"""Sends a convocation, or its cancellation: one row for each member, and one mail for each member with an account."""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext
from wagtail.log_actions import log

from committee.convocations.notifications import SessionConvened
from committee.convocations.queries.calls import SessionCalls, calls_of, has_email, refusal_reason, without_email
from committee.errors import ConvocationRefused
from committee.models import Convened, Convocation, ConvocationDraft, Member, SessionPage
from common.errors import Refusal
from common.shown import Contents, Shown, fingerprint, require_shown
from mailing.content import MailContent

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sending:
    """Message about a session as it would be sent now: a convocation, a correction or a cancellation."""

    session: SessionPage
    words: str
    online_link: str
    only_arrived: bool
    now: datetime

    @cached_property
    def calls(self) -> SessionCalls:
        return calls_of(self.session, self.now)

    @cached_property
    def members(self) -> list[Member]:
        return self.calls.recipients(only_arrived=self.only_arrived)

    @property
    def convocation(self) -> Convocation:
        """Unsaved convocation with the facts of the session. The link of the session, if set, replaces the other."""
        session = self.session
        return Convocation(
            session=session,
            words=self.words,
            online_link="" if session.is_cancelled else session.online_link or self.online_link,
            is_correction=any(member.pk in self.calls.received for member in self.members),
            is_cancellation=session.is_cancelled,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            place=session.place,
            sent_at=self.now,
        )

    @cached_property
    def preview(self) -> MailContent:
        return SessionConvened.sample(self.convocation, self.calls, self.members, now=self.now).content()

    @property
    def contents(self) -> Contents:
        """What is sent and to whom, for the page that confirms it."""
        without = without_email(self.members)
        by_mail = [member for member in self.members if member not in without]
        return {
            gettext("Subject line"): self.preview.subject,
            gettext("Text"): self.preview.text,
            gettext("By e-mail"): ", ".join(member.name for member in by_mail),
            gettext("To be told otherwise"): ", ".join(member.name for member in without),
        }

    def require_possible(self, *, shown: Shown) -> None:
        """Raises `ConvocationRefused`, also without recipient, and `ChangedMeanwhile` unless `shown` still holds."""
        if reason := refusal_reason(self.session, self.members, now=self.now):
            raise ConvocationRefused(reason)
        require_shown(shown, self.session, fingerprint(self.contents))


@transaction.atomic
def schedule(
    *,
    session: SessionPage,
    words: str,
    online_link: str,
    sender: "User",
    key: uuid.UUID,
    shown: Shown,
    now: datetime,
    send_at: datetime,
    only_arrived: bool = False,
) -> ConvocationDraft:
    """Makes a convocation leave at `send_at`, if nothing that `shown` covers changes until then.

    Idempotent for one `key`. Raises `ConvocationRefused`, also if another one is about to leave, and
    `ChangedMeanwhile`.
    """
    session = _locked(session)
    if draft := ConvocationDraft.objects.filter(key=key, send_at__isnull=False).first():
        return draft
    if Convocation.objects.filter(key=key).exists():
        raise ConvocationRefused(gettext("This message has left already."))
    _require_no_other_departure(session, key)
    sending = Sending(session, words, online_link, only_arrived, now)
    sending.require_possible(shown=shown)
    draft, _created = ConvocationDraft.objects.update_or_create(
        session=session,
        defaults={
            "key": key,
            "words": words,
            "online_link": online_link,
            "only_arrived": only_arrived,
            "shown": fingerprint(sending.contents),
            "send_at": send_at,
            "problem": "",
            "sender": sender,
        },
    )
    return draft


@transaction.atomic
def unschedule(*, session: SessionPage, actor: "User") -> ConvocationDraft:
    """Cancels the convocation about to leave, and keeps its words. Raises `ConvocationRefused` if none is."""
    draft = _departure(_locked(session))
    draft.send_at = None
    draft.save(update_fields=["send_at"])
    logger.info("account %s: the convocation to session %s is cancelled", actor.pk, session.pk)
    return draft


@transaction.atomic
def send_now(*, session: SessionPage, now: datetime) -> Convocation:
    """Sends the convocation about to leave. Raises `ConvocationRefused` and `ChangedMeanwhile`."""
    return _send(_departure(_locked(session)), now)


def send_due(*, now: datetime) -> tuple[int, int]:
    """Sends the convocations that are due; returns the number of those sent, and of those stopped.

    Each has its own transaction. It is stopped, with the reason, if the session or the recipients changed, or it is
    refused. Other failures are logged and retried at the next tick.
    """
    sent = stopped = 0
    due = ConvocationDraft.objects.filter(send_at__lte=now)
    for draft in due.select_related("session"):
        try:
            with transaction.atomic():
                _locked(draft.session)
                if still_due := due.filter(pk=draft.pk).first():
                    _send(still_due, now)
                    sent += 1
        except Refusal as refusal:
            stopped += due.filter(pk=draft.pk).update(send_at=None, problem=str(refusal)[:200])
        except Exception:
            logger.exception("the convocation to session %s was not sent", draft.session_id)
    return sent, stopped


def _send(draft: ConvocationDraft, now: datetime) -> Convocation:
    return convene(
        session=draft.session,
        words=draft.words,
        online_link=draft.online_link,
        sender=draft.sender,
        key=draft.key,
        shown=draft.shown,
        now=now,
        only_arrived=draft.only_arrived,
    )


def _locked(session: SessionPage) -> SessionPage:
    """Serialises two editors who send at the same time, and the tick."""
    return SessionPage.objects.select_for_update().get(pk=session.pk)


def _departure(session: SessionPage) -> ConvocationDraft:
    draft = ConvocationDraft.objects.filter(session=session, send_at__isnull=False).first()
    if draft is None:
        raise ConvocationRefused(gettext("Nothing about this session is about to leave any more."))
    return draft


def _require_no_other_departure(session: SessionPage, key: uuid.UUID) -> None:
    if ConvocationDraft.objects.filter(session=session, send_at__isnull=False).exclude(key=key).exists():
        raise ConvocationRefused(gettext("Another message about this session is about to leave. Cancel it first."))


@transaction.atomic
def convene(
    *,
    session: SessionPage,
    words: str,
    online_link: str,
    sender: "User | None",
    key: uuid.UUID,
    shown: Shown,
    now: datetime,
    only_arrived: bool = False,
) -> Convocation:
    """Calls all members who sit on the day of `session`, or only those who arrived since the last convocation.

    A second message to a member corrects the first, and also goes to members who were called for another day. A
    cancellation goes to the members who were called and are not yet informed. Idempotent for one `key`. Members
    without an account get no mail: their row marks them as to be informed otherwise. Raises `ConvocationRefused`, also
    if there is no recipient or another message is about to leave, and `ChangedMeanwhile` if `shown` is not the
    fingerprint of its contents.
    """
    session = _locked(session)
    if sent := Convocation.objects.filter(key=key).first():
        return sent
    _require_no_other_departure(session, key)
    sending = Sending(session, words, online_link, only_arrived, now)
    sending.require_possible(shown=shown)
    convocation, members = sending.convocation, sending.members
    convocation.key, convocation.sent_by = key, sender
    convocation.save()
    Convened.objects.bulk_create(
        Convened(convocation=convocation, member=member, by_mail=has_email(member)) for member in members
    )
    ConvocationDraft.objects.filter(session=session).delete()
    SessionConvened.call(convocation, members, now=now)
    log(session, "committee.convene", user=sender, data={"convocation": convocation.pk, "members": len(members)})
    return convocation


def set_told_otherwise(*, convened: Convened, actor: "User") -> None:
    """Records that a member whose mail failed was informed by phone or letter. Idempotent."""
    convened.by_mail = False
    convened.save(update_fields=["by_mail"])
    logger.info("account %s: member %s was told otherwise", actor.pk, convened.member_id)
