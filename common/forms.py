"""How every public form is drawn, and the field that makes sending twice the same as sending once."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.origins import Origin
from common.sanitising import clean_text, is_seen
from common.themes import Theme


class ComponentRenderer(TemplatesSetting):
    """Draws `{{ field.as_field_group }}` with the site's own component: label, hint, error, field, in this order."""

    field_template_name = "components/field.html"


def say_if_too_long(text: str, limit: int) -> None:
    """Raises `ValidationError` that gives the length and how much to remove."""
    length, excess = len(text), len(text) - limit
    if excess > 0:
        message = ngettext(
            "Your text has %(length)s characters. Remove %(excess)s.",
            "Your text has %(length)s characters. Remove %(excess)s.",
            excess,
        )
        raise ValidationError(message % {"length": _grouped(length), "excess": _grouped(excess)}, code="max_length")


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")


class PlainTextField(forms.CharField):
    """Plain text as it will be stored: normalised, line breaks kept, length counted on the result.

    A text that shows nothing is no text: as a title it would be a link without words.

    No `maxlength` in the page: a browser would cut a pasted text without saying so.
    """

    def __init__(self, *, limit: int, rows: int | None = None, **kwargs: Any) -> None:
        self.limit = limit
        if rows:
            # The script of the page counts up to `data-limit` (static/js/site.js).
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows, "data-limit": limit})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = clean_text(value or "")
        return super().to_python(text if is_seen(text) else "") or ""

    def validate(self, value: str) -> None:
        super().validate(value)
        say_if_too_long(value, self.limit)


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


class OriginField(forms.TypedChoiceField):
    """How a person reached the agent who fills in the form."""

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
    """Which colours a person wants."""

    theme = forms.ChoiceField(
        label=_("Which colours do you want?"),
        help_text=_("A cookie keeps your choice in this browser for a year. It serves for nothing else."),
        choices=Theme.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three."), "invalid_choice": _("Choose one of the three.")},
    )
