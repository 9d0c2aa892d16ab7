"""Field and block for an address, which may be a path of this site: `/indicateurs/` is no page of Wagtail's tree."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.forms.models import register_form_field_override

from common.urls import absolute_url


class AddressField(forms.URLField):
    """URL field that completes a path of this site."""

    default_error_messages = {
        "invalid": _(
            "Write the whole address, with https:// at its start; of a page of this site, /indicateurs/ is enough."
        )
    }

    def to_python(self, value: Any) -> str | None:
        text = str(value or "").strip()
        is_path = text.startswith("/") and not text.startswith("//")
        return super().to_python(absolute_url(text) if is_path else text)


class AddressBlock(blocks.FieldBlock):
    """Address of another site, or path of this one."""

    def __init__(self, required: bool = True, help_text: Any = None, **kwargs: Any) -> None:
        help_text = help_text or _("Example: https://www.service-public.fr/. Of a page of this site: /indicateurs/")
        self.field = AddressField(required=required, help_text=help_text, assume_scheme="https")
        super().__init__(**kwargs)

    class Meta:
        icon = "link-external"


def register_address_fields() -> None:
    """Lets each address field of the admin take a path of this site; called before any form of the admin is made."""
    override = {"form_class": AddressField, "assume_scheme": "https"}
    register_form_field_override(models.URLField, override=override)
