"""Secret polls publish results at the end only, and closed polls accept no more rows (`_end_guard.py`).

The vote guards, which protect the rules of answered polls, are dropped meanwhile. On PostgreSQL this locks the tables
until the end of the migration: the previous version of the code cannot open a poll between the change and the
constraint.
"""

import logging

import django.core.validators
from django.db import migrations, models

from polls.migrations import _end_guard as guard_of_ends
from polls.migrations import _texts_guard as guard_of_texts
from polls.migrations import _vote_guard as guard_of_votes

logger = logging.getLogger("polls")


def run(*functions):
    """Returns an operation that executes the statements of `functions` for the current database vendor."""

    def execute(apps, schema_editor):
        for function in functions:
            for statement in function(schema_editor.connection.vendor):
                schema_editor.execute(statement)

    return execute


def show_at_end(apps, schema_editor):
    """Changes secret polls (drafts too) whose results were visible before the end, and logs their ids."""
    secret = apps.get_model('polls', 'Poll').objects.filter(ballot='secret').exclude(results_shown='at-end')
    if changed := sorted(secret.values_list('pk', flat=True)):
        secret.update(results_shown='at-end')
        logger.warning("Secret polls that now show their results at the end only: %s", changed)


class Migration(migrations.Migration):

    dependencies = [
        ('polls', '0005_database_defaults'),
    ]

    operations = [
        migrations.RunPython(
            run(guard_of_texts.unguard, guard_of_votes.unguard), run(guard_of_votes.guard, guard_of_texts.guard)
        ),
        migrations.RunPython(show_at_end, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='poll',
            name='required_share',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Of the answers, how many a choice needs to be adopted at the end. Example: 50. A tie adopts nothing, unless people may tick several choices. Empty: nothing is adopted.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='required share, in percent'),
        ),
        migrations.AlterField(
            model_name='poll',
            name='results_shown',
            field=models.CharField(choices=[('after-answer', 'To those who have answered, then to everyone at the end'), ('at-end', 'To everyone, at the end only')], default='at-end', help_text='A secret poll shows them at the end only: a count that moves with each answer would tell who answered what.', max_length=12, verbose_name='results'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.CheckConstraint(condition=models.Q(('is_draft', True), models.Q(('ballot', 'secret'), _negated=True), ('results_shown', 'at-end'), _connector='OR'), name='polls_poll_secret_until_its_end'),
        ),
        migrations.RunPython(
            run(guard_of_votes.guard, guard_of_texts.guard, guard_of_ends.guard),
            run(guard_of_ends.unguard, guard_of_texts.unguard, guard_of_votes.unguard),
        ),
    ]
