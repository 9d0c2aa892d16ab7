"""The fields that the three models share, named as the code says. Columns and indexes of the database stay."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

TEXTS = {"comment": "comment_to_read_again", "proposal": "proposal_to_read_again"}


def of_one(model, index):
    field = models.BooleanField(
        db_column="to_read_again", default=False, editable=False, verbose_name="published, still to read"
    )
    return [
        migrations.RemoveIndex(model_name=model, name=index),
        migrations.AlterField(model_name=model, name="to_read_again", field=field),
        migrations.RenameField(model_name=model, old_name="to_read_again", new_name="needs_review"),
        migrations.AddIndex(
            model_name=model, index=models.Index(fields=["created_at"], condition=Q(needs_review=True), name=index)
        ),
    ]


def author_of(model):
    field = models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="%(class)ss",
        to=settings.AUTH_USER_MODEL,
        verbose_name="author",
    )
    return migrations.AlterField(model_name=model, name="author", field=field)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("participation", "0019_latest_proposals"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                *(operation for model, index in TEXTS.items() for operation in of_one(model, index)),
                *(author_of(model) for model in ("proposal", "comment", "addendum")),
            ]
        )
    ]
