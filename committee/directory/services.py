"""Saves the fields that a member shares in the directory: by the member, or by the secretariat from a paper."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from committee.directory.queries import Field, shared_fields
from committee.errors import ConsentRefused
from committee.models import DirectoryConsent, Member
from common.templatetags.dates import short_day

if TYPE_CHECKING:
    from accounts.models import User

ON_PAPER = "committee.consent_on_paper"


@transaction.atomic
def choose(*, member: Member, show_email: bool, phone: str, now: datetime) -> None:
    """Saves whether `member` shares the e-mail address and the phone number; an empty number is not kept.

    Adds a `DirectoryConsent` for each change, and for each field at the first choice, even if nothing is shared.
    """
    _save(member, show_email=show_email, phone=phone, at=now)


@transaction.atomic
def answer_naming(*, member: Member, naming: str, now: datetime) -> None:
    """Saves whether the site may name `member`, who answers; the history records a change."""
    locked = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if naming != locked.naming:
        locked.set_naming(naming, on=timezone.localdate(now))
        locked.save(update_fields=["is_named", "declines_naming", "named_since"])
        log(locked, "wagtail.edit", user=locked.user)


@transaction.atomic
def enter_from_paper(
    *, member: Member, show_email: bool, phone: str, signed_on: date, actor: "User", now: datetime
) -> None:
    """Saves what `member` agreed to in writing on `signed_on`.

    The log records the actor. Raises `ConsentRefused` if the day is in the future, or if the member chose something
    later than that day.
    """
    locked = Member.objects.select_for_update().get(pk=member.pk)
    if signed_on > timezone.localdate(now):
        raise ConsentRefused(_("This day is to come. Write the day that stands on the paper."))
    at = timezone.make_aware(datetime.combine(signed_on, time.min))
    later = locked.directory_consents.filter(at__gte=at).order_by("at").last()
    if later:
        message = _("The member chose on %(day)s what is shown. An older paper changes nothing.")
        raise ConsentRefused(message % {"day": short_day(later.at)})
    if show_email and not (locked.user and locked.user.is_active):
        raise ConsentRefused(_("This member has no account, so there is no e-mail address to show."))
    _save(locked, show_email=show_email, phone=phone, at=at, on_paper=True)
    log(locked, ON_PAPER, user=actor, data={"signed_on": signed_on.isoformat()})


def _save(member: Member, *, show_email: bool, phone: str, at: datetime, on_paper: bool = False) -> None:
    locked = Member.objects.select_for_update().get(pk=member.pk)
    shared, is_first = shared_fields(locked), not locked.directory_consents.exists()
    for field, is_given in ((Field.EMAIL, show_email), (Field.PHONE, bool(phone))):
        if is_first or is_given != (field in shared):
            DirectoryConsent.objects.create(member=locked, field=field, is_given=is_given, at=at, on_paper=on_paper)
    Member.objects.filter(pk=locked.pk).update(phone=phone)
