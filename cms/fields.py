"""`BodyField`: a StreamField whose block definitions stay out of migrations."""

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
