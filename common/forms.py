"""Rendering of public forms, and the field that makes a form idempotent."""

import uuid

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from common.origins import Origin
from common.themes import Theme


class ComponentRenderer(TemplatesSetting):
    """Draws `{{ field.as_field_group }}` with the site's own component: label, hint, error, field, in this order."""

    field_template_name = "components/field.html"


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
