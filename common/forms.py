"""Rendering of public forms, the field that makes a form idempotent, and traps for spam programs."""

import time
import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from common.origins import Origin
from common.themes import Theme

SHOWN_AT_SALT = "common.forms"
FORM_MAXIMUM_AGE = timedelta(days=2)


class ComponentRenderer(TemplatesSetting):
    """Draws `{{ field.as_field_group }}` with the site's own component: label, hint, error, field, in this order."""

    field_template_name = "components/field.html"


class EmailField(forms.EmailField):
    """The e-mail address of a person, who reads an example when it is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "max_length": 254,
                "widget": forms.EmailInput(attrs={"autocomplete": "email"}),
                "error_messages": {
                    "required": _("Write your e-mail address, for example odile@courriel.example."),
                    "invalid": _("Write your e-mail address with an @, for example odile@courriel.example."),
                },
                **kwargs,
            }
        )


def day_input() -> forms.DateInput:
    """One stop of the keyboard: the browser's own calendar has three or four, and shows the focus on a part."""
    return forms.DateInput(attrs={"autocomplete": "off"})


class IdempotentForm(forms.Form):
    """A form that carries a key made when it was shown.

    The service that saves it stores the key in a unique column: a double click, a page sent again or a retry after a
    lost answer all give the object that the first sending made.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4

    def clean_key(self) -> uuid.UUID:
        return self.cleaned_data["key"] or uuid.uuid4()


class RedisplayMixin(forms.Form):
    """A form that comes back to the person as it was filled in, but for what its hidden fields say."""

    def override_hidden(self, **hidden: str) -> None:
        """Gives its hidden fields these values."""
        changed = {self.add_prefix(name): value for name, value in hidden.items()}
        self.data = {**dict(self.data.items()), **changed}


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
            # Beside what is to be corrected it would say nothing: one presses the button again anyway.
            if not self.errors:
                self.add_error(None, _("Nothing is sent yet. Your text is still here: press the button again."))
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


class OriginField(forms.TypedChoiceField):
    """The way in which a person reached the agent who fills in the form."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            **{
                "label": _("How did the person reach you?"),
                "choices": Origin.for_agents,
                "coerce": Origin,
                "initial": Origin.DESK,
                "widget": forms.RadioSelect,
                "error_messages": {
                    "required": _("Choose how the person reached you."),
                    "invalid_choice": _("Choose how the person reached you."),
                },
                **kwargs,
            }
        )


class ThemeForm(forms.Form):
    """Choice of a colour theme."""

    theme = forms.ChoiceField(
        label=_("Which colours do you want?"),
        help_text=_("A cookie keeps your choice in this browser for a year. It serves for nothing else."),
        choices=Theme.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three."), "invalid_choice": _("Choose one of the three.")},
    )
