"""Model fields: a StreamField that keeps its blocks out of migrations, a foreign key that is typed as a number."""

from django.db import models
from django.forms import Field
from wagtail.fields import StreamField


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
