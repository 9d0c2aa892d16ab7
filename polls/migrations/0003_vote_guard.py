"""Database triggers that keep answered polls unchanged (`_vote_guard.py`)."""

import django.db.models.deletion
from django.db import migrations, models

from polls.migrations import _vote_guard as guard_of_votes


def guard(apps, schema_editor):
    for statement in [*guard_of_votes.MAKE_SWITCH, *guard_of_votes.guard(schema_editor.connection.vendor)]:
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in [*guard_of_votes.unguard(schema_editor.connection.vendor), *guard_of_votes.DROP_SWITCH]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("polls", "0002_draft_polls")]

    operations = [
        migrations.AlterField(
            model_name='nominativeanswer',
            name='question',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nominative_answers', to='polls.question'),
        ),
        migrations.AlterField(
            model_name='participation',
            name='poll',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='polls.poll', verbose_name='poll'),
        ),
        migrations.AlterField(
            model_name='secrettally',
            name='question',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='secret_tally', to='polls.question'),
        ),
        migrations.RunPython(guard, unguard),
    ]
