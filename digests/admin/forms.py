"""Forms of the admin: reader of a previewed digest, content and audience of a newsletter, time of sending."""

from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateTimeInput

from committee.models import SessionPage, TopicPage
from common.templatetags.dates import short_day
from digests.models import Frequency, Newsletter, Subscriber
from digests.permissions import can_write_to_members, can_write_to_readers
from digests.queries.audience import colleges
from mailing import departures


class Viewer(models.TextChoices):
    """Kind of reader whose digest is previewed."""

    VISITOR = "visiteur", _("A reader without an account")
    ACCOUNT = "compte", _("You, with your account")
    TOPIC = "sujet", _("A reader of one subject only")
    READER = "personne", _("The reader who has this address")


class PreviewForm(forms.Form):
    """Choice of the digest to preview. Submitted with GET, without side effects."""

    frequency = forms.ChoiceField(label=_("Letter"), choices=Frequency.choices)
    viewer = forms.ChoiceField(label=_("Seen by"))
    topic = forms.ModelChoiceField(
        label=_("Subject"), queryset=TopicPage.objects.none(), required=False, empty_label=_("No subject")
    )
    email = forms.EmailField(label=_("Address of the reader"), required=False)

    def __init__(self, *args: Any, for_one_reader: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = TopicPage.objects.published()  # type: ignore[attr-defined]
        choices = Viewer.choices
        if not for_one_reader:
            choices = [choice for choice in choices if choice[0] != Viewer.READER]
            del self.fields["email"]
        self.fields["viewer"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("viewer") == Viewer.TOPIC and not cleaned.get("topic"):
            self.add_error("topic", _("Choose a subject."))
        if cleaned.get("viewer") == Viewer.READER and "email" not in self.errors:
            email = (cleaned.get("email") or "").strip().lower()
            cleaned["reader"] = Subscriber.objects.active().filter(email=email).select_related("user").first()
            if cleaned["reader"] is None:
                self.add_error("email", _("Nobody gets the letter at this address."))
        return cleaned


class SessionField(forms.ModelChoiceField):
    """Choice of a session by title and day."""

    def label_from_instance(self, obj: SessionPage) -> str:
        return f"{obj.heading}, {short_day(obj.starts_at)}"


class NewsletterForm(WagtailAdminModelForm):
    """Form of a newsletter, with the audiences to which the user may write."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now, members = timezone.now(), Newsletter.Audience.MEMBERS
        audience = self.fields["audience"]
        if not can_write_to_members(self.for_user):
            audience.choices = [choice for choice in Newsletter.Audience.choices if choice[0] != members]
            for name in ("group", "college", "session"):
                del self.fields[name]
            return
        if not can_write_to_readers(self.for_user):
            audience.choices = [choice for choice in Newsletter.Audience.choices if choice[0] == members]
            self.initial["audience"] = members
            del self.fields["topic"]
        names = [(name, name) for name in sorted({*colleges(now), self.instance.college} - {""}, key=str.casefold)]
        college, session = self.fields["college"], self.fields["session"]
        self.fields["college"] = forms.ChoiceField(
            label=college.label, help_text=college.help_text, required=False, choices=[("", "–"), *names]
        )
        coming = SessionPage.objects.published().upcoming(now)
        chosen = SessionPage.objects.filter(pk=self.instance.session_id)
        self.fields["session"] = SessionField(
            label=session.label,
            help_text=session.help_text,
            required=False,
            queryset=(coming | chosen).distinct(),
            empty_label="–",
        )


class SendForm(forms.Form):
    """Departure of a newsletter: one button sends it after `DELAY`, one at once, one at the chosen time."""

    send_at = forms.DateTimeField(
        label=_("On another date (optional)"), help_text=_("Local time."), required=False, widget=AdminDateTimeInput
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "send_at" in self.errors:
            return cleaned
        now, act, send_at = timezone.now(), self.data.get("act"), cleaned["send_at"]
        if act == departures.ON_DATE and not send_at:
            self.add_error("send_at", _("Write the date and the hour."))
        elif act != departures.ON_DATE and send_at:
            self.add_error("send_at", _("You wrote a date: press “Send on this date”, or empty this field."))
        elif send_at and send_at <= now:
            self.add_error("send_at", _("This date is over."))
        elif not send_at:
            cleaned["send_at"] = now if act == departures.NOW else now + departures.DELAY
        return cleaned
