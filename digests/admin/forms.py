"""Forms of the admin: whose digest is previewed, and when a newsletter is sent."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput

from committee.models import TopicPage
from digests.models import Frequency, Subscriber


class Viewer(models.TextChoices):
    """The reader whose digest is previewed."""

    VISITOR = "visiteur", _("A reader without an account")
    ACCOUNT = "compte", _("You, with your account")
    TOPIC = "sujet", _("A reader of one subject only")
    READER = "personne", _("The reader who has this address")


class PreviewForm(forms.Form):
    """Choice of the digest to preview. It is sent with GET and changes nothing."""

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


class SendForm(forms.Form):
    send_at = forms.DateTimeField(
        label=_("Send on (optional)"),
        help_text=_("Time of Paris. Leave this empty to send now."),
        required=False,
        widget=AdminDateTimeInput,
    )
