"""Rendering of public forms, an idempotency field, and spam traps."""

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
    """Renders `{{ field.as_field_group }}` with the site's own component: label, hint, error, field, in this order."""

    field_template_name = "components/field.html"


class EmailField(forms.EmailField):
    """E-mail field whose error message contains an example."""

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
    """Returns a date input with one tab stop: native ones have three or four, with focus on a part."""
    return forms.DateInput(attrs={"autocomplete": "off"})


class IdempotentForm(forms.Form):
    """Form with an idempotency key, created with the page.

    The service stores the key in a unique column, so that a double click, a resent page or a retry after a lost
    response return the object created first.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4

    def clean_key(self) -> uuid.UUID:
        return self.cleaned_data["key"] or uuid.uuid4()


class RedisplayMixin(forms.Form):
    """Form that can be displayed again with its data, except for hidden fields."""

    def override_hidden(self, **hidden: str) -> None:
        """Replaces the values of hidden fields."""
        changed = {self.add_prefix(name): value for name, value in hidden.items()}
        self.data = {**dict(self.data.items()), **changed}


class SpamGuardMixin(RedisplayMixin):
    """Two spam traps, invisible to people: a hidden field, and the time when the page was displayed.

    A person caught by mistake gets the form back with the text, and can send it again.
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
        """Refuses forms without a signed time, and those submitted too fast or too late."""
        cleaned = super().clean() or self.cleaned_data
        if settings.FORM_MINIMUM_SECONDS and not self._was_read(cleaned.get("shown_at", "")):
            self.override_hidden(shown_at=_now_signed())
            # With other errors the form is submitted again anyway.
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
    """Returns the current time, signed by the site."""
    return signing.dumps(time.time(), salt=SHOWN_AT_SALT)


class OriginField(forms.TypedChoiceField):
    """Way in which a person reached the agent."""

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
