"""Common parts of the forms of residents: lengths of texts, and traps for spam programs."""

import time
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import PageQuerySet

from committee.models import TopicPage
from common.forms import RedisplayMixin

TITLE_MAX_LENGTH = 100
TEXT_MAX_LENGTH = 2_000
COMMENT_MAX_LENGTH = 1_000
SHOWN_AT_SALT = "participation.forms"
FORM_MAXIMUM_AGE = timedelta(days=2)


def topics() -> PageQuerySet:
    return TopicPage.objects.published()


class SpamGuardMixin(RedisplayMixin):
    """Two traps for programs, none for people: a field that nobody sees, and the time at which the page was shown.

    A person whom a trap catches finds the text again in the form, and sends it once more.
    """

    website = forms.CharField(
        required=False,
        label=_("Leave this field empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    shown_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_at"].initial = _now_signed

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Send this form from the page itself, and leave the hidden field empty."))
        return ""

    def clean(self) -> dict[str, Any]:
        """Refuses a form that no page of ours has shown, one that comes back faster than anybody reads, an old one."""
        cleaned = super().clean() or self.cleaned_data
        if settings.FORM_MINIMUM_SECONDS and not self._was_read(cleaned.get("shown_at", "")):
            self.override_hidden(shown_at=_now_signed())
            self.add_error(
                None,
                _("Nothing is sent yet. Your text is still here: press the button again."),
            )
        return cleaned

    def _was_read(self, token: str) -> bool:
        try:
            shown_at = signing.loads(token, salt=SHOWN_AT_SALT, max_age=FORM_MAXIMUM_AGE)
        except signing.BadSignature:
            return False
        return time.time() - shown_at >= settings.FORM_MINIMUM_SECONDS


def _now_signed() -> str:
    """Returns the time, signed: only this site can write it."""
    return signing.dumps(time.time(), salt=SHOWN_AT_SALT)
