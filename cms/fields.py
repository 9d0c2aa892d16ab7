"""Fields: a StreamField without blocks in migrations, a key typed as a number, an address that may be a path.

`/indicateurs/` is no page of Wagtail's tree: a form takes it as an address of this site.
"""

from typing import Any

from django import forms
from django.db import models
from django.forms import Field
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.fields import StreamField

from common.urls import absolute_url


class BodyField(StreamField):
    """`StreamField` that leaves its blocks out of migrations.

    The database column is JSON whatever the blocks are, so a changed block needs no migration. A data migration that
    must read blocks uses the raw JSON.
    """

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs


class NumberKey(models.ForeignKey):
    """Foreign key entered as a number: the form refuses unknown numbers with the message `invalid_choice`.

    Django does not pass error messages of the model to the form. In migrations it is a plain `ForeignKey`.
    """

    def formfield(self, **kwargs) -> Field | None:
        messages = {"invalid_choice": self.error_messages["invalid_choice"]}
        return super().formfield(**{"error_messages": messages, **kwargs})

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


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
