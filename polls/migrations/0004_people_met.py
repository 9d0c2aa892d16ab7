"""Polls among people met: optional questions, texts, a question that makes groups. Replaces the vote guard."""

import django.db.models.deletion
from django.db import migrations, models

from polls.migrations import _texts_guard as guard_of_texts
from polls.migrations import _vote_guard as guard_of_votes


def run(*functions):
    """Returns an operation that executes the statements of `functions` for the current database vendor."""

    def execute(apps, schema_editor):
        for function in functions:
            for statement in function(schema_editor.connection.vendor):
                schema_editor.execute(statement)

    return execute


class Migration(migrations.Migration):

    dependencies = [
        ('polls', '0003_vote_guard'),
    ]

    operations = [
        migrations.RunPython(run(guard_of_votes.unguard), run(guard_of_votes.guard)),
        migrations.AddField(
            model_name='question',
            name='is_optional',
            field=models.BooleanField(db_default=False, default=False, help_text='People may leave this question without an answer.', verbose_name='optional'),
        ),
        migrations.AddField(
            model_name='question',
            name='makes_groups',
            field=models.BooleanField(db_default=False, default=False, help_text='In a field survey: results are shown by answer to this question, where the groups are large enough.', verbose_name='makes groups'),
        ),
        migrations.AlterField(
            model_name='poll',
            name='audience',
            field=models.CharField(choices=[('accounts', 'Everyone who has an account'), ('residents', 'Residents: accounts that name a commune of the metropolis'), ('members', 'The members of the committee'), ('seats', 'The seats of the committee: one answer for each seat'), ('people-met', 'People met in a field survey: they answer on numbered sheets')], default='accounts', max_length=12, verbose_name='who may answer'),
        ),
        migrations.AlterField(
            model_name='question',
            name='kind',
            field=models.CharField(choices=[('single', 'One choice'), ('multiple', 'Several choices'), ('ranked', 'Choices in order of preference'), ('points', 'Points to share among the choices'), ('text', 'Free text')], default='single', max_length=10, verbose_name='kind of answer'),
        ),
        migrations.CreateModel(
            name='SecretTexts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texts', models.JSONField(default=list)),
                ('question', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='secret_texts', to='polls.question')),
            ],
            options={
                'verbose_name': 'secret texts',
                'verbose_name_plural': 'secret texts',
            },
        ),
        migrations.RunPython(
            run(guard_of_votes.guard, guard_of_texts.guard), run(guard_of_texts.unguard, guard_of_votes.unguard)
        ),
    ]
