"""What mailing tells the people who look after it, through the outbox like everything else, first in line."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from common.urls import absolute_url
from mailing.content import MailContent
from mailing.hooks import contact_address, help_by_phone
from mailing.models import Batch
from mailing.rendering import render_mail
from mailing.services import Draft, enqueue_one

KIND = "mailing.alert"


def alert_of_pause(*, batch: Batch, why: Batch.PauseReason, now: datetime) -> None:
    """Writes once to the contact address that `batch` was paused; a pause that comes back after a try says no more."""
    address = contact_address()
    if not address:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("The sending of “%(label)s” is paused") % {"label": batch.label}
        context = {
            "batch": batch,
            "why": why.label,
            "resumes_itself": why == Batch.PauseReason.TEMPORARY,
            "url": absolute_url(reverse("lots_modeladmin_inspect", args=[batch.pk])),
            **help_by_phone(),
        }
        text, html = render_mail("emails/batch_paused", context)
    since = f"{batch.resumed_at:%Y%m%d%H%M%S}" if batch.resumed_at else "start"
    draft = Draft(
        kind=KIND,
        to_email=address,
        dedupe_key=f"{KIND}:{batch.pk}:{why}:{since}",
        content=MailContent(subject=" ".join(subject.split()), text=text, html=html),
    )
    enqueue_one(draft=draft, now=now)
