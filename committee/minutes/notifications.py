"""What members are told by e-mail about minutes. Each mail has a key: planned twice, it leaves once."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.hooks import opted_out
from accounts.models import User
from cms.models import SiteConfiguration
from committee.models import Correction, Member, SessionMinutes
from common.templatetags.dates import PARIS, in_paris, short_day
from common.urls import absolute_url
from mailing.content import MailContent
from mailing.rendering import render_mail
from mailing.services import Draft, enqueue

OPENED, DECIDED = "committee.minutes-open", "committee.correction-decided"


def tell_round_is_open(record: SessionMinutes, *, now: datetime) -> None:
    """Tells the members who sit today and have an account, once per minutes, that they can correct them."""
    sitting = Member.objects.sitting(in_paris(now).date())
    told = _not_silent(User.objects.filter(member__in=sitting, is_active=True).order_by("pk"))
    content = _mail(
        "minutes_open",
        _("Minutes of %(day)s: propose your corrections before the end of %(until)s")
        % {"day": short_day(record.session.starts_at), "until": short_day(record.corrections_until)},
        record,
    )
    drafts = [
        Draft(kind=OPENED, to_email=user.email, dedupe_key=f"{OPENED}:{record.pk}:{user.pk}", content=content)
        for user in told
    ]
    enqueue(drafts=drafts, now=now, expires_at=_end_of_round(record))


def tell_decision(correction: Correction, *, now: datetime) -> None:
    """Tells the author of a correction what became of it, and why."""
    for user in _not_silent([correction.author] if correction.author and correction.author.is_active else []):
        subject = (
            _("Your correction of the minutes of %(day)s is accepted")
            if correction.state == Correction.State.ACCEPTED
            else _("Your correction of the minutes of %(day)s is not accepted")
        )
        content = _mail(
            "correction_decided",
            subject % {"day": short_day(correction.record.session.starts_at)},
            correction.record,
            correction=correction,
        )
        draft = Draft(kind=DECIDED, to_email=user.email, dedupe_key=f"{DECIDED}:{correction.pk}", content=content)
        enqueue(drafts=[draft], now=now)


def _not_silent(users: Iterable[User]) -> list[User]:
    users = list(users)
    silent = opted_out([user.pk for user in users])
    return [user for user in users if user.pk not in silent]


def _mail(name: str, subject: str, record: SessionMinutes, **context: object) -> MailContent:
    subject = " ".join(subject.split())
    text, html = render_mail(
        f"emails/committee/{name}",
        {
            "subject": subject,
            "record": record,
            "session": record.session,
            "url": absolute_url(reverse("committee:minutes", args=[record.session.slug])),
            **context,
            **SiteConfiguration.load().help_by_phone,
        },
    )
    return MailContent(subject=subject, text=text, html=html)


def _end_of_round(record: SessionMinutes) -> datetime:
    """A mail that arrives after the round is of no use."""
    assert record.corrections_until is not None, "the round is open"  # noqa: S101
    return datetime.combine(record.corrections_until + timedelta(days=1), time(), tzinfo=PARIS)
