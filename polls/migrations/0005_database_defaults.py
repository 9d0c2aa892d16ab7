"""Database default for `voice`, which the previous version of the code does not set. Replaces the vote guards."""

from django.db import migrations, models

from polls.migrations import _texts_guard as guard_of_texts
from polls.migrations import _vote_guard as guard_of_votes


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in [*guard_of_votes.guard(vendor), *guard_of_texts.guard(vendor)]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in [*guard_of_texts.unguard(vendor), *guard_of_votes.unguard(vendor)]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('polls', '0004_people_met'),
    ]

    operations = [
        migrations.RunPython(unguard, guard),
        migrations.AlterField(
            model_name='participation',
            name='voice',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=40, verbose_name='voice'),
        ),
        migrations.RunPython(guard, unguard),
    ]
