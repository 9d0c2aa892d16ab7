"""Model fields: a StreamField whose blocks stay out of migrations, a foreign key that says why a number is refused."""

from django.db import models
from django.forms import Field
from wagtail.fields import StreamField


class BodyField(StreamField):
    """A `StreamField` that leaves its blocks out of migrations.

    The database column is JSON whatever the blocks are, so a changed block needs no migration. A data migration that
    must read blocks takes the raw JSON.
    """

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs


class NumberKey(models.ForeignKey):
    """A foreign key whose object editors name by its number: the form refuses others in the words of `invalid_choice`.

    Django gives the form no error message of the model. For migrations it is a `ForeignKey` like others.
    """

    def formfield(self, **kwargs) -> Field | None:
        messages = {"invalid_choice": self.error_messages["invalid_choice"]}
        return super().formfield(**{"error_messages": messages, **kwargs})

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs
